"""A packing house whose machine does not know the time: stories of wrong clocks, and what must hold after each."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from gateway.acts import ClockCorrected
from gateway.clock import Clock
from gateway.event import Entry
from gateway.journal.canonical import parse
from gateway.station import Show
from tests.road import MORNING, PackingHouse, Time, packing_house, tag

MOST_WRONG_S: Final = 1.0
ROUNDED: Final = timedelta(milliseconds=2)
YEARS_BACK: Final = timedelta(days=-3652)
MONTH_AHEAD: Final = timedelta(days=30)
WITH_LABEL: Final = ("carton", "receipt")


class Machine(Time):
    """A machine's clocks, and what time it really is; `true` goes on with the others and is never stepped."""

    def __init__(self, boot: str, true: datetime, wrong_by: timedelta, *, synced: bool = False) -> None:
        super().__init__(wall=true + wrong_by, mono=40.0, synced=synced, boot=boot)
        self.true = true

    @property
    def began(self) -> datetime:
        """When its monotonic clock was 0, in truth."""
        return self.true - timedelta(seconds=self.mono)

    def passes(self, seconds: float) -> None:
        super().passes(seconds)
        self.true += timedelta(seconds=seconds)

    def is_set(self, wrong_by: timedelta = timedelta(0)) -> None:
        """The time server has answered: the wall clock steps to the truth."""
        self.wall = self.true + wrong_by
        self.synced = True


@dataclass(slots=True)
class Written:
    """What a story left in the journal, judged against the truth."""

    entries: list[Entry]
    bodies: Mapping[UUID, Mapping[str, Any]]
    serials: list[str]
    began: dict[str, datetime]
    mistakes: list[str] = field(default_factory=list)
    most_wrong_s: float = 0.0
    corrected: int = 0

    def judge(self) -> "Written":
        """Find everything that must not be."""
        for what, values in (("id", [entry.id for entry in self.entries]), ("serial", self.serials)):
            self.mistakes += [f"{what} {value} twice" for value, times in Counter(values).items() if times > 1]
        order = [(entry.epoch_number, entry.seq) for entry in self.entries]
        if order != [(1, seq) for seq in range(1, len(order) + 1)]:
            self.mistakes.append(f"order: {order}")
        self._judge_times()
        for entry in self.entries:
            if entry.kind in WITH_LABEL and entry.clock == "unsynced":
                self.mistakes.append(f"{entry.seq}: a {entry.kind} with its label, and nobody had confirmed the date")
        return self

    def _judge_times(self) -> None:
        offsets = {
            body["boot"]: timedelta(milliseconds=int(body["offsetMs"]))
            for body in self.bodies.values()
            if body.get("kind") == "clock-correction"
        }
        before: datetime | None = None
        for entry in self.entries:
            if entry.clock in ("unsynced", "confirmed") and entry.boot not in offsets:
                continue  # that boot was never synchronised: nobody can know
            offset = offsets[entry.boot] if entry.clock in ("unsynced", "confirmed") else timedelta(0)
            epoch = datetime.fromtimestamp(0, MORNING.tzinfo)
            said = epoch + timedelta(milliseconds=entry.wall_ms) + offset
            true = self.began[entry.boot] + timedelta(milliseconds=entry.mono_ms)
            self.corrected += bool(offset)
            self._compare(entry, "recorded", said, true)
            at = datetime.fromisoformat(self.bodies[entry.id]["eventTime"]) + offset
            self._compare(entry, "happened", at, true, late_s=2.0)
            if before is not None and said < before - ROUNDED:
                self.mistakes.append(f"{entry.seq}: before the one before it, also when corrected")
            before = said

    def _compare(self, entry: Entry, what: str, said: datetime, true: datetime, late_s: float = 0.0) -> None:
        """`late_s`: what is recorded happened up to so much earlier (frames until a load is at rest)."""
        wrong_s = (said - true).total_seconds()
        over_s = max(wrong_s, -wrong_s - late_s)
        self.most_wrong_s = max(self.most_wrong_s, over_s)
        if over_s > MOST_WRONG_S:
            self.mistakes.append(f"{entry.seq} {entry.kind} ({entry.clock}): {what} {wrong_s:+.1f} s wrong")


class Story:
    """Boots and runs of one gateway, one after the other, on one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._began: dict[str, datetime] = {}
        self.entries: list[Entry] = []
        self._bodies: dict[UUID, dict[str, Any]] = {}
        self.true = MORNING

    @asynccontextmanager
    async def run(self, machine: Machine) -> AsyncIterator[PackingHouse]:
        """Run the gateway once, as the daemon does, and read what it has written in the end."""
        async with packing_house(self._directory, machine) as house:
            self._began[house.house.clock.boot] = machine.began
            await look(house, house.house.clock)
            yield house
            await look(house, house.house.clock)
            self.entries = await house.entries()
            self._bodies = {entry.id: parse(entry.body) for entry in self.entries if entry.body is not None}
            self.true = machine.true

    def written(self) -> Written:
        serials = [body["ph:serial"] for body in self._bodies.values() if "ph:serial" in body and "ph:gtin" in body]
        return Written(self.entries, self._bodies, serials, self._began).judge()


async def look(house: PackingHouse, clock: Clock) -> None:
    """Do what the daemon does every ten seconds."""
    offset_ms = clock.look()
    if offset_ms is not None:
        await house.house.keep(ClockCorrected(clock.boot, offset_ms), at=clock.now())


async def pack(house: PackingHouse, lot: str, cartons: int) -> None:
    """Sign in, scan the lot, and put cartons on; whether they count is for the station to say."""
    await house.shows("pack-scale", "0.00", 3)
    await house.scan("pack-scanner", "OP-11")
    await house.scan("pack-scanner", tag(lot), "]Q1")
    for _ in range(cartons):
        await house.load("pack-scale", "10.25")


async def yesterday(story: Story) -> str:
    """A day with the right time, which leaves a lot half packed and a receipt open."""
    async with story.run(Machine("boot-1", story.true, timedelta(0), synced=True)) as house:
        lot = await house.begin_packing("201.50")
        await pack(house, lot, 3)
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.10")
    story.true += timedelta(hours=9)
    return lot


async def unconfirmed(house: PackingHouse, lot: str) -> None:
    """Work on while nobody knows the date: the open receipt takes its loads, everything else waits."""
    cartons = len(await house.entries("carton"))
    await house.scan("gate-scanner", "OP-07")
    await house.load("gate-scale", "98.70")
    await house.shows("gate-scale", "0.00", 3)
    await pack(house, lot, 2)
    assert house.state("pack") is Show.CONFIRM_DATE
    assert len(await house.entries("carton")) == cartons


async def packs(house: PackingHouse, lot: str, cartons: int) -> None:
    """Pack, and see that every carton is taken."""
    before = len(await house.entries("carton"))
    await pack(house, lot, cartons)
    assert len(await house.entries("carton")) == before + cartons, house.view("pack")


async def ten_years_back(story: Story, *, synced: bool = False) -> None:
    """A Pi without a battery wakes in the past, a person confirms the date, and the time server answers later."""
    lot = await yesterday(story)
    machine = Machine("boot-2", story.true, YEARS_BACK, synced=synced)
    async with story.run(machine) as house:
        if not synced:
            await unconfirmed(house, lot)
            await house.scan("pack-scanner", "CMD-DATE-YES")
        await packs(house, lot, 2)
        await house.passes(600)
        machine.is_set()
        await look(house, house.house.clock)
        await packs(house, lot, 2)


async def a_month_ahead(story: Story, *, synced: bool = False) -> None:
    """The clock is a month fast; nobody confirms such a date; the time server steps it back."""
    lot = await yesterday(story)
    machine = Machine("boot-2", story.true, MONTH_AHEAD, synced=synced)
    async with story.run(machine) as house:
        await (packs(house, lot, 2) if synced else unconfirmed(house, lot))
        await house.passes(600)
        machine.is_set()
        await look(house, house.house.clock)
        await packs(house, lot, 2)


async def stepped_at_sync(story: Story, *, synced: bool = False) -> None:
    """Five minutes and a bit, forward: the step comes while a carton stands on the scale."""
    lot = await yesterday(story)
    machine = Machine("boot-2", story.true, timedelta(minutes=-5, seconds=-7), synced=synced)
    async with story.run(machine) as house:
        await house.scan("pack-scanner", "OP-11")
        if not synced:
            await house.scan("pack-scanner", "CMD-DATE-YES")
        await packs(house, lot, 2)
        await house.shows("pack-scale", "0.00", 3)
        await house.shows("pack-scale", "10.50", 2)
        machine.is_set()
        await look(house, house.house.clock)
        await house.shows("pack-scale", "10.50", 10)
        await packs(house, lot, 1)


async def boots_in_the_past(story: Story, *, synced: bool = False) -> None:
    """Each boot begins before the one before ended; the second is never synchronised, the third is, after a kill."""
    lot = await yesterday(story)
    async with story.run(Machine("boot-2", story.true, YEARS_BACK, synced=synced)) as house:
        if not synced:
            await unconfirmed(house, lot)
            await house.scan("pack-scanner", "CMD-DATE-YES")
        await packs(house, lot, 2)
    machine = Machine("boot-3", story.true + timedelta(hours=1), timedelta(days=-2), synced=synced)
    async with story.run(machine) as house:
        if not synced:
            await unconfirmed(house, lot)
            await house.scan("pack-scanner", "CMD-DATE-YES")
        await packs(house, lot, 2)
    machine.passes(30)
    async with story.run(machine) as house:  # the same boot, another run
        await packs(house, lot, 1)
        machine.passes(30)
        machine.is_set()
        await look(house, house.house.clock)
        await packs(house, lot, 1)


async def synchronised_between_two_runs(story: Story, *, synced: bool = False) -> None:
    """The gateway is killed before the time server answers, and started again, in the same boot, after it has."""
    lot = await yesterday(story)
    machine = Machine("boot-2", story.true, YEARS_BACK, synced=synced)
    async with story.run(machine) as house:
        if not synced:
            await unconfirmed(house, lot)
            await house.scan("pack-scanner", "CMD-DATE-YES")
        await packs(house, lot, 2)
    machine.passes(60)
    machine.is_set()
    async with story.run(machine) as house:
        await packs(house, lot, 2)


STORIES: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    "ten years back": ten_years_back,
    "a month ahead": a_month_ahead,
    "a step at the first sync": stepped_at_sync,
    "boots in the past": boots_in_the_past,
    "synchronised between two runs": synchronised_between_two_runs,
}


async def tell(name: str, directory: Path, *, believes_the_wall: bool = False) -> Written:
    """Play a story; with `believes_the_wall` (the control) by a gateway that takes a wrong clock for a right one."""
    story = Story(directory)
    await STORIES[name](story, synced=believes_the_wall)
    return story.written()
