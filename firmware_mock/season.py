"""A season of a packing house, made up from a seed: what happened, in plain words and in order of time.

    python -m firmware_mock season --seed 7 --lots 300

It knows nothing of the gateway: whoever wants these as its records makes them, and can then compare what it
answers with what is told here. Kilograms are exact and balance: what was received was graded, packed, thrown away or
lost. Days are those of Vietnam (UTC+07:00); every time is aware.
"""

import argparse
import heapq
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import count
from typing import Final

from firmware_mock.season_words import (
    Corrected,
    Destroyed,
    Dispatched,
    DispatchUndone,
    Ended,
    Excursed,
    Graded,
    Happened,
    Held,
    Inspected,
    Moved,
    Packed,
    Palletised,
    Received,
    Released,
    TakenApart,
    Voided,
    Windowed,
)

VIETNAM: Final = timezone(timedelta(hours=7))
BEGINS: Final = date(2026, 5, 4)

AREAS: Final = tuple(f"VN-XXOR-{number:04}" for number in range(1, 25))
FARMS_AN_AREA: Final = 6
PRODUCTS: Final = ("ri6", "dona")
ROOMS: Final = ("cold-room-1", "cold-room-2")
CUSTOMERS: Final = ("C-101", "C-102", "C-118", "C-131", "C-140")
MARKETS: Final = ("CN", "CN", "CN", "VN")
STATIONS: Final = ("pack-1", "pack-2", "pack-3")
PEOPLE: Final = ("OP-07", "OP-11", "OP-12", "OP-15")
SUPERVISOR: Final = "SUP-01"
INSPECTOR: Final = "QC-02"

LOTS_A_DAY: Final = 70
LOADS: Final = (3, 7)
"""Fewest and most loads a farm brings, of some 240 kg each."""

CARTONS_A_PALLET: Final = 60
COLD: Final = (Decimal("2.0"), Decimal("5.4"))
HOUR: Final = timedelta(hours=1)

_COMPANY: Final = "9521234"
_CRATE: Final = Decimal("1.50")
_CARTON: Final = Decimal("0.60")
_PALLET: Final = Decimal("22.0")


@dataclass
class _Numbers:
    """The house's counters, each beginning anew where the house's own would."""

    gateway: int
    cartons: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    pallets: int = 0
    acts: Iterator[int] = field(default_factory=lambda: count(1))

    def serial(self, day: date) -> str:
        written = f"{day:%y%m%d}"
        self.cartons[written] = number = self.cartons.get(written, 0) + 1
        return f"{written}{self.gateway}{number:05}"

    def document(self, letter: str, day: date) -> str:
        written = f"{letter}{day:%y%m%d}"
        self.documents[written] = number = self.documents.get(written, 0) + 1
        return f"{written}-{self.gateway}{number:03}"

    def sscc(self) -> str:
        self.pallets += 1
        digits = f"3{_COMPANY}{self.gateway}{self.pallets:08}"
        return digits + _check_digit(digits)

    def act(self) -> str:
        return f"{self.gateway}.{next(self.acts)}"


@dataclass
class _Pallet:
    sscc: str
    serials: tuple[str, ...]
    export: bool
    ready_at: datetime


class Season:
    """A season to be gone through once; the same seed and number of lots always give the same one."""

    def __init__(
        self,
        seed: int,
        lots: int,
        *,
        begins: date = BEGINS,
        lots_a_day: int = LOTS_A_DAY,
        loads: tuple[int, int] = LOADS,
        gateway: int = 0,
    ) -> None:
        self._rng = random.Random(seed)
        self._lots = lots
        self._begins = begins
        self._lots_a_day = lots_a_day
        self._loads = loads
        self._numbers = _Numbers(gateway)
        self._coming: list[tuple[datetime, int, Happened]] = []
        self._order = count()
        self._inside: dict[str, dict[str, None]] = {room: {} for room in ROOMS}
        self._waiting: list[_Pallet] = []
        self._stands_in: dict[str, str] = {}

    def happened(self) -> Iterator[Happened]:
        """Yield what happened, in order of time."""
        done, days = 0, 0
        while done < self._lots:
            today = min(self._lots_a_day, self._lots - done)
            day = self._begins + timedelta(days=days)
            for place in range(today):
                self._lot(day, place, today)
            done, days = done + today, days + 1
            self._rooms(day)
            yield from self._until(_at(day, 19))
            self._leave(day + timedelta(days=1))
            yield from self._until(_at(day + timedelta(days=1), 0))
        for day in (self._begins + timedelta(days=days + more) for more in range(3)):
            self._rooms(day)
            yield from self._until(_at(day, 19))
            self._leave(day + timedelta(days=1), everything=True)
            yield from self._until(_at(day + timedelta(days=1), 0))

    def _until(self, end: datetime) -> Iterator[Happened]:
        while self._coming and self._coming[0][0] < end:
            _, _, one = heapq.heappop(self._coming)
            if isinstance(one, Moved):
                inside = self._inside[one.room]
                if one.direction == "in":
                    inside[one.goods] = None
                else:
                    inside.pop(one.goods, None)
            if isinstance(one, Windowed | Excursed):
                one.inside.extend(self._inside[one.room])
            yield one

    def _add(self, one: Happened) -> None:
        heapq.heappush(self._coming, (one.at, next(self._order), one))

    # one lot, from the gate to its pallets

    def _lot(self, day: date, place: int, today: int) -> None:
        rng = self._rng
        area = rng.choice(AREAS)
        number = AREAS.index(area)
        opened = _at(day, 5) + timedelta(minutes=50 + 540 * place // max(today, 1), seconds=rng.randrange(60))
        loads = tuple(self._load() for _ in range(rng.randint(*self._loads)))
        tare = sum((load[1] for load in loads), Decimal())
        gross = sum((load[0] for load in loads), Decimal())
        deduction = Decimal(rng.randint(20, 120)).scaleb(-1) if rng.random() < 0.3 else Decimal()
        received = Received(
            at=opened + timedelta(minutes=2 * len(loads) + 1),
            opened_at=opened,
            lot=self._numbers.document("H", day),
            receipt=self._numbers.document("R", day),
            area=area,
            farm=f"HTX-{number * FARMS_AN_AREA + rng.randrange(FARMS_AN_AREA):04}",
            product=PRODUCTS[number % len(PRODUCTS)],
            harvested_from=day - timedelta(days=1),
            harvested_to=day,
            loads=loads,
            deduction=deduction,
            vehicle=f"49C-{rng.randrange(1000):03}.{rng.randrange(100):02}",
            export=rng.random() < 0.7,
            by=rng.choice(PEOPLE),
        )
        self._add(received)
        net = gross - tare - deduction
        at = received.at + timedelta(minutes=rng.randint(10, 40))
        result = "rejected" if rng.random() < 0.02 else rng.choice(("accepted", "accepted", "accepted", "conditional"))
        dry = Decimal(rng.randint(300, 360)).scaleb(-1)
        self._add(
            Inspected(at, self._numbers.document("Q", day), received.lot, result, dry, rng.randint(5, 12), INSPECTOR)
        )
        if result == "rejected":
            self._add(
                Destroyed(at + timedelta(minutes=30), received.lot, self._numbers.act(), net, "không đạt", SUPERVISOR)
            )
            self._add(Ended(at + timedelta(minutes=31), received.lot, "tiêu hủy", SUPERVISOR))
            return
        if rng.random() < 0.02:
            held = at + timedelta(minutes=3)
            self._add(Held(held, received.lot, self._numbers.act(), "chờ kết quả dư lượng", SUPERVISOR))
            self._add(Released(held + timedelta(minutes=8), received.lot, self._numbers.act(), "đạt", SUPERVISOR))
        self._grade(day, received, net, at + timedelta(minutes=rng.randint(12, 30)))

    def _load(self) -> tuple[Decimal, Decimal, int]:
        crates = self._rng.randint(8, 12)
        tare = crates * _CRATE
        return Decimal(self._rng.randint(1800, 3000)).scaleb(-1) + tare, tare, crates

    def _grade(self, day: date, received: Received, net: Decimal, at: datetime) -> None:
        rng = self._rng
        runs = 1 if rng.random() < 0.85 else 2
        left = net
        for run in range(runs):
            taken = left if run == runs - 1 else (net / 2).quantize(Decimal("0.1"))
            left -= taken
            best = (taken * rng.randint(66, 76) / 100).quantize(Decimal("0.1"))
            second = (taken * rng.randint(18, 22) / 100).quantize(Decimal("0.1"))
            graded = Graded(
                at=at + timedelta(minutes=25 * run),
                run=self._numbers.act(),
                lot=received.lot,
                product=received.product,
                input_kg=taken,
                outputs=(
                    (self._numbers.document("G", day), "A", best),
                    (self._numbers.document("G", day), "B", second),
                ),
                loss_kg=taken - best - second,
                by=rng.choice(PEOPLE),
            )
            self._add(graded)
            if run == runs - 1:
                self._add(Ended(graded.at + timedelta(minutes=1), received.lot, "used up", graded.by))
            for lot, grade, kg in graded.outputs:
                self._pack(
                    received, lot, kg, export=received.export and grade == "A", at=graded.at + timedelta(minutes=8)
                )

    def _pack(self, received: Received, lot: str, kg: Decimal, *, export: bool, at: datetime) -> None:
        rng = self._rng
        station = rng.choice(STATIONS)
        by = rng.choice(PEOPLE)
        cartons: list[tuple[str, Decimal, Decimal]] = []
        while kg >= Decimal(11):
            net = Decimal(rng.randint(900, 1100)).scaleb(-2)
            kg -= net
            at += timedelta(seconds=rng.randint(8, 15))
            label = rng.choices(("done", "unknown", "void"), (985, 10, 5))[0]
            late = f"PG-{rng.randrange(10_000):04}" if rng.random() < 0.002 else None
            serial = self._numbers.serial(received.harvested_to)
            one = Packed(at, serial, lot, received.product, net + _CARTON, _CARTON, station, label, late, by)
            self._add(one)
            if label == "void" or rng.random() < 0.003:
                self._add(Voided(at + timedelta(seconds=40), serial, "nhãn hỏng", SUPERVISOR))
                kg += net
                continue
            if rng.random() < 0.003:
                right = net + Decimal(rng.choice((-20, 15, 30))).scaleb(-2)
                self._add(Corrected(at + timedelta(seconds=50), serial, right + _CARTON, _CARTON, SUPERVISOR))
                kg += net - right
                net = right
            cartons.append((serial, net, net + _CARTON))
        self._add(Ended(at + timedelta(minutes=3), lot, "used up", by))
        for first in range(0, len(cartons), CARTONS_A_PALLET):
            self._stack(lot, cartons[first : first + CARTONS_A_PALLET], export, at + timedelta(minutes=6))

    def _stack(self, lot: str, cartons: Sequence[tuple[str, Decimal, Decimal]], export: bool, at: datetime) -> None:
        rng = self._rng
        sscc = self._numbers.sscc()
        serials = tuple(serial for serial, _, _ in cartons)
        net = sum((net for _, net, _ in cartons), Decimal())
        gross = sum((gross for _, _, gross in cartons), _PALLET)
        self._add(Palletised(at, sscc, self._numbers.act(), lot, serials, net, gross, rng.choice(PEOPLE)))
        if rng.random() < 0.01:
            self._add(TakenApart(at + timedelta(minutes=4), sscc, self._numbers.act(), serials, "đổ pallet", "OP-15"))
            at += timedelta(minutes=12)
            sscc = self._numbers.sscc()
            self._add(Palletised(at, sscc, self._numbers.act(), lot, serials, net, gross, rng.choice(PEOPLE)))
        room = rng.choice(ROOMS)
        at += timedelta(minutes=rng.randint(4, 15))
        self._add(Moved(at, "in", sscc, room, self._numbers.act(), rng.choice(PEOPLE)))
        if rng.random() < 0.03:  # moved over to the other room
            at += timedelta(hours=1, minutes=rng.randrange(60))
            other = ROOMS[1 - ROOMS.index(room)]
            self._add(Moved(at, "out", sscc, room, self._numbers.act(), rng.choice(PEOPLE)))
            room = other
            self._add(Moved(at + timedelta(minutes=3), "in", sscc, room, self._numbers.act(), rng.choice(PEOPLE)))
        self._waiting.append(_Pallet(sscc, serials, export, at + timedelta(minutes=30)))
        self._stands_in[sscc] = room

    # trucks and rooms

    def _leave(self, day: date, *, everything: bool = False) -> None:
        """Load the trucks of a morning with what stood ready the evening before; some of it stays a night more."""
        rng = self._rng
        ready = [one for one in self._waiting if one.ready_at < _at(day, 4) and (everything or rng.random() < 0.9)]
        gone = {one.sscc for one in ready}
        self._waiting = [one for one in self._waiting if one.sscc not in gone]
        at = _at(day, 5)
        for export in (True, False):
            pallets = [one.sscc for one in ready if one.export is export]
            for first in range(0, len(pallets), 20):
                at += timedelta(minutes=11)
                self._truck(day, pallets[first : first + 20], export, at)

    def _truck(self, day: date, pallets: list[str], export: bool, at: datetime) -> None:
        rng = self._rng
        for place, sscc in enumerate(pallets):
            room = self._stands_in.pop(sscc)
            out = at + timedelta(seconds=20 * place)
            self._add(Moved(out, "out", sscc, room, self._numbers.act(), rng.choice(PEOPLE)))
        number = self._numbers.document("X", day)
        self._add(
            Dispatched(
                at=at + timedelta(minutes=10),
                number=number,
                pallets=tuple(pallets),
                customer=rng.choice(CUSTOMERS),
                vehicle=f"51C-{rng.randrange(1000):03}.{rng.randrange(100):02}",
                container=f"XXXU{rng.randrange(10**7):07}" if export else None,
                seal=f"VN{rng.randrange(10**6):06}" if export else None,
                market="CN" if export else "VN",
                by=rng.choice(PEOPLE),
            )
        )
        if rng.random() < 0.01:
            self._add(DispatchUndone(at + timedelta(minutes=40), number, self._numbers.act(), "xe hỏng", SUPERVISOR))
            again = self._numbers.document("X", day)
            self._add(
                Dispatched(
                    at + timedelta(hours=3), again, tuple(pallets), "C-118", "51C-999.99", None, None, "VN", "OP-07"
                )
            )

    def _rooms(self, day: date) -> None:
        """Give each room its windows of a day, now and then a bad hour, now and then one without readings."""
        rng = self._rng
        for room in ROOMS:
            warm = rng.randrange(8, 18) if rng.random() < 0.15 else None
            silent = rng.randrange(24) if rng.random() < 0.05 else None
            for hour in range(24):
                start = _at(day, hour)
                samples = 12 if hour == silent else 60
                peak = Decimal("8.1") if hour == warm else COLD[1]
                self._add(Windowed(start + HOUR, room, start, COLD[0], peak, Decimal("3.6"), samples, 60))
                if hour == warm:
                    since, number = start + timedelta(minutes=10), self._numbers.act()
                    self._add(Excursed(since + timedelta(minutes=10), room, since, peak, number, "raised"))
                    self._add(Excursed(since + timedelta(minutes=35), room, since, peak, number, "cleared"))


def temperature(room: str, at: datetime) -> Decimal:
    """Give what a room's sensor says at a time, in °C: it swings slowly between 2.0 and 5.0, the same for ever."""
    minute = int(at.timestamp()) // 60 + 17 * ROOMS.index(room)
    swing = abs(minute % 46 - 23)
    return Decimal(20 + round(swing * 30 / 23)).scaleb(-1)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), VIETNAM)


def _check_digit(digits: str) -> str:
    """Give GS1's check digit: from the right, every other digit counts three times."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def main(arguments: list[str]) -> int:
    """Print a season, one JSON object a line, each with the kind of what happened."""
    options = argparse.ArgumentParser(prog="firmware_mock season", description="A season made up from a seed.")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--lots", type=int, default=LOTS_A_DAY)
    asked = options.parse_args(arguments)
    for one in Season(asked.seed, asked.lots).happened():
        print(json.dumps({"what": type(one).__name__, **asdict(one)}, default=str, ensure_ascii=False))
    return 0
