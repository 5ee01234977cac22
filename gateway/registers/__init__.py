"""The registers: growing areas, farms, products, operators, crate types, as last told to this gateway."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gateway.settings import Amount, Settings

Gtin = Annotated[str, Field(pattern=r"^\d{14}$")]


class Names(Settings):
    """A name in Vietnamese and English."""

    vi: str
    en: str


Role = Literal["viewer", "operator", "supervisor", "technician", "admin"]
Status = Literal["active", "suspended", "revoked"]


class Grade(Settings):
    """`[product.<id>.grade.<name>]`: one of the lots a product is sorted into, its own GTIN and name."""

    gtin: Gtin
    name: Names


class Product(Settings):
    """`[product.<id>]`: what is received and packed. `gtin_lot` names the bulk, `gtin_carton` a carton; kg.

    A product with grades is packed from graded lots only.
    """

    name: Names
    variety: str | None = None
    gtin_lot: Gtin
    gtin_carton: Gtin
    min_kg: Annotated[Amount, Field(gt=0)]
    max_kg: Annotated[Amount, Field(gt=0)]
    target_kg: Annotated[Amount, Field(gt=0)] | None = None
    under_kg: Annotated[Amount, Field(ge=0)] = Decimal(0)
    over_kg: Annotated[Amount, Field(ge=0)] = Decimal(0)
    shelf_life_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    grade: dict[str, Grade] = Field(default_factory=dict)


class Area(Settings):
    """`[area.<code>]`: a growing area; the code is kept verbatim."""

    status: Status
    name: str | None = None


class Facility(Settings):
    """`[facility.<code>]`: a packing facility; the code is kept verbatim."""

    status: Status
    name: str | None = None


class Customer(Settings):
    """`[customer.<id>]`: who goods are sent to; the key is what is scanned at the dock."""

    name: str
    address: str | None = None
    gln: Annotated[str, Field(pattern=r"^\d{13}$")] | None = None
    market: str | None = None


class FarmCertificate(Settings):
    """`[[farm.<card>.certificate]]`: a standard the farm grows by, the certificate's number and last day."""

    scheme: str
    number: str | None = None
    expires: date | None = None


class Farm(Settings):
    """`[farm.<card>]`: a farm household; the key is what its card says. The name stays in this house.

    `last_pesticide` and `interval_days` are what it declares before a harvest: the interval must have passed.
    """

    id: str
    name: str
    area: str
    product: str
    province: str | None = None
    harvested_from: date | None = None
    last_pesticide: date | None = None
    pesticide: str | None = None
    interval_days: Annotated[int, Field(ge=0, le=365)] | None = None
    certificate: tuple[FarmCertificate, ...] = Field(default=(), strict=False)


class Operator(Settings):
    """`[operator.<badge>]`: a person; the key is what the badge says. The name stays in this house."""

    name: str
    role: Role = "operator"


class Crate(Settings):
    """`[crate.<code>]`: a crate type that comes back, and its tare in kg."""

    name: str
    tare_kg: Annotated[Amount, Field(ge=0, decimal_places=3)]


class Registers(Settings):
    """All registers together, as read from `config/local/*.toml`."""

    version: str = "0"
    product: dict[str, Product] = Field(default_factory=dict)
    area: dict[str, Area] = Field(default_factory=dict)
    farm: dict[str, Farm] = Field(default_factory=dict)
    operator: dict[str, Operator] = Field(default_factory=dict)
    crate: dict[str, Crate] = Field(default_factory=dict)
    facility: dict[str, Facility] = Field(default_factory=dict)
    customer: dict[str, Customer] = Field(default_factory=dict)

    def product_of(self, gtin: str) -> str | None:
        """Give the id of the product that this GTIN names, in bulk or in cartons."""
        for key, product in self.product.items():
            if gtin in (product.gtin_lot, product.gtin_carton, *(grade.gtin for grade in product.grade.values())):
                return key
        return None
