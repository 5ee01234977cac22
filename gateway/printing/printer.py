"""A printer: its settings, how it is asked, and how one label goes out to it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from gateway.acts import Evidence, PrintState
from gateway.errors import PrinterError
from gateway.printing import status as words
from gateway.printing.connection import Connection, Interrupted, connect
from gateway.printing.status import PrinterStatus
from gateway.settings import Amount, Seconds, Settings

_ASK_S: Final = 1.0
"""A printer that answers at all answers a real-time query within this."""

_FINISH_S: Final = 15.0
"""How long a printer may say "printing" of one label."""

_LOOK_AGAIN_S: Final = 0.1
"""TSPL has no fence: between two looks a label that was still in the buffer begins to print and shows as such."""


class PrinterTable(Settings):
    """`[printer.<name>]`: a label printer on TCP, one client at a time.

    `status = "none"` is for printers that answer no query. `head_dots` is the width the head can print, whatever the
    paper. `density` (0-15), `speed` (inches a second), `direction`, `gap_mm` are TSPL's; `feed_mm`, `cut` ESC/POS'.
    """

    language: Literal["escpos", "tspl"]
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 9100
    head_dots: Annotated[int, Field(ge=64, le=4096)]
    dots_per_mm: Annotated[Amount, Field(ge=6, le=24)] = Decimal(8)
    status: Literal["full", "none"] = "full"
    density: Annotated[int, Field(ge=0, le=15)] = 8
    speed: Annotated[Amount, Field(gt=0, le=14)] = Decimal(3)
    direction: Literal[0, 1] = 1
    gap_mm: Annotated[Amount, Field(ge=0, le=20)] = Decimal(2)
    feed_mm: Annotated[Amount, Field(ge=0, le=100)] = Decimal(0)
    cut: bool = False
    timeout_s: Annotated[Seconds, Field(gt=0, le=30)] = 3.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt to print ended. `queued`: no byte of the label was accepted, it may be tried again."""

    state: PrintState
    evidence: Evidence
    status: PrinterStatus
    reason: str = ""


async def ask(table: PrinterTable) -> PrinterStatus:
    """Ask a printer how it is, in a conversation of its own; UNKNOWN when it cannot be reached or asked."""
    try:
        async with connect(table.host, table.port, table.timeout_s) as line:
            return await _status(line, table)
    except PrinterError:
        return PrinterStatus.UNKNOWN


async def send(table: PrinterTable, label: bytes, begin: Callable[[], Awaitable[None]]) -> Outcome:
    """Send one label's bytes and say how it ended. `begin` is awaited before the first byte leaves.

    A printer that is asked and does not say it is ready gets nothing. Behind the first byte, whatever is not a clear
    "ready" is `unknown`: a person looks.
    """
    try:
        async with connect(table.host, table.port, table.timeout_s) as line:
            before = await _status(line, table)
            if table.status == "full" and not before.prints:
                return Outcome("queued", "none", before, _WHY.get(before, "the printer is not ready"))
            await begin()
            try:
                await line.send(label)
            except Interrupted as error:
                return Outcome("unknown", "none", PrinterStatus.UNKNOWN, str(error))
            return await _end(line, table)
    except PrinterError as error:
        return Outcome("queued", "none", PrinterStatus.UNKNOWN, str(error))


_WHY: Final = {
    PrinterStatus.UNKNOWN: 'the printer does not answer; if it never does, set status = "none"',
    PrinterStatus.PAPER_OUT: "paper out",
    PrinterStatus.COVER_OPEN: "cover open",
    PrinterStatus.BUSY: "still printing",
    PrinterStatus.ERROR: "the printer reports an error",
}


async def _end(line: Connection, table: PrinterTable) -> Outcome:
    if table.status == "none":
        broken = await line.hear_a_break()
        return Outcome("unknown" if broken else "done", "sent", PrinterStatus.UNKNOWN, broken)
    after = await (_escpos_end(line, table) if table.language == "escpos" else _tspl_end(line))
    if after.prints:
        return Outcome("done", "device-ready", after)
    return Outcome("unknown", "sent", after, f"behind the label: {_WHY[after]}")


async def _status(line: Connection, table: PrinterTable) -> PrinterStatus:
    if table.status == "none":
        return PrinterStatus.UNKNOWN
    if table.language == "escpos":
        return await _escpos(line)
    first = await _tspl(line)
    if first.prints or first is PrinterStatus.UNKNOWN:
        return first
    # A TSPL answer is any byte, so one said unasked just now looks like it; the second answer is the query's own.
    await asyncio.sleep(_LOOK_AGAIN_S)
    return await _tspl(line)


async def _tspl(line: Connection) -> PrinterStatus:
    return words.tspl_status(await line.ask(words.TSPL_QUERY, lambda heard: heard[-1], _ASK_S))


async def _tspl_end(line: Connection) -> PrinterStatus:
    """Look until the printer is no longer printing, and is ready in two looks running."""
    ready_before = False
    loop = asyncio.get_running_loop()
    until = loop.time() + _FINISH_S
    while True:
        now = await _tspl(line)
        if not now.prints and now is not PrinterStatus.BUSY:
            return now
        if (now.prints and ready_before) or loop.time() > until:
            return now
        ready_before = now.prints
        await asyncio.sleep(_LOOK_AGAIN_S)


async def _escpos(line: Connection) -> PrinterStatus:
    """Ask 1 first; 2 (why) only of a printer that is off line, 4 (paper) of any."""
    printer = await _real_time(line, 1)
    if printer is None:
        return PrinterStatus.UNKNOWN
    cause = await _real_time(line, 2) if printer & words.OFF_LINE else None
    return words.escpos_status(printer, cause, await _real_time(line, 4))


async def _real_time(line: Connection, n: int) -> int | None:
    return await line.ask(words.real_time(n), lambda heard: _last("real-time", heard), _ASK_S)


async def _escpos_end(line: Connection, table: PrinterTable) -> PrinterStatus:
    """Wait at the fence behind the picture, then ask. Silence there: nothing tells that it was worked off."""
    passed = await line.ask(words.FENCE, lambda heard: _last("in order", heard), table.timeout_s)
    after = await _escpos(line)
    return PrinterStatus.UNKNOWN if passed is None and after.prints else after


def _last(kind: words.Answer, heard: bytes) -> int | None:
    found = [byte for answer, byte in words.answers(heard) if answer == kind]
    return found[-1] if found else None
