"""Units of measure by their UN/ECE Recommendation 20 codes, as EPCIS wants them, and exact shifts to kilograms."""

from decimal import Decimal
from typing import Final

KILOGRAM: Final = "KGM"
GRAM: Final = "GRM"
TONNE: Final = "TNE"
CELSIUS: Final = "CEL"
PERCENT: Final = "P1"
PARTS_PER_MILLION: Final = "59"

SHOWN: Final = {
    KILOGRAM: "kg",
    GRAM: "g",
    TONNE: "t",
    CELSIUS: "°C",
    PERCENT: "%",
    PARTS_PER_MILLION: "ppm",
    "VLT": "V",
    "AMP": "A",
    "WTT": "W",
    "KWH": "kWh",
    "HTZ": "Hz",
}
"""How people see a unit (Nghị định 86/2012, Annex V: lower case)."""

CONFIGURED: Final = {"kg": KILOGRAM, "g": GRAM, "t": TONNE}
"""How the config file writes the units that weights are kept in."""

_EXPONENT_TO_KG: Final = {KILOGRAM: 0, GRAM: -3, TONNE: 3}


def to_kg(amount: Decimal, unit: str) -> Decimal:
    """Give the same mass in kilograms, every digit kept: only the decimal point moves.

    Raises:
        ValueError: The unit is not a decimal multiple of the gram (pounds are refused, design §6).
    """
    try:
        exponent = _EXPONENT_TO_KG[unit]
    except KeyError:
        raise ValueError(f"{unit!r} is not a unit weights are kept in; set the scale to kg, g or t") from None
    return amount.scaleb(exponent)
