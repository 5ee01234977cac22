"""The daemon: builds the parts from the config and nests their lifetimes; journal ⊃ followers ⊃ sources."""

import asyncio
import gc
import hashlib
import logging
import signal
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway import __version__
from gateway.acts import ClockCorrected, ConfigChanged, Started
from gateway.board import Board
from gateway.clock import Clock, boot_id
from gateway.conditions import conditions
from gateway.config import Config, load
from gateway.config.difference import Difference, difference
from gateway.crew import Crew
from gateway.describe import describe_gateway, describe_house
from gateway.errors import RECOVERABLE, ConfigError
from gateway.heartbeat import beat, notify
from gateway.journal import Journal, past
from gateway.panel import Panel
from gateway.reading import DeviceId
from gateway.readings import ReadingsStore
from gateway.record.held import held
from gateway.record.house import House
from gateway.record.recorder import Recorder
from gateway.record.register_book import RegisterBook
from gateway.record.request_socket import FILE as REQUEST_SOCKET
from gateway.record.request_socket import RequestSocket
from gateway.record.rooms import Rooms
from gateway.station import PrinterId, StationId
from gateway.uplink import Fork, Uplink, fork_alarm
from gateway.watch import watch

if TYPE_CHECKING:
    from gateway.drivers.plate import Plate
    from gateway.record.desk import Desk
    from gateway.record.practice import KeepPrintout
    from gateway.record.requests import Requests

log = logging.getLogger(__name__)

BUILT_AT = datetime(2026, 11, 22, tzinfo=UTC)
"""The clock's floor on a first start: no time before this release is possible."""

TICK_S = 0.25
DRAIN_S = 5.0


Examine = Callable[[Config, datetime], dict[str, Any]]
"""Looks the machine over, for the page; handed in, since the daemon and the doctor do not know each other."""


class Stop(Exception):
    """Somebody asked the daemon to end: raised among the sources, so that they end first."""


class Daemon:
    """One running gateway."""

    def __init__(self, config: Config, config_path: Path, examine: Examine | None = None) -> None:
        self._examine = examine
        self._config = config
        self._config_path = config_path
        self._board = Board()
        self._refused = ""
        self._decides: Requests | None = None
        self._asked_to_reload = asyncio.Event()
        self._ticked_at = time.monotonic()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT.

        Raises:
            JournalError: The journal cannot be opened, or numbering is stopped.
        """
        config = self._config
        data = config.gateway.data
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked_to_reload.set)
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
            self._readings = await stack.enter_async_context(ReadingsStore.open(data, config.readings))
            self._recorder = recorder = self._begin_recorder()
            await recorder.resume()
            stations = tuple(StationId(name) for name in config.station)
            recorder.owe(Started(__version__, _digest(self._config_path), stations))
            await self._follow(data)

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

    def _begin_recorder(self) -> Recorder:
        config = self._config
        self._book = book = RegisterBook(
            config.gateway.data, config.registers_table, config.registers, member=config.site.gln is not None
        )
        self._house = house = House(
            site=config.site,
            gateway=config.gateway.name,
            registers=book.merged,
            journal=self._journal,
            clock=self._clock,
            board=self._board,
        )
        house.register_age_h = self._register_age_h
        house.limits = config.rule
        self._desks = self._set_up(config, config.station)
        self._rooms = Rooms(config.room, house, self._readings)
        self._conditions = conditions(config.gateway.name, self._journal, self._clock, lambda: self._config.broker)
        self._judges = {name: rule.judge(name) for name, rule in config.rule.items()} | self._conditions
        return Recorder(house, self._desks, self._rooms, self._judges, self._readings)

    async def _follow(self, data: Path) -> None:
        """Run the followers of the journal around the sources; they drain after the sources have ended."""
        self._uplink = self._begin_uplink()
        if self._config.station:
            self._requests()  # now, not when somebody asks: loading it takes longer than a reading may be late
        asked = RequestSocket(data / REQUEST_SOCKET, self._requests)
        panel = Panel(data / "panel.sock", self._board, self._describe)
        async with asyncio.TaskGroup() as group:
            self._followers = followers = Crew(group)
            followers.start("uplink", self._uplink.run)
            followers.start("panel", panel.run)
            followers.start("requests", asked.run)
            followers.start("heartbeat", partial(beat, self._trouble))
            self._print()
            self._open_page()
            _settle()
            try:
                await self._listen()
                await self._recorder.keep_owed()  # what came up after the last tick
            finally:
                notify("STOPPING=1")
                followers.stop("page")  # it says goodbye while the others drain
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_S):
                    while self._uplink.status.connected and self._uplink.status.backlog:  # noqa: ASYNC110 - it drains by acknowledgements, which wake nobody else
                        await asyncio.sleep(TICK_S)
            followers.stop_all()

    def _set_up(self, config: Config, anew: Collection[str]) -> "Mapping[StationId, Desk]":
        """Give the desk of each station, a new one for those named; only a house with stations loads what they need."""
        if not config.station:
            return {}
        from gateway.record.desks import desk

        return {
            StationId(name): desk(name, table, self._house, config.device)
            if name in anew
            else self._desks[StationId(name)]
            for name, table in config.station.items()
        }

    def _requests(self) -> "Requests":
        """Give the one that decides what is asked for; it comes in with the first who asks."""
        if self._decides is None:
            from gateway.record.requests import Requests

            self._decides = Requests(self._house, lambda: self._desks)
        return self._decides

    def _begin_uplink(self) -> Uplink:
        config, journal = self._config, self._journal
        return Uplink(
            journal,
            config.broker,
            config.site,
            config.gateway.name,
            public_key=journal.public_key,
            describe=self._birth,
            on_fork=self._forked,
            readings=self._readings,
            on_register=self._hear_register,
        )

    def _register_age_h(self) -> int | None:
        return self._book.old_h(self._clock.now()) if self._clock.dated else None

    async def _hear_register(self, name: str, payload: bytes) -> None:
        await self._book.hear(name, payload, self._house, self._recorder.owe)

    async def _forked(self, fork: Fork) -> None:
        """Two histories went by our name: the journal goes on in a new epoch, and a person must look into it."""
        self._recorder.owe(fork_alarm(fork, self._config.gateway.name, self._clock.now()))

    def _print(self) -> None:
        """Bring in the printing parts, heavy as they are, only for a house that prints."""
        config = self._config
        if not config.printer:
            self._followers.stop("printing")
            return
        from gateway.printing.jobs import Printing
        from gateway.record.tables import usual_labels

        printing = Printing(
            self._journal,
            {PrinterId(name): table for name, table in config.printer.items()},
            config.templates,
            self._recorder.keep_printout,
            self._recorder.show_printer,
            usual=usual_labels(config.station),
            begin=self._recorder.begin_print,
        )
        self._followers.start("printing", printing.run)

    async def _print_marked(self, journal: Journal, keep: "KeepPrintout") -> None:
        """Print the labels of a practice journal, each with its mark; until cancelled."""
        config = self._config
        if not config.printer:
            return
        from gateway.printing.jobs import Printing

        await Printing(
            journal,
            {PrinterId(name): table for name, table in config.printer.items()},
            config.templates,
            keep,
            self._recorder.show_printer,
            marks=("practice",),
        ).run()

    def _open_page(self) -> None:
        """Serve the page, in a house that has one."""
        table = self._config.web
        if table is None:
            self._followers.stop("page")
            self._followers.stop("practice")
            return
        from gateway.record.practice import Practice

        practice = Practice(
            self._config.gateway.data,
            self._house,
            self._recorder,
            lambda: self._config.station,
            lambda: self._config.device,
            print_marked=self._print_marked,
        )
        self._followers.start("practice", practice.run)
        from gateway.web.behind import Behind
        from gateway.web.server import serve

        behind = Behind(
            table=table,
            data=self._config.gateway.data,
            board=self._board,
            clock=self._clock,
            journal=self._journal,
            readings=self._readings,
            house=self._house,
            requests=self._requests(),
            practice=practice,
            uplink=lambda: self._uplink.status,
            desks=lambda: self._desks,
            rooms=lambda: self._config.room,
            rules=lambda: self._config.rule,
            devices=lambda: self._config.device,
            printers=lambda: self._config.printer,
            templates=lambda: self._config.templates,
            acknowledge=lambda: self._config.broker.acknowledge,
            describe=self._describe,
            examine=lambda: self._examine(self._config, BUILT_AT) if self._examine else {},
        )
        self._followers.start("page", partial(serve, behind))

    async def _listen(self) -> None:
        """Run the sources until somebody asks to stop."""
        try:
            async with asyncio.TaskGroup() as group:
                self._sources = Crew(group)
                for name in self._config.device:
                    self._watch(name)
                self._sources.start("the clock", self._tick)
                self._sources.start("the config", self._reload)
                self._sources.start("the signals", _until_signal)
        except* Stop:
            log.info("stopping: sources ended, followers drain")

    def _watch(self, name: str) -> None:
        """Open a device, anew if it is being watched; one that is in the config no more is let go."""
        table = self._config.device.get(name)
        if table is None:
            self._sources.stop(name)
            self._board.wires.pop(DeviceId(name), None)
        else:
            device = DeviceId(name)
            beside = self._board.lay_wire(device)
            self._sources.start(name, partial(watch, device, table.talk, self._recorder.record, beside=beside))

    async def _reload(self) -> None:
        """Take over the config file, as it then is, each time somebody asks (SIGHUP); else the old one runs on."""
        while True:
            await self._asked_to_reload.wait()
            self._asked_to_reload.clear()
            try:
                new = await asyncio.to_thread(load, self._config_path)
                digest = _digest(self._config_path)
                async with self._recorder.standstill():
                    found = difference(self._config, new, await held(self._journal))
                    await self._change(new, found)
            except (ConfigError, OSError, *RECOVERABLE) as error:
                self._refused = str(error)
                log.error("config not taken over, the one in use runs on: %s", error)
                continue
            self._refused = ""
            log.info("config taken over; changed: %s", ", ".join(found.changed) or "nothing")
            if found.changed:
                self._recorder.owe(ConfigChanged(digest, found.changed))

    async def _change(self, new: Config, found: Difference) -> None:
        """Restart what differs and nothing else.

        Raises:
            JournalError: Nothing has changed.
        """
        house = self._house
        desks = self._set_up(new, found.stations)
        rooms = Rooms(new.room, house, self._readings) if found.rooms else self._rooms
        judges = self._conditions | {
            name: rule.judge(name) if name in found.rules else self._judges[name] for name, rule in new.rule.items()
        }
        await self._recorder.change(desks, rooms, judges)
        self._config, self._desks, self._rooms, self._judges = new, desks, rooms, judges
        house.registers = self._book.renew(new.registers_table, new.registers)
        house.limits = new.rule
        plates = _plates(new)
        for name in found.devices:
            self._watch(name)
            await self._recorder.reopened(DeviceId(name), plates)
        if found.broker:
            self._uplink = self._begin_uplink()
            self._followers.start("uplink", self._uplink.run)
        if found.printing:
            self._board.drop_printers_but(new.printer)
            self._print()
        if found.web:
            self._open_page()

    async def _tick(self) -> None:
        looked_at = float("-inf")
        while True:
            self._ticked_at = self._clock.monotonic()
            if self._ticked_at - looked_at >= self._config.clock.look_every_s:
                looked_at = self._ticked_at
                offset_ms = self._clock.look()
                if offset_ms is not None:
                    self._recorder.owe(ClockCorrected(self._clock.boot, offset_ms))
            await self._recorder.tick()
            await asyncio.sleep(TICK_S)

    def _trouble(self) -> str:
        """Name what hangs, for the heartbeat; empty when all is well."""
        silent_s = self._clock.monotonic() - self._ticked_at
        return f"no tick for {silent_s:.0f} s" if silent_s > 40 * TICK_S else ""

    def _birth(self) -> dict[str, Any]:
        return describe_gateway(self._config, self._clock)

    def _describe(self) -> dict[str, Any]:
        return describe_house(
            self._config,
            house=self._house,
            board=self._board,
            clock=self._clock,
            journal=self._journal,
            uplink=self._uplink.status,
            refused=self._refused,
            registers=self._book,
        )


def _plates(config: Config) -> "Mapping[StationId, Plate | None]":
    """Give what stands on the plate of each station's scale."""
    if not config.station:
        return {}
    from gateway.record.desks import plate

    return {StationId(name): plate(table, config.device) for name, table in config.station.items()}


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


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _settle() -> None:
    """Spare the collector what stays for ever: going over all of it takes longer than a poll may be late."""
    gc.collect()
    gc.freeze()


def start(config_path: Path, examine: Examine | None = None) -> None:
    """Be the daemon, on the config in this file, until asked to stop; `examine` looks the machine over for the page.

    Raises:
        ConfigError: The file has mistakes; nothing was begun.
        JournalError: The journal cannot be opened, or numbering is stopped.
    """
    config = load(config_path)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.INFO)
    asyncio.run(Daemon(config, config_path, examine).run())
