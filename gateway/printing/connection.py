"""One conversation with a printer: open, ask, send, hear the end, hang up; over TCP 9100, USB or a serial line."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from gateway.drivers.port import open_port
from gateway.errors import PortLost, PrinterError
from gateway.printing.lines import Line, SerialLine, TcpLine, UsbLine, open_usb

_BLOCK: Final = 4096
"""Bytes handed over at a time; each has the whole time limit, so a slow printer is not taken for a stalled one."""

_LAST_WORDS_S: Final = 0.3
"""How long a printer that is not asked may still break the connection, which tells that the label was cut off."""

T = TypeVar("T")


class Interrupted(PrinterError):
    """The conversation broke while a label was on its way; `sent` bytes of it had been accepted."""

    def __init__(self, why: str, sent: int) -> None:
        super().__init__(why)
        self.sent = sent


class Connection:
    """An open conversation. Every wait has the printer's time limit, and what a slow line takes besides."""

    def __init__(self, line: Line, timeout_s: float) -> None:
        self._line = line
        self._timeout_s = timeout_s

    async def send(self, data: bytes) -> None:
        """Hand over a label's bytes; on return the kernel has accepted all of them, which proves nothing yet.

        Raises:
            Interrupted: The connection broke, or the printer stopped reading for the time limit.
        """
        for start in range(0, len(data), _BLOCK):
            block = data[start : start + _BLOCK]
            try:
                async with asyncio.timeout(self._timeout_s + self._line.takes_s(block) + self._line.lag_s):
                    await self._line.write(block)
            except TimeoutError:
                raise Interrupted(f"the printer stopped reading at byte {start} of {len(data)}", start) from None
            except OSError as error:
                raise Interrupted(f"the connection broke at byte {start} of {len(data)}: {error}", start) from error

    async def ask(
        self, query: bytes, understand: Callable[[bytes], T | None], within_s: float | None = None
    ) -> T | None:
        """Send a query; give what `understand` makes of the bytes that come, None when nothing it knows comes in time.

        What came before the query is thrown away: printers also talk unasked.
        """
        heard = b""
        limit_s = (self._timeout_s if within_s is None else within_s) + self._line.lag_s
        try:
            async with asyncio.timeout(limit_s):
                await self._line.discard()
                await self._line.write(query)
                while chunk := await self._line.read():
                    heard += chunk
                    answer = understand(heard)
                    if answer is not None:
                        return answer
        except (TimeoutError, OSError):
            return None
        return None

    async def hear_a_break(self) -> str:
        """Listen a moment after a label to a printer that is not asked; say how it broke off, "" when it did not."""
        try:
            async with asyncio.timeout(_LAST_WORDS_S + self._line.lag_s):
                while await self._line.read():
                    pass
        except TimeoutError:
            return ""
        except OSError as error:
            return f"the connection broke behind the label: {error}"
        return "the printer hung up before the label's end was confirmed"

    async def hang_up(self) -> None:
        """Close in order, so that nothing on its way is taken along."""
        await self._line.finish(_LAST_WORDS_S)


@asynccontextmanager
async def connect_tcp(host: str, port: int, timeout_s: float) -> AsyncGenerator[Connection]:
    """Open a conversation on the network and hang up at its end.

    Raises:
        PrinterError: It cannot be opened in time; no byte was accepted.
    """
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        raise PrinterError(f"{host}:{port} did not answer within {timeout_s:g} s") from None
    except OSError as error:
        raise PrinterError(f"{host}:{port} cannot be reached: {error}") from error
    connection = Connection(TcpLine(reader, writer), timeout_s)
    try:
        yield connection
    finally:
        await connection.hang_up()


@asynccontextmanager
async def connect_usb(path: str, timeout_s: float) -> AsyncGenerator[Connection]:
    """Open a conversation with a printer of the kernel's `usblp` driver.

    Raises:
        PrinterError: It is not there, not ours, or held by another program; no byte was accepted.
    """
    connection = Connection(UsbLine(open_usb(path)), timeout_s)
    try:
        yield connection
    finally:
        await connection.hang_up()


@asynccontextmanager
async def connect_serial(
    path: str, baud: int, line: str, timeout_s: float, *, handshake: bool
) -> AsyncGenerator[Connection]:
    """Open a conversation over a serial line.

    Raises:
        PrinterError: It cannot be opened; no byte was accepted.
    """
    try:
        async with open_port(path, baud=baud, line=line, handshake=handshake) as port:
            connection = Connection(SerialLine(port, baud, line), timeout_s)
            try:
                yield connection
            finally:
                await connection.hang_up()
    except PortLost as error:
        raise PrinterError(str(error)) from error
