"""What a trace tells: frozen words for screen, paper and JSON, each with how safe it is."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from gateway.event import Json
from gateway.journal.rows import Cursor
from gateway.locale.traced import Words
from gateway.readings.columns import Column, Span

Kind = Literal["carton", "pallet", "lot"]
Confirmed = Literal["disk", "broker", "province"]
Level = Literal["ok", "warn", "stop", "stale"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact beside a stage: what it is, and its value in both languages."""

    name: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Declared:
    """An entry was declared to be in error; `replaced_by` is the place of the entry that says it right."""

    at: datetime
    reason: str
    by: str | None
    note: str
    replaced_by: Cursor | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One stage of a life, told by one entry (or by several of a kind: `entries`).

    `at` is the event's time with the clock's correction applied; `corrected_clock` says that there was one.
    """

    at: datetime
    kind: str
    title: Words
    facts: tuple[Fact, ...]
    kg: Decimal | None
    by: str | None
    place: Cursor
    entry: UUID
    confirmed: Confirmed
    entries: int = 1
    corrected_clock: bool = False
    paper_form: str | None = None
    declared: Declared | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence of one weighing, kg exact."""

    at: datetime
    what: str
    gross: Decimal
    tare: Decimal
    net: Decimal
    shown: str | None
    frame: str | None
    scale: str | None
    verified_until: str | None
    by: str | None
    paper_form: str | None
    place: Cursor


@dataclass(frozen=True, slots=True)
class Party:
    """Who stands one step before or after, and what went between: `kg`, `cartons`, when."""

    name: Words
    code: str
    detail: tuple[Words, ...]
    kg: Decimal | None = None
    cartons: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree of what became of what, `depth` steps below the farm; `asked` marks what was asked for."""

    depth: int
    kind: str
    code: str
    words: Words
    kg: Decimal | None
    cartons: int | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """A lot's kilograms, exact: received = graded + cartons + shipped + thrown away + left."""

    lot: str
    received: Decimal
    graded: Decimal
    outputs: tuple[tuple[str, Decimal], ...]
    loss: Decimal
    cartons: Decimal
    shipped: Decimal
    thrown: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """What one sensor said during a stay; figures None when it said nothing."""

    source: str
    minimum: Decimal | None
    maximum: Decimal | None
    mean: Decimal | None
    above_s: int | None
    below_s: int | None
    coverage: Decimal
    gaps: tuple[Span, ...]
    columns: tuple[Column, ...]
    width_s: int


@dataclass(frozen=True, slots=True)
class Excursion:
    """A run beyond a limit for longer than its delay."""

    source: str
    span: Span
    worst: Decimal


@dataclass(frozen=True, slots=True)
class Stay:
    """Goods in a room during [since, until); `inside` while they are there still."""

    room: str
    room_name: str
    goods: tuple[str, ...]
    span: Span
    inside: bool
    above: Decimal | None
    below: Decimal | None
    delay_s: int
    series: tuple[Series, ...]
    excursions: tuple[Excursion, ...]

    @property
    def coverage(self) -> Decimal:
        """The share of the time with readings, of the sensor heard least: the goods may have stood beside it."""
        return min((one.coverage for one in self.series), default=Decimal(0))


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """An alarm of a room while the goods were inside."""

    id: str
    room: str
    state: str
    since: datetime
    at: datetime
    message: str
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LabelTold:
    """What became of a label; `count` labels alike."""

    state: str
    words: Words
    count: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who did something; `name` only where this house's own register knows it."""

    id: str
    name: str | None
    did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What was in error, and what stands instead."""

    what: Words
    code: str
    was: Words
    now: Words | None
    declared: Declared


@dataclass(frozen=True, slots=True)
class KeyDatum:
    """A key data element (domain.md §2) by its number: its value, or why there is none."""

    number: int
    name: Words
    value: str | None
    status: Literal["there", "missing", "optional", "not_yet"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a verdict, with the reasons it rests on."""

    word: str
    words: Words
    level: Level
    reasons: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each part by itself (page.md §4); what is said of the whole takes the worst."""

    parts: tuple[Part, ...]

    @property
    def level(self) -> Level:
        """The worst of the parts."""
        return max((part.level for part in self.parts), key=_WORSE.index)

    def says(self, word: str) -> bool:
        """Whether a part has this word."""
        return any(part.word == word for part in self.parts)


_WORSE: Final[tuple[Level, ...]] = ("ok", "stale", "warn", "stop")


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing's whole story."""

    asked: str
    kind: Kind
    code: str
    product: Words
    summary: tuple[Words, ...]
    kg: Decimal
    cartons: int
    verdict: Verdict
    before: tuple[Party, ...]
    after: tuple[Party, ...]
    tree: tuple[Node, ...]
    balances: tuple[Balance, ...]
    story: tuple[Moment, ...]
    weights: tuple[Weighed, ...]
    stays: tuple[Stay, ...]
    alarms: tuple[AlarmTold, ...]
    labels: tuple[LabelTold, ...]
    stamps: tuple[str, ...]
    people: tuple[Person, ...]
    corrections: tuple[Correction, ...]
    key_data: tuple[KeyDatum, ...]
    confirmed: tuple[int, int]
    confirms: Confirmed
    house: str
    facility: str | None
    made_at: datetime

    def as_json(self) -> dict[str, Json]:
        """Give it as a document: machine numbers, ISO 8601 times, words as `{vi, en}`."""
        return as_json(self)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where part of a recalled lot is or went: a customer by a dispatch, a room, the house, or nowhere any more."""

    state: Literal["dispatched", "in_room", "house", "not_packed", "void", "destroyed", "lost"]
    words: Words
    lot: str
    pallet: str | None
    dispatch: str | None
    customer: str | None
    at: datetime | None
    room: str | None
    cartons: int
    kg: Decimal
    first_serial: str | None = None
    last_serial: str | None = None


@dataclass(frozen=True, slots=True)
class Recalled:
    """One harvest lot of a recall, and everything that became of it."""

    lot: str
    farm: str | None
    area: str | None
    product: str
    harvested: tuple[date, date]
    received_at: datetime
    received: Decimal
    where: tuple[Whereabouts, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """All lots of a growing area and some days, and where they went."""

    area: str
    first: date | None
    last: date | None
    lots: tuple[Recalled, ...]
    made_at: datetime

    @property
    def where(self) -> tuple[Whereabouts, ...]:
        """Everything of every lot."""
        return tuple(one for lot in self.lots for one in lot.where)

    def as_json(self) -> dict[str, Json]:
        """Give it as a document."""
        return as_json(self)


def as_json(told: Any) -> dict[str, Json]:
    """Give a frozen fact as a document: every field by its name."""
    return {field.name: _json(getattr(told, field.name)) for field in fields(told)}


def _json(value: Any) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return value if value else Decimal(0)
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Cursor():
            return {"epoch": value.epoch_number, "seq": value.seq}
        case Words():
            return {"vi": value.vi, "en": value.en}
        case tuple():
            return [_json(one) for one in value]
        case Verdict():
            parts = [_json(part) for part in value.parts]
            return {"level": value.level, "parts": parts}
        case Column():
            return [_json(value.at), value.minimum, value.maximum, value.mean, value.samples]
    if is_dataclass(value):
        return as_json(value)
    raise TypeError(f"a trace tells no {type(value).__name__}")
