"""Watch: keeps a driver talking, and says when it cannot be heard."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Final, NoReturn

from gateway import wire
from gateway.drivers.tapped_port import listener
from gateway.errors import DeviceError
from gateway.reading import DeviceId, Link, Reading, Scan, Value, Weight
from gateway.wire import Wire

QUICK_PAUSE_S: Final = 0.2
"""Before the first new try after a conversation: most breaks are a garbled frame, gone when the port is reopened."""

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0

log = logging.getLogger(__name__)


async def watch(
    device: DeviceId,
    talk: Callable[[], AsyncGenerator[Value, None]],
    record: Callable[[Reading], Awaitable[None]],
    *,
    beside: Wire | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> NoReturn:
    """Record what `device` says, for ever: a conversation that breaks is begun again, after a growing pause.

    A break is recorded once, as `Link(up=False)`, and so is the first value after it, as `Link(up=True)` ahead of
    that value. A Link of a channel is recorded when it is news; a break of the device ends all its channels, so
    those that come back are news again. Readings are stamped here, the moment the driver gives them. What goes over
    the wire is told to `beside`.
    """
    if beside is not None:
        beside.lay()
        listener.set(beside.hear)
    links = _Links()
    pause_s = QUICK_PAUSE_S
    while True:
        why = "the conversation ended"
        began = time.monotonic()
        try:
            async with aclosing(talk()) as values:
                async for value in values:
                    observed_at, monotonic = datetime.now(UTC), time.monotonic()
                    if beside is not None and isinstance(value, Weight | Scan) and value.raw:
                        beside.received(value.raw)
                    for said in links.news(value):
                        if said == Link(up=True):
                            log.info("%s: is heard", device)
                        await record(Reading(device, observed_at, monotonic, said))
                    # A Link proves no more than an open port, and a loose plug opens ports all day.
                    if not isinstance(value, Link):
                        pause_s = QUICK_PAUSE_S
        except DeviceError as error:
            why = str(error)
            wire.speak("")
            wire.failed(error)
        if links.lost():
            log.warning("%s: %s; trying again for ever", device, why)
            await record(Reading(device, datetime.now(UTC), time.monotonic(), Link(up=False, why=why)))
        if time.monotonic() - began > LONGEST_PAUSE_S:
            pause_s = QUICK_PAUSE_S
        await sleep(pause_s)
        pause_s = min(max(2 * pause_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)


class _Links:
    """What was last said about the device and its channels."""

    def __init__(self) -> None:
        self.up: bool | None = None
        self._channels: dict[str, bool] = {}

    def news(self, value: Value) -> list[Value]:
        """Give what is to be recorded for `value`: with it maybe that the device is heard, or nothing at all."""
        found: list[Value] = []
        if not isinstance(value, Link) or value.up:
            if self.up is not True:
                self.up = True
                found.append(Link(up=True))
            if isinstance(value, Link) and not value.channel:
                return found
        if isinstance(value, Link):
            if self._channels.get(value.channel) == value.up:
                return found
            self._channels[value.channel] = value.up
        return [*found, value]

    def lost(self) -> bool:
        """Take note that the device cannot be heard; say whether that is news."""
        news = self.up is not False
        self.up = False
        self._channels = {channel: up for channel, up in self._channels.items() if not up}
        return news
