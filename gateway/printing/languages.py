"""How a printer is asked in its language: how it is before a label, and whether the label came out behind it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal, Protocol

from gateway.printing import status as words
from gateway.printing.connection import Connection
from gateway.printing.status import PrinterStatus

_ASK_S: Final = 1.0
"""A printer that answers at all answers a real-time query within this."""

_FINISH_S: Final = 15.0
"""How long a printer may say "printing" of one label."""

_LOOK_AGAIN_S: Final = 0.1
"""Between two looks a label that was still in the buffer begins to print and shows as such."""

_PROCESSES: Final = count(1)


class Asked(Protocol):
    """The settings that say how a printer is asked."""

    @property
    def letters(self) -> bool:
        """Whether TSPL is asked by <ESC>!S."""

    @property
    def process_id(self) -> bool:
        """Whether ESC/POS tells that a label is complete."""

    @property
    def timeout_s(self) -> float:
        """The printer's time limit."""


@dataclass(frozen=True, slots=True)
class End:
    """What is known behind a label: `evidence` that it came out, or None when a person must look."""

    status: PrinterStatus
    evidence: Literal["device-ready", "device-complete"] | None


class Language(Protocol):
    """One printer being asked in its language."""

    async def look(self) -> PrinterStatus:
        """Say how it is; UNKNOWN when it does not answer."""

    async def end(self) -> End:
        """Wait behind a label until its end is clear."""


class _Tspl:
    def __init__(self, line: Connection, table: Asked) -> None:
        self._line = line
        self._letters = table.letters

    async def look(self) -> PrinterStatus:
        first = await self._ask()
        if self._letters or first.prints or first is PrinterStatus.UNKNOWN:
            return first
        # An answer to <ESC>!? is any byte, so one said unasked just now looks like it; the second is the query's own.
        await asyncio.sleep(_LOOK_AGAIN_S)
        return await self._ask()

    async def end(self) -> End:
        return await _settled(self._ask, "device-ready")

    async def _ask(self) -> PrinterStatus:
        if self._letters:
            answer = await self._line.ask(words.TSPL_LETTERS_QUERY, words.tspl_letters, _ASK_S)
            return PrinterStatus.UNKNOWN if answer is None else answer
        return words.tspl_status(await self._line.ask(words.TSPL_QUERY, lambda heard: heard[-1], _ASK_S))


class _Zpl:
    def __init__(self, line: Connection, _: Asked) -> None:
        self._line = line

    async def look(self) -> PrinterStatus:
        answer = await self._line.ask(words.ZPL_QUERY, words.zpl_status, _ASK_S)
        return PrinterStatus.UNKNOWN if answer is None else answer

    async def end(self) -> End:
        """No format waiting and no label of a batch remaining: the printer says that the job is done."""
        return await _settled(self.look, "device-complete")


async def _settled(
    ask: Callable[[], Awaitable[PrinterStatus]], evidence: Literal["device-ready", "device-complete"]
) -> End:
    """Look until the printer is no longer printing, and is ready in two looks running."""
    ready_before = False
    loop = asyncio.get_running_loop()
    until = loop.time() + _FINISH_S
    while True:
        now = await ask()
        if not now.prints and now is not PrinterStatus.BUSY:
            return End(now, None)
        if now.prints and ready_before:
            return End(now, evidence)
        if loop.time() > until:
            return End(PrinterStatus.BUSY, None)
        ready_before = now.prints
        await asyncio.sleep(_LOOK_AGAIN_S)


class _EscPos:
    def __init__(self, line: Connection, table: Asked) -> None:
        self._line = line
        self._table = table

    async def look(self) -> PrinterStatus:
        """Ask 1 first; 2 (why) only of a printer that is off line, 4 (paper) of any."""
        printer = await self._real_time(1)
        if printer is None:
            return PrinterStatus.UNKNOWN
        cause = await self._real_time(2) if printer & words.OFF_LINE else None
        return words.escpos_status(printer, cause, await self._real_time(4))

    async def end(self) -> End:
        """Wait for the process id, or at the fence behind the picture, then look.

        An id that came back says the label is on paper, whatever became of the printer since. Silence at the fence:
        nothing tells that the picture was worked off.
        """
        if self._table.process_id:
            id_ = words.process_id(next(_PROCESSES))
            wanted = words.process_answer(id_)
            done = await self._line.ask(
                words.asks_for_process(id_), lambda heard: True if wanted in heard else None, self._table.timeout_s
            )
            after = await self.look()
            return End(after, "device-complete" if done else None) if done or not after.prints else _SILENT
        passed = await self._line.ask(words.FENCE, lambda heard: _last("in order", heard), self._table.timeout_s)
        after = await self.look()
        if passed is None and after.prints:
            return _SILENT
        return End(after, "device-ready" if after.prints else None)

    async def _real_time(self, n: int) -> int | None:
        return await self._line.ask(words.real_time(n), lambda heard: _last("real-time", heard), _ASK_S)


_SILENT: Final = End(PrinterStatus.UNKNOWN, None)

LANGUAGES: Final[Mapping[str, Callable[[Connection, Asked], Language]]] = {
    "tspl": _Tspl,
    "zpl": _Zpl,
    "escpos": _EscPos,
}


def _last(kind: words.Answer, heard: bytes) -> int | None:
    found = [byte for answer, byte in words.answers(heard) if answer == kind]
    return found[-1] if found else None
