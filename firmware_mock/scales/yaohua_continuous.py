"""Yaohua XK3190 with tF=0: twelve bytes, ten times a second, unasked.

    02  sign  digits  decimals  check  03
    1   1     6       1         2      1      check: XOR of bytes 2 to 9 as two hex characters, upper case

Unit, rest and overload are not in the frame. In overload the port falls silent: what it does is not documented, and
silence is the harder case for who listens.
Source: XK3190-A9+ manual p. 9; captures in the device sheet.
"""

from decimal import Decimal

from firmware_mock.indicator import Indicator
from firmware_mock.scales.talking import Stream, check, decimals, digits, sign


def frame(shown: Decimal, places: int) -> bytes:
    """Give the frame for what the display shows.

    Raises:
        ValueError: It does not fit into six digits.
    """
    body = f"{sign(shown)}{digits(shown, places, 6)}{places}".encode("ascii")
    return b"\x02" + body + f"{check(body):02X}".encode("ascii") + b"\x03"


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator."""
    del unit  # not in the frame
    places = decimals(indicator)
    return Stream(indicator, lambda display: None if display.amount is None else frame(display.amount, places))
