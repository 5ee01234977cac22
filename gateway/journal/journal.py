"""The journal: every event, in order, on disk before anyone is told about it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import aiosqlite

from gateway.acts import PrintState
from gateway.alarm import Alarm
from gateway.errors import DiskRefuses
from gateway.event import Draft, Entry, Stamp
from gateway.journal import books
from gateway.journal.books import JournalState, LastLoad, OpenReceipt, PrintJob
from gateway.journal.counter_file import CounterFile, read_counter_file
from gateway.journal.counters import Counters
from gateway.journal.file import FILE
from gateway.journal.ledger import FairCopy, Ledger, Tip, fair_copy
from gateway.journal.opening import Home, Known, Opened, only_writer, open_ledger
from gateway.journal.rows import COLUMNS, Cursor, entry_of
from gateway.journal.table import JournalTable
from gateway.journal.writer import Done, Writer
from gateway.lot import LotBook, LotCode, OperatorId
from gateway.station import Binding, RoomId, StationId

_ENTRIES: Final = f"SELECT {COLUMNS} FROM entry WHERE (epoch_number, seq) > (?, ?) ORDER BY epoch_number, seq LIMIT ?"
_BY_ID: Final = f"SELECT {COLUMNS} FROM entry WHERE id = ?"
_AT: Final = f"SELECT {COLUMNS} FROM entry WHERE epoch_number = (SELECT number FROM epoch WHERE epoch = ?) AND seq = ?"
_COUNTERS: Final = "SELECT name, scope, value FROM counter UNION ALL SELECT 'count', name, value FROM issued"


class Journal:
    """An open journal; made by `Journal.open`. All of it is to be used on the event loop it was opened on."""

    def __init__(self, home: Home, known: Known) -> None:
        self.gateway = home.gateway
        self.counters: Counters
        self._home = home
        self._opened: Opened
        self._known = known
        self._starting = True
        self._reader: aiosqlite.Connection
        self._writer = Writer(self._open_ledger, self._report)
        self._tip: Tip
        self._waiting: set[asyncio.Future[None]] = set()
        self._bytes_used = 0
        self._commits = 0
        self._error = ""

    @classmethod
    def open(
        cls, directory: Path, table: JournalTable, *, gateway: str, number: int, stamp: Callable[[], Stamp]
    ) -> "AbstractAsyncContextManager[Journal]":
        """Open the journal in a directory, made when it is not there; `number` is the gateway's number at its site.

        `stamp` is called in the writer's thread, once for each entry.

        Raises:
            DiskRefuses: The disk does not let us.
            JournalError: Another gateway runs on this directory, or a newer program wrote the file.
        """
        return cls._open(Home(directory, table, gateway, stamp), number)

    @classmethod
    @asynccontextmanager
    async def _open(cls, home: Home, number: int) -> "AsyncGenerator[Journal]":
        with ExitStack() as held:
            await asyncio.to_thread(held.enter_context, only_writer(home.directory))
            content = await asyncio.to_thread(read_counter_file, home.directory)
            journal = cls(home, content.journal if content is not None else Known())
            try:
                await journal._writer.start()
                async with aiosqlite.connect(
                    f"{(home.directory / FILE).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
                ) as journal._reader:
                    await journal._read_counters(number, content)
                    try:
                        yield journal
                    finally:
                        with suppress(DiskRefuses):  # numbers will jump a little further, that is all
                            await journal.counters.close()
            finally:
                await journal._writer.stop()

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

    async def entries(self, after: Cursor, limit: int = 100) -> list[Entry]:
        """Give the next entries after a cursor, across epochs, in order."""
        return [entry_of(row) for row in await self._rows(_ENTRIES, after.epoch_number, after.seq, limit)]

    async def entry(self, id: UUID) -> Entry | None:
        """Give the entry with this id."""
        rows = await self._rows(_BY_ID, str(id))
        return entry_of(rows[0]) if rows else None

    async def entry_at(self, epoch: str, seq: int) -> Entry | None:
        """Give the entry with this number in an epoch."""
        rows = await self._rows(_AT, epoch, seq)
        return entry_of(rows[0]) if rows else None

    async def cursor(self, follower: str) -> Cursor:
        """Say how far a follower has come; (0, 0) at first."""
        rows = await self._rows("SELECT epoch_number, seq FROM cursor WHERE follower = ?", follower)
        return Cursor(*rows[0]) if rows else Cursor()

    async def move_cursor(self, follower: str, cursor: Cursor) -> None:
        """Note how far a follower has come.

        Raises:
            DiskRefuses: The disk does not take it; the old place stands.
        """
        await self._done(lambda ledger: ledger.move_cursor(follower, cursor))

    async def lots(self) -> list[LotBook]:
        """Give all lots with what was received and packed, the oldest first."""
        return [books.lot_book(row) for row in await self._rows(books.LOTS)]

    async def bindings(self) -> list[Binding]:
        """Give the last binding of each station; its lot is None when it has ended."""
        return [books.binding(row) for row in await self._rows(books.BINDINGS)]

    async def last_loads(self) -> list[LastLoad]:
        """Give the last load on disk of each station."""
        return [books.last_load(row) for row in await self._rows(books.LAST_LOADS)]

    async def occupancy(self) -> list[tuple[RoomId, LotCode]]:
        """Give which lots are in which rooms now."""
        return [(RoomId(room), LotCode(lot)) for room, lot in await self._rows(books.OCCUPANCY)]

    async def operators(self) -> dict[StationId, OperatorId]:
        """Give who is signed in where."""
        return books.operators(await self._rows(books.OPERATORS))

    async def open_receipts(self) -> list[OpenReceipt]:
        """Give the receipts still being weighed, with the sums so far."""
        return [books.open_receipt(row) for row in await self._rows(books.OPEN_RECEIPTS)]

    async def open_alarms(self) -> list[Alarm]:
        """Give the alarms that are not cleared, the oldest first."""
        return [books.open_alarm(row) for row in await self._rows(books.OPEN_ALARMS)]

    async def date_confirmed(self, boot: str) -> bool:
        """Say whether a person has confirmed the date in this boot."""
        return bool(await self._rows("SELECT 1 FROM date_confirmed WHERE boot = ?", boot))

    async def print_jobs(self, *states: PrintState) -> list[PrintJob]:
        """Give the labels in these states (all of them when none is named), the oldest first."""
        is_open = bool(states) and set(states) <= {"queued", "sending", "unknown"}
        rows = await self._rows(books.OPEN_PRINT_JOBS if is_open else books.ALL_PRINT_JOBS)
        return [job for job in map(books.print_job, rows) if not states or job.state in states]

    async def latest_print_jobs(self) -> list[PrintJob]:
        """Give the newest label of each station, whatever became of it."""
        rows = await self._rows("SELECT DISTINCT station FROM print_job WHERE station IS NOT NULL")
        found = [await self._rows(books.LATEST_PRINT_JOB, station) for (station,) in rows]
        return [books.print_job(jobs[0]) for jobs in found if jobs]

    async def last_windows(self) -> list[tuple[RoomId, datetime]]:
        """Give the end of the last window made for each room."""
        rows = await self._rows("SELECT room, until FROM room_window")
        return [(RoomId(room), datetime.fromisoformat(until)) for room, until in rows]

    async def print_job(self, job: str) -> PrintJob | None:
        """Give one label's job."""
        rows = await self._rows(books.PRINT_JOB, job)
        return books.print_job(rows[0]) if rows else None

    async def begin_print(self, job: str) -> None:
        """Note, on disk, that the first byte of a label is about to leave; from now on its state is `sending`.

        Raises:
            DiskRefuses: The disk does not take it: the label must not be sent.
        """
        await self._done(lambda ledger: ledger.begin_print(job))

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
            error=self._error,
            trouble=self._opened.trouble,
            set_aside=self._opened.set_aside,
        )

    async def _done(self, do: Callable[[Ledger], Any]) -> Any:
        """Have something done on the ledger, and wait for it even through a cancellation."""
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
        return future.result()

    async def _rows(self, sql: str, *parameters: int | str) -> list[Any]:
        rows: Iterable[Any] = await self._reader.execute_fetchall(sql, parameters)
        return list(rows)

    async def _read_counters(self, number: int, content: CounterFile | None) -> None:
        in_journal = {(name, scope): value for name, scope, value in await self._rows(_COUNTERS)}
        self.counters = Counters(
            self._home.directory, number, in_journal=in_journal, content=content, journal_end=self._journal_end
        )

    def _journal_end(self) -> Known:
        return Known(self.epoch_number, self.epoch, self.last_seq)

    def _open_ledger(self) -> Ledger:
        """In the writer's thread: open the file, at the start and again after the disk has refused."""
        self._opened = opened = open_ledger(self._home, self._known, starting=self._starting)
        self._starting = False
        return opened.ledger

    def _report(self, done: Done) -> None:
        """After each commit, before those who wait for it hear of it."""
        self._error = done.error
        if done.tip is None:
            return
        self._tip = done.tip
        self._known = self._journal_end()
        self._bytes_used = done.bytes_used
        self._commits += 1
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
