"""An imitation of the Yaohua XK3190 with tF=0: the check is written as two halves of 30h + 0 to 15.

    02  sign  digits  decimals  check  03
    1   1     6       1         2      1

Source: device sheet §1.1.
"""

from decimal import Decimal

from firmware_mock.indicator import Indicator
from firmware_mock.scales.talking import Stream, check, decimals, digits, sign


def frame(shown: Decimal, places: int) -> bytes:
    """Give the frame for what the display shows."""
    body = f"{sign(shown)}{digits(shown, places, 6)}{places}".encode("ascii")
    high, low = divmod(check(body), 16)
    return b"\x02" + body + bytes([0x30 + high, 0x30 + low]) + b"\x03"


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator; in overload it falls silent."""
    del unit  # not in the frame
    places = decimals(indicator)
    return Stream(indicator, lambda display: None if display.amount is None else frame(display.amount, places))
