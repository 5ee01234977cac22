"""Keli XK3118T1, mode 3 or 4: '=0023.45(kg)' CR LF.

Source: device sheet §2.
"""

from decimal import Decimal

from firmware_mock.indicator import Indicator
from firmware_mock.scales.talking import Stream, filled, sign


def frame(shown: Decimal, unit: str) -> bytes:
    """Give the frame for what the display shows."""
    minus = sign(shown, plus="")
    return f"={minus}{filled(shown, 7 - len(minus))}({unit:>2})\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator; in overload it falls silent."""
    return Stream(indicator, lambda display: None if display.amount is None else frame(display.amount, unit))
