"""What stands in an open journal, for those who only read: entries, cursors, and what the entries amount to."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import aiosqlite

from gateway.acts import PrintState
from gateway.alarm import Alarm
from gateway.errors import JournalCorrupt
from gateway.event import Entry
from gateway.journal import books
from gateway.journal.books import LastLoad, OpenReceipt, PrintJob, Stay
from gateway.journal.file import condemn, refusal
from gateway.journal.goods import GoodsContents
from gateway.journal.rows import BY_ID, COLUMNS, Cursor, entry_of
from gateway.locale.folded import folded
from gateway.lot import GoodsCode, LotBook, OperatorId, goods_code
from gateway.station import Binding, RoomId, StationId

_ENTRIES: Final = f"SELECT {COLUMNS} FROM entry WHERE (epoch_number, seq) > (?, ?) ORDER BY epoch_number, seq LIMIT ?"
_LATEST: Final = (
    f"SELECT {COLUMNS} FROM entry WHERE (epoch_number, seq) < (?, ?) ORDER BY epoch_number DESC, seq DESC LIMIT ?"
)
_NO_EPOCH: Final = 1 << 62
"""Later than every epoch."""

_AT: Final = f"SELECT {COLUMNS} FROM entry WHERE epoch_number = (SELECT number FROM epoch WHERE epoch = ?) AND seq = ?"


class Contents(GoodsContents):
    """The reading half of a journal, over a connection of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._reader: aiosqlite.Connection

    async def entries(self, after: Cursor, limit: int = 100) -> list[Entry]:
        """Give the next entries after a cursor, across epochs, in order."""
        return [entry_of(row) for row in await self._rows(_ENTRIES, after.epoch_number, after.seq, limit)]

    async def latest(self, before: Entry | None, limit: int = 100) -> list[Entry]:
        """Give the entries before one (at the end, with None), the newest first."""
        epoch, seq = (before.epoch_number, before.seq) if before else (_NO_EPOCH, 0)
        return [entry_of(row) for row in await self._rows(_LATEST, epoch, seq, limit)]

    async def entry(self, id: UUID) -> Entry | None:
        """Give the entry with this id."""
        rows = await self._rows(BY_ID, str(id))
        return entry_of(rows[0]) if rows else None

    async def entry_at(self, epoch: str, seq: int) -> Entry | None:
        """Give the entry with this number in an epoch."""
        rows = await self._rows(_AT, epoch, seq)
        return entry_of(rows[0]) if rows else None

    async def cursor(self, follower: str) -> Cursor:
        """Say how far a follower has come; (0, 0) at first."""
        rows = await self._rows("SELECT epoch_number, seq FROM cursor WHERE follower = ?", follower)
        return Cursor(*rows[0]) if rows else Cursor()

    async def lots(self) -> list[LotBook]:
        """Give all lots with what was received and packed, the oldest first."""
        return [books.lot_book(row) for row in await self._rows(f"{books.LOTS} ORDER BY opened_at, lot")]

    async def bindings(self) -> list[Binding]:
        """Give the last binding of each station; its lot is None when it has ended."""
        return [books.binding(row) for row in await self._rows(books.BINDINGS)]

    async def last_loads(self) -> list[LastLoad]:
        """Give the last load on disk of each station."""
        return [books.last_load(row) for row in await self._rows(books.LAST_LOADS)]

    async def occupancy(self) -> list[tuple[RoomId, GoodsCode]]:
        """Give which lots and pallets are in which rooms now."""
        return [(RoomId(room), goods_code(goods)) for room, goods in await self._rows(books.OCCUPANCY)]

    async def search_lots(self, text: str, limit: int) -> list[LotBook]:
        """Give the lots that have every word of a text in them, marks and capitals aside; the newest first."""
        words = folded(text).split()
        found = " AND ".join(["search LIKE ? ESCAPE '\\'"] * len(words)) or "1"
        wanted = [f"%{_literal(word)}%" for word in words]
        rows = await self._rows(f"{books.LOTS} WHERE {found} ORDER BY opened_at DESC, lot DESC LIMIT ?", *wanted, limit)
        return [books.lot_book(row) for row in rows]

    async def present_stays(self) -> list[Stay]:
        """Give what stands in which room now, and since when."""
        return [books.stay(row) for row in await self._rows(books.PRESENT_STAYS)]

    async def stays_in(self, room: RoomId, since: datetime, until: datetime) -> list[Stay]:
        """Give what stood in a room at any time of [since, until], to the second, in order of coming in."""
        bounds = int(until.timestamp()), int(since.timestamp())
        return [books.stay(row) for row in await self._rows(books.STAYS_OF_ROOM, room, *bounds)]

    async def operators(self) -> dict[StationId, OperatorId]:
        """Give who is signed in where."""
        return books.operators(await self._rows(books.OPERATORS))

    async def open_receipts(self) -> list[OpenReceipt]:
        """Give the receipts still being weighed, with the sums so far."""
        return [books.open_receipt(row) for row in await self._rows(books.OPEN_RECEIPTS)]

    async def open_alarms(self) -> list[Alarm]:
        """Give the alarms that are not cleared, the oldest first."""
        return [books.open_alarm(row) for row in await self._rows(books.OPEN_ALARMS)]

    async def alarm(self, id: str) -> Alarm | None:
        """Give an alarm as it stands now, cleared or not."""
        rows = await self._rows(f"{books.ALARMS} WHERE alarm = ?", id)
        return books.open_alarm(rows[0]) if rows else None

    async def date_confirmed(self, boot: str) -> bool:
        """Say whether a person has confirmed the date in this boot."""
        return bool(await self._rows("SELECT 1 FROM date_confirmed WHERE boot = ?", boot))

    async def print_jobs(self, *states: PrintState) -> list[PrintJob]:
        """Give the labels in these states (all of them when none is named), the oldest first."""
        is_open = bool(states) and set(states) <= {"queued", "sending", "unknown"}
        rows = await self._rows(books.OPEN_PRINT_JOBS if is_open else books.ALL_PRINT_JOBS)
        return [job for job in map(books.print_job, rows) if not states or job.state in states]

    async def latest_print_jobs(self) -> list[PrintJob]:
        """Give the newest labels of each station that printed lately, whatever became of them.

        They are the papers of one entry, each as it was asked for last.
        """
        entry: dict[StationId, UUID] = {}
        newest: dict[tuple[StationId, str], PrintJob] = {}
        for job in map(books.print_job, await self._rows(books.NEWEST_PRINT_JOBS)):
            if job.station is not None and entry.setdefault(job.station, job.entry_id) == job.entry_id:
                newest.setdefault((job.station, job.paper), job)
        return list(reversed(newest.values()))

    async def last_windows(self) -> list[tuple[RoomId, datetime]]:
        """Give the end of the last window made for each room."""
        rows = await self._rows("SELECT room, until FROM room_window")
        return [(RoomId(room), datetime.fromisoformat(until)) for room, until in rows]

    async def print_jobs_of(self, entry: UUID) -> list[PrintJob]:
        """Give the labels an entry asked for, its first paper first."""
        return [books.print_job(row) for row in await self._rows(books.PRINT_JOBS_OF, str(entry))]

    async def print_job(self, job: str) -> PrintJob | None:
        """Give one label's job."""
        rows = await self._rows(books.PRINT_JOB, job)
        return books.print_job(rows[0]) if rows else None

    async def _rows(self, sql: str, *parameters: int | str) -> list[Any]:
        try:
            rows: Iterable[Any] = await self._reader.execute_fetchall(sql, parameters)
        except UnicodeDecodeError as error:  # a text that is none any more
            self._condemn(str(error))
            raise JournalCorrupt(f"the journal's file is damaged: {error}") from error
        except sqlite3.DatabaseError as error:
            refused = refusal(error)
            if isinstance(refused, JournalCorrupt):
                self._condemn(str(refused))
            raise refused from error
        return list(rows)

    def _condemn(self, why: str) -> None:
        """See that the next start sets this file aside."""
        with suppress(OSError):  # then the next start must find it by itself
            condemn(self._directory, why)


def _literal(word: str) -> str:
    """Give a word as LIKE finds just that: its % and _ are no wildcards."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
