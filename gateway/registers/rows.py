"""One row of each register: a growing area, a facility, a product, a customer, a farm, a person, a crate type."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from gateway.settings import Amount, Settings

Gtin = Annotated[str, Field(pattern=r"^\d{14}$")]
Gln = Annotated[str, Field(pattern=r"^\d{13}$")]
Status = Literal["active", "suspended", "revoked"]
Role = Literal["viewer", "operator", "technician", "supervisor", "admin"]
"""What a person may do: look; weigh and scan; look after devices; undo and hold; everything."""

Day = Annotated[date, BeforeValidator(lambda value: date.fromisoformat(value) if isinstance(value, str) else value)]
"""A date: a TOML file has dates, a JSON document writes them as text."""


class Late(Settings):
    """What is checked late or never: its validator is built for the first that comes; a house of sensors has none."""

    model_config = ConfigDict(defer_build=True)


class Names(Late):
    """A name in Vietnamese and English."""

    vi: str
    en: str


class Grade(Late):
    """`[product.<id>.grade.<name>]`: what grading makes of a product; `export`: it may leave the country."""

    name: Names
    gtin: Gtin = ""
    export: bool = True


class Product(Late):
    """`[product.<id>]`: what is received and packed. `gtin_lot` names the bulk, `gtin_carton` a carton; kg.

    Both are empty in a house that is no member of GS1. A product with grades is packed from graded lots only.
    """

    name: Names
    variety: str | None = None
    gtin_lot: Gtin = ""
    gtin_carton: Gtin = ""
    min_kg: Annotated[Amount, Field(gt=0)]
    max_kg: Annotated[Amount, Field(gt=0)]
    target_kg: Annotated[Amount, Field(gt=0)] | None = None
    under_kg: Annotated[Amount, Field(ge=0)] = Decimal(0)
    over_kg: Annotated[Amount, Field(ge=0)] = Decimal(0)
    shelf_life_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    grade: dict[str, Grade] = Field(default_factory=dict)

    @property
    def gtins(self) -> tuple[str, ...]:
        """Every GTIN this product goes by, in bulk, by grade and in cartons."""
        own = (self.gtin_lot, self.gtin_carton, *(grade.gtin for grade in self.grade.values()))
        return tuple(gtin for gtin in own if gtin)


class Registered(Late):
    """A code an authority gave, and whether it still holds: since when it does not, and why."""

    status: Status
    name: str | None = None
    since: Day | None = None
    reason: str | None = None


class Area(Registered):
    """`[area.<code>]`: a growing area; the code is kept verbatim."""


class Facility(Registered):
    """`[facility.<code>]`: a packing facility; the code is kept verbatim."""


class Customer(Late):
    """`[customer.<id>]`: who goods are sent to; the key is what is scanned at the dock."""

    name: str
    address: str | None = None
    gln: Gln | None = None
    market: str | None = None


class FarmCertificate(Late):
    """`[[farm.<card>.certificate]]`: a standard the farm grows by, the certificate's number and last day."""

    scheme: str
    number: str | None = None
    expires: Day | None = None


class Farm(Late):
    """`[farm.<card>]`: a farm household; the key is what its card says. The name stays in this house.

    `last_pesticide` and `interval_days` are what it declares before a harvest: the interval must have passed.
    """

    id: str
    name: str
    area: str
    product: str
    province: str | None = None
    harvested_from: Day | None = None
    last_pesticide: Day | None = None
    pesticide: str | None = None
    interval_days: Annotated[int, Field(ge=0, le=365)] | None = None
    certificate: Annotated[
        tuple[FarmCertificate, ...],
        BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
    ] = ()


class Operator(Late):
    """`[operator.<badge>]`: a person; the key is what the badge says. The name stays in this house."""

    name: str
    role: Role = "operator"
    language: Literal["vi", "en"] = "vi"


class Crate(Late):
    """`[crate.<code>]`: a crate type that comes back, and its tare in kg."""

    name: str
    tare_kg: Annotated[Amount, Field(ge=0, decimal_places=3)]
