"""A Dini Argeo indicator: 'READ' is answered with the standard string.

    state  ','  basis  ','  weight  ','  unit  CR LF        state: ST at rest, US moving, OL and UL out of range
    2      1    2      1    8       1    2     2            weight: blanks, sign, digits and point

Source: DGT4x technical manual p. 52.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Answers


def frame(display: Display, unit: str) -> bytes:
    """Give the answer for what the display shows."""
    basis = "NT" if display.net else "GS"
    if display.amount is None:
        return f"{'OL' if display.over else 'UL'},{basis},{'':8},{unit:>2}\r\n".encode("ascii")
    state = "ST" if display.stable else "US"
    return f"{state},{basis},{display.amount!s:>8},{unit:>2}\r\n".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this indicator."""
    return Answers(indicator, {b"READ\r\n": lambda display: frame(display, unit)})
