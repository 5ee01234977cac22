"""A place where produce meets devices, and what a worker is told there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from gateway.lot import LotCode, OperatorId

StationId = NewType("StationId", str)
PrinterId = NewType("PrinterId", str)
RoomId = NewType("RoomId", str)

Step = Literal[
    "receiving",
    "inspecting",
    "grading",
    "packing",
    "palletising",
    "storing",
    "staging_outbound",
    "holding",
    "shipping",
    "destroying",
]
"""What is worked at a station: CBV's bizStep, and words of our own where CBV has one for two (grading, palletising).

Gate, inspection, grading table, packing line, pallet place, door in and door out of a cold room, quality hold and
release, dock, destruction.
"""


class Show(StrEnum):
    """What a station shows (design §6); one at a time, the first that holds."""

    DISK_REFUSES = "disk_full"
    STALE = "stale"
    CONFIRM_DATE = "date_ask"
    PRINT_UNKNOWN = "print_unknown"
    TAKE_OFF_FIRST = "not_unloaded"
    LOT_RESCAN = "lot_rescan"
    NO_OPERATOR = "no_operator"
    NO_LOT = "no_lot"
    OVERLOAD = "overload"
    NEGATIVE = "negative"
    REFUSED = "refused"
    PRINTING = "printing"
    RECORDED = "captured"
    UNDER = "under"
    OVER = "over"
    STABLE = "stable"
    LOADING = "loading"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Binding:
    """From `since` on, here, this lot; None when the binding ended, `reason` says why."""

    station: StationId
    lot: LotCode | None
    since: datetime
    by: OperatorId | None
    reason: str = "scan"
