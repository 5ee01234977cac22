"""One captured load, with everything that proves it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from gateway.lot import OperatorId
from gateway.reading import DeviceId

Tolerance = Literal["under", "good", "over"]


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A numbered form on which a weighing was written by hand when no machine took it down; `reason` says why.

    `entered_by` typed it in, later; who weighed is the weighing's own `by`.
    """

    number: str
    weighed_at: datetime
    reason: str
    entered_by: OperatorId | None = None


@dataclass(frozen=True, slots=True)
class Weighing:
    """One captured load with its evidence; gross, tare and net in kg, exact (net = gross - tare).

    `display` is the text the scale showed, in `unit_shown`; `raw` the very frame.
    `rest` says who judged that the load was at rest: the scale's own flag, our spread window, or a person.
    With a paper `form` the figures were read by a person and written down: such a weighing is marked manual.
    """

    gross: Decimal
    tare: Decimal
    net: Decimal
    display: str
    unit_shown: str
    raw: bytes
    scale: DeviceId
    at: datetime
    rest: Literal["flag", "derived", "person"]
    by: OperatorId | None
    interval: Decimal | None = None
    verified_until: date | None = None
    tolerance: Tolerance | None = None
    form: PaperForm | None = None
