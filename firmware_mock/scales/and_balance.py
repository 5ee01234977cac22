"""A&D balance: 'Q' is answered with seventeen bytes.

    header  ','  sign and digits  unit  CR LF        header: ST at rest, US moving, OL out of range
    2       1    9                3     2            unit: right-justified

Source: GC series manual p. 51 and 56, in the device sheet §3.1.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Answers, filled, sign


def frame(display: Display, unit: str) -> bytes:
    """Give the answer for what the display shows."""
    if display.amount is None:
        return f"OL,{'+' if display.over else '-'}9999999E+19\r\n".encode("ascii")
    header = "ST" if display.stable else "US"
    return f"{header},{sign(display.amount)}{filled(display.amount, 8)}{unit:>3}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this balance."""
    return Answers(indicator, {question: lambda display: frame(display, unit) for question in (b"Q\r\n", b"SI\r\n")})
