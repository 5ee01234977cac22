"""A port somebody listens in on: what is sent and what comes, as it happens; for the technician's tools."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.drivers.port import Port


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes that were sent, or that were read, and when (seconds, monotonic)."""

    at: float
    sent: bool
    data: bytes


Hear = Callable[[Traffic], None]

listener: Final[ContextVar[Hear | None]] = ContextVar("listener", default=None)
"""Who listens in on the ports opened in this task; nobody, unless a tool set it."""


def tapped(port: "Port") -> "Port":
    """Give the port, with the listener of this task between it and its user when there is one."""
    hear = listener.get()
    return port if hear is None else TappedPort(port, hear)


class TappedPort:
    """A port that tells what passes."""

    def __init__(self, port: "Port", hear: Hear) -> None:
        self._port = port
        self._hear = hear

    @property
    def heard_at(self) -> float:
        """When the newest byte came."""
        return self._port.heard_at

    async def read(self, within_s: float | None = None) -> bytes:
        """Give what has come, and tell of it."""
        data = await self._port.read(within_s)
        self._hear(Traffic(time.monotonic(), False, data))
        return data

    async def write(self, data: bytes, within_s: float = 1.0) -> None:
        """Hand data to the line, and tell of it."""
        self._hear(Traffic(time.monotonic(), True, data))
        await self._port.write(data, within_s)

    def discard(self) -> None:
        """Throw away what has come and was not read."""
        self._port.discard()

    async def drain(self, quiet_s: float, at_most_s: float) -> None:
        """Throw away what comes until it is quiet."""
        await self._port.drain(quiet_s, at_most_s)
