"""What is traced and recalled as one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NewType

LotCode = NewType("LotCode", str)
ProductId = NewType("ProductId", str)
OperatorId = NewType("OperatorId", str)

LotState = Literal["open", "received", "closed"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a lot grew: growing-area code (verbatim), farm household by its internal id, harvest dates."""

    area: str | None
    farm: str | None
    harvested_from: date
    harvested_to: date
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot: its code (AI 10), its GTIN-14 (AI 01), what it is and where it comes from."""

    code: LotCode
    gtin: str
    product: ProductId
    origin: Origin
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class LotBook:
    """What the journal's projections know of a lot's life; kilograms are exact sums of weighings."""

    lot: Lot
    state: LotState
    received_kg: Decimal
    packed_kg: Decimal
