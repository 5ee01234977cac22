"""What frames of different makers are made of: signs, digits, units, checks, and the words for having no weight."""

from decimal import Decimal
from functools import reduce
from operator import xor
from typing import Final

from gateway.errors import BadFrame
from gateway.reading import Condition, Quality, Weight
from gateway.units import GRAM, KILOGRAM, TONNE

NUMBER: Final = rb"[0-9]+(?:\.[0-9]+)?"
"""Digits as a display shows them; a comma is a point only where a maker says so."""

_UNITS: Final = {"kg": KILOGRAM, "g": GRAM, "t": TONNE}
_MINUS: Final = b"-"


def amount(sign: bytes, digits: bytes) -> Decimal:
    """Give the number with the decimals it was sent with; blanks may stand before it, and no zero is negative."""
    found = Decimal(digits.strip().replace(b",", b".").decode("ascii"))
    return -found if sign == _MINUS and found else found


def shifted(digits: bytes, decimals: int) -> Decimal:
    """Give whole digits with the point set `decimals` places from their right end; below 0 they grow zeros."""
    return Decimal(int(digits) * 10 ** max(0, -decimals)).scaleb(-max(0, decimals))


def unit(said: bytes, frame: bytes) -> str:
    """Give the UN/ECE code of a unit as scales write it, blanks and capitals whichever way.

    Raises:
        BadFrame: Weights are not kept in this unit.
    """
    try:
        return _UNITS[said.strip().lower().decode("ascii")]
    except (KeyError, UnicodeDecodeError):
        raise BadFrame("set the scale to kg, g or t", frame) from None


def no_weight(condition: Condition) -> Weight:
    """Give what a scale says when it has no weight: never 0, never the last one."""
    return Weight(amount=None, unit=None, quality=Quality.BAD, condition=condition)


def beyond(sign: bytes) -> Weight:
    """Give what a scale says that is out of range either way; its sign tells which."""
    return no_weight("underload" if sign == _MINUS else "overload")


def xor_of(checked: bytes) -> int:
    """Give the XOR of all bytes."""
    return reduce(xor, checked)
