"""The floor of the packing house: trucks that come, fruit that lies there under a lot's tag, the shift's plan."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, cycle
from pathlib import Path
from random import Random
from typing import Any, Literal

from firmware_mock.workers.gate import Truck
from firmware_mock.workers.shown import lot_on


@dataclass(frozen=True, slots=True)
class Place:
    """One worker's place: badge, and the control sockets within reach; `cartons` None means without end.

    `cartons` of the pallet place make a pallet; `customer`, `vehicle` and `seal` are codes at hand at the dock.
    """

    station: str
    badge: str
    scanner: Path
    scale: Path | None = None
    printer: Path | None = None
    slips: Path | None = None
    crate: str | None = None
    cartons: int | None = None
    room: str = ""
    direction: Literal["in", "out"] = "in"
    customer: str = ""
    vehicle: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A shift: who works where, which farms come with how many loads, how heavy things are (kg, from and to).

    `pace_s` is how long a worker takes for a move of the hand; `rest_s` lies between two trucks of an endless shift.
    """

    panel: Path
    seed: int
    gate: Place
    packing: tuple[Place, ...]
    doors: tuple[Place, ...]
    inspection: Place
    pallet: Place
    dock: Place
    trucks: tuple[tuple[str, int], ...]
    load_kg: tuple[Decimal, Decimal] = (Decimal("26.00"), Decimal("32.00"))
    carton_kg: tuple[Decimal, Decimal] = (Decimal("9.60"), Decimal("10.40"))
    endless: bool = False
    pace_s: float = 0.15
    rest_s: float = 0.0


def read_plan(path: Path) -> Plan:
    """Read a shift's plan from JSON; the keys are those of `Plan` and `Place`."""
    said = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return Plan(
        panel=Path(said["panel"]),
        seed=said["seed"],
        gate=_place(said["gate"]),
        packing=tuple(_place(place) for place in said["packing"]),
        doors=tuple(_place(place) for place in said["doors"]),
        inspection=_place(said["inspection"]),
        pallet=_place(said["pallet"]),
        dock=_place(said["dock"]),
        trucks=tuple((card, loads) for card, loads in said["trucks"]),
        endless=said.get("endless", False),
        pace_s=float(said.get("pace_s", 0.15)),
        rest_s=float(said.get("rest_s", 0)),
    )


def _place(said: dict[str, Any]) -> Place:
    paths = {key: Path(said[key]) for key in ("scanner", "scale", "printer", "slips") if said.get(key)}
    return Place(**{**said, **paths})


@dataclass(slots=True)
class Heap:
    """What lies under one lot's tag; `hands` are the stations that pack from it."""

    tag: str
    kg: Decimal
    hands: set[str] = field(default_factory=set)


class Floor:
    """Trucks and heaps; fruit can be packed only once it was weighed in and has its tag."""

    def __init__(self, plan: Plan) -> None:
        self._random = Random(plan.seed)
        self._plan = plan
        self._trucks: Iterator[tuple[str, int]] = iter(plan.trucks)
        if plan.endless:
            self._trucks = chain(self._trucks, cycle(plan.trucks))
        self.heaps: dict[str, Heap] = {}
        self.no_more_trucks = False

    def truck(self) -> Truck | None:
        """Give the next truck, None after the last."""
        card, loads = next(self._trucks, (None, 0))
        if card is None:
            self.no_more_trucks = True
            return None
        return Truck(card, tuple(self._mass(self._plan.load_kg) for _ in range(loads)))

    def lay_down(self, tag: str, kg: Decimal) -> None:
        """A lot is weighed in and has its tag."""
        self.heaps[lot_on(tag) or ""] = Heap(tag, kg)

    def tag(self, station: str, lot: str | None) -> str | None:
        """Give the tag of a heap with a carton's worth in it: the one in hand, else the one with the fewest hands."""
        enough = {name: heap for name, heap in self.heaps.items() if heap.kg >= self._plan.carton_kg[1]}
        for heap in self.heaps.values():
            heap.hands.discard(station)
        if lot not in enough:
            lot = min(enough, key=lambda name: (len(enough[name].hands), name), default=None)
        if lot is None:
            return None
        enough[lot].hands.add(station)
        return enough[lot].tag

    def carton(self, tag: str) -> Decimal:
        """Fill a carton from a heap: kilograms."""
        kg = self._mass(self._plan.carton_kg)
        self.heaps[lot_on(tag) or ""].kg -= kg
        return kg

    def _mass(self, between: tuple[Decimal, Decimal]) -> Decimal:
        low, high = (int(kg * 100) for kg in between)
        return Decimal(self._random.randint(low, high)).scaleb(-2)
