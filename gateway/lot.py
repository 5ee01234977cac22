"""What is traced and recalled as one: lots, and the cartons and pallets they become."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NewType

LotCode = NewType("LotCode", str)
ProductId = NewType("ProductId", str)
OperatorId = NewType("OperatorId", str)
Sscc = NewType("Sscc", str)
"""The serial shipping container code of a pallet, 18 digits (AI 00)."""

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
    """A lot: its code (AI 10), its GTIN-14 (AI 01), what it is and where it comes from.

    `grade` is None for a harvest lot. An `export` lot keeps to one growing area; `market` is where it is meant to go.
    """

    code: LotCode
    gtin: str
    product: ProductId
    origin: Origin
    opened_at: datetime
    grade: str | None = None
    export: bool = False
    market: str | None = None


@dataclass(frozen=True, slots=True)
class CartonId:
    """One carton: GTIN-14 (AI 01) and serial (AI 21), and the lot it was packed from."""

    gtin: str
    serial: str
    lot: LotCode


Goods = Lot | Sscc
"""What goes through doors, is held, destroyed and loaded: a lot as a whole, or a pallet."""

GoodsCode = LotCode | Sscc


def goods_code(text: str) -> GoodsCode:
    """Give a code as what it names: 18 digits are a pallet, a lot's code has a letter."""
    return Sscc(text) if text.isdecimal() else LotCode(text)


def code_of(goods: Goods) -> GoodsCode:
    """Give what is written on goods: a lot's code, a pallet's SSCC."""
    return goods.code if isinstance(goods, Lot) else goods


@dataclass(frozen=True, slots=True)
class LotBook:
    """What the journal's projections know of a lot's life; kilograms are exact.

    `inspection` is the result of the last inspection that stands, `held` why it is set apart, `register_age_h` how old
    the register was by which it was let in, when that was too old.
    """

    lot: Lot
    state: LotState
    received_kg: Decimal
    packed_kg: Decimal
    graded_kg: Decimal = Decimal(0)
    destroyed_kg: Decimal = Decimal(0)
    dispatched_kg: Decimal = Decimal(0)
    inspection: str | None = None
    held: str | None = None
    register_age_h: int | None = None

    @property
    def left_kg(self) -> Decimal:
        """What is still there as it came, kg; below zero within the tolerance of its scales."""
        return self.received_kg - self.packed_kg - self.graded_kg - self.destroyed_kg - self.dispatched_kg


PalletState = Literal["open", "closed", "dispatched", "apart", "destroyed"]
CartonState = Literal["packed", "void", "dispatched", "destroyed"]


@dataclass(frozen=True, slots=True)
class CartonBook:
    """What the projections know of a carton."""

    carton: CartonId
    kg: Decimal
    state: CartonState
    pallet: Sscc | None = None
    dispatch: str | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PalletBook:
    """What the projections know of a pallet; `held` is why it is set apart, `dispatch` what it left with."""

    sscc: Sscc
    state: PalletState
    cartons: int
    net_kg: Decimal
    gross_kg: Decimal | None = None
    dispatch: str | None = None
    held: str | None = None
