"""The demo's processes: each started by us, known by its process id, and ended by it."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from gateway.errors import GatewayError

READY_WITHIN_S: Final = 60.0
END_WITHIN_S: Final = 15.0

_END_WITH_US: Final = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15);"  # PR_SET_PDEATHSIG, SIGTERM; survives the exec
    "os.execv(sys.argv[1], sys.argv[1:])"
)


def with_us(*command: str) -> tuple[str, ...]:
    """Give the command that runs another one and ends it when this process ends, however that happens."""
    return (sys.executable, "-c", _END_WITH_US, *command)


class DemoFailed(GatewayError):
    """A part of the demo did not start, or ended by itself."""


class Child:
    """One of our processes. A Ctrl-C in the terminal does not reach it: we end it, in our order."""

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(cls, name: str, *arguments: str, logs: Path, listen: bool = False) -> "Child":
        """Start `python <arguments>`; what it complains of is appended to `<logs>/<name>.log`."""
        log = logs / f"{name}.log"
        with log.open("ab") as complaints:
            process = await asyncio.create_subprocess_exec(
                *with_us(sys.executable, *arguments),
                stdin=DEVNULL,
                stdout=PIPE if listen else complaints,
                stderr=complaints,
                limit=1 << 20,
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def ended(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.returncode

    async def line(self) -> dict[str, Any] | None:
        """Give the next JSON line it prints, None at the end."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            return None
        said: dict[str, Any] = json.loads(line)
        return said

    async def ready(self) -> dict[str, Any]:
        """Wait for its first line.

        Raises:
            DemoFailed: It ended instead, or took too long.
        """
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                said = await self.line()
        except TimeoutError:
            said = None
        if said is None:
            raise DemoFailed(f"{self.name} did not become ready; see {self.log}")
        return said

    async def wait(self) -> int:
        """Wait for its end; give the exit status."""
        return await self._process.wait()

    async def kill(self) -> None:
        """End it at once, with no warning (kill -9)."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def end(self, within_s: float = END_WITHIN_S) -> int:
        """Ask it to end, see to it, and give the exit status."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(within_s):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()
        return await self._process.wait()


async def run_once(name: str, *arguments: str, logs: Path) -> None:
    """Run a command of ours to its end.

    Raises:
        DemoFailed: It ended with another status than 0.
    """
    child = await Child.start(name, *arguments, logs=logs)
    status = await child.wait()
    if status != 0:
        raise DemoFailed(f"{name} ended with {status}; see {child.log}")
