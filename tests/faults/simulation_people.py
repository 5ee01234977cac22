"""Simulated workers: each does one small thing at a time, decided by what the station shows and by nothing else."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from gateway.board import StationView
from gateway.locale.shown import LOCAL
from gateway.station import Show, StationId
from tests.faults.clock_stories import Machine
from tests.road import PackingHouse, tag

PRINTED: Final = ("queued", "sending", "unknown", "done")


@dataclass
class Worker:
    """Somebody with a load in their hands, at a station with a scale. `kg` is the load not yet known to be recorded."""

    station: StationId
    device: str
    badge: str
    rng: random.Random
    kg: Decimal | None = None
    stands: bool = False
    mistakes: list[str] = field(default_factory=list)

    def view(self, house: PackingHouse) -> StationView:
        return house.view(self.station)

    async def step(self, house: PackingHouse) -> None:
        """Do one thing."""
        view = self.view(house)
        match view.show:
            case Show.NO_OPERATOR:
                await self.scan(house, self.badge)
            case Show.NO_LOT | Show.LOT_RESCAN:
                await self.fetch_lot(house)
            case Show.CONFIRM_DATE:
                await self.read_date(house, view)
            case Show.PRINT_UNKNOWN:
                await self.answer(house)
            case Show.TAKE_OFF_FIRST | Show.RECORDED:
                await self.lift(house)
            case Show.REFUSED:
                await self.give_up(house)
            case Show.READY:
                await self.put(house)
            case _:
                await self.wait(house)
        self.notice(house)

    async def scan(self, house: PackingHouse, code: str, symbology: str | None = None) -> None:
        await house.scan(f"{self.device}-scanner", code, symbology)

    async def wait(self, house: PackingHouse) -> None:
        """Leave everything as it is for a few frames."""
        shown = self.kg if self.stands and self.kg is not None else Decimal("0.00")
        await house.shows(f"{self.device}-scale", str(shown), self.rng.randint(1, 5))

    async def lift(self, house: PackingHouse) -> None:
        self.stands = False
        await house.shows(f"{self.device}-scale", "0.00", self.rng.randint(2, 4))

    async def put(self, house: PackingHouse) -> None:
        if self.kg is None:
            self.kg = self.next_load()
        self.stands = True
        await house.shows(f"{self.device}-scale", str(self.kg), self.rng.randint(2, 9))
        self.notice(house)
        if self.rng.random() < 0.1:
            await self.lift(house)

    async def give_up(self, house: PackingHouse) -> None:
        """The load is refused: it goes aside, and is not this station's any more."""
        self.kg = None
        await self.lift(house)

    async def read_date(self, house: PackingHouse, view: StationView) -> None:
        """Confirm the date when it is today's; a person has a calendar."""
        assert isinstance(house.time, Machine)
        if view.values.get("date") == today(house.time).isoformat():
            await self.scan(house, "CMD-DATE-YES")
        else:
            await self.wait(house)

    def next_load(self) -> Decimal:
        raise NotImplementedError

    async def fetch_lot(self, house: PackingHouse) -> None:
        raise NotImplementedError

    async def answer(self, house: PackingHouse) -> None:
        raise NotImplementedError

    def notice(self, house: PackingHouse) -> None:
        """Look whether the load counted."""
        raise NotImplementedError

    def come_back(self, house: PackingHouse) -> None:
        """After a start: the station states its last load as a past fact; was that this one?"""
        raise NotImplementedError


def today(machine: Machine) -> date:
    return machine.true.astimezone(LOCAL).date()


@dataclass
class Packer(Worker):
    """Packs cartons; `tally` holds what the station, or the label on the carton, said is recorded."""

    lots: Callable[[], list[str]] = list
    tally: dict[str, Decimal] = field(default_factory=dict)

    def next_load(self) -> Decimal:
        return Decimal(self.rng.randint(900, 1200)).scaleb(-2)

    async def fetch_lot(self, house: PackingHouse) -> None:
        if lots := self.lots():
            await self.scan(house, tag(self.rng.choice(lots)), "]Q1")
        else:
            await self.wait(house)

    async def give_up(self, house: PackingHouse) -> None:
        sentence = self.view(house).sentence
        await super().give_up(house)
        if sentence in ("balance", "lot_closed"):
            await self.fetch_lot(house)

    async def answer(self, house: PackingHouse) -> None:
        self._is_mine(house)
        await self.scan(house, self.rng.choice(["CMD-LABEL-OUT", "CMD-REPRINT"]))

    def notice(self, house: PackingHouse) -> None:
        last = self.view(house).last
        if self.view(house).show is Show.RECORDED and last is not None and last.serial is not None:
            self._take(last.serial, last.kg)

    def come_back(self, house: PackingHouse) -> None:
        self._is_mine(house)

    def _is_mine(self, house: PackingHouse) -> None:
        """A carton whose label is printing or asked about is done."""
        last = self.view(house).last
        if last is not None and last.serial is not None and last.label in PRINTED:
            self._take(last.serial, last.kg)

    def _take(self, serial: str, kg: Decimal) -> None:
        if serial in self.tally:
            return
        if self.kg != kg:
            self.mistakes.append(f"{self.station}: shows {serial} with {kg}, and {self.kg} stands there")
        self.tally[serial] = kg
        self.kg = None


@dataclass
class Receiver(Worker):
    """Weighs what trucks bring; `tally` holds the gross masses of each receipt."""

    wanted: int = 3
    tally: dict[str, list[Decimal]] = field(default_factory=dict)
    number: str | None = None

    def next_load(self) -> Decimal:
        return Decimal(self.rng.randint(3000, 12000)).scaleb(-2)

    async def fetch_lot(self, house: PackingHouse) -> None:
        if house.house.clock.dated:
            await self.scan(house, "FARM-0042")
            self.wanted = self.rng.randint(1, 4)
        else:
            await self.read_date(house, self.view(house))

    async def read_date(self, house: PackingHouse, view: StationView) -> None:
        assert isinstance(house.time, Machine)
        if house.house.clock.today() == today(house.time):
            await self.scan(house, "CMD-DATE-YES")
        else:
            await self.wait(house)

    async def put(self, house: PackingHouse) -> None:
        receipt = self.view(house).receipt
        if receipt is not None and receipt.loads >= self.wanted and self.kg is None:
            await self.scan(house, "CMD-CLOSE-RECEIPT")
            if not house.house.clock.dated:
                await self.read_date(house, self.view(house))
            return
        await super().put(house)

    async def answer(self, house: PackingHouse) -> None:
        await self.wait(house)

    def notice(self, house: PackingHouse) -> None:
        if self.view(house).show is Show.RECORDED:
            self.come_back(house)

    def come_back(self, house: PackingHouse) -> None:
        receipt = self.view(house).receipt
        if receipt is None:
            return
        loads = self.tally.setdefault(receipt.number, [])
        if receipt.loads == len(loads) + 1:
            if self.kg is None:
                self.mistakes.append(f"{receipt.number}: load {receipt.loads} is nobody's")
                return
            loads.append(self.kg)
            self.kg = None
        elif receipt.loads != len(loads):
            self.mistakes.append(f"{receipt.number}: {receipt.loads} loads, {len(loads)} were seen")
