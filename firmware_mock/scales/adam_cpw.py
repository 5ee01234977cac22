"""Adam CPWplus: 'G', 'N' and 'T' are answered with gross, net and tare: 'G    +  2.00 kg' CR LF.

Source: CPWplus manual p. 14, in the device sheet §11.
"""

from decimal import Decimal

from firmware_mock.indicator import Indicator
from firmware_mock.scales.talking import Answers, sign


def frame(letter: str, shown: Decimal | None, unit: str) -> bytes | None:
    """Give the answer; what it says out of range nobody wrote down."""
    if shown is None:
        return None
    return f"{letter}    {sign(shown)}{abs(shown)!s:>6} {unit:<2}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this scale."""
    return Answers(
        indicator,
        {
            b"G\r\n": lambda display: frame("G", display.gross, unit),
            b"N\r\n": lambda display: frame("N", display.amount, unit),
            b"T\r\n": lambda display: frame("T", display.tare, unit),
        },
    )
