"""A fact, placed and timed; and the same fact as it stands in the journal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from gateway.acts import Acted
from gateway.alarm import Alarm
from gateway.lot import LotCode
from gateway.reading import Source, Value
from gateway.station import Binding, RoomId, StationId

Fact = Value | Acted | Alarm | Binding
ClockQuality = Literal["synced", "holdover", "confirmed", "unsynced"]

Json = None | bool | int | str | Decimal | list["Json"] | dict[str, "Json"]
"""A document; numbers with a fraction are Decimal, never float."""


@dataclass(frozen=True, slots=True)
class Event:
    """A fact, where and when it happened (EPCIS eventTime).

    `key` is the business key of the act (domain.md §7): it names the act, never only the object, and holds no time.
    It is empty for readings, which are judged but not journaled. Durations are counted
    in `monotonic` (seconds). `request` is the key under which somebody asked for the act, so that asking twice does it
    once.
    """

    occurred_at: datetime
    fact: Fact
    key: str = ""
    number: int | None = None
    monotonic: float = 0.0
    station: StationId | None = None
    room: RoomId | None = None
    source: Source | None = None
    lot: LotCode | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on: what a judge sees when nothing else happens. `monotonic` in seconds."""

    at: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A document on its way into the journal: entry id, kind and body, not yet numbered or timed."""

    id: UUID
    kind: str
    body: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the journal (EPCIS recordTime). `body` is RFC 8785 canonical JSON; None once purged or quarantined.

    Order is (epoch_number, seq). `wall_ms` is Unix time in milliseconds, `mono_ms` the boot's own clock.
    """

    epoch_number: int
    epoch: str
    seq: int
    id: UUID
    kind: str
    boot: str
    mono_ms: int
    wall_ms: int
    clock: ClockQuality
    prev: bytes
    hash: bytes
    body_sha256: bytes
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, as far as this machine can tell: the boot's id, its monotonic clock, the wall clock and its quality."""

    boot: str
    mono_ms: int
    wall_ms: int
    clock: ClockQuality
