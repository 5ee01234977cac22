"""Numbers that are never given out twice: of cartons, documents, acts and repeated doings.

A number lives in two places: as the highest one seen in the journal, in the event's own transaction, and in the
counter file, where it is flushed before it is given out. After a clean end numbers go on without a gap; after any other
end they jump past what may have been given out.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from gateway.errors import NumberingStopped
from gateway.gs1.identifiers import carton_serial, document_number, pallet_code, pallet_codes
from gateway.journal.counter_file import CounterFile, read_counter_file, write_counter_file
from gateway.journal.opening import Known
from gateway.journal.projections.numbers import ACT, CARTON, PALLET, scope

AHEAD: Final = 100
"""Cartons and acts are reserved so many at a time: one flush for a hundred."""

_JUMP: Final = 50
_JUMP_CARTONS: Final = 1_000
"""How far numbers jump after a restore or a fork: more than a lost journal can have given out beyond the backup's."""

MOST_CARTONS: Final = 99_999
MOST_DOCUMENTS: Final = 999
PLAIN_PALLET_DIGITS: Final = 11
_COUNT: Final = "count"


def jump_of(name: str) -> int:
    """Give how far a kind of number jumps ahead when it may have been given out elsewhere; acts are an epoch's own."""
    return {CARTON: _JUMP_CARTONS, ACT: 0}.get(name, _JUMP)


class Counters:
    """Numbers of one gateway; `gateway` is its number (0-9) at the site."""

    def __init__(
        self,
        directory: Path,
        gateway: int,
        *,
        in_journal: Mapping[tuple[str, str], int],
        content: CounterFile | None,
        journal_end: Callable[[], Known],
    ) -> None:
        self._directory = directory
        self._gateway = gateway
        self._last = dict(in_journal)
        self._journal_end = journal_end
        self._turn = asyncio.Lock()
        self._content = content
        self._unkept: dict[str, int] = {}
        if content is None and any(name != ACT for name, _ in in_journal):
            self._content = CounterFile()  # the file was lost, the journal was not
        if content is not None:
            self._take(content)

    async def carton(self, day: date) -> str:
        """Give the next carton serial of a date: yymmdd, gateway number, five digits.

        Raises:
            NumberingStopped: A person must run `gateway counters` first, or the date's numbers are used up.
            DiskRefuses: The counter file cannot be written.
        """
        written = f"{day:%y%m%d}"
        number = await self._next(CARTON, scope(written, self._gateway), ahead=AHEAD, most=MOST_CARTONS)
        return carton_serial(day, self._gateway, number)

    async def document(self, letter: str, day: date) -> str:
        """Give the next code of a lot, receipt, inspection or dispatch of a date: `H261121-0042`.

        Raises:
            NumberingStopped: A person must run `gateway counters` first, or the date's numbers are used up.
            DiskRefuses: The counter file cannot be written.
        """
        written = f"{day:%y%m%d}"
        number = await self._next(letter, scope(written, self._gateway), ahead=1, most=MOST_DOCUMENTS)
        return document_number(letter, day, self._gateway, number)

    async def pallet(self, company_prefix: str | None, extension: int) -> str:
        """Give the code of the next pallet of this house and gateway, never one twice, whatever the date.

        It is an SSCC; a house that is no member of GS1 has 12 digits instead, the gateway's number and a count.

        Raises:
            NumberingStopped: A person must run `gateway counters` first, or all numbers of the prefix are used up.
            DiskRefuses: The counter file cannot be written.
        """
        within = f"{company_prefix or ''}{self._gateway}"
        most = 10**PLAIN_PALLET_DIGITS if company_prefix is None else pallet_codes(company_prefix)
        number = await self._next(PALLET, within, ahead=1, most=most - 1)
        if company_prefix is None:
            return f"{self._gateway}{number:0{PLAIN_PALLET_DIGITS}d}"
        return pallet_code(extension, company_prefix, self._gateway, number)

    async def count(self, name: str) -> str:
        """Give the next `<gateway number>.<counter>` of a doing that repeats, such as room-in.

        Raises:
            NumberingStopped: A person must run `gateway counters` first.
            DiskRefuses: The counter file cannot be written.
        """
        number = await self._next(_COUNT, name, ahead=1)
        self._unkept[name] = number
        return f"{self._gateway}.{number}"

    async def act(self) -> int:
        """Give the next number of an act of this epoch. An epoch is never repeated, so this never waits for a person.

        Raises:
            DiskRefuses: The counter file cannot be written.
        """
        epoch = self._journal_end().epoch
        if self._started() is None:
            self._last[ACT, epoch] = number = self._last.get((ACT, epoch), 0) + 1
            return number
        return await self._next(ACT, epoch, ahead=AHEAD)

    def issued(self) -> dict[str, int]:
        """Give the counts handed out that the journal does not keep yet: no body holds them, so it does itself."""
        return dict(self._unkept)

    def kept(self, issued: Mapping[str, int]) -> None:
        """Note that the journal keeps these counts."""
        for name, number in issued.items():
            if self._unkept.get(name) == number:
                del self._unkept[name]

    async def jump_ahead(self) -> None:
        """Leave a gap wide enough for whatever may have been given out elsewhere: after a fork or an older copy.

        Raises:
            DiskRefuses: The counter file cannot be written.
        """
        async with self._turn:
            content = self._started()
            if content is None:
                return
            for (name, within), number in self._last.items():
                if number > content.numbers.get(name, {}).get(within, 0):
                    content = content.with_number(name, within, number)
            content = self._at_the_end(content.jump(jump_of))
            await asyncio.to_thread(write_counter_file, self._directory, content)
            self._take(content)

    async def close(self) -> None:
        """Give back what was reserved and not used."""
        async with self._turn:
            content = self._content
            if content is None:
                return
            for name, scopes in content.numbers.items():
                for within in scopes:
                    used = self._last.get((name, within), 0)
                    content = replace(
                        content, numbers={**content.numbers, name: {**content.numbers[name], within: used}}
                    )
            await asyncio.to_thread(write_counter_file, self._directory, self._at_the_end(content))

    async def _next(self, name: str, within: str, *, ahead: int, most: int | None = None) -> int:
        async with self._turn:
            content = self._started()
            if content is None:
                raise NumberingStopped("no number has been given out here yet; run `gateway counters --start` once")
            number = self._last.get((name, within), 0) + 1
            begins = number == 1 and name != ACT and content.jumped is not None
            if begins and (mark := within if name == _COUNT else name) not in (content.jumped or ()):
                number += jump_of(name)
                content = replace(content, jumped=(*(content.jumped or ()), mark))
            if most is not None and number > most:
                raise NumberingStopped(f"all {most} numbers {name} of {within} are used up")
            if number > content.numbers.get(name, {}).get(within, 0):
                reserved = number + ahead - 1
                content = self._at_the_end(content.with_number(name, within, min(reserved, most or reserved)))
                await asyncio.to_thread(write_counter_file, self._directory, content)
                self._content = content
            self._last[name, within] = number
            return number

    def _started(self) -> CounterFile | None:
        """Give the counter file's content; a file that a person has just made is found here."""
        if self._content is None and (content := read_counter_file(self._directory)) is not None:
            self._take(content)
        return self._content

    def _take(self, content: CounterFile) -> None:
        self._content = content
        for name, scopes in content.numbers.items():
            for within, reserved in scopes.items():
                self._last[name, within] = max(reserved, self._last.get((name, within), 0))

    def _at_the_end(self, content: CounterFile) -> CounterFile:
        return replace(content, journal=self._journal_end())
