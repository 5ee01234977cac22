"""A non-blocking file descriptor as a port: serial line or socket, read whenever the event loop says so."""

import asyncio
import os
from typing import Final

from gateway.errors import BadFrame, DeviceError, DeviceSilent, PortLost

BUFFER_LIMIT: Final = 65_536
"""Bytes kept for a reader that is late; more means it has stopped reading."""

_READ_SIZE: Final = 4096


class LoopPort:
    """A `Port` over an open descriptor that the caller closes, after `stop`. Promises are those of `Port`."""

    def __init__(self, name: str, fd: int) -> None:
        self._name = name
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._news = asyncio.Event()
        self._failure: DeviceError | None = None
        self._reading = True
        self.heard_at = self._loop.time()
        self._loop.add_reader(fd, self._take)

    async def read(self, within_s: float | None = None) -> bytes:
        """Give what has come, at least one byte."""
        if not self._buffer:
            await self._more(within_s)
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    async def write(self, data: bytes, within_s: float = 1.0) -> None:
        """Hand all of `data` to the line."""
        left = memoryview(data)
        try:
            async with asyncio.timeout(within_s):
                while left:
                    if self._failure is not None:
                        raise self._failure
                    try:
                        left = left[os.write(self._fd, left) :]
                    except BlockingIOError:
                        await self._writable()
                    except OSError as error:
                        raise self._lose(error.strerror or str(error)) from error
        except TimeoutError:
            raise DeviceSilent(f"{self._name} takes no bytes for {within_s:g} s") from None

    def discard(self) -> None:
        """Throw away what has come and was not read."""
        # A device that talks faster than we read must not keep us here: one buffer's worth at most.
        for _ in range(BUFFER_LIMIT // _READ_SIZE):
            if not self._take():
                break
        self._buffer.clear()

    async def drain(self, quiet_s: float, at_most_s: float) -> None:
        """Throw away what comes until nothing came for `quiet_s`, or `at_most_s` are over."""
        end = self._loop.time() + at_most_s
        self.discard()
        while (left := end - self._loop.time()) > 0:
            try:
                await self._more(min(quiet_s, left))
            except DeviceSilent:
                return
            self.discard()

    def stop(self) -> None:
        """Stop listening; the descriptor may be closed now."""
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._fd)
            self._loop.remove_writer(self._fd)

    async def _more(self, within_s: float | None) -> None:
        """Wait until there is something in the buffer."""
        if self._failure is not None:
            raise self._failure
        self._news.clear()
        try:
            async with asyncio.timeout(within_s):
                await self._news.wait()
        except TimeoutError:
            if not self._buffer:  # both may happen in one turn of a busy loop
                raise DeviceSilent(f"nothing came for {within_s:.3g} s") from None
        if not self._buffer and self._failure is not None:
            raise self._failure

    def _take(self) -> bool:
        """Read once without waiting; say whether something came."""
        if not self._reading:
            return False
        try:
            data = os.read(self._fd, _READ_SIZE)
        except BlockingIOError:
            return False
        except OSError as error:  # EIO, ENODEV: the adapter was pulled out
            self._lose(error.strerror or str(error))
            return False
        if not data:
            self._lose("closed from the other side")
            return False
        self.heard_at = self._loop.time()
        self._buffer += data
        if len(self._buffer) > BUFFER_LIMIT:
            self._buffer.clear()
            self._fail(BadFrame(f"{self._name}: more than {BUFFER_LIMIT} bytes came unread"))
        self._news.set()
        return True

    def _lose(self, why: str) -> DeviceError:
        return self._fail(PortLost(f"{self._name}: {why}"))

    def _fail(self, failure: DeviceError) -> DeviceError:
        if self._failure is None:
            self._failure = failure
        self.stop()  # a lost descriptor is always readable: left in the loop it would spin
        self._news.set()
        return self._failure

    async def _writable(self) -> None:
        ready = asyncio.Event()
        self._loop.add_writer(self._fd, ready.set)
        try:
            await ready.wait()
        finally:
            if self._reading:
                self._loop.remove_writer(self._fd)
