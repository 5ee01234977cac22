"""Keli XK3118T1, mode 5: 'A' is answered with the gross weight, 'B' with the net, 'C' with the tare.

    02  'GW:'  weight  '(kg)'  03        weight: seven characters with the point, filled with zeros

Source: device sheet §2; the start and end bytes from the terminal table of the program it names.
"""

from decimal import Decimal

from firmware_mock.indicator import Indicator
from firmware_mock.scales.talking import Answers, filled, sign


def frame(name: str, shown: Decimal | None, unit: str) -> bytes | None:
    """Give the answer; out of range there is none."""
    if shown is None:
        return None
    minus = sign(shown, plus="")
    return f"\x02{name}:{minus}{filled(shown, 7 - len(minus))}({unit:>2})\x03".encode("ascii")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this indicator."""
    return Answers(
        indicator,
        {
            b"A": lambda display: frame("GW", display.gross, unit),
            b"B": lambda display: frame("NW", display.amount, unit),
            b"C": lambda display: frame("TW", display.tare, unit),
        },
    )
