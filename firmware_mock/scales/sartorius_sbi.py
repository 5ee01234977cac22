"""A Sartorius balance, SBI: 'ESC P' is answered with sixteen characters.

    sign  weight  SP  unit  CR LF        unit: left-justified, and blank while the load moves
    1     9       1   3     2            H and L in the middle: beyond the range

Source: LE series manual p. 51-52.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Answers, sign


def frame(display: Display, unit: str) -> bytes:
    """Give the answer for what the display shows."""
    if display.amount is None:
        return f"{'':6}{'H' if display.over else 'L'}{'':7}\r\n".encode("ascii")
    said = unit if display.stable else ""
    return f"{sign(display.amount)}{abs(display.amount)!s:>9} {said:<3}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this balance."""
    return Answers(indicator, {b"\x1bP\r\n": lambda display: frame(display, unit)})
