"""A bad link in user space: a TCP relay that delays, paces, stalls as lost segments make TCP stall, and swallows."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

SEGMENT: Final = 1400
HEADERS: Final = 52
"""Bytes of IP and TCP around each segment, with timestamps."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a link is like: bits/s each way, seconds there and back, and the share of segments that is lost."""

    bits_s: float
    round_trip_s: float
    lost: float = 0.0


RURAL: Final = Line(bits_s=256_000, round_trip_s=0.2, lost=0.01)
FAIR: Final = Line(bits_s=1_000_000, round_trip_s=0.1)
PERFECT: Final = Line(bits_s=1e9, round_trip_s=0.0)


class Relay:
    """Stands between the gateway and its broker; `up_bytes` counts what the gateway sent, headers included.

    Segments are paced to the line's rate and arrive half a round trip later. A lost one is there a round trip later
    (the sender learns of it and repeats it), and everything behind it waits, as TCP's order demands. `swallow` makes a
    black hole: nothing passes, and nobody is told.
    """

    def __init__(self, to_port: int, line: Line, seed: int) -> None:
        self.line = line
        self.up_bytes = 0
        self.down_bytes = 0
        self.lost = 0
        self.connections = 0
        self.swallow = False
        self.port = 0
        self._to_port = to_port
        self._rng = random.Random(seed)
        self._writers: set[asyncio.StreamWriter] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, onward = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.close()
            return
        self.connections += 1
        self._writers |= {writer, onward}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._carry(reader, onward, up=True))
                group.create_task(self._carry(there, writer, up=False))
        finally:
            self._writers -= {writer, onward}
            for end in (writer, onward):
                end.transport.abort()
                with suppress(ConnectionError):
                    await end.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        """Carry one direction: as much is under way as the line holds, and the sender waits for the rest."""
        loop = asyncio.get_running_loop()
        on_its_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(
            maxsize=max(64, int(self.line.bits_s / 8 * self.line.round_trip_s / SEGMENT * 2))
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self._arrive(on_its_way, writer))
            free_at = arrives = loop.time()
            with suppress(ConnectionError):
                while data := await reader.read(SEGMENT):
                    size = len(data) + HEADERS
                    if up:
                        self.up_bytes += size
                    else:
                        self.down_bytes += size
                    if self.swallow:
                        continue
                    free_at = max(free_at, loop.time()) + size * 8 / self.line.bits_s
                    arrives = max(arrives, free_at + self.line.round_trip_s / 2)
                    if self._rng.random() < self.line.lost:
                        self.lost += 1
                        arrives += self.line.round_trip_s
                        free_at += size * 8 / self.line.bits_s
                        if up:
                            self.up_bytes += size
                    await on_its_way.put((arrives, data))
                    await asyncio.sleep(free_at - loop.time())
            await on_its_way.put((arrives, b""))

    async def _arrive(self, on_its_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            at, data = await on_its_way.get()
            await asyncio.sleep(at - loop.time())
            if not data:
                if not self.swallow:
                    writer.close()
                return
            if not self.swallow:
                with suppress(ConnectionError):
                    writer.write(data)
                    await writer.drain()

    def cut(self) -> None:
        """Break every connection, as a modem that is switched off."""
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def relay(to_port: int, line: Line = PERFECT, seed: int = 1) -> AsyncIterator[Relay]:
    between = Relay(to_port, line, seed)
    server = await asyncio.start_server(between.accept, "127.0.0.1", 0, limit=SEGMENT)
    between.port = server.sockets[0].getsockname()[1]
    try:
        yield between
    finally:
        server.close()
        between.cut()
        await server.wait_closed()
