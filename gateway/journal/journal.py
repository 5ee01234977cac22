"""The journal: every event, in order, on disk before anyone is told about it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import aiosqlite

from gateway.errors import DiskRefuses, IdConflict, JournalCorrupt
from gateway.event import Draft, Entry, Stamp
from gateway.journal.ballast import Ballast
from gateway.journal.books import JournalState
from gateway.journal.care import Care, Cared
from gateway.journal.contents import Contents
from gateway.journal.counter_file import CounterFile, read_counter_file
from gateway.journal.counters import Counters
from gateway.journal.fair_copy import FairCopy, fair_copy
from gateway.journal.file import FILE
from gateway.journal.fork import fork
from gateway.journal.full_check import BEGINS_AFTER_S, Finding, FullCheck
from gateway.journal.ledger import Ledger
from gateway.journal.opening import Home, Known, Opened, only_writer, open_ledger
from gateway.journal.rows import Cursor
from gateway.journal.table import JournalTable
from gateway.journal.tip import Tip
from gateway.journal.writer import Done, Writer

log = logging.getLogger(__name__)

_COUNTERS: Final = "SELECT name, scope, value FROM counter UNION ALL SELECT 'count', name, value FROM issued"


class Journal(Contents):
    """An open journal; made by `Journal.open`. All of it is to be used on the event loop it was opened on."""

    def __init__(self, home: Home, known: Known) -> None:
        super().__init__(home.directory)
        self.gateway = home.gateway
        self.number = 0
        """The gateway's number at its site."""
        self.counters: Counters
        self._home = home
        self._opened: Opened
        self._known = known
        self._starting = True
        self._cared = Cared()
        self._found = ""
        self._beyond_use = False
        self._checked = False
        self._loop = asyncio.get_running_loop()
        care = Care(Ballast(home.directory), keep_months=home.table.keep_months)
        self._writer = Writer(self._open_ledger, self._report, care)
        self._tip: Tip
        self._waiting: set[asyncio.Future[None]] = set()
        self._bytes_used = 0
        self._commits = 0
        self._error = ""
        self._conflict = ""

    @classmethod
    def open(
        cls,
        directory: Path,
        table: JournalTable,
        *,
        gateway: str,
        number: int,
        stamp: Callable[[], Stamp],
        check_after_s: float = BEGINS_AFTER_S,
    ) -> "AbstractAsyncContextManager[Journal]":
        """Open the journal in a directory, made when it is not there; `number` is the gateway's number at its site.

        `stamp` is called in the writer's thread, once for each entry. The whole file is checked in the background,
        beginning `check_after_s` seconds from now; a file beyond use is refused from then on (JournalCorrupt) and set
        aside by the next start.

        Raises:
            DiskRefuses: The disk does not let us.
            JournalError: Another gateway runs on this directory, or a newer program wrote the file.
        """
        return cls._open(Home(directory, table, gateway, stamp, check_after_s), number)

    @classmethod
    @asynccontextmanager
    async def _open(cls, home: Home, number: int) -> "AsyncGenerator[Journal]":
        with ExitStack() as held:
            await asyncio.to_thread(held.enter_context, only_writer(home.directory))
            content = await asyncio.to_thread(read_counter_file, home.directory)
            journal = cls(home, content.journal if content is not None else Known())
            journal.number = number
            try:
                await journal._begin_writing()
                async with aiosqlite.connect(
                    f"{(home.directory / FILE).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
                ) as journal._reader:
                    await journal._read_counters(number, content)
                    check = FullCheck(home.directory / FILE, journal._found_in_thread, home.check_after_s)
                    check.start()
                    try:
                        yield journal
                    finally:
                        await asyncio.to_thread(check.stop)
                        with suppress(DiskRefuses):  # numbers will jump a little further, that is all
                            await journal.counters.close()
            finally:
                await journal._writer.stop()

    async def _begin_writing(self) -> None:
        """Have the writer open the file; damage that only its first writing meets is left to the next start."""
        try:
            await self._writer.start()
        except JournalCorrupt as error:
            self._condemn(str(error))
            raise

    @property
    def epoch(self) -> str:
        """The epoch entries are numbered in now."""
        return self._opened.ledger.epoch.epoch

    @property
    def epoch_number(self) -> int:
        """The number of that epoch; later epochs have higher ones."""
        return self._opened.ledger.epoch.number

    @property
    def last_seq(self) -> int:
        """The number of the last entry on disk; 0 at the beginning of an epoch."""
        return self._tip.seq

    @property
    def public_key(self) -> bytes:
        """The device key's public half, 32 raw bytes."""
        return self._opened.ledger.epoch.public_key

    async def record(self, *drafts: Draft) -> tuple[Entry, ...]:
        """Write events down, all of them or none, and return when they are on the disk.

        A draft that is in the journal already with the same words gives the entry that is there. Whoever is cancelled
        while waiting is cancelled when the outcome is known, so there is never doubt about what was written.

        Raises:
            JournalFull: The budget is used up.
            DiskRefuses: The disk is full, read-only or failing; nothing was written. The next call tries again.
            IdConflict: An entry has the same id and other words; the attempt is journaled.
            ValueError: A body cannot be written as canonical JSON, or is not what its kind must be.
        """
        copies: tuple[FairCopy, ...] = tuple(fair_copy(draft) for draft in drafts)
        issued = self.counters.issued()

        def enter(ledger: Ledger) -> tuple[Entry, ...]:
            if issued:
                ledger.note_issued(issued)
            return ledger.append(copies)

        entries: tuple[Entry, ...] = await self._done(enter)
        self.counters.kept(issued)
        return entries

    async def wait_beyond(self, seq: int | Cursor) -> None:
        """Wait until there is an entry after this one; a bare number is of the present epoch."""
        while not self._is_beyond(seq):
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
            try:
                await waiter
            finally:
                self._waiting.discard(waiter)

    def _is_beyond(self, seq: int | Cursor) -> bool:
        if isinstance(seq, Cursor):
            return seq < (Cursor(self.epoch_number, self.last_seq) if self.last_seq else self._opened.earlier)
        # A number beyond our end can only be of an earlier epoch.
        return self.last_seq > (seq if seq <= self.last_seq else 0)

    async def move_cursor(self, follower: str, cursor: Cursor) -> None:
        """Note how far a follower has come.

        Raises:
            DiskRefuses: The disk does not take it; the old place stands.
        """
        await self._done(lambda ledger: ledger.move_cursor(follower, cursor))

    async def fork(self, common: Cursor) -> None:
        """Begin a new epoch at once: the receiver holds another history than this journal.

        What stands after `common`, the last entry whose acknowledgement this journal has stored, is chained into the
        new epoch with its ids unchanged; followers go on there. Numbers jump ahead.

        Raises:
            DiskRefuses: The disk does not take it; the old epoch stands.
        """
        earlier: Cursor = await self._done(lambda ledger: fork(ledger, common))
        self._opened = replace(self._opened, earlier=earlier)
        await self.counters.jump_ahead()

    async def begin_print(self, job: str) -> bool:
        """Note, on disk, that the first byte of a label is about to leave; from now on its state is `sending`.

        Gives False, and notes nothing, where it must not: it is void, or has left before.

        Raises:
            DiskRefuses: The disk does not take it: the label must not be sent.
        """
        may: bool = await self._done(lambda ledger: ledger.begin_print(job))
        return may

    def state(self) -> JournalState:
        """Say how the journal is, for page and status."""
        return JournalState(
            path=self._home.directory / FILE,
            epoch=self.epoch,
            epoch_number=self.epoch_number,
            last_seq=self.last_seq,
            bytes_used=self._bytes_used,
            budget_bytes=self._opened.budget_bytes,
            commits=self._commits,
            error=self._error or ("the disk is full" if self._cared.starved else ""),
            early_purge=self._cared.early,
            purged=self._cared.purged,
            checked=self._checked,
            trouble="; ".join(filter(None, (self._opened.trouble, self._found))),
            set_aside=self._opened.set_aside,
            left=self._opened.left,
            conflict=self._conflict,
        )

    async def _done(self, do: Callable[[Ledger], Any]) -> Any:
        """Have something done on the ledger, and wait for it even through a cancellation."""
        if self._beyond_use:
            raise JournalCorrupt(self._found)
        future = self._writer.submit(do)
        cancelled: asyncio.CancelledError | None = None
        while not future.done():
            try:
                await asyncio.wait({future})
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            future.exception()  # looked at: the one who would have heard of it is gone
            raise cancelled
        try:
            return future.result()
        except IdConflict as error:
            self._conflict = str(error)
            raise
        except JournalCorrupt as error:
            self._condemn(str(error))
            raise

    async def _read_counters(self, number: int, content: CounterFile | None) -> None:
        in_journal = {(name, scope): value for name, scope, value in await self._rows(_COUNTERS)}
        self.counters = Counters(
            self._home.directory, number, in_journal=in_journal, content=content, journal_end=self._journal_end
        )
        if self._opened.older_copy:
            await self.counters.jump_ahead()

    def _journal_end(self) -> Known:
        return Known(self.epoch_number, self.epoch, self.last_seq)

    def _open_ledger(self) -> Ledger:
        """In the writer's thread: open the file, at the start and again after the disk has refused."""
        self._opened = opened = open_ledger(self._home, self._known, starting=self._starting)
        self._starting = False
        return opened.ledger

    def _found_in_thread(self, finding: Finding | None) -> None:
        """In the thread of the full check: what it found is said, and a file beyond use is condemned."""
        if finding is not None and finding.beyond_use:
            self._condemn(finding.why)
        self._loop.call_soon_threadsafe(self._found_out, finding)

    def _found_out(self, finding: Finding | None) -> None:
        self._checked = True
        if finding is None:
            return
        log.error("journal: %s", finding.why)
        self._found, self._beyond_use = finding.why, finding.beyond_use

    def _report(self, done: Done) -> None:
        """After each commit, before those who wait for it hear of it."""
        self._error = done.error
        self._cared = done.cared
        if done.tip is None:
            return
        self._tip = done.tip
        self._known = self._journal_end()
        self._bytes_used = done.bytes_used
        self._commits += done.commits
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
