"""Bad lines on purpose: ports that drip, garble, lose and say nothing, and real ptys and sockets for the rest."""

import asyncio
import os
import random
import time
import tty
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from gateway.errors import DeviceSilent, PortLost


class PlainPort:
    """Says each of `said` in one piece: unasked one after the other, or `asked`, one for each thing written."""

    def __init__(self, *said: bytes, asked: bool = False) -> None:
        self._script = deque(said)
        self._asked = asked
        self._ready: deque[bytes] = deque()
        self.written: list[bytes] = []
        self.heard_at = time.monotonic()

    def spoil(self, said: bytes) -> list[bytes]:
        """Give what arrives of `said`, in pieces."""
        return [said]

    async def read(self, within_s: float | None = None) -> bytes:
        await asyncio.sleep(0)
        while not self._ready:
            if self._asked or not self._script:
                if within_s is None:
                    raise PortLost("the script is over")
                raise DeviceSilent("the script is over")
            self._ready.extend(piece for piece in self.spoil(self._script.popleft()) if piece)
        self.heard_at = time.monotonic()
        return self._ready.popleft()

    async def write(self, data: bytes, within_s: float = 1.0) -> None:
        self.written.append(data)
        if self._asked and self._script:
            self._ready.extend(piece for piece in self.spoil(self._script.popleft()) if piece)

    def discard(self) -> None:
        self._ready.clear()

    async def drain(self, quiet_s: float, at_most_s: float) -> None:
        self.discard()


class DrippingPort(PlainPort):
    """Says everything byte by byte."""

    def spoil(self, said: bytes) -> list[bytes]:
        return [said[at : at + 1] for at in range(len(said))]


class GarblingPort(PlainPort):
    """Turns one bit over in a share of what is said."""

    def __init__(self, *said: bytes, asked: bool = False, share: float = 0.5, seed: int = 1) -> None:
        super().__init__(*said, asked=asked)
        self._random = random.Random(seed)
        self._share = share

    def spoil(self, said: bytes) -> list[bytes]:
        spoiled = bytearray(said)
        if self._random.random() < self._share:
            spoiled[self._random.randrange(len(spoiled))] ^= 1 << self._random.randrange(8)
        return [bytes(spoiled)]


class LossyPort(GarblingPort):
    """Loses one byte in a share of what is said."""

    def spoil(self, said: bytes) -> list[bytes]:
        if self._random.random() < self._share:
            lost = self._random.randrange(len(said))
            said = said[:lost] + said[lost + 1 :]
        return [said]


class SilentPort(PlainPort):
    """Takes everything and never says a word."""

    def __init__(self) -> None:
        super().__init__()


class Pty:
    """A serial line with the gateway's end at `path`; the other end is in our hands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.master = -1
        self._slave = -1
        self.plug_in()

    def plug_in(self) -> None:
        """Make the device appear under its stable name, as a new tty like after every replug."""
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        link = self.path.with_suffix(".new")
        link.symlink_to(os.ttyname(self._slave))
        link.replace(self.path)

    def unplug(self) -> None:
        """Pull the adapter out."""
        if self.master >= 0:
            asyncio.get_running_loop().remove_reader(self.master)
            os.close(self.master)
            os.close(self._slave)
            self.master = -1

    def say(self, data: bytes) -> None:
        """Say something on the line."""
        os.write(self.master, data)

    def listen(self, hear: Callable[[bytes], None]) -> None:
        """Hand to `hear` whatever the gateway writes."""
        asyncio.get_running_loop().add_reader(self.master, lambda: hear(os.read(self.master, 4096)))


@contextmanager
def serial_line(directory: Path, name: str = "line") -> Iterator[Pty]:
    """Give a serial line under `directory`; it is pulled out at the end. Wants a running event loop."""
    line = Pty(directory / name)
    try:
        yield line
    finally:
        line.unplug()


@asynccontextmanager
async def tcp_device(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Give the TCP port of a device that serves each connection with `serve`, then hangs up."""
    serving: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        with suppress(ConnectionError, asyncio.CancelledError):
            await serve(reader, writer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)
