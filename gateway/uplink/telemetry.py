"""Readings on their way out: batches in order, with a cursor of their own, beside the events."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, Protocol

from gateway.event import Json
from gateway.journal import Cursor, canonical
from gateway.mqtt.connection import Connection
from gateway.mqtt.envelope import compress
from gateway.mqtt.telemetry import Batch, Sample, Stored
from gateway.mqtt.topics import Topics
from gateway.uplink.batches import COMPRESS_FROM
from gateway.uplink.book import Book

log = logging.getLogger(__name__)

READINGS: Final = 250
"""Most readings of a batch; some 30 kB before compression, and a few hundred kB of memory while it is made."""
BATCH_EVERY_S: Final = 1.0
"""Live readings are gathered for so long: a message each would be mostly its head."""


class StoredSample(Protocol):
    """A reading as the readings store gives it."""

    @property
    def row(self) -> int: ...  # noqa: D102 - its name says it
    @property
    def source(self) -> str: ...  # noqa: D102 - its name says it
    @property
    def quantity(self) -> str: ...  # noqa: D102 - its name says it
    @property
    def unit(self) -> str | None: ...  # noqa: D102 - its name says it
    @property
    def at(self) -> datetime: ...  # noqa: D102 - its name says it
    @property
    def amount(self) -> Decimal | None: ...  # noqa: D102 - its name says it
    @property
    def why(self) -> str: ...  # noqa: D102 - its name says it


class Series(Protocol):
    """The readings store as telemetry reads it."""

    @property
    def store(self) -> str:
        """The random id of its file; rows mean nothing in another."""

    async def last_row(self) -> int:
        """Give the newest row on disk; 0 when there is none."""

    async def rows(self, after: int, limit: int) -> Sequence[StoredSample]:
        """Give the next readings after a row."""

    async def grown(self) -> None:
        """Wait until more was written, since the last time this was waited for."""


class Telemetry:
    """One batch at a time; the next goes out when the receiver has said that it has the last one."""

    def __init__(
        self, series: Series, journal: Book, topics: Topics, word: Literal["receiver", "broker"], patience_s: float
    ) -> None:
        self._series = series
        self._journal = journal
        self._topics = topics
        self._word = word
        self._patience_s = patience_s
        self._confirmed = 0
        self._stirred = asyncio.Event()

    @property
    def confirmed(self) -> int:
        """The last row the other end has, as far as it said."""
        return self._confirmed

    @property
    def _follower(self) -> str:
        return f"telemetry {self._series.store}"

    def hear(self, word: Stored, *, live: bool) -> None:
        """Take the receiver's word; one about another store says nothing.

        A lower one that was said just now (`live`), not remembered by the broker, is that of a receiver that was
        restored, or began anew: it gets again what this store still has.
        """
        if word.store != self._series.store or word.row == self._confirmed:
            return
        if word.row > self._confirmed or live:
            if word.row < self._confirmed:
                log.warning("telemetry: the receiver has only up to row %d; again from there", word.row)
            self._confirmed = word.row
            self._stirred.set()

    async def run(self, connection: Connection) -> None:
        """Send what is not confirmed, then what comes, until the connection ends.

        Raises:
            UplinkError: It ended, or the broker refused a batch.
            JournalError: The cursor could not be kept.
        """
        kept = (await self._journal.cursor(self._follower)).seq
        self._confirmed = self._confirmed or kept
        began_at = await self._series.last_row()
        while True:
            samples = await self._series.rows(self._confirmed, READINGS)
            if not samples:
                await self._series.grown()
                continue
            lane: Literal["live", "replayed"] = "replayed" if samples[0].row <= began_at else "live"
            batch = Batch(self._series.store, self._confirmed, lane, tuple(_as_sent(one) for one in samples))
            await self._send(connection, batch)
            if self._confirmed != kept:
                kept = self._confirmed
                await self._journal.move_cursor(self._follower, Cursor(0, kept))
            if lane == "live" and len(samples) < READINGS:  # a full one is behind already
                await asyncio.sleep(BATCH_EVERY_S)

    async def _send(self, connection: Connection, batch: Batch) -> None:
        payload = encode(batch)
        topic = self._topics.telemetry_json
        if len(payload) >= COMPRESS_FROM:
            topic, payload = self._topics.telemetry_gzip, await asyncio.to_thread(compress, payload)
        self._stirred.clear()
        await connection.publish(topic, payload)
        if self._word == "broker":
            self._confirmed = batch.samples[-1].row
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience_s):
                while batch.after <= self._confirmed < batch.samples[-1].row:
                    await self._stirred.wait()
                    self._stirred.clear()


def _as_sent(one: StoredSample) -> Sample:
    return Sample(one.row, one.source, one.quantity, one.unit, one.at, one.amount, one.why)


def encode(batch: Batch) -> bytes:
    """Write a batch; amounts are JSON numbers, exact."""
    readings: list[Json] = [
        {
            "row": one.row,
            "source": one.source,
            "quantity": one.quantity,
            "unit": one.unit,
            "at": one.at.isoformat(timespec="milliseconds"),
            "amount": one.amount,
            "why": one.why or None,
        }
        for one in batch.samples
    ]
    return canonical({"store": batch.store, "after": batch.after, "lane": batch.lane, "readings": readings})
