"""Toledo continuous output, seventeen bytes.

    02  SWA  SWB  SWC  weight  tare  0D        weight and tare: six digits, no sign, no point
    1   1    1    1    6       6     1

Source: device sheet §5.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, decimals, digits

ALWAYS = 0x20
UNITS = {"kg": 0, "g": 1, "t": 2}


def frame(display: Display, places: int, unit: str) -> bytes:
    """Give the frame for what the display shows; out of range the digits stay what they are, and mean nothing."""
    below = display.under or (display.amount is not None and display.amount < 0)
    out_of_range = display.amount is None
    status = {0: display.net, 1: below, 2: out_of_range, 3: not display.stable, 4: unit == "kg", 6: display.awaits_zero}
    words = [2 + places | 0x08, sum(1 << bit for bit, on in status.items() if on), UNITS[unit]]
    weight = "000000" if display.amount is None else digits(display.amount, places, 6)
    said = f"{weight}{digits(display.tare, places, 6)}\r"
    return b"\x02" + bytes(ALWAYS | word for word in words) + said.encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this terminal."""
    places = decimals(indicator)
    return Stream(indicator, lambda display: frame(display, places, unit))
