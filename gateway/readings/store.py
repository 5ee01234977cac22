"""The readings store: every measurement, committed once an interval; the last interval may be lost with the power."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

import aiosqlite
from pydantic import Field

from gateway.acts import Statistics
from gateway.reading import Measurement, Reading
from gateway.readings.file import FILE, ReadingsFile, Row
from gateway.readings.windows import statistics
from gateway.settings import Seconds, Settings

MOST_WAITING: Final = 100_000
"""Readings kept in memory while the disk refuses; then the oldest are lost, and counted."""

FIRST_GATHERED_S: Final = 0.05
"""What is measured first after a start is not kept waiting: then everybody sees that the sensors are heard."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_S: Final = 3600.0
_WINDOW: Final = (
    "SELECT amount, unit FROM reading JOIN series USING (series)"
    " WHERE at_ms >= ? AND at_ms < ? AND source = ? AND quantity = ? AND amount IS NOT NULL ORDER BY row"
)
_SERIES: Final = (
    "SELECT at_ms, CAST(amount AS REAL) FROM reading WHERE at_ms >= ? AND at_ms < ? AND amount IS NOT NULL"
    " AND series IN (SELECT series FROM series WHERE source = ? AND quantity = ?) ORDER BY at_ms"
)
_SAMPLES: Final = (
    "SELECT at_ms, amount FROM reading JOIN series USING (series)"
    " WHERE at_ms >= ? AND at_ms < ? AND source = ? AND quantity = ? AND amount IS NOT NULL ORDER BY at_ms"
)
_LATEST: Final = (
    "SELECT row, source, quantity, unit, at_ms, amount, why FROM series JOIN reading ON row = last_row"
    " ORDER BY source, quantity, unit"
)
_AFTER: Final = (
    "SELECT row, source, quantity, unit, at_ms, amount, why FROM reading JOIN series USING (series)"
    " WHERE row > ? ORDER BY row LIMIT ?"
)


class ReadingsTable(Settings):
    """`[readings]`: how often the raw series of sensors is written, and for how many days of running it is kept."""

    commit_every_s: Annotated[Seconds, Field(gt=0)] = 1.0
    keep_days: Annotated[int, Field(ge=1)] = 400


@dataclass(frozen=True, slots=True)
class Sample:
    """One stored reading; `amount` is None when the value was bad, `why` says why."""

    row: int
    source: str
    quantity: str
    unit: str | None
    at: datetime
    amount: Decimal | None
    why: str


@dataclass(frozen=True, slots=True)
class ReadingsState:
    """How the store is: `error` is empty while the disk takes everything; `lost` readings did not fit into memory."""

    store: str
    waiting: int
    lost: int
    error: str


class ReadingsStore:
    """An open store; made by `ReadingsStore.open`. One thread writes, aiosqlite reads."""

    def __init__(self, path: Path, table: ReadingsTable, monotonic: Callable[[], float]) -> None:
        self._path = path
        self._table = table
        self._monotonic = monotonic
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition()
        self._waiting: list[Row] = []
        self._flushes: list[asyncio.Future[None]] = []
        self._closing = False
        self._gathers_s = min(FIRST_GATHERED_S, table.commit_every_s)
        self._grown = asyncio.Event()
        self._lost = 0
        self._error = ""
        self._failure: BaseException | None = None
        self._store = ""
        self._reader: aiosqlite.Connection
        self._opened: asyncio.Future[str] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name="readings-writer", daemon=True)

    @classmethod
    def open(
        cls, directory: Path, table: ReadingsTable, *, monotonic: Callable[[], float] = time.monotonic
    ) -> "AbstractAsyncContextManager[ReadingsStore]":
        """Open `readings.db` in a directory; a file that is no database is set aside.

        Raises:
            sqlite3.Error: The disk does not let us.
        """
        return cls._open(directory, table, monotonic)

    @classmethod
    @asynccontextmanager
    async def _open(
        cls, directory: Path, table: ReadingsTable, monotonic: Callable[[], float]
    ) -> "AsyncGenerator[ReadingsStore]":
        store = cls(directory / FILE, table, monotonic)
        store._thread.start()
        try:
            store._store = await store._opened
            async with aiosqlite.connect(
                f"{store._path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
            ) as store._reader:
                yield store
        finally:
            with store._changed:
                store._closing = True
                store._changed.notify()
            await asyncio.to_thread(store._thread.join)

    def add(self, reading: Reading) -> None:
        """Keep a measurement; it is on the disk one commit interval later. Weights, scans and texts are no series."""
        value = reading.value
        if not isinstance(value, Measurement) or value.text is not None:
            return
        amount = None if value.amount is None else format(value.amount, "f")
        at_ms = (reading.observed_at - _EPOCH) // timedelta(milliseconds=1)
        row = (reading.source, value.quantity, value.unit or "", at_ms, amount, value.why or None)
        with self._changed:
            self._waiting.append(row)
            if len(self._waiting) > MOST_WAITING:
                del self._waiting[0]
                self._lost += 1
            if len(self._waiting) == 1:
                self._changed.notify()

    async def flush(self) -> None:
        """Wait until everything added so far is written, or was refused (`state().error` then says why)."""
        future: asyncio.Future[None] = self._loop.create_future()
        with self._changed:
            if self._failure is not None:
                raise self._failure
            self._flushes.append(future)
            self._changed.notify()
        await future

    async def window(self, source: str, quantity: str, start: datetime, end: datetime, expected: int) -> Statistics:
        """Give the figures of one quantity at one source in [start, end); bad values are no samples."""
        await self.flush()
        bounds = [(moment - _EPOCH) // timedelta(milliseconds=1) for moment in (start, end)]
        rows = await self._rows(_WINDOW, *bounds, source, quantity)
        unit = (rows[-1][1] or None) if rows else None
        return statistics(source, quantity, unit, [Decimal(amount) for amount, _ in rows], expected)

    async def series(self, source: str, quantity: str, since_ms: int, until_ms: int) -> list[tuple[int, float]]:
        """Give a series to draw, in order of time: Unix milliseconds and value; bad values are no samples."""
        rows = await self._rows(_SERIES, since_ms, until_ms, source, quantity)
        return [(at_ms, amount) for at_ms, amount in rows]

    async def samples(self, source: str, quantity: str, start: datetime, end: datetime) -> list[tuple[int, Decimal]]:
        """Give the good values of one quantity at one source in [start, end): Unix time in ms, and amount; in order."""
        await self.flush()
        bounds = [(moment - _EPOCH) // timedelta(milliseconds=1) for moment in (start, end)]
        rows = await self._rows(_SAMPLES, *bounds, source, quantity)
        return [(at_ms, Decimal(amount)) for at_ms, amount in rows]

    async def unit(self, source: str, quantity: str) -> str | None:
        """Give the unit a quantity was measured in last."""
        rows = await self._rows(
            "SELECT unit FROM series WHERE source = ? AND quantity = ? ORDER BY last_row DESC LIMIT 1", source, quantity
        )
        return (rows[0][0] or None) if rows else None

    async def quantities(self, source: str) -> list[str]:
        """Name the quantities a source has ever measured, in order of their names."""
        await self.flush()
        rows = await self._rows("SELECT DISTINCT quantity FROM series WHERE source = ? ORDER BY quantity", source)
        return [quantity for (quantity,) in rows]

    async def latest(self) -> list[Sample]:
        """Give the last stored reading of each series."""
        return [_sample(row) for row in await self._rows(_LATEST)]

    @property
    def store(self) -> str:
        """The random id of this file; its rows mean nothing in another."""
        return self._store

    async def last_row(self) -> int:
        """Give the newest row on disk; 0 when there is none."""
        ((row,),) = await self._rows("SELECT COALESCE(MAX(row), 0) FROM reading")
        return int(row)

    async def rows(self, after: int, limit: int) -> list[Sample]:
        """Give the next readings on disk after a row, in order."""
        return [_sample(row) for row in await self._rows(_AFTER, after, limit)]

    async def grown(self) -> None:
        """Wait until readings were written since the last time somebody waited; for one follower."""
        await self._grown.wait()
        self._grown.clear()

    def state(self) -> ReadingsState:
        """Say how the store is."""
        with self._changed:
            return ReadingsState(self._store, len(self._waiting), self._lost, self._error)

    async def _rows(self, sql: str, *parameters: int | str) -> list[Any]:
        return list(await self._reader.execute_fetchall(sql, parameters))

    # -- in the thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = ReadingsFile(self._path)
        except (sqlite3.Error, OSError) as error:
            self._loop.call_soon_threadsafe(self._opened.set_exception, error)
            return
        try:
            self._loop.call_soon_threadsafe(self._opened.set_result, file.store())
            next_hour = self._monotonic() + _HOUR_S
            while self._write_next(file):
                if self._monotonic() >= next_hour:
                    next_hour += _HOUR_S
                    self._age(file)
        except BaseException as error:  # a bug: whoever waits must hear of it, and nobody may wait after it
            self._fail(error)
            raise
        finally:
            file.close()

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._failure = error
            self._error = repr(error)
            for flush in self._flushes:
                self._loop.call_soon_threadsafe(flush.set_exception, error)

    def _write_next(self, file: ReadingsFile) -> bool:
        """Gather for one interval and write; say whether to go on."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._flushes or self._closing)
            self._changed.wait_for(lambda: self._flushes or self._closing, timeout=self._gathers_s)
            rows, self._waiting = self._waiting, []
            flushes, self._flushes = self._flushes, []
            going_on = not self._closing
        error = ""
        try:
            if rows:
                file.write(rows)
                self._gathers_s = self._table.commit_every_s
                self._loop.call_soon_threadsafe(self._grown.set)
        except sqlite3.Error as refused:
            error = str(refused)
        with self._changed:
            self._error = error
            if error:  # they wait for the next turn, in front
                self._waiting[:0] = rows
                too_many = len(self._waiting) - MOST_WAITING
                if too_many > 0:
                    del self._waiting[:too_many]
                    self._lost += too_many
        for flush in flushes:
            self._loop.call_soon_threadsafe(_done, flush)
        return going_on

    def _age(self, file: ReadingsFile) -> None:
        """One hour older: forget what is older than its days of running, some rows at a time."""
        try:
            file.mark_hour()
            while file.forget(self._table.keep_days * 24):
                pass
        except sqlite3.Error as refused:
            with self._changed:
                self._error = str(refused)


def _sample(columns: tuple[int, str, str, str, int, str | None, str | None]) -> Sample:
    row, source, quantity, unit, at_ms, amount, why = columns
    return Sample(
        row=row,
        source=source,
        quantity=quantity,
        unit=unit or None,
        at=_EPOCH + timedelta(milliseconds=at_ms),
        amount=None if amount is None else Decimal(amount),
        why=why or "",
    )


def _done(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
