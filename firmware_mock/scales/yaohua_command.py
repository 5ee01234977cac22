"""Yaohua XK3190 with tF=1, address A: handshake, gross, tare and net on command.

    02  address  command  check  03                             the question
    02  address  command  [sign  digits  decimals]  check  03    the answer; A has no value
    1   1        1         1     6       1          2      1

Source: XK3190-A9+ manual p. 11, in the device sheet §1.2.
"""

from collections.abc import Callable
from decimal import Decimal

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales.talking import Answers, Frame, check, decimals, digits, sign

ADDRESS = "A"
COMMANDS: dict[str, Callable[[Display], Decimal | None]] = {
    "B": lambda display: display.gross,
    "C": lambda display: display.tare,
    "D": lambda display: display.amount,
}


def framed(body: str) -> bytes:
    """Give the frame round a body: start, check, end."""
    return f"\x02{body}{check(body.encode('ascii')):02X}\x03".encode("ascii")


def value(command: str, shown: Decimal, places: int) -> bytes:
    """Give the answer to a command that asks for a weight."""
    return framed(f"{ADDRESS}{command}{sign(shown)}{digits(shown, places, 6)}{places}")


def speech(indicator: Indicator, unit: str) -> Answers:
    """Talk like this indicator; out of range it does not answer."""
    del unit  # not in the frame
    places = decimals(indicator)

    def answer(command: str) -> Frame:
        def said(display: Display) -> bytes | None:
            shown = COMMANDS[command](display)
            return None if shown is None else value(command, shown, places)

        return said

    questions: dict[bytes, Frame] = {framed(ADDRESS + "A"): lambda _: framed(ADDRESS + "A")}
    return Answers(indicator, questions | {framed(ADDRESS + command): answer(command) for command in COMMANDS})
