"""The write connection and the end of the chain: appends entries to a transaction, all of a group or none."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from gateway.errors import DiskRefuses, JournalFull
from gateway.event import Draft, Entry, Stamp
from gateway.journal import own_entries
from gateway.journal.chain import CHECKPOINT, entry_hash, genesis, signed_message
from gateway.journal.fair_copy import FairCopy, WrongWords, fair_copy
from gateway.journal.file import PAGE, PAGES_FOR_AN_ENTRY, PAGES_KEPT, room_left
from gateway.journal.key import DeviceKey
from gateway.journal.projections import apply
from gateway.journal.projections.prints import OF_JOB
from gateway.journal.rows import BY_ID, INSERT, PLACES_OF_ID, Cursor, entry_of, row_of
from gateway.journal.table import JournalTable
from gateway.journal.tip import Epoch, Tip, write_head

_KNOWN: Final = PLACES_OF_ID.format(1)
_PUT_OFF_S: Final = 60.0
_PLENTY: Final = 1 << 16
"""Pages (32 MB) that the largest commit does not use up: with more than these left, room is asked for once in it."""


class Ledger:
    """An open journal at the end of its chain. It belongs to one thread: the writer's."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        key: DeviceKey,
        epoch: Epoch,
        tip: Tip,
        *,
        table: JournalTable,
        stamp: Callable[[], Stamp],
    ) -> None:
        self.connection = connection
        self.epoch = epoch
        self.tip = tip
        self.starved = False
        self._written = (epoch, tip)
        self._key = key
        self._table = table
        self._stamp = stamp
        self._put_off_until = 0.0
        self._room = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make one commit of what is done inside, with its signed head; nothing at all when it raises."""
        self.connection.execute("BEGIN IMMEDIATE")
        self._room = 0
        try:
            yield
            if (self.epoch, self.tip) != self._written:
                write_head(self.connection, self._key, self.epoch, self.tip)
            self.connection.execute("COMMIT")
        except BaseException:  # undone whatever it was, and raised again
            self.epoch, self.tip = self._written
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        self._written = self.epoch, self.tip

    @contextmanager
    def group(self) -> Iterator[None]:
        """Let what is done inside be done whole or not at all, without touching its neighbours in the transaction."""
        before = self.epoch, self.tip
        self.connection.execute("SAVEPOINT one")
        try:
            yield
        except BaseException:  # undone whatever it was, and raised again
            self.epoch, self.tip = before
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO one")
                self.connection.execute("RELEASE one")
            raise
        self.connection.execute("RELEASE one")

    def append(self, copies: tuple[FairCopy, ...]) -> tuple[Entry, ...]:
        """Enter these, in order; one that is there already with the same words is given as it stands.

        Raises:
            WrongWords: An id is there already with other words.
            JournalFull: The budget has no room for it.
            DiskRefuses: The disk is full, and the ballast is overboard.
            ValueError: A body is not what its kind must be.
        """
        return tuple(self._existing(copy) or self._enter_if_it_fits(copy) for copy in copies)

    def note_conflict(self, conflict: WrongWords) -> Entry:
        """Journal the attempt to write an id twice with different words."""
        stamp = self._stamp()
        draft = own_entries.conflict(
            self.epoch.gateway,
            self.epoch.epoch,
            self.tip.seq + 1,
            existing=conflict.existing.body_sha256,
            offered=conflict.copy.sha256,
            tried=conflict.copy.draft,
            stamp=stamp,
        )
        return self._enter(fair_copy(draft), stamp)

    def note_purge(self, begin: Cursor, *, used_percent: int) -> Entry:
        """Journal that bodies after `begin` are purged sooner than promised."""
        stamp = self._stamp()
        draft = own_entries.purge(
            self.epoch.gateway, self.epoch.epoch, self.tip.seq + 1, begin=begin, used_percent=used_percent, stamp=stamp
        )
        return self._enter(fair_copy(draft), stamp)

    def try_disk(self) -> None:
        """Write something that changes nothing, to see whether the disk takes it.

        Raises:
            sqlite3.Error: It does not.
        """
        with self.transaction():
            write_head(self.connection, self._key, self.epoch, self.tip)

    def begin_epoch(self, epoch: Epoch) -> None:
        """Go on in a new epoch, from its first number on."""
        self.connection.execute(
            "INSERT INTO epoch (number, epoch, gateway, public_key, reason) VALUES (?, ?, ?, ?, ?)",
            (epoch.number, epoch.epoch, epoch.gateway, epoch.public_key, epoch.reason),
        )
        self.epoch = epoch
        self.tip = Tip(0, genesis(epoch.public_key, epoch.epoch))

    def chain_anew(self, entry: Entry) -> None:
        """Give an entry of an earlier epoch a place in this one, its id and words unchanged; the body moves along."""
        copy = FairCopy(Draft(entry.id, entry.kind, {}), entry.body or b"", entry.body_sha256, {})
        stamp = Stamp(entry.boot, entry.mono_ms, entry.wall_ms, entry.clock)
        placed = replace(self._next(copy, stamp), body=entry.body)
        self.connection.execute(INSERT, row_of(placed))
        self.connection.execute(
            "UPDATE entry SET body = NULL WHERE epoch_number = ? AND seq = ?", (entry.epoch_number, entry.seq)
        )
        self._advance(placed)
        if self.checkpoint_due_in_s == 0.0:
            self.write_checkpoint()

    def note_issued(self, issued: Mapping[str, int]) -> None:
        """Keep the counts handed out that no body names."""
        self.connection.executemany(
            "INSERT INTO issued (name, value, again) VALUES (?1, ?2, ?1 || ' ' || ?2)"
            " ON CONFLICT DO UPDATE SET value = excluded.value, again = excluded.again WHERE excluded.value > value",
            issued.items(),
        )

    def move_cursor(self, follower: str, cursor: Cursor) -> None:
        """Note how far a follower has come."""
        self.connection.execute(
            "INSERT INTO cursor (follower, epoch_number, seq, again) VALUES (?1, ?2, ?3, ?1 || ' ' || ?2 || ' ' || ?3)"
            " ON CONFLICT DO UPDATE"
            " SET epoch_number = excluded.epoch_number, seq = excluded.seq, again = excluded.again",
            (follower, cursor.epoch_number, cursor.seq),
        )

    def begin_print(self, job: str) -> bool:
        """Note that the first byte of this label is about to leave; say whether it may: not once it is settled."""
        begun = self.connection.execute(
            "INSERT INTO print_attempt (job)"
            f" SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM print_job WHERE {OF_JOB.format(1)} AND state <> 'queued')"
            " ON CONFLICT DO NOTHING",
            (job,),
        )
        return begun.rowcount > 0

    @property
    def checkpoint_due_in_s(self) -> float | None:
        """Seconds until a checkpoint is due (0: now); None while every entry is covered."""
        if self.tip.uncovered == 0:
            return None
        due = self.tip.uncovered_since + self._table.checkpoint_every_s
        if self.tip.uncovered >= self._table.checkpoint_every:
            due = self.tip.uncovered_since
        return max(0.0, max(due, self._put_off_until) - time.monotonic())

    def write_checkpoint(self) -> None:
        """Sign the chain so far in an entry of its own. Where the budget has no room for it, it waits a minute."""
        if room_left(self.connection) < PAGES_FOR_AN_ENTRY:
            self._put_off_until = time.monotonic() + _PUT_OFF_S
            return
        covered, epoch = self.tip, self.epoch
        stamp = self._stamp()
        message = signed_message("checkpoint", epoch.gateway, epoch.epoch, covered.seq, covered.hash)
        signature = self._key.sign(message)
        seq = covered.seq + 1
        draft = own_entries.checkpoint(
            epoch.gateway,
            epoch.epoch,
            seq,
            covers=covered.seq,
            digest=covered.hash,
            signature=signature,
            stamp=stamp,
        )
        self._enter(fair_copy(draft), stamp)
        self.connection.execute(
            "INSERT INTO checkpoint (epoch_number, seq, covers, hash, signature) VALUES (?, ?, ?, ?, ?)",
            (epoch.number, seq, covered.seq, covered.hash, signature),
        )
        self.tip = Tip(self.tip.seq, self.tip.hash)

    def _existing(self, copy: FairCopy) -> Entry | None:
        id_ = (str(copy.draft.id),)
        if self.connection.execute(_KNOWN, id_).fetchone() is None:
            return None
        existing = entry_of(self.connection.execute(BY_ID, id_).fetchone())
        if existing.body_sha256 != copy.sha256 or existing.kind != copy.draft.kind:
            raise WrongWords(copy, existing)
        return existing

    def _enter_if_it_fits(self, copy: FairCopy) -> Entry:
        if self.starved:
            raise DiskRefuses("the disk is full: there is room left for what is in the journal, not for more")
        # SQLite would end the whole transaction at its limit, the neighbours' entries with it: so ask before.
        takes = PAGES_FOR_AN_ENTRY + len(copy.body) // PAGE
        if self._room < _PLENTY:
            self._room = room_left(self.connection)
        if self._room < PAGES_KEPT + takes:
            raise JournalFull("the journal has used up its budget")
        self._room -= takes
        return self._enter(copy)

    def _enter(self, copy: FairCopy, stamp: Stamp | None = None) -> Entry:
        entry = self._next(copy, stamp or self._stamp())
        self.connection.execute(INSERT, row_of(entry))
        for sql, parameters in apply(entry, copy.document):
            self.connection.execute(sql, parameters)
        self._advance(entry)
        return entry

    def _advance(self, entry: Entry) -> None:
        tip = self.tip
        since = tip.uncovered_since if tip.uncovered else time.monotonic()
        self.tip = Tip(entry.seq, entry.hash, tip.uncovered + (entry.kind != CHECKPOINT), since)

    def _next(self, copy: FairCopy, stamp: Stamp) -> Entry:
        id_, kind = copy.draft.id, copy.draft.kind
        seq = self.tip.seq + 1
        digest = entry_hash(
            self.tip.hash,
            gateway=self.epoch.gateway,
            epoch=self.epoch.epoch,
            seq=seq,
            id=id_,
            kind=kind,
            boot=stamp.boot,
            mono_ms=stamp.mono_ms,
            wall_ms=stamp.wall_ms,
            clock=stamp.clock,
            body_sha256=copy.sha256,
        )
        return Entry(
            epoch_number=self.epoch.number,
            epoch=self.epoch.epoch,
            seq=seq,
            id=id_,
            kind=kind,
            boot=stamp.boot,
            mono_ms=stamp.mono_ms,
            wall_ms=stamp.wall_ms,
            clock=stamp.clock,
            prev=self.tip.hash,
            hash=digest,
            body_sha256=copy.sha256,
            body=copy.body,
        )
