"""What went over a device's wire last, for the technician: frames, how long an answer took, what failed in a day.

`watch` puts a `Wire` beside the conversation it keeps going; whoever speaks on the line below tells it by `sent`,
`received` and `failed`. Nobody has to: without a wire nothing is kept, and nothing is ever decided by it.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from gateway.errors import BadFrame, DeviceError, DeviceSilent, PortLost

MOST_KEPT: Final = 96
"""Bytes of a frame that are kept: a Modbus answer is rarely longer, a camera's picture never looked at."""

HOURS: Final = 24


@dataclass(slots=True)
class Told:
    """What is known of one channel of a device; times in seconds of the monotonic clock."""

    sent: bytes = b""
    received: bytes = b""
    received_at: float | None = None
    asked_at: float | None = None
    took_s: float | None = None
    error: str = ""
    error_at: datetime | None = None
    failures: dict[int, Counter[str]] = field(default_factory=dict)

    def in_a_day(self, hour: int) -> dict[str, int]:
        """Give how often what failed in the day that ends with this hour."""
        total: Counter[str] = Counter()
        for at, counted in self.failures.items():
            if at > hour - HOURS:
                total += counted
        return dict(total)


class Wire:
    """One device's; `""` is the device itself."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.channels: dict[str, Told] = {}
        self._monotonic = monotonic
        self._speaking = ""

    @property
    def hour(self) -> int:
        """The hour of now."""
        return int(self._monotonic() // 3600)

    def speak(self, channel: str) -> None:
        """What is told from now on is about this channel."""
        self._speaking = channel

    def _told(self) -> Told:
        return self.channels.setdefault(self._speaking, Told())

    def sent(self, frame: bytes) -> None:
        """Keep a question, and when it was put."""
        told = self._told()
        told.sent, told.asked_at = frame[:MOST_KEPT], self._monotonic()

    def received(self, frame: bytes) -> None:
        """Keep what came, and how long after its question."""
        told, now = self._told(), self._monotonic()
        told.received, told.received_at = frame[-MOST_KEPT:], now
        if told.asked_at is not None:
            told.took_s, told.asked_at = now - told.asked_at, None

    def failed(self, error: DeviceError) -> None:
        """Count a failure by its kind; a frame that made no sense is kept, too."""
        told, hour = self._told(), self.hour
        told.error, told.error_at = str(error), datetime.now(UTC)
        if isinstance(error, BadFrame) and error.frame:
            self.received(error.frame)
        told.asked_at = None
        told.failures = {at: counted for at, counted in told.failures.items() if at > hour - HOURS}
        told.failures.setdefault(hour, Counter())[_kind(error)] += 1


def _kind(error: DeviceError) -> str:
    match error:
        case DeviceSilent():
            return "silent"
        case BadFrame():
            return "garbled"
        case PortLost():
            return "lost"
        case _:
            return "other"


_BESIDE: ContextVar[Wire | None] = ContextVar("wire", default=None)


def lay(wire: Wire | None) -> None:
    """Put a wire beside the conversation of the running task."""
    _BESIDE.set(wire)


def speak(channel: str) -> None:
    """Say which channel is spoken to from now on."""
    if (wire := _BESIDE.get()) is not None:
        wire.speak(channel)


def sent(frame: bytes) -> None:
    """Tell what is being sent."""
    if (wire := _BESIDE.get()) is not None:
        wire.sent(frame)


def received(frame: bytes) -> None:
    """Tell what came."""
    if (wire := _BESIDE.get()) is not None:
        wire.received(frame)


def failed(error: DeviceError) -> None:
    """Tell what failed."""
    if (wire := _BESIDE.get()) is not None:
        wire.failed(error)
