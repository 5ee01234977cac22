"""CAS indicator: twenty-two bytes with a binary device number and lamp byte, unasked.

    state  ','  basis  ','  id  lamp  ','  weight  SP  unit  CR LF
    2      1    2      1    1   1     1    8       1   2     2

    lamp: bit 7 always, 6 at rest, 5 always (CI-400), 4 hold, 3 print, 2 gross, 1 tare set, 0 at zero

Source: CI-400 manual p. 103, in the device sheet §4.1.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, filled, sign

DEVICE = 1


def lamps(display: Display) -> int:
    """Give the lamp byte."""
    lit = {6: display.stable, 2: not display.net, 1: display.net, 0: display.amount == 0}
    return 0xA0 | sum(1 << bit for bit, on in lit.items() if on)


def frame(display: Display, unit: str) -> bytes:
    """Give the frame for what the display shows."""
    basis = "NT" if display.net else "GS"
    if display.amount is None:
        state, weight = "OL", f"{'' if display.over else '-':8}"
    else:
        state = "ST" if display.stable else "US"
        minus = sign(display.amount, plus="")
        weight = minus + filled(display.amount, 8 - len(minus))
    binary = bytes([0x30 + DEVICE, lamps(display)])
    return f"{state},{basis},".encode("ascii") + binary + f",{weight} {unit:>2}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this indicator."""
    return Stream(indicator, lambda display: frame(display, unit))
