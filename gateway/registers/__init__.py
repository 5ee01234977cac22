"""The registers: growing areas, farms, products, operators, crate types, as last told to this gateway."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from gateway.settings import Amount, Settings

Role = Literal["viewer", "operator", "technician", "supervisor", "admin"]
"""What a person may do: look; weigh and scan; look after devices; undo and hold; everything."""

Gtin = Annotated[str, Field(pattern=r"^\d{14}$")]


class Names(Settings):
    """A name in Vietnamese and English."""

    vi: str
    en: str


class Product(Settings):
    """`[product.<id>]`: what is received and packed. `gtin_lot` names the bulk, `gtin_carton` a carton; kg."""

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


class Area(Settings):
    """`[area.<code>]`: a growing area; the code is kept verbatim."""

    status: Literal["active", "suspended", "revoked"]
    name: str | None = None


class Farm(Settings):
    """`[farm.<card>]`: a farm household; the key is what its card says. The name stays in this house."""

    id: str
    name: str
    area: str
    product: str
    province: str | None = None


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

    def product_of(self, gtin: str) -> str | None:
        """Give the id of the product that this GTIN names, in bulk or in cartons."""
        for key, product in self.product.items():
            if gtin in (product.gtin_lot, product.gtin_carton):
                return key
        return None
