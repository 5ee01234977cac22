"""The registers: areas, facilities, products, customers, farms, people and crates, as this gateway was last told."""

from pydantic import Field

from gateway.registers.rows import (
    Area,
    Crate,
    Customer,
    Facility,
    Farm,
    FarmCertificate,
    Grade,
    Late,
    Names,
    Operator,
    Product,
    Role,
    Status,
)

__all__ = [
    "Area",
    "Crate",
    "Customer",
    "Facility",
    "Farm",
    "FarmCertificate",
    "Grade",
    "Names",
    "Operator",
    "Product",
    "Registers",
    "Role",
    "Status",
]


class Registers(Late):
    """All registers together: those of `config/local/*.toml`, and what came down over them."""

    version: str = "0"
    product: dict[str, Product] = Field(default_factory=dict)
    area: dict[str, Area] = Field(default_factory=dict)
    facility: dict[str, Facility] = Field(default_factory=dict)
    customer: dict[str, Customer] = Field(default_factory=dict)
    farm: dict[str, Farm] = Field(default_factory=dict)
    operator: dict[str, Operator] = Field(default_factory=dict)
    crate: dict[str, Crate] = Field(default_factory=dict)

    def product_of(self, gtin: str) -> str | None:
        """Give the id of the product that this GTIN names, in bulk, by grade or in cartons."""
        return next((key for key, product in self.product.items() if gtin in product.gtins), None)
