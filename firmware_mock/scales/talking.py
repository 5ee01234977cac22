"""The two manners of scales: to say the same kind of thing again and again, or to answer when asked."""

import asyncio
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import reduce
from operator import xor
from typing import Final

from firmware_mock.indicator import Display, Indicator
from firmware_mock.serial_line import SerialLine

Frame = Callable[[Display], bytes | None]
"""What to send for what the display shows; None: the scale says nothing."""

EVERY_S: Final = 0.1
HEARD_AT_MOST: Final = 64


class Stream:
    """Sends a frame each tenth of a second, on absolute deadlines; it hears nothing."""

    def __init__(self, indicator: Indicator, frame: Frame) -> None:
        self._indicator = indicator
        self._frame = frame
        self.every_s = EVERY_S

    def hear(self, data: bytes, at: float) -> None:
        """Ignore it: in this mode the scale takes no commands."""

    async def speak(self, line: SerialLine) -> None:
        """Send, for ever."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame = self._frame(self._indicator.shows(loop.time()))
            if frame is not None:
                await line.send(frame)
            due = max(due + self.every_s, loop.time())
            await asyncio.sleep(due - loop.time())


class Answers:
    """Answers each question it knows; what it does not know, it does not answer.

    Args:
        questions: What may be asked, each with what to say.
    """

    def __init__(self, indicator: Indicator, questions: Mapping[bytes, Frame]) -> None:
        self._indicator = indicator
        self._questions = questions
        self._heard = b""
        self._asked: asyncio.Queue[tuple[Frame, float]] = asyncio.Queue(maxsize=32)

    def hear(self, data: bytes, at: float) -> None:
        """Take bytes that came in."""
        self._heard = (self._heard + data)[-HEARD_AT_MOST:]
        while self._heard:
            question = next((asked for asked in self._questions if self._heard.startswith(asked)), None)
            if question is not None:
                self._heard = self._heard[len(question) :]
                if not self._asked.full():
                    self._asked.put_nowait((self._questions[question], at))
            elif any(asked.startswith(self._heard) for asked in self._questions):
                return
            else:
                self._heard = self._heard[1:]

    async def speak(self, line: SerialLine) -> None:
        """Answer, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            frame, at = await self._asked.get()
            answer = frame(self._indicator.shows(loop.time()))
            if answer is not None:
                await line.send(answer, not_before=max(loop.time(), at))


def decimals(indicator: Indicator) -> int:
    """Say how many digits after the point the display has."""
    return max(0, -int(indicator.interval.as_tuple().exponent))


def digits(shown: Decimal, places: int, width: int) -> str:
    """Give what stands on the display without sign and point, filled with zeros.

    Raises:
        ValueError: It does not fit.
    """
    found = str(abs(int(shown.scaleb(places)))).zfill(width)
    if len(found) > width:
        raise ValueError(f"{shown} does not fit into {width} digits with {places} decimals")
    return found


def filled(shown: Decimal, width: int) -> str:
    """Give what stands on the display without its sign, point included, filled with zeros."""
    return f"{abs(shown)!s:0>{width}}"


def sign(shown: Decimal, plus: str = "+") -> str:
    """Give the sign in front of it."""
    return "-" if shown < 0 else plus


def check(checked: bytes) -> int:
    """Give the XOR of all bytes."""
    return reduce(xor, checked)
