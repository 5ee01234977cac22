"""Digi DI-600 with state and header codes: twenty-one bytes, unasked.

    state  CR  '0'  net  CR  '4'  tare  CR LF        state: 00 at rest, 01 moving
    1      1   1    7    1   1    7     1  1         net: '-' or '0', then digits, with a comma for a point

Source: DI-600 service manual p. 21, in the device sheet §9; below range as DSX-1000.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, filled, sign


def frame(display: Display) -> bytes:
    """Give the frame for what the display shows."""
    if display.amount is None:
        net, tare = ("OV00000" if display.over else "UF00000"), "???????"
    else:
        net = sign(display.amount, plus="0") + filled(display.amount, 6)
        tare = filled(display.tare.quantize(display.amount), 7)
    state = b"\x00" if display.stable else b"\x01"
    return state + f"\r0{net}\r4{tare}\r\n".replace(".", ",").encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator."""
    del unit  # not in the frame
    return Stream(indicator, frame)
