"""What people decide about the state of goods: inspected, held, released, destroyed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from gateway.lot import CartonId, Goods, Lot, OperatorId

Result = Literal["accepted", "rejected", "conditional"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """A lot was inspected: EPCIS example 03. `measurements` by name, in the unit the name says."""

    number: str
    lot: Lot
    result: Result
    by: OperatorId | None
    measurements: Mapping[str, Decimal] = field(default_factory=dict)
    samples: int | None = None
    note: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A person set goods apart: they are not to be used or sold until released. `n` is `<gateway number>.<counter>`."""

    goods: Goods
    n: str
    reason: str
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class Released:
    """A person gave held goods free again; `n` as in `Held`."""

    goods: Goods
    n: str
    reason: str
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class Destroyed:
    """So many kg of a lot, or a whole pallet with its cartons, were destroyed."""

    goods: Goods
    n: str
    kg: Decimal
    reason: str
    by: OperatorId | None
    cartons: tuple[CartonId, ...] = ()
