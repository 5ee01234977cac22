"""How a simulated scale speaks, one protocol a file."""

from collections.abc import Callable
from typing import Protocol

from firmware_mock.indicator import Indicator
from firmware_mock.scales import mt_sics, yaohua_continuous
from firmware_mock.serial_line import SerialLine


class Speech(Protocol):
    """What a scale does on its line."""

    def hear(self, data: bytes, at: float) -> None:
        """Take bytes that came in; `at` is the loop time at which the last of them had come."""

    async def speak(self, line: SerialLine) -> None:
        """Send what is to be sent, for ever."""


SPEECHES: dict[str, Callable[[Indicator, str], Speech]] = {
    "yaohua-continuous": yaohua_continuous.Speech,
    "mt-sics": mt_sics.Speech,
}
