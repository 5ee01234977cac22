"""What people did at stations that concerns no goods, and what the house says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gateway.acts.weighing import Weighing
from gateway.lot import LotCode, OperatorId
from gateway.reading import Condition
from gateway.station import PrinterId, StationId

PrintState = Literal["queued", "sending", "done", "unknown", "void"]
Evidence = Literal["none", "sent", "device-ready", "device-complete", "scan-verified", "operator"]


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
