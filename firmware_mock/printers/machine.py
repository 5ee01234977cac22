"""The working part of a printer: receives and prints at the same time, each at its own pace."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from firmware_mock.control import Json
from firmware_mock.printers import prints
from firmware_mock.printers.condition import Condition
from firmware_mock.printers.paper import Fence, Label, Query, Reader

PORTION: Final = 4096
NO_LINGER: Final = struct.pack("ii", 1, 0)  # close() sends RST then


class Machine:
    """A printer's machine, from the moment it is switched on until it is switched off.

    Args:
        reader: Its language.
        condition: What is wrong with it; shared with who may change that.
        directory: Where the labels come out.
        dots_a_second: How fast paper passes the head.
        buffer: Bytes of finished labels that may wait; past that it stops reading.
        answers: `all`, `status` or `none`.
        tell: Called with each event.
    """

    def __init__(
        self,
        reader: Reader,
        condition: Condition,
        *,
        directory: Path,
        dots_a_second: float,
        buffer: int,
        answers: str,
        tell: Callable[[Json], None],
    ) -> None:
        self.muted = False
        self.disconnect_after: int | None = None
        self.late_s = 0.0
        self.refuses_second = False
        self.printed = 0
        self.torn = 0
        self.go_on = asyncio.Event()
        self.go_on.set()
        self._reader = reader
        self._condition = condition
        self._directory = directory
        self._dots_a_second = dots_a_second
        self._buffer = buffer
        self._answers = answers
        self._tell = tell
        self._client: socket.socket | None = None
        self._waiting: asyncio.Queue[tuple[Label | Fence, socket.socket]] = asyncio.Queue()
        self._unprinted: list[Label] = []
        self._moved = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether a client is being served."""
        return self._client is not None

    @property
    def waiting(self) -> int:
        """Labels received and not yet out."""
        return len(self._unprinted)

    async def work(self, listener: socket.socket) -> None:
        """Serve and print until cancelled; then everything is lost that did not come out."""
        with listener:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._receive(listener), name="receive")
                    tasks.create_task(self._print(), name="print")
            finally:
                self._condition.printing = False
                self._condition.waiting = 0

    def notice(self) -> None:
        """Look again: the condition may have changed, or room been made."""
        self._moved.set()

    def say(self, data: bytes) -> bool:
        """Send bytes nobody asked for; False when nobody is there to hear them."""
        if self._client is None:
            return False
        with suppress(OSError):
            self._client.send(data)
        return True

    async def _receive(self, listener: socket.socket) -> None:
        """Serve one client after the other; the kernel lets the next one connect, and nobody answers it."""
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(listener)
            refusing = asyncio.create_task(self._refuse(listener), name="refuse")
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._client = client
            try:
                with suppress(ConnectionError):
                    await self._serve(client)
            except asyncio.CancelledError:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                raise
            finally:
                refusing.cancel()
                self._client = None
                client.close()
            for outcome in self._reader.end():
                self._queue(outcome, client)

    async def _refuse(self, listener: socket.socket) -> None:
        """Reset everybody who connects while a client is served, as some printers do."""
        loop = asyncio.get_running_loop()
        while True:
            await self._until(lambda: self.refuses_second)
            second, _ = await loop.sock_accept(listener)
            second.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            second.close()

    async def _serve(self, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self.go_on.wait()
            await self._until(self._has_room)
            data = await loop.sock_recv(client, min(PORTION, self.disconnect_after or PORTION))
            if not data:
                return
            for outcome in self._reader.feed(data):
                if isinstance(outcome, Query):
                    await self._answer(client, self._condition.answer(outcome))
                else:
                    self._queue(outcome, client)
            if self.disconnect_after is not None:
                self.disconnect_after -= len(data)
                if self.disconnect_after <= 0:
                    self.disconnect_after = None
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                    return

    def _queue(self, outcome: Label | Fence | Query, client: socket.socket) -> None:
        if isinstance(outcome, Query):
            return
        if isinstance(outcome, Label):
            self._unprinted.append(outcome)
            self._condition.waiting = len(self._unprinted)
        self._waiting.put_nowait((outcome, client))

    async def _answer(self, client: socket.socket, answer: bytes) -> None:
        if self.muted or self._answers == "none" or client is not self._client:
            return
        if self.late_s:
            await asyncio.sleep(self.late_s)
        with suppress(OSError):
            await asyncio.get_running_loop().sock_sendall(client, answer)

    async def _print(self) -> None:
        while True:
            outcome, client = await self._waiting.get()
            await self._until(self._ready)
            if isinstance(outcome, Fence):
                if outcome.name == "GS r" or self._answers == "all":
                    await self._answer(client, outcome.answer)
                continue
            if outcome.picture is not None:
                self._condition.printing = True
                self._tell({"printing": True})
                await asyncio.sleep(len(outcome.picture.rows) / self._dots_a_second)
                await self._until(self._ready)
                self._condition.printing = False
            self._put_out(outcome)
            self._unprinted.remove(outcome)
            self._condition.waiting = len(self._unprinted)
            self.notice()

    def _ready(self) -> bool:
        return self._condition.ready

    def _has_room(self) -> bool:
        return sum(len(label.raw) for label in self._unprinted) <= self._buffer

    async def _until(self, so: Callable[[], bool]) -> None:
        while not so():
            self._moved.clear()
            await self._moved.wait()

    def _put_out(self, label: Label) -> None:
        facts: Json = {"n": None, "png": None, "bin": None, "codes": []}
        if label.picture is not None:
            kept = prints.keep(self._directory, label.raw, label.picture)
            facts = {"n": kept.number, "png": str(kept.png), "bin": str(kept.raw), "codes": list(kept.codes)}
        if label.stray:
            facts["stray"] = label.stray
        if label.torn:
            self.torn += 1
            self._tell({"torn": facts | {"bytes": len(label.raw)}})
        else:
            self.printed += 1
            self._tell({"label": facts})
