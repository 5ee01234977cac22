"""Goods leave the house: loaded onto a vehicle, shipped to a customer, called back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from gateway.lot import Goods, Lot, OperatorId, Sscc


@dataclass(frozen=True, slots=True)
class Customer:
    """Who gets the goods: the register's id, name and address, a GLN where there is one."""

    id: str
    name: str
    address: str | None = None
    gln: str | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """How goods travel: vehicle, container and seal as their papers name them, market and documents."""

    vehicle: str | None = None
    container: str | None = None
    seal: str | None = None
    market: str | None = None
    po: str | None = None
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DispatchOpened:
    """A vehicle is being loaded for a customer (audit record); said again when something about it changes."""

    number: str
    customer: Customer
    journey: Journey
    by: OperatorId | None


@dataclass(frozen=True, slots=True)
class GoodsLoaded:
    """A pallet or lot was scanned onto a vehicle, or off it again (audit record); `warning` is what was said of it."""

    direction: Literal["on", "off"]
    number: str
    goods: Goods
    by: OperatorId | None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class LotShipped:
    """A lot that leaves as it is, in kg."""

    lot: Lot
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The vehicle leaves: EPCIS example 12. `net` is the kg of everything on it."""

    number: str
    customer: Customer
    journey: Journey
    pallets: tuple[Sscc, ...]
    lots: tuple[LotShipped, ...]
    net: Decimal
    by: OperatorId | None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class DispatchRecalled:
    """A shipment that had left was called off on its way: everything on it comes back."""

    number: str
    n: str
    pallets: tuple[Sscc, ...]
    lots: tuple[Lot, ...]
    reason: str
    by: OperatorId | None
