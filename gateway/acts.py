"""What people and stations did: one frozen fact for each act, complete enough to be written down as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from gateway.lot import Lot, LotCode, OperatorId
from gateway.reading import Condition, DeviceId
from gateway.station import PrinterId, RoomId, StationId

Tolerance = Literal["under", "good", "over"]
PrintState = Literal["queued", "sending", "done", "unknown", "void"]
Evidence = Literal["none", "sent", "device-ready", "device-complete", "scan-verified", "operator"]


@dataclass(frozen=True, slots=True)
class Weighing:
    """One captured load with its evidence; gross, tare and net in kg, exact (net = gross - tare).

    `display` is the text the scale showed, in `unit_shown`; `raw` the very frame.
    `rest` says who judged that the load was at rest: the scale's own flag, or our spread window.
    """

    gross: Decimal
    tare: Decimal
    net: Decimal
    display: str
    unit_shown: str
    raw: bytes
    scale: DeviceId
    at: datetime
    rest: Literal["flag", "derived"]
    by: OperatorId | None
    interval: Decimal | None = None
    verified_until: date | None = None
    tolerance: Tolerance | None = None


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
class HarvestLot:
    """A harvest lot with its received mass: EPCIS example 01. `product_name` in Vietnamese."""

    lot: Lot
    net: Decimal
    product_name: str
    variety: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A closed receipt, the exact sum of its loads: EPCIS example 02. `label_uri` is what the lot tag's QR says.

    `slip_printer` and `slip_template` print the farmer's weigh slip beside it.
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
    slip_printer: PrinterId | None = None
    slip_template: str | None = None


@dataclass(frozen=True, slots=True)
class Carton:
    """One carton weighed and labelled: EPCIS example 05. `label_uri` is what its QR says."""

    gtin: str
    serial: str
    lot: Lot
    weighing: Weighing
    product_name: str
    variety: str | None
    packed_on: date
    best_before: date | None
    facility: str | None
    label_uri: str
    printer: PrinterId | None
    template: str | None


@dataclass(frozen=True, slots=True)
class RoomMove:
    """A lot went through the door of a room: EPCIS example 08 (in), 11 (out); `n` is `<gateway number>.<counter>`."""

    direction: Literal["in", "out"]
    lot: Lot
    room: RoomId
    n: str
    by: OperatorId | None


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
class RoomWindow:
    """What a room's sensors said in [start, end), and the lots inside at its end: EPCIS example 09."""

    room: RoomId
    start: datetime
    end: datetime
    statistics: tuple[Statistics, ...]
    lots: tuple[Lot, ...]


@dataclass(frozen=True, slots=True)
class UnboundLoad:
    """A load came to rest where no lot was bound: no label, no EPCIS event, but not forgotten."""

    weighing: Weighing
    why: str


@dataclass(frozen=True, slots=True)
class UnknownScan:
    """A code nobody knows, or a wrong one, was scanned; the raw bytes are kept."""

    raw: bytes
    symbology: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class RefusedAct:
    """An act the rules did not allow: what was tried and the sentence shown."""

    tried: str
    sentence: str
    values: Mapping[str, str]
    weighing: Weighing | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An operator scanned a badge at a station; None: nobody any more."""

    operator: OperatorId | None
    reason: str


@dataclass(frozen=True, slots=True)
class LotClosed:
    """A lot was closed: by scan, by use to within tolerance, by a supervisor."""

    lot: LotCode
    reason: str
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class Printout:
    """What became of one label; `job` is the print job's number in the journal."""

    job: str
    label: str
    serial: str | None
    printer: PrinterId
    state: PrintState
    evidence: Evidence
    reason: str = ""
    by: OperatorId | None = None


@dataclass(frozen=True, slots=True)
class Reprint:
    """The same label once more, marked IN LẠI: `of` is the print job it repeats; its own job begins with its own id."""

    of: str
    serial: str | None
    printer: PrinterId
    reason: str
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class DateConfirmed:
    """A person said that the clock's date is right; valid for the house until the boot ends."""

    day: date
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class ClockCorrected:
    """The first synchronisation of a boot: how far its earlier wall times were off (add to correct)."""

    boot: str
    offset_ms: int


@dataclass(frozen=True, slots=True)
class Started:
    """The daemon began: version, and a digest of the config it runs on."""

    version: str
    config_sha256: str
    stations: tuple[StationId, ...]


@dataclass(frozen=True, slots=True)
class ConfigChanged:
    """The running daemon took over a changed config: its digest, and the tables and register rows that differ."""

    config_sha256: str
    changed: tuple[str, ...]


Acted = (
    LotOpened
    | GateLoad
    | HarvestLot
    | Receipt
    | Carton
    | RoomMove
    | RoomWindow
    | UnboundLoad
    | UnknownScan
    | RefusedAct
    | SignedIn
    | LotClosed
    | Printout
    | Reprint
    | DateConfirmed
    | ClockCorrected
    | Started
    | ConfigChanged
)
"""Everything an act can be."""
