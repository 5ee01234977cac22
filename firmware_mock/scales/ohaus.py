"""Ohaus Defender 3000: 'IP' and 'P' are answered with eighteen bytes.

    polarity  weight  SP  unit  stability  legend  CR LF        polarity apart from the digits; unit in five places
    1         7       1   5     1          1       2            stability: '?' while moving; legend: G or N

Source: captured frames in the device sheet §7.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Answers, sign


def frame(display: Display, unit: str) -> bytes | None:
    """Give the answer for what the display shows; what it says out of range nobody wrote down."""
    if display.amount is None:
        return None
    weight = f"{sign(display.amount, plus=' ')}{abs(display.amount)!s:>7}"
    legend = f"{' ' if display.stable else '?'}{'N' if display.net else 'G'}"
    return f"{weight} {unit:<5}{legend}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this scale."""
    return Answers(indicator, {question: lambda display: frame(display, unit) for question in (b"IP\r\n", b"P\r\n")})
