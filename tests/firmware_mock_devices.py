"""A simulated device as a process, its control socket, and the raw ends of its line: what the mocks' tests hold."""

import asyncio
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

NUMBERS = itertools.count()
HANG_GUARD_S = 30  # nothing here takes a tenth of it


class Listener:
    """One client of a control socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._events: list[dict] = []

    async def tell(self, **command: object) -> dict:
        """Send a command and give its answer; events that come meanwhile are kept."""
        self._writer.write(json.dumps(command).encode() + b"\n")
        while "ok" not in (message := await self._line()):
            self._events.append(message)
        return message

    async def until(self, so: Callable[[dict], bool]) -> dict:
        """Give the first status of which this is so."""
        async with asyncio.timeout(HANG_GUARD_S):
            while True:
                status = await self.tell(status=True)
                if so(status):
                    return status
                await asyncio.sleep(0.02)

    async def told(self, *names: str, **facts: object) -> dict:
        """Give the next event that has these names and facts; those before it are forgotten."""
        while True:
            message = self._events.pop(0) if self._events else await self._line()
            if message.keys() >= set(names) and message.items() >= facts.items():
                return message

    async def _line(self) -> dict:
        async with asyncio.timeout(HANG_GUARD_S):
            return json.loads(await self._reader.readline())


@asynccontextmanager
async def listening(control: Path) -> AsyncIterator[Listener]:
    reader, writer = await asyncio.open_unix_connection(control)
    listener = Listener(reader, writer)
    try:
        await listener.tell(status=True)  # from its first answer on, it hears every event
        yield listener
    finally:
        writer.close()


class Device:
    """A running simulator: what it said when it was ready, and a listener of its control."""

    def __init__(self, ready: dict, control: Path, listener: Listener, process: asyncio.subprocess.Process) -> None:
        self.ready = ready
        self.control = control
        self.process = process
        self.tell = listener.tell
        self.told = listener.told
        self.until = listener.until


@asynccontextmanager
async def device(directory: Path, *arguments: str | Path) -> AsyncIterator[Device]:
    """Run `python -m firmware_mock <arguments>` with a control socket in `directory`."""
    control = directory / f"{next(NUMBERS)}.control"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "firmware_mock", *map(str, arguments), "--control", str(control), stdout=-1
    )
    try:
        async with asyncio.timeout(HANG_GUARD_S):
            ready = json.loads(await process.stdout.readline())
        async with listening(control) as listener:
            yield Device(ready, control, listener, process)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(HANG_GUARD_S):
            await process.communicate()


class Tty:
    """The gateway's end of a line, without anything of the gateway in it."""

    def __init__(self, link: Path) -> None:
        self.heard = b""
        self._more = asyncio.Event()
        self._file = os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        asyncio.get_running_loop().add_reader(self._file, self._read)
        self.lost = False

    def _read(self) -> None:
        try:
            data = os.read(self._file, 65536)
        except OSError:
            data = b""
        if not data:
            self.lost = True
            asyncio.get_running_loop().remove_reader(self._file)
        self.heard += data
        self._more.set()

    def say(self, data: bytes) -> None:
        os.write(self._file, data)

    async def until(self, enough: Callable[[bytes], bool]) -> bytes:
        """Give what was heard once it is enough, and forget it."""
        async with asyncio.timeout(HANG_GUARD_S):
            while not enough(self.heard):
                self._more.clear()
                await self._more.wait()
        heard, self.heard = self.heard, b""
        return heard

    async def bytes(self, count: int) -> bytes:
        """Give exactly that many bytes; what came beyond them stays."""
        heard = await self.until(lambda heard: len(heard) >= count)
        self.heard = heard[count:] + self.heard
        return heard[:count]

    async def gone(self) -> None:
        async with asyncio.timeout(HANG_GUARD_S):
            while not self.lost:
                self._more.clear()
                await self._more.wait()

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._file)
        os.close(self._file)


@asynccontextmanager
async def tty(link: Path) -> AsyncIterator[Tty]:
    end = Tty(link)
    try:
        yield end
    finally:
        end.close()
