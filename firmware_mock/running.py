"""How every simulator starts, says that it is ready, and ends."""

import argparse
import asyncio
import ctypes
import json
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

PR_SET_PDEATHSIG: Final = 1


def parser(device: str, about: str) -> argparse.ArgumentParser:
    """Begin a device's command line; its help is the device's own description."""
    return argparse.ArgumentParser(
        prog=f"python -m firmware_mock {device}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def shared_options(options: argparse.ArgumentParser) -> None:
    """Add what every device has."""
    options.add_argument("--control", type=Path, metavar="PATH", help="unix socket to be controlled by")
    options.add_argument("--seed", default="1", help="same seed, same noise (default 1)")
    options.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")


def serial_options(options: argparse.ArgumentParser) -> None:
    """Add what every device on a serial line has."""
    options.add_argument("--link", type=Path, required=True, metavar="PATH", help="stable name to give to the pty")
    options.add_argument("--baud", type=int, default=9600, help="speed the bytes are paced at (default 9600)")


def say_ready(device: str, **facts: object) -> None:
    """Print the first line of standard output: `{"ready": device, …}`."""
    print(json.dumps({"ready": device} | facts, default=str), flush=True)


def run(simulate: Callable[[], Awaitable[None]], *, with_parent: bool = False) -> int:
    """Run a simulator until it is told to end by SIGTERM or Ctrl-C; give its exit status."""
    if with_parent:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    asyncio.run(_until_told(simulate))
    return 0


async def _until_told(simulate: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(simulate())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
