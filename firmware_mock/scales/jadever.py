"""Jadever JWA, continuous: 'ST,NT,+ 12.350 kg' CR LF.

    state  ','  basis  ','  sign and weight  SP  unit  CR LF        blanks stand between the sign and the digits
    2      1    2      1    8                1   2     2

Source: JWA manual p. 38, in the device sheet §10; out of range as the sheet supposes.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Stream, sign


def frame(display: Display, unit: str) -> bytes:
    """Give the frame for what the display shows."""
    basis = "NT" if display.net else "GS"
    if display.amount is None:
        return f"OL,{basis},{'+' if display.over else '-'}{'':7} {unit:>2}\r\n".encode("ascii")
    state = "ST" if display.stable else "US"
    return f"{state},{basis},{sign(display.amount)}{abs(display.amount)!s:>7} {unit:>2}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this scale."""
    return Stream(indicator, lambda display: frame(display, unit))
