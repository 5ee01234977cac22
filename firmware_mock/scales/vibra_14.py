"""Shinko Vibra with six digits: fourteen bytes, unasked.

    sign  weight  unit  comparator  state  CR LF        state: S at rest, U moving, E no valid weight
    1     7       2     1           1      2

Source: device sheet §8.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, filled, sign


def frame(display: Display, unit: str, width: int = 7) -> bytes:
    """Give the frame for what the display shows, its weight `width` characters wide."""
    if display.amount is None:
        said, state = " " * (width + 1), "E"
    else:
        said = sign(display.amount) + filled(display.amount, width)
        state = "S" if display.stable else "U"
    return f"{said}{unit.upper():>2} {state}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this balance."""
    return Stream(indicator, lambda display: frame(display, unit))
