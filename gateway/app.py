"""The daemon: builds the parts from the config and nests their lifetimes; journal ⊃ followers ⊃ sources."""

import asyncio
import hashlib
import logging
import signal
import time
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway import __version__
from gateway.acts import ClockCorrected, Started
from gateway.board import Board
from gateway.clock import Clock, boot_id
from gateway.config import Config
from gateway.drivers.scale import Scale
from gateway.heartbeat import beat, notify
from gateway.journal import Journal, past
from gateway.panel import Panel
from gateway.reading import DeviceId
from gateway.readings import ReadingsStore
from gateway.record.desk import Desk, ReadCode
from gateway.record.door import DoorDesk
from gateway.record.gate import GateDesk
from gateway.record.house import House
from gateway.record.packing import PackingDesk
from gateway.record.recorder import Recorder
from gateway.record.rooms import Rooms
from gateway.record.tables import StationTable
from gateway.station import PrinterId, RoomId, StationId
from gateway.uplink import Uplink
from gateway.watch import watch

if TYPE_CHECKING:
    from gateway.journal import PrintJob
    from gateway.printing.jobs import Printing

log = logging.getLogger(__name__)

BUILT_AT = datetime(2026, 11, 22, tzinfo=UTC)
"""The clock's floor on a first start: no time before this release is possible."""

TICK_S = 0.25
DRAIN_S = 5.0

_DESKS: dict[str, type[Desk]] = {
    "receiving": GateDesk,
    "packing": PackingDesk,
    "storing": DoorDesk,
    "staging_outbound": DoorDesk,
}


class Stop(Exception):
    """Somebody asked the daemon to end: raised among the sources, so that they end first."""


class Daemon:
    """One running gateway."""

    def __init__(self, config: Config, config_path: Path) -> None:
        self._config = config
        self._config_path = config_path
        self._board = Board()
        self._ticked_at = time.monotonic()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT.

        Raises:
            JournalError: The journal cannot be opened, or numbering is stopped.
        """
        config = self._config
        data = config.gateway.data
        self._clock = clock = self._begin_clock(data)
        async with AsyncExitStack() as stack:
            self._journal = await stack.enter_async_context(
                Journal.open(
                    data,
                    config.journal,
                    gateway=config.gateway.name,
                    number=config.site.gateway_number,
                    stamp=clock.stamp,
                )
            )
            readings = await stack.enter_async_context(ReadingsStore.open(data, config.readings))
            recorder = self._recorder(readings)
            await recorder.resume()
            recorder.owe(self._started())
            await self._follow(recorder, data)

    def _begin_clock(self, data: Path) -> Clock:
        boot = boot_id()
        before = past(data, boot)
        return Clock(
            self._config.clock,
            floor=max(BUILT_AT, before.latest),
            boot=boot,
            base_s=None if before.base_ms is None else before.base_ms / 1000,
            was_synced=before.synced,
        )

    def _recorder(self, readings: ReadingsStore) -> Recorder:
        config = self._config
        self._house = house = House(
            site=config.site,
            gateway=config.gateway.name,
            registers=config.registers,
            journal=self._journal,
            clock=self._clock,
            board=self._board,
        )
        read = _code_reader() if any(table.scanner for table in config.station.values()) else _no_scanner
        desks = {
            StationId(name): _DESKS[table.step](StationId(name), table, house, read, self._plate(table))
            for name, table in config.station.items()
        }
        rooms = Rooms(config.room, house, readings)
        judges = [rule.judge(name) for name, rule in config.rule.items()]
        return Recorder(house, desks, rooms, judges, readings)

    def _plate(self, table: StationTable) -> Scale | None:
        """Give what stands on the plate of a station's scale."""
        device = self._config.device.get(table.scale or "")
        return device if isinstance(device, Scale) else None

    def _started(self) -> Started:
        digest = hashlib.sha256(self._config_path.read_bytes()).hexdigest()
        return Started(__version__, digest, tuple(StationId(name) for name in self._config.station))

    async def _follow(self, recorder: Recorder, data: Path) -> None:
        """Run the followers of the journal around the sources; they drain after the sources have ended."""
        config, journal = self._config, self._journal
        self._uplink = Uplink(
            journal,
            config.broker,
            config.site,
            config.gateway.name,
            public_key=journal.public_key,
            describe=self._birth,
        )
        panel = Panel(data / "panel.sock", self._board, self._describe)
        async with asyncio.TaskGroup() as followers:
            tasks = [
                followers.create_task(self._uplink.run(), name="uplink"),
                followers.create_task(panel.run(), name="panel"),
                followers.create_task(beat(self._trouble), name="heartbeat"),
            ]
            printing = self._printing(recorder)
            if printing is not None:
                tasks.append(followers.create_task(printing.run(), name="printing"))
            try:
                await self._listen(recorder)
            finally:
                notify("STOPPING=1")
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_S):
                    while self._uplink.status.connected and self._uplink.status.backlog:  # noqa: ASYNC110 - it drains by acknowledgements, which wake nobody else
                        await asyncio.sleep(TICK_S)
            for task in tasks:
                task.cancel()

    def _printing(self, recorder: Recorder) -> "Printing[PrintJob] | None":
        """Bring in the printing parts, heavy as they are, only for a house that prints."""
        config = self._config
        if not config.printer:
            return None
        from gateway.printing.jobs import Printing

        return Printing(
            self._journal,
            {PrinterId(name): table for name, table in config.printer.items()},
            config.templates,
            recorder.keep_printout,
            recorder.show_printer,
        )

    async def _listen(self, recorder: Recorder) -> None:
        """Run the sources until somebody asks to stop."""
        try:
            async with asyncio.TaskGroup() as sources:
                for name, table in self._config.device.items():
                    sources.create_task(watch(DeviceId(name), table.talk, recorder.record), name=name)
                sources.create_task(self._tick(recorder), name="clock")
                sources.create_task(_until_signal(), name="signals")
        except* Stop:
            log.info("stopping: sources ended, followers drain")

    async def _tick(self, recorder: Recorder) -> None:
        looked_at = float("-inf")
        while True:
            self._ticked_at = self._clock.monotonic()
            if self._ticked_at - looked_at >= self._config.clock.look_every_s:
                looked_at = self._ticked_at
                offset_ms = self._clock.look()
                if offset_ms is not None:
                    recorder.owe(ClockCorrected(self._clock.boot, offset_ms))
            await recorder.tick()
            await asyncio.sleep(TICK_S)

    def _trouble(self) -> str:
        """Name what hangs, for the heartbeat; empty when all is well."""
        silent_s = self._clock.monotonic() - self._ticked_at
        return f"no tick for {silent_s:.0f} s" if silent_s > 40 * TICK_S else ""

    def _birth(self) -> dict[str, Any]:
        """What the retained birth message tells the province of this gateway."""
        return {"version": __version__, "devices": sorted(self._config.device), "clock": self._clock.quality}

    def _describe(self) -> dict[str, Any]:
        """What the panel and `gateway status` tell of the whole house."""
        uplink = self._uplink.status
        state = self._journal.state()
        confirmed_at = uplink.last_confirmed_at
        return {
            "on_disk": state.last_seq,
            "backlog": uplink.backlog,
            "lost": len(state.set_aside),
            "connected": uplink.connected,
            "trouble": uplink.error,
            "confirmed_at": confirmed_at.isoformat(timespec="seconds") if confirmed_at else None,
            "epoch": self._journal.epoch,
            "disk": state.error or state.trouble,
            "clock": self._clock.quality,
            "clock_error_s": self._clock.error_s,
            "rooms": {
                room: {
                    **self._board.values_at(table.sources),
                    "lots": sorted(self._house.occupancy.inside(RoomId(room))),
                }
                for room, table in self._config.room.items()
            },
            "alarms": self._board.alarms,
            "sources": self._board.sources(self._clock.monotonic()),
        }


async def _until_signal() -> None:
    """Wait for SIGTERM or SIGINT.

    Raises:
        Stop: One came.
    """
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()
    raise Stop


def _code_reader() -> ReadCode:
    """Bring in the GS1 parser only for a house that scans."""
    from gateway.gs1.scanned import read

    return read


def _no_scanner(scan: object) -> Any:
    raise AssertionError(f"no station has a scanner, yet {scan!r} came")


async def run(config: Config, *, config_path: Path) -> None:
    """Run the daemon on a config that was checked, until it is asked to stop."""
    await Daemon(config, config_path).run()
