"""Grading: so much of a lot becomes lots by grade, and some of it is lost."""

from dataclasses import dataclass
from decimal import Decimal

from gateway.acts.weighing import Weighing
from gateway.lot import Lot, LotCode, OperatorId
from gateway.station import PrinterId


@dataclass(frozen=True, slots=True)
class GradingBegun:
    """A run of grading began; `run` is `<gateway number>.<counter>` (audit record)."""

    run: str
    lot: LotCode
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class GradedLoad:
    """One load of a run, weighed; `grade` None is what is thrown away (audit record; the grading sums them)."""

    run: str
    lot: LotCode
    number: int
    grade: str | None
    weighing: Weighing


@dataclass(frozen=True, slots=True)
class Graded:
    """One lot that came out of a run: its kg, and what its tag's QR says."""

    lot: Lot
    kg: Decimal
    name: str
    label_uri: str


@dataclass(frozen=True, slots=True)
class Grading:
    """A finished run: EPCIS example 04. input = outputs + loss, in kg, exact.

    `lost_unseen` is the part of the loss nobody weighed: what was missing when the rest of the lot was used up.
    """

    run: str
    lot: Lot
    input_kg: Decimal
    outputs: tuple[Graded, ...]
    loss_kg: Decimal
    by: OperatorId | None
    lost_unseen: Decimal = Decimal(0)
    printer: PrinterId | None = None
    template: str | None = None
    variety: str | None = None
