"""Yaohua '=' string in reading order (A26 format 2): '=', then '0' or '-', then seven characters with the point.

Source: XK3190-A26 manual p. 12-13, in the device sheet §1.3.
"""

from decimal import Decimal

from firmware_mock.indicator import Indicator
from firmware_mock.scales.talking import Stream, filled, sign


def frame(shown: Decimal) -> bytes:
    """Give the frame for what the display shows."""
    return f"={sign(shown, plus='0')}{filled(shown, 7)}".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator; in overload it falls silent."""
    del unit  # not in the frame
    return Stream(indicator, lambda display: None if display.amount is None else frame(display.amount))
