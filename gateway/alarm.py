"""A condition someone must act on (ISA-18.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from gateway.lot import Lot, OperatorId, Sscc
from gateway.station import RoomId

AlarmState = Literal["raised", "acknowledged", "cleared"]

OF_GATEWAY: Final = frozenset(
    {
        *("journal-refused", "journal-space", "journal-early-purge", "journal-damaged", "journal-conflict"),
        *("certificate-expires", "fork"),
    }
)
"""What the gateway says of itself; no rule of the config may go by such a name."""


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


def of_gateway(name: str, gateway: str, state: AlarmState, *, since: datetime, at: datetime, message: str) -> Alarm:
    """Give an alarm about the gateway itself: nothing is measured, so its quantity is its name (`ph:JournalSpace`)."""
    return Alarm(
        id="",
        rule=name,
        version=1,
        state=state,
        room=None,
        source=gateway,
        quantity="ph:" + "".join(word.capitalize() for word in name.split("-")),
        unit=None,
        since=since,
        at=at,
        value=None,
        minimum=None,
        maximum=None,
        limits={},
        message=message,
    )
