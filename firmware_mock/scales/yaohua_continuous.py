"""Yaohua XK3190 with tF=0: twelve bytes, ten times a second, unasked.

    02  sign  digits  decimals  check  03
    1   1     6       1         2      1      check: XOR of bytes 2 to 9 as two hex characters, upper case

Unit, rest and overload are not in the frame. In overload the port falls silent: what it does is not documented, and
silence is the harder case for who listens.
Source: XK3190-A9+ manual p. 9; captures in the device sheet.
"""

import asyncio
from decimal import Decimal
from functools import reduce
from operator import xor
from typing import Final

from firmware_mock.indicator import Indicator
from firmware_mock.serial_line import SerialLine

EVERY_S: Final = 0.1


def frame(shown: Decimal, decimals: int) -> bytes:
    """Give the frame for what the display shows.

    Raises:
        ValueError: It does not fit into six digits.
    """
    digits = str(abs(int(shown.scaleb(decimals)))).zfill(6)
    if len(digits) > 6:
        raise ValueError(f"{shown} does not fit into six digits with {decimals} decimals")
    body = f"{'-' if shown < 0 else '+'}{digits}{decimals}".encode("ascii")
    return b"\x02" + body + f"{reduce(xor, body):02X}".encode("ascii") + b"\x03"


class Speech:
    """The continuous output of an indicator."""

    def __init__(self, indicator: Indicator, unit: str) -> None:
        del unit  # not in the frame
        self._indicator = indicator
        self._decimals = max(0, -int(indicator.interval.as_tuple().exponent))

    def hear(self, data: bytes, at: float) -> None:
        """Ignore it: in this mode the indicator takes no commands."""

    async def speak(self, line: SerialLine) -> None:
        """Send a frame each tenth of a second, on absolute deadlines."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            display = self._indicator.shows(loop.time())
            if display.amount is not None:
                await line.send(frame(display.amount, self._decimals))
            due = max(due + EVERY_S, loop.time())
            await asyncio.sleep(due - loop.time())
