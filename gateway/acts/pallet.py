"""Cartons put together into a logistic unit, and taken apart again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gateway.lot import CartonId, LotCode, OperatorId, Sscc
from gateway.station import PrinterId


@dataclass(frozen=True, slots=True)
class PalletBegun:
    """A pallet has its SSCC from now on, and is being stacked (audit record); said again when one is taken up again.

    `prefix` is the GS1 company prefix its SSCC was made with, None in a house without one.
    """

    sscc: Sscc
    prefix: str | None
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class CartonStacked:
    """A carton was scanned onto a pallet, or off one that is not closed yet (audit record)."""

    direction: Literal["on", "off"]
    sscc: Sscc
    carton: CartonId
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class PalletBuilt:
    """Cartons became a pallet: EPCIS example 07. kg exact; `gross` is None unless somebody weighed it.

    `cartons` are those this act adds, `on_it` all that stand on the pallet then; both count towards `count`, `net` and
    `lots` as a whole. `n` is `<gateway number>.<counter>`.
    """

    sscc: Sscc
    n: str
    cartons: tuple[CartonId, ...]
    count: int
    net: Decimal
    gross: Decimal | None
    gtin: str
    lots: tuple[LotCode, ...]
    packed_on: date
    product_name: str
    areas: tuple[str, ...]
    by: OperatorId | None
    best_before: date | None = None
    variety: str | None = None
    market: str | None = None
    facility: str | None = None
    printer: PrinterId | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class PalletTakenApart:
    """These cartons came off a closed pallet; when none is left the pallet is no more."""

    sscc: Sscc
    n: str
    cartons: tuple[CartonId, ...]
    left: int
    reason: str
    by: OperatorId | None
