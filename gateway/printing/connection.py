"""One TCP conversation with a printer (port 9100): open, ask, send, hear the end, hang up."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar

from gateway.errors import PrinterError

_BLOCK: Final = 4096
"""Bytes handed over at a time; each has the whole time limit, so a slow printer is not taken for a stalled one."""

_LISTEN: Final = 256
_LAST_WORDS_S: Final = 0.3
"""How long a printer that is not asked may still break the connection, which tells that the label was cut off."""

T = TypeVar("T")


class Interrupted(PrinterError):
    """The conversation broke while a label was on its way; `sent` bytes of it had been accepted."""

    def __init__(self, why: str, sent: int) -> None:
        super().__init__(why)
        self.sent = sent


class Connection:
    """An open conversation. Every wait has the printer's time limit."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout_s: float) -> None:
        self._reader = reader
        self._writer = writer
        self._timeout_s = timeout_s

    async def send(self, data: bytes) -> None:
        """Hand over a label's bytes; on return the kernel has accepted all of them, which proves nothing yet.

        Raises:
            Interrupted: The connection broke, or the printer stopped reading for the time limit.
        """
        for start in range(0, len(data), _BLOCK):
            self._writer.write(data[start : start + _BLOCK])
            try:
                async with asyncio.timeout(self._timeout_s):
                    await self._writer.drain()
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
        try:
            async with asyncio.timeout(self._timeout_s if within_s is None else within_s):
                await self._discard()
                self._writer.write(query)
                await self._writer.drain()
                while chunk := await self._reader.read(_LISTEN):
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
            async with asyncio.timeout(_LAST_WORDS_S):
                while await self._reader.read(_LISTEN):
                    pass
        except TimeoutError:
            return ""
        except OSError as error:
            return f"the connection broke behind the label: {error}"
        return "the printer hung up before the label's end was confirmed"

    async def hang_up(self) -> None:
        """Close in order: our end first, then hear the printer out.

        A byte left unread would make the close a reset, and that may take along what is still on its way.
        """
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_S):
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                while await self._reader.read(_LISTEN):
                    pass
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_S):
                await self._writer.wait_closed()

    async def _discard(self) -> None:
        await asyncio.sleep(0)  # one round of the loop brings in what has already arrived
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                while await self._reader.read(_LISTEN):
                    pass


@asynccontextmanager
async def connect(host: str, port: int, timeout_s: float) -> AsyncGenerator[Connection]:
    """Open a conversation and hang up at its end.

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
    writer.transport.set_write_buffer_limits(high=0)  # drain() then waits until the kernel has everything
    connection = Connection(reader, writer, timeout_s)
    try:
        yield connection
    finally:
        await connection.hang_up()
