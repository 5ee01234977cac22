"""The heartbeat: tells systemd that the daemon is ready and alive, and only while its parts really are."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable

log = logging.getLogger(__name__)


def notify(message: str) -> None:
    """Send one line to the service manager, if there is one (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as datagram:
        try:
            datagram.sendto(message.encode(), name)
        except OSError as error:
            log.warning("service manager cannot be told %r: %s", message, error)


def watchdog_s() -> float | None:
    """Give how often systemd wants to hear from us, in seconds: half of WATCHDOG_USEC (sd_watchdog_enabled(3))."""
    micros = os.environ.get("WATCHDOG_USEC")
    return int(micros) / 2_000_000 if micros else None


async def beat(alive: Callable[[], str]) -> None:
    """Say READY, then WATCHDOG for as long as `alive` names nothing that hangs; never ends by itself."""
    notify("READY=1")
    every_s = watchdog_s() or 10.0
    complained = ""
    while True:
        trouble = alive()
        if not trouble:
            notify("WATCHDOG=1")
        elif trouble != complained:
            log.error("heartbeat withheld: %s", trouble)
        complained = trouble
        await asyncio.sleep(every_s)
