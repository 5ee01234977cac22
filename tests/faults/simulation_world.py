"""A packing house in one process, in virtual time, where everything goes wrong by a seed.

    python -m tests.faults.simulation_world SEED          replays one seed and tells what was wrong
    python -m tests.faults.simulation_world SEED COUNT    runs so many seeds from this one on

The stations, the house, the journal and the readings store are the real ones, on files; devices, workers, the clock,
the disk's refusals, the power, the link, the broker and the receiver's absences are played.
"""

import asyncio
import logging
import random
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from gateway.acts import Printout, PrintState
from gateway.errors import DiskRefuses, JournalFull
from gateway.event import Draft, Entry
from gateway.journal import Journal, PrintJob
from gateway.journal.verify import verify
from gateway.reading import Link as DeviceLink
from gateway.station import PrinterId, Show, StationId
from tests.faults.clock_stories import MONTH_AHEAD, YEARS_BACK, Machine, look
from tests.faults.simulation_books import mistakes_in
from tests.faults.simulation_link import Link, link
from tests.faults.simulation_people import Packer, Receiver, Worker
from tests.road import MORNING, PACKING, STATIONS, PackingHouse, packing_house

STEPS: Final = 85
LEFT_BEHIND: Final = shutil.ignore_patterns("*.sock", "*-shm", "ballast*")


class PowerCut(Exception):
    """The gateway is gone, in the middle of whatever it did."""


class Disk:
    """The journal as the house sees it: the real one, which refuses, or after which the power fails, when told to.

    With `lies` (the control) a refusal is kept quiet: it says "recorded" and writes nothing.
    """

    def __init__(self, journal: Journal, world: "World", *, lies: bool) -> None:
        self._journal = journal
        self._world = world
        self._lies = lies
        self.refuses: Exception | None = None
        self.dies: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def record(self, *drafts: Draft) -> tuple[Entry, ...]:
        self._world.nothing_shown_before(drafts)
        if self.refuses is not None:
            if self._lies and self._world.lied is not None:
                self._world.lied += len(drafts)
                return ()
            raise self.refuses
        if self.dies == "before":
            raise PowerCut
        entries = await self._journal.record(*drafts)
        if self.dies:
            raise PowerCut
        return entries

    async def begin_print(self, job: str) -> bool:
        if self.refuses is not None:
            raise self.refuses
        return await self._journal.begin_print(job)


@dataclass
class World:
    """One seed's house, its people and its troubles."""

    seed: int
    directory: Path
    lies: bool = False
    mistakes: list[str] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    lied: int | None = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.machine = Machine("boot-0", MORNING, timedelta(0), synced=True)
        self._boots = 1
        self._runs = 0
        self._began: dict[str, Any] = {}
        self._stack = AsyncExitStack()
        self.house: PackingHouse
        self.disk: Disk
        self.gate = Receiver(StationId("gate"), "gate", "OP-07", self.rng)
        self.packers = [Packer(StationId(at), at, "OP-11", self.rng, lots=self._packable) for at in ("pack", "pack-2")]
        self.workers: list[Worker] = [self.gate, *self.packers]

    def _packable(self) -> list[str]:
        return [str(code) for code, book in self.house.house.lots.items() if book.state == "received"]

    # lives

    async def start(self, way: Link) -> None:
        """Start the gateway on what its last life left."""
        self._runs += 1
        here = self.directory / f"run-{self._runs}"
        before = self.directory / f"run-{self._runs - 1}"
        await asyncio.to_thread(shutil.copytree, before, here, ignore=LEFT_BEHIND) if before.exists() else here.mkdir()
        await self._stack.aclose()  # the dead one's files are its own; nothing it does now is seen
        self._stack = AsyncExitStack()
        if before.exists():
            await asyncio.to_thread(shutil.rmtree, before)
        second = PACKING.model_copy(update={"name": "Trạm 2", "scanner": "pack-2-scanner", "scale": "pack-2-scale"})
        stations = {"gate": STATIONS["gate"], "pack": PACKING, "pack-2": second}
        self.house = await self._stack.enter_async_context(packing_house(here, self.machine, stations=stations))
        journal = self.house.journal
        self.disk = Disk(journal, self, lies=self.lies)
        self.house.house.journal = self.disk  # type: ignore[assignment]  # stands in for the journal, refusals and all
        self._began[self.house.house.clock.boot] = self.machine.began
        await look(self.house, self.house.house.clock)
        for job in await journal.print_jobs("sending"):
            await self._keep_printout(job, "unknown")
        await way.begin(journal)
        for worker in self.workers:
            worker.come_back(self.house)

    async def die(self, way: Link) -> None:
        """kill -9, or a power cut and another boot, with a clock that may be anywhere."""
        new_boot = self.rng.random() < 0.5
        self.troubles["power cut" if new_boot else "kill -9"] += 1
        self.machine.passes(self.rng.choice([1.0, 5.0, 1200.0]))
        if new_boot:
            wrong_by, synced = self.rng.choice(
                [
                    (timedelta(0), True),
                    (timedelta(minutes=-3), False),
                    (YEARS_BACK, False),
                    (MONTH_AHEAD, False),
                ]
            )
            self.machine = Machine(f"boot-{self._boots}", self.machine.true, wrong_by, synced=synced)
            self._boots += 1
        await self.start(way)

    # troubles

    async def trouble(self, way: Link) -> None:
        """Let something go wrong, or right again."""
        now = self.machine.true.timestamp()
        what = self.rng.choice(
            [
                "refuse",
                "refuse",
                "mend",
                "mend",
                "dies",
                "dies",
                "offline",
                "broker",
                "receiver",
                "sync",
                "silent",
                "late",
            ]
        )
        self.troubles[what] += 1
        match what:
            case "refuse":
                self.disk.refuses = self.rng.choice([DiskRefuses("played"), JournalFull("played")])
            case "mend":
                self.disk.refuses = None
            case "dies":
                self.disk.dies = self.rng.choice(["before", "after"])
            case "offline":
                way.break_off(now + self.rng.uniform(0, 300))
            case "broker":
                way.kill_broker(now + self.rng.uniform(0, 60))
            case "receiver":
                way.go_away(now + self.rng.uniform(0, 300))
            case "sync":
                self.machine.is_set()
                if self.disk.refuses is None:
                    await look(self.house, self.house.house.clock)
            case "silent":
                worker = self.rng.choice(self.workers)
                await self.house.says(f"{worker.device}-scale", DeviceLink(up=False, why="played"))
            case "late":
                await self.house.passes(self.rng.choice([2.0, 60.0, 1900.0, 4 * 3600.0]))

    async def print_one(self) -> None:
        """Let the printer take the oldest label."""
        for job in (await self.house.journal.print_jobs("queued"))[:1]:
            try:
                await self.disk.begin_print(job.job)
            except (DiskRefuses, JournalFull):
                return
            if self.rng.random() < 0.1:
                raise PowerCut
            await self._keep_printout(job, "done" if self.rng.random() < 0.85 else "unknown")

    async def _keep_printout(self, job: PrintJob, state: PrintState) -> None:
        said = Printout(job.job, "carton-50x30", job.serial, PrinterId("pack-printer"), state, "sent")
        await self.house.recorder.keep_printout(said, job)

    # what must never be

    def nothing_shown_before(self, drafts: tuple[Draft, ...]) -> None:
        """No station may show a load that is only now on its way to the disk."""
        for draft in drafts:
            serial = draft.body.get("ph:serial") if draft.kind == "carton" else None
            for view in self.house.house.board.stations.values():
                if serial is not None and view.last is not None and view.last.serial == serial:
                    self.mistakes.append(f"{view.station} shows {serial} before it is on disk")

    async def only_recorded_is_shown(self) -> None:
        """What a station shows as recorded is in the journal."""
        for view in self.house.house.board.stations.values():
            if view.show is Show.RECORDED and view.last is not None and view.last.serial is not None:
                entries = await self.house.bodies("carton")
                if view.last.serial not in [body["ph:serial"] for body in entries]:
                    self.mistakes.append(f"{view.station} shows {view.last.serial}, which is nowhere")

    # the day

    async def live(self, steps: int) -> None:
        with link(self.directory / "receiver.db", self.rng) as way:
            try:
                await self.start(way)
                for _ in range(steps):
                    await self._one_step(way)
                await self._come_to_rest(way)
                await self._judge()
            finally:
                await self._stack.aclose()
        verdict = await asyncio.to_thread(verify, self.directory / f"run-{self._runs}")
        if not verdict.whole:
            self.mistakes.append(f"the chain: {verdict.first}")
        for worker in self.workers:
            self.mistakes += worker.mistakes

    def _whose_turn(self) -> Worker:
        """The packers wait for a first lot."""
        return self.rng.choice([*self.packers, *self.packers, self.gate]) if self._packable() else self.gate

    async def _one_step(self, way: Link) -> None:
        try:
            if self.rng.random() < 0.15:
                await self.trouble(way)
            await self._whose_turn().step(self.house)
            if self.rng.random() < 0.4:
                await self.print_one()
            await self.house.passes(self.rng.uniform(0.0, 1.0))
            await way.step(self.house.journal, self.machine.true.timestamp())
        except PowerCut:
            await self.die(way)
        await self.only_recorded_is_shown()

    async def _come_to_rest(self, way: Link) -> None:
        """Everything works again: the receiver gets what the journal has."""
        self.disk.refuses, self.disk.dies = None, ""
        self.machine.is_set()
        await look(self.house, self.house.house.clock)
        for worker in self.workers:
            worker.come_back(self.house)
        way.heal()
        journal = self.house.journal
        for _ in range(5000):
            await way.step(journal, self.machine.true.timestamp())
            if journal.last_seq in (0, way.window.confirmed.seq):
                break
            self.machine.passes(0.5)
        else:
            self.mistakes.append(f"never confirmed: {way.window} of {journal.last_seq}")
        if way.forks:
            self.mistakes.append("the uplink saw a fork where there is none")

    async def _judge(self) -> None:
        self.mistakes += mistakes_in(
            await self.house.entries(),
            self._began,
            {serial: kg for packer in self.packers for serial, kg in packer.tally.items()},
            self.gate.tally,
            self.directory / "receiver.db",
        )


def scratch() -> str | None:
    """Give a directory in memory, if there is one: nothing here needs a disk that lasts."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


async def play(seed: int, steps: int = STEPS, *, lies: bool = False) -> World:
    """Play one seed to its end and judge it."""
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="simulation-") as directory:
        world = World(seed, Path(directory), lies=lies)
        await world.live(steps)
        return world


def main(first: int, count: int) -> int:
    logging.disable(logging.ERROR)
    wrong = 0
    for seed in range(first, first + count):
        world = asyncio.run(play(seed))
        if world.mistakes or count == 1:
            cartons = sum(len(packer.tally) for packer in world.packers)
            print(f"seed {seed}: {cartons} cartons, {len(world.gate.tally)} receipts, {dict(world.troubles)}")
            print("\n".join(f"  {mistake}" for mistake in world.mistakes) or "  nothing wrong")
        wrong += bool(world.mistakes)
    print(f"{count} seeds, {wrong} with something wrong")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
