"""Entries as rows of the table `entry`, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gateway.event import Entry

COLUMNS: Final = "epoch_number, seq, epoch, id, kind, boot, mono_ms, wall_ms, clock, prev, hash, body_sha256, body"
PLACES_OF_ID: Final = (
    "WITH RECURSIVE block (e, b) AS ("
    "SELECT number, (SELECT MAX(seq) FROM entry WHERE epoch_number = number) / 32768 FROM epoch"
    " UNION ALL SELECT e, b - 1 FROM block WHERE b > 0)"
    " SELECT epoch_number, seq FROM block CROSS JOIN entry INDEXED BY entry_id"
    " ON epoch_number = e AND seq / 32768 = b AND substr(id, 1, 8) = substr(?{0}, 1, 8) AND +id = substr(?{0}, 1, 36)"
)
"""Where an id stands, parameter number {0}; what a print job adds to its entry's id is passed over.

The index holds 32 random bits of each id, block by block (schema_5.sql). `+id` keeps SQLite from putting the id into
the index's own expression, and then scanning the table.
"""

BY_ID: Final = (
    f"SELECT {COLUMNS} FROM entry WHERE (epoch_number, seq) ="
    f" (SELECT epoch_number, seq FROM ({PLACES_OF_ID.format(1)}) ORDER BY epoch_number DESC, seq DESC LIMIT 1)"
)
"""Parameter: an id. Where a fork was re-chained an id stands in two epochs: the newest place has the body."""

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
    """Give the entry of a row selected as COLUMNS.

    Raises:
        ValueError: Its id is not written as ids are: a UUID is the same in capitals, but nobody would find the entry.
    """
    number, seq, epoch, id_, kind, boot, mono_ms, wall_ms, clock, prev, digest, body_sha256, body = row
    id_read = UUID(id_)
    if str(id_read) != id_:
        raise ValueError(f"entry {seq}: {id_!r} is not written as an id is")
    return Entry(
        epoch_number=number,
        epoch=epoch,
        seq=seq,
        id=id_read,
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
