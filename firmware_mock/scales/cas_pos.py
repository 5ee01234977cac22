"""CAS POS scale: ENQ is answered with ACK, DC1 with fifteen bytes.

    01 02  state  sign  weight  unit  bcc  03 04        state: S at rest, U moving; sign: blank, '-', or F for overflow
    2      1      1     6       2     1    2            bcc: XOR of all from the state to the unit, as one byte

Source: device sheet §4.2.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Answers, check, filled, sign


def frame(display: Display, unit: str) -> bytes | None:
    """Give the answer for what the display shows; below zero it knows no answer."""
    if display.under:
        return None
    state = "S" if display.stable else "U"
    weight = "F------" if display.amount is None else sign(display.amount, plus=" ") + filled(display.amount, 6)
    body = f"{state}{weight}{unit:>2}".encode("ascii")
    return b"\x01\x02" + body + bytes([check(body)]) + b"\x03\x04"


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this scale."""
    return Answers(indicator, {b"\x05": lambda _: b"\x06", b"\x11": lambda display: frame(display, unit)})
