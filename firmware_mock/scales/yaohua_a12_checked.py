"""Yaohua XK3190-A12E, fifteen bytes: 'WG' or 'WN', seven characters, 'kg', XOR of all that in hex, CR LF.

Out of range: nine blanks and 'OL' or 'LO'. The minus takes the first of the seven places.
Source: XK3190-A12E manual p. 13, in the device sheet §1.4.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, check, filled, sign


def frame(display: Display) -> bytes:
    """Give the frame for what the display shows."""
    if display.amount is None:
        body = f"{'':9}{display.text}"
    else:
        minus = sign(display.amount, plus="")
        number = minus + filled(display.amount, 7 - len(minus))
        if "." not in number:
            number = number[: len(minus)] + number[len(minus) + 1 :] + " "
        body = f"W{'N' if display.net else 'G'}{number}kg"
    return f"{body}{check(body.encode('ascii')):02X}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator."""
    del unit  # always kg
    return Stream(indicator, frame)
