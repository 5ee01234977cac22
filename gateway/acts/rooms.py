"""Cold rooms: goods through the door, and what the sensors said meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from gateway.lot import Goods, Lot, OperatorId, Sscc
from gateway.station import RoomId


@dataclass(frozen=True, slots=True)
class Statistics:
    """A window's figures for one quantity at one source; None of them when no sample came."""

    source: str
    quantity: str
    unit: str | None
    minimum: Decimal | None
    maximum: Decimal | None
    mean: Decimal | None
    deviation: Decimal | None
    samples: int
    expected: int


@dataclass(frozen=True, slots=True)
class Beyond:
    """For how many seconds a quantity at a source stood above and below a rule's limits; None: no such limit."""

    rule: str
    version: int
    source: str
    quantity: str
    above_s: int | None
    below_s: int | None


@dataclass(frozen=True, slots=True)
class History:
    """What goods went through in [since, until) of their stay; `coverage` is samples by expected samples, at most 1."""

    since: datetime
    until: datetime
    statistics: tuple[Statistics, ...]
    beyond: tuple[Beyond, ...]
    coverage: Decimal


@dataclass(frozen=True, slots=True)
class RoomMove:
    """Goods went through the door of a room: EPCIS example 08 (in), 11 (out); `n` is `<gateway number>.<counter>`.

    `history` is told on the way out, where the readings are still there.
    """

    direction: Literal["in", "out"]
    goods: Goods
    room: RoomId
    n: str
    by: OperatorId | None
    history: History | None = None


@dataclass(frozen=True, slots=True)
class RoomWindow:
    """What a room's sensors said in [start, end), and the goods inside at its end: EPCIS example 09."""

    room: RoomId
    start: datetime
    end: datetime
    statistics: tuple[Statistics, ...]
    lots: tuple[Lot, ...]
    pallets: tuple[Sscc, ...] = ()
