"""Keli XK3118T1, mode 1 or 2: '=' and seven characters with the point, last digit first.

Source: device sheet §2.
"""

from decimal import Decimal

from firmware_mock.indicator import Indicator
from firmware_mock.scales.talking import Stream, filled, sign


def frame(shown: Decimal) -> bytes:
    """Give the frame for what the display shows."""
    minus = sign(shown, plus="")
    return f"={(minus + filled(shown, 7 - len(minus)))[::-1]}".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator; in overload it falls silent."""
    del unit  # not in the frame
    return Stream(indicator, lambda display: None if display.amount is None else frame(display.amount))
