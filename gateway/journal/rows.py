"""Entries as rows of the table `entry`, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gateway.event import Entry

COLUMNS: Final = "epoch_number, seq, epoch, id, kind, boot, mono_ms, wall_ms, clock, prev, hash, body_sha256, body"
BY_ID: Final = (
    f"SELECT {COLUMNS} FROM entry WHERE substr(id, 1, 13) = substr(?1, 1, 13) AND +id = ?1"
    " ORDER BY epoch_number DESC, seq DESC LIMIT 1"
)
"""Parameter: an id. Where a fork was re-chained an id stands in two epochs: the newest place has the body.

`+id` keeps SQLite from putting the id into the index's own expression, and then scanning the table.
"""

INSERT: Final = f"INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """How far a follower has come; (0, 0) is before everything."""

    epoch_number: int = 0
    seq: int = 0


BEGINNING: Final = Cursor()


def row_of(entry: Entry) -> tuple[int | str | bytes | None, ...]:
    """Give the values of COLUMNS."""
    return (
        entry.epoch_number,
        entry.seq,
        entry.epoch,
        str(entry.id),
        entry.kind,
        entry.boot,
        entry.mono_ms,
        entry.wall_ms,
        entry.clock,
        entry.prev,
        entry.hash,
        entry.body_sha256,
        None if entry.body is None else entry.body.decode(),
    )


def entry_of(row: Sequence[Any]) -> Entry:
    """Give the entry of a row selected as COLUMNS."""
    number, seq, epoch, id_, kind, boot, mono_ms, wall_ms, clock, prev, digest, body_sha256, body = row
    return Entry(
        epoch_number=number,
        epoch=epoch,
        seq=seq,
        id=UUID(id_),
        kind=kind,
        boot=boot,
        mono_ms=mono_ms,
        wall_ms=wall_ms,
        clock=clock,
        prev=prev,
        hash=digest,
        body_sha256=body_sha256,
        body=None if body is None else body.encode(),
    )
