"""A condition someone must act on (ISA-18.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from gateway.lot import Lot, OperatorId, Sscc
from gateway.station import RoomId

AlarmState = Literal["raised", "acknowledged", "cleared"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rule's condition, its state, and what made it so: EPCIS example 10.

    `since` is when the value first stood beyond the limit, `at` when the state changed. `limits` holds what was
    configured, with its unit in the key. `lots` and `pallets` are those inside the room at that time. Who acknowledges
    an alarm says why it happened and what was `done` about it.
    """

    id: str
    rule: str
    version: int
    state: AlarmState
    room: RoomId | None
    source: str
    quantity: str
    unit: str | None
    since: datetime
    at: datetime
    value: Decimal | None
    minimum: Decimal | None
    maximum: Decimal | None
    limits: Mapping[str, Decimal]
    message: str
    lots: tuple[Lot, ...] = ()
    pallets: tuple[Sscc, ...] = ()
    by: OperatorId | None = None
    reason: str = ""
    done: str = ""
