"""Yaohua XK3190-A12+, A27E as text: 'ww' gross or 'wn' net, seven characters, unit, CR LF.

Source: device sheet §1.5.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, filled, sign


def frame(display: Display, unit: str) -> bytes | None:
    """Give the frame for what the display shows; what it says out of range nobody wrote down."""
    if display.amount is None:
        return None
    minus = sign(display.amount, plus="")
    number = minus + filled(display.amount, 7 - len(minus))
    if "." not in number:
        number = number[: len(minus)] + number[len(minus) + 1 :] + " "
    return f"w{'n' if display.net else 'w'}{number}{unit}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator."""
    return Stream(indicator, lambda display: frame(display, unit))
