"""Packing: a load becomes a carton with a serial and a label, and official stamps are bound to it."""

from dataclasses import dataclass
from datetime import date

from gateway.acts.weighing import Weighing
from gateway.lot import Lot, OperatorId
from gateway.station import PrinterId


@dataclass(frozen=True, slots=True)
class Carton:
    """One carton weighed and labelled: EPCIS example 05. `label_uri` is what its QR says.

    A corrected carton is the same carton with `revision` + 1, published at the original's time.
    """

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
    revision: int = 0


@dataclass(frozen=True, slots=True)
class StampsBound:
    """Official stamps were put on a carton: EPCIS example 06. A stamp is an opaque text, never issued here."""

    gtin: str
    serial: str
    stamps: tuple[str, ...]
    n: str
    by: OperatorId | None
