"""What happens at the gate: a lot is opened, weighed load by load, and received."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from gateway.acts.weighing import Weighing
from gateway.lot import Lot, LotCode, OperatorId
from gateway.reading import DeviceId
from gateway.station import PrinterId


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the farm declares before the harvest is taken: the last pesticide, and whether its interval was kept.

    `interval_ok` is None when nobody said; False never gets as far as a receipt.
    """

    last_pesticide: date | None = None
    pesticide: str | None = None
    interval_days: int | None = None
    interval_ok: bool | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A standard the produce was grown by (VietGAP, GlobalG.A.P., organic, OCOP stars), its number and last day."""

    scheme: str
    number: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class LotOpened:
    """A farm's card was scanned at the gate: this lot exists from now on, nothing is weighed yet."""

    lot: Lot
    receipt: str


@dataclass(frozen=True, slots=True)
class GateLoad:
    """One load of a receipt, weighed at the gate (audit record; the receipt sums them)."""

    lot: LotCode
    receipt: str
    number: int
    weighing: Weighing
    crate: str | None
    crates: int


@dataclass(frozen=True, slots=True)
class ReceiptNoted:
    """What was said about an open receipt before it is closed: the vehicle, the deduction in kg and why."""

    receipt: str
    vehicle: str | None
    deduction: Decimal
    deduction_reason: str | None
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class HarvestLot:
    """A harvest lot with its received mass: EPCIS example 01. `product_name` in Vietnamese.

    `register_age_h` is set when the register of growing areas was older than it should be: the lot is flagged.
    """

    lot: Lot
    net: Decimal
    product_name: str
    variety: str | None
    declaration: Declaration = Declaration()
    certificates: tuple[Certificate, ...] = ()
    register_age_h: int | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """A closed receipt, the exact sum of its loads: EPCIS example 02. `label_uri` is what the lot tag's QR says.

    `deduction` (kg, for dirt, wet, damage) is an amount of its own: net = gross - tare - deduction.
    `crate_counts` is the number of crates of each type. The weigh slip is a label of its own.
    """

    number: str
    lot: Lot
    gross: Decimal
    tare: Decimal
    net: Decimal
    loads: int
    crates: int
    scale: DeviceId
    weighed_at: datetime
    by: OperatorId | None
    product_name: str
    variety: str | None
    label_uri: str
    printer: PrinterId | None = None
    template: str | None = None
    deduction: Decimal = Decimal(0)
    deduction_reason: str | None = None
    vehicle: str | None = None
    crate_counts: Mapping[str, int] = field(default_factory=dict)
    declaration: Declaration = Declaration()
    certificates: tuple[Certificate, ...] = ()
    slip_printer: PrinterId | None = None
    slip_template: str | None = None
    register_age_h: int | None = None
    revision: int = 0
