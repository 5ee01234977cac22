"""The wires to a printer, all alike: read, write, and a close that takes nothing along that is still on its way."""

import asyncio
import errno
import os
from contextlib import suppress
from typing import Final, Protocol

from gateway.drivers.port import Port
from gateway.errors import DeviceError, DeviceSilent, PrinterError

_LISTEN: Final = 256
_EMPTY_S: Final = 0.05
"""Pause after an empty answer of a USB printer: some send them without end, and it is not the end of anything."""


class Line(Protocol):
    """A wire. What breaks it is an OSError."""

    @property
    def lag_s(self) -> float:
        """Seconds until what was handed over has left."""

    def takes_s(self, data: bytes) -> float:
        """Give the seconds that data take to leave."""

    async def read(self) -> bytes:
        """Give what comes next; empty when the other end hung up."""

    async def write(self, data: bytes) -> None:
        """Return when all of it is accepted."""

    async def discard(self) -> None:
        """Throw away what has come."""

    async def finish(self, within_s: float) -> None:
        """Close."""


class _Eager:
    """A wire quick enough not to reckon with."""

    lag_s: float = 0.0

    def takes_s(self, data: bytes) -> float:
        """Give nothing: what is accepted is as good as there."""
        return 0.0


class TcpLine(_Eager):
    """A stream to port 9100."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.set_write_buffer_limits(high=0)  # drain() then waits until the kernel has everything
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Give what comes next; empty when the printer hung up."""
        return await self._reader.read(_LISTEN)

    async def write(self, data: bytes) -> None:
        """Return when the kernel has all of it."""
        self._writer.write(data)
        await self._writer.drain()

    async def discard(self) -> None:
        """Throw away what has come."""
        await asyncio.sleep(0)  # one round of the loop brings in what has already arrived
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                while await self._reader.read(_LISTEN):
                    pass

    async def finish(self, within_s: float) -> None:
        """Close our end first, then hear the printer out.

        A byte left unread would make the close a reset, and that may take along what is still on its way.
        """
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(within_s):
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                while await self._reader.read(_LISTEN):
                    pass
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(within_s):
                await self._writer.wait_closed()


def open_usb(path: str) -> int:
    """Open a USB printer's device without ever waiting for it.

    Raises:
        PrinterError: It cannot be opened; the message names the cure.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        why = {
            errno.ENOENT: "is not there; is it plugged in and switched on?",
            errno.ENODEV: "is not there; is it plugged in and switched on?",
            errno.EACCES: "no permission; the service's user belongs in the group 'lp'",
            errno.EBUSY: "is held by another program; take it out of CUPS",
        }.get(error.errno or 0, str(error))
        raise PrinterError(f"{path}: {why}") from error


class UsbLine(_Eager):
    """A device of `usblp`. A blocking write would hang for ever with the paper out, so nothing here ever blocks."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._loop = asyncio.get_running_loop()

    async def read(self) -> bytes:
        """Give what comes next; a printer that only listens says nothing for ever."""
        while True:
            try:
                if data := os.read(self._fd, _LISTEN):
                    return data
                await asyncio.sleep(_EMPTY_S)
            except BlockingIOError:
                await self._when(reading=True)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.EBADF):
                    raise
                await self._loop.create_future()  # one way only

    async def write(self, data: bytes) -> None:
        """Return when the printer has taken all of it: at a close the kernel drops what it has not."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._fd, left) :]
            except BlockingIOError:
                await self._when(reading=False)
        await self._when(reading=False)

    async def discard(self) -> None:
        """Throw away what has come."""
        with suppress(BlockingIOError):
            for _ in range(_LISTEN):
                if not os.read(self._fd, _LISTEN):
                    return

    async def finish(self, within_s: float) -> None:
        """Close once the printer has taken what was handed over."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(within_s):
                await self._when(reading=False)
        os.close(self._fd)

    async def _when(self, *, reading: bool) -> None:
        """Wait until the device can be read or written."""
        ready = self._loop.create_future()
        watch, forget = (
            (self._loop.add_reader, self._loop.remove_reader)
            if reading
            else (self._loop.add_writer, self._loop.remove_writer)
        )
        watch(self._fd, lambda: None if ready.done() else ready.set_result(None))
        try:
            await ready
        finally:
            forget(self._fd)


class SerialLine:
    """A serial port, whose kernel buffer may still be half full when all is accepted."""

    def __init__(self, port: Port, baud: int, line: str) -> None:
        self._port = port
        bits = 1 + int(line[0]) + int(line[2]) + (line[1] != "N")
        self._byte_s = bits / baud
        self._gone_at = 0.0

    @property
    def lag_s(self) -> float:
        """Seconds until what was handed over has left, if nothing holds it up."""
        return max(0.0, self._gone_at - asyncio.get_running_loop().time())

    def takes_s(self, data: bytes) -> float:
        """Give the seconds that data take on the wire."""
        return len(data) * self._byte_s

    async def read(self) -> bytes:
        """Give what comes next."""
        try:
            return await self._port.read()
        except DeviceError as error:
            raise ConnectionError(str(error)) from error

    async def write(self, data: bytes) -> None:
        """Return when the kernel has all of it."""
        now = asyncio.get_running_loop().time()
        self._gone_at = max(self._gone_at, now) + self.takes_s(data)
        try:
            await self._port.write(data, within_s=3600)  # the caller's limit is the one that counts
        except DeviceSilent as error:
            raise TimeoutError(str(error)) from error
        except DeviceError as error:
            raise ConnectionError(str(error)) from error

    async def discard(self) -> None:
        """Throw away what has come."""
        self._port.discard()

    async def finish(self, within_s: float) -> None:
        """Wait until everything has left: closing a serial port throws away what has not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s + self.lag_s):
                await asyncio.sleep(self.lag_s)
