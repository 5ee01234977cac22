"""A&D indicator: eighteen bytes, unasked.

    header 1  ','  header 2  ','  sign and digits  unit  CR LF        header 1: ST, US, OL; header 2: GS, NT
    2         1    2         1    8                2     2            out of range only the point is left

Source: AD-4406 manual p. 47-49, in the device sheet §3.2.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, filled, sign


def frame(display: Display, unit: str) -> bytes:
    """Give the frame for what the display shows."""
    basis = "NT" if display.net else "GS"
    if display.amount is None:
        return f"OL,{basis},{'+' if display.over else '-'}    .  {unit:>2}\r\n".encode("ascii")
    header = "ST" if display.stable else "US"
    return f"{header},{basis},{sign(display.amount)}{filled(display.amount, 7)}{unit:>2}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator."""
    return Stream(indicator, lambda display: frame(display, unit))
