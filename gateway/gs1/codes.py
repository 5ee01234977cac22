"""What a scanned code can mean in a packing house."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LotTag:
    """A lot: GTIN-14 (AI 01), empty where a private URI named it, and lot code (AI 10)."""

    gtin: str
    lot: str


@dataclass(frozen=True, slots=True)
class CartonCode:
    """One carton: GTIN-14 (AI 01, empty as above), serial (AI 21), and its lot (AI 10) where the code says it."""

    gtin: str
    serial: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class PalletCode:
    """One logistic unit: SSCC (AI 00), or the number a house without GS1 gave it."""

    sscc: str


@dataclass(frozen=True, slots=True)
class LocalCode:
    """A code of this house: badge, farm card, crate type, command. The registers say what it is."""

    text: str


Code = LotTag | CartonCode | PalletCode | LocalCode
