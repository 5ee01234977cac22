"""Brecknell, NCI, Adam MDW with the NCI protocol: 'W' is answered with weight and status, 'S' with the status alone.

    0A  weight  unit  0D 0A  H1 H2 H3  0D 03        weight: a place for the sign, eight for the digits and the point
    1   9       2     2      3         2            H1 bit 0 moving, 1 at zero; H2 bit 0 under, 1 over; H3 bit 2 net

Source: device sheet §11; Adam MDW manual p. 13.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Answers, sign


def status(display: Display) -> str:
    """Give the three status characters."""
    motion = (0 if display.stable else 1) | (2 if display.amount == 0 else 0)
    beyond = (1 if display.under else 0) | (2 if display.over else 0)
    return "".join(chr(0x30 | bits) for bits in (motion, beyond, 4 if display.net else 0))


def frame(display: Display, unit: str) -> bytes:
    """Give the answer to W."""
    if display.amount is None:
        weight = ("^" if display.over else "_") * 9
    elif display.awaits_zero:
        weight = "-" * 9
    else:
        weight = f"{sign(display.amount, plus=' ')}{abs(display.amount)!s:>8}"
    return f"\n{weight}{unit:<2}\r\n{status(display)}\r\x03".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this scale."""
    return Answers(
        indicator,
        {
            b"W\r": lambda display: frame(display, unit),
            b"S\r": lambda display: f"\n{status(display)}\r\x03".encode("ascii"),
        },
    )
