"""What went over a device's wire last, for the technician: frames, how long an answer took, what failed in a day.

`watch` lays a `Wire` beside the conversation it keeps going. It hears what passes the port, and those who ask several
units on one line say by `speak` whom they ask, and by `failed` what became of it. Without a wire nothing is kept, and
nothing is ever decided by it.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

from gateway.errors import BadFrame, DeviceError, DeviceSilent, PortLost

MOST_KEPT: Final = 96
"""Bytes of a frame that are kept: a Modbus answer is rarely longer, a camera's picture never looked at."""

HOURS: Final = 24


class Traffic(Protocol):
    """Some bytes that passed a port: sent or come, and when."""

    @property
    def sent(self) -> bool:
        """Whether we sent them."""

    @property
    def data(self) -> bytes:
        """What they are."""

    @property
    def at(self) -> float:
        """When, in seconds of a monotonic clock."""


@dataclass(slots=True)
class Told:
    """What is known of one channel of a device; times in seconds of the monotonic clock.

    `took_s` is how long after the question the answer began. `framed`: who speaks there tells whole frames by
    `received`, so that the pieces they came in are not looked at.
    """

    sent: bytes = b""
    received: bytes = b""
    framed: bool = False
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

    def lay(self) -> None:
        """Lie beside the conversation of the running task."""
        _BESIDE.set(self)

    def hear(self, traffic: Traffic) -> None:
        """Take what passes the port: a question, or a piece of what came since."""
        told = self._told()
        if traffic.sent:
            told.sent, told.asked_at = traffic.data[:MOST_KEPT], traffic.at
            told.received = told.received if told.framed else b""
            return
        if told.asked_at is not None:
            told.took_s, told.asked_at = traffic.at - told.asked_at, None
        if not told.framed:
            told.received, told.received_at = (told.received + traffic.data)[-MOST_KEPT:], self._monotonic()

    def received(self, frame: bytes) -> None:
        """Keep a whole frame, in place of what has come meanwhile."""
        self._keep(frame)
        self._told().framed = True

    def _keep(self, frame: bytes) -> None:
        told = self._told()
        told.received, told.received_at = frame[-MOST_KEPT:], self._monotonic()

    def failed(self, error: DeviceError) -> None:
        """Count a failure by its kind; a frame that made no sense is kept, too."""
        told, hour = self._told(), self.hour
        told.error, told.error_at = str(error), datetime.now(UTC)
        if isinstance(error, BadFrame) and error.frame:
            self._keep(error.frame)
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


def speak(channel: str) -> None:
    """Say which channel is spoken to from now on."""
    if (wire := _BESIDE.get()) is not None:
        wire.speak(channel)


def failed(error: DeviceError) -> None:
    """Tell what failed."""
    if (wire := _BESIDE.get()) is not None:
        wire.failed(error)
