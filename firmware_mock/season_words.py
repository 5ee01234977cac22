"""What can happen in a season: plain facts, each with the time it happened. Kilograms are exact."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Received:
    """A harvest lot was opened, weighed load by load (gross, tare, crates) and its receipt closed.

    The deduction is an amount of its own: net = gross - tare - deduction.
    """

    at: datetime
    opened_at: datetime
    lot: str
    receipt: str
    area: str
    farm: str
    product: str
    harvested_from: date
    harvested_to: date
    loads: tuple[tuple[Decimal, Decimal, int], ...]
    deduction: Decimal
    vehicle: str
    export: bool
    by: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """A lot was inspected; `result` is accepted, conditional or rejected."""

    at: datetime
    number: str
    lot: str
    result: str
    dry_matter: Decimal
    samples: int
    by: str


@dataclass(frozen=True, slots=True)
class Graded:
    """A run of grading: so much of a lot became graded lots (code, grade, kg) and a loss."""

    at: datetime
    run: str
    lot: str
    product: str
    input_kg: Decimal
    outputs: tuple[tuple[str, str, Decimal], ...]
    loss_kg: Decimal
    by: str


@dataclass(frozen=True, slots=True)
class Packed:
    """A carton was weighed and labelled; `label` is what became of its label, `late` a paper form's number."""

    at: datetime
    serial: str
    lot: str
    product: str
    gross: Decimal
    tare: Decimal
    station: str
    label: str
    late: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Voided:
    """A carton was voided: it was never one."""

    at: datetime
    serial: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A carton's weight was wrong; this is the right one."""

    at: datetime
    serial: str
    gross: Decimal
    tare: Decimal
    by: str


@dataclass(frozen=True, slots=True)
class Palletised:
    """Cartons of one lot were stacked on a pallet."""

    at: datetime
    sscc: str
    n: str
    lot: str
    serials: tuple[str, ...]
    net: Decimal
    gross: Decimal
    by: str


@dataclass(frozen=True, slots=True)
class TakenApart:
    """A pallet was taken apart; its number is never used again."""

    at: datetime
    sscc: str
    n: str
    serials: tuple[str, ...]
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Goods went through the door of a room, `in` or `out`."""

    at: datetime
    direction: str
    goods: str
    room: str
    n: str
    by: str


@dataclass(frozen=True, slots=True)
class Held:
    """A lot or pallet was held."""

    at: datetime
    goods: str
    n: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Released:
    """It was released again."""

    at: datetime
    goods: str
    n: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    """So much of a lot or pallet was thrown away."""

    at: datetime
    goods: str
    n: str
    kg: Decimal
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Dispatched:
    """Pallets left on a truck."""

    at: datetime
    number: str
    pallets: tuple[str, ...]
    customer: str
    vehicle: str
    container: str | None
    seal: str | None
    market: str
    by: str


@dataclass(frozen=True, slots=True)
class DispatchUndone:
    """A truck came back with everything: the dispatch is void."""

    at: datetime
    number: str
    n: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Windowed:
    """An hour of a room: its figures in °C, samples had and expected, and the goods inside at its end."""

    at: datetime
    room: str
    start: datetime
    low: Decimal
    high: Decimal
    mean: Decimal
    samples: int
    expected: int
    inside: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Excursed:
    """A room was too warm: the alarm was raised, or cleared again."""

    at: datetime
    room: str
    since: datetime
    peak: Decimal
    number: str
    state: str
    inside: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ended:
    """A lot was closed: nothing more comes out of it; what was too little for a carton stays behind."""

    at: datetime
    lot: str
    reason: str
    by: str


Happened = (
    Received
    | Inspected
    | Graded
    | Packed
    | Voided
    | Corrected
    | Palletised
    | TakenApart
    | Moved
    | Held
    | Released
    | Destroyed
    | Ended
    | Dispatched
    | DispatchUndone
    | Windowed
    | Excursed
)
"""Everything that can happen."""
