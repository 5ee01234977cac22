"""The events of a journal in their order, a page at a time, each with what became known of its clock afterwards."""

import sqlite3
from collections.abc import Collection, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from gateway.errors import JournalError
from gateway.journal.file import FILE, refusal

PAGE: Final = 500

_PAGE: Final = (
    "SELECT entry.epoch_number, entry.seq, entry.id, entry.kind, entry.clock, entry.body, boot.offset_ms"
    " FROM entry LEFT JOIN boot ON boot.boot = entry.boot"
    " WHERE (entry.epoch_number, entry.seq) > (?, ?) AND entry.kind IN ({kinds}) AND entry.body IS NOT NULL"
    " AND (?3 IS NULL OR entry.kind = 'error-declaration' OR entry.clock IN ('unsynced', 'confirmed')"
    " OR (entry.wall_ms >= ?6 AND json_extract(entry.body, '$.eventTime') BETWEEN ?3 AND ?4))"
    " ORDER BY entry.epoch_number, entry.seq LIMIT ?5"
)
_SLACK_MS: Final = 86_400_000
"""Nothing is written down before it happens, but for a clock that was put back meanwhile; a day is more than any is."""
_CLOCK: Final = (
    "SELECT entry.clock, boot.offset_ms FROM entry LEFT JOIN boot ON boot.boot = entry.boot"
    " WHERE substr(entry.id, 1, 13) = substr(?1, 1, 13) AND +entry.id = ?1"
    " ORDER BY entry.epoch_number DESC, entry.seq DESC LIMIT 1"
)
_PURGED: Final = (
    "SELECT count(*) FROM entry WHERE kind IN ({kinds}) AND body IS NULL AND NOT EXISTS (SELECT 1 FROM entry AS later"
    " WHERE substr(later.id, 1, 13) = substr(entry.id, 1, 13) AND +later.id = entry.id AND later.body IS NOT NULL)"
)
_ANCESTORS: Final = (
    "WITH RECURSIVE before (lot) AS (SELECT parent FROM genealogy WHERE child = ?1"
    " UNION SELECT genealogy.parent FROM genealogy JOIN before ON genealogy.child = before.lot)"
    " SELECT lot FROM before ORDER BY lot"
)


@dataclass(frozen=True, slots=True)
class ClockKnown:
    """How far the times of an entry can be trusted by now: as they are, `offset_ms` off, or nobody knows (held)."""

    offset_ms: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class JournaledEvent:
    """An entry with a body; the body is canonical JSON."""

    id: UUID
    kind: str
    body: bytes
    clock: ClockKnown


class Events:
    """A journal read from outside, while its gateway runs or not."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of_kinds(self, kinds: Collection[str], between: tuple[str, str] | None = None) -> Iterator[JournaledEvent]:
        """Yield every entry of these kinds that still has its body, in order of the journal.

        `between` passes over most of what happened at another time, by two times as bodies write them; events whose
        clock was doubtful, and declarations, come all the same: their time is another than the one written.
        """
        epoch_number, seq = 0, 0
        sql = _with(_PAGE, kinds, first=7)
        first, last = between or (None, None)
        since = 0 if first is None else int(datetime.fromisoformat(first).timestamp() * 1000) - _SLACK_MS
        while rows := self._rows(sql, epoch_number, seq, first, last, PAGE, since, *sorted(kinds)):
            for row in rows:
                epoch_number, seq, id_, kind, clock, body, offset_ms = row
                yield JournaledEvent(UUID(id_), kind, body.encode(), _known(clock, offset_ms))

    def clock_of(self, id: UUID) -> ClockKnown:
        """Say how far the times of one entry can be trusted; as they are where there is no such entry."""
        rows = self._rows(_CLOCK, str(id))
        return _known(*rows[0]) if rows else ClockKnown()

    def purged(self, kinds: Collection[str]) -> int:
        """Count the entries of these kinds whose bodies are gone."""
        (count,) = self._rows(_with(_PURGED, kinds), *sorted(kinds))[0]
        return int(count)

    def ancestors(self, lot: str) -> list[str]:
        """Give the codes of the lots a lot came out of, over every step."""
        return [code for (code,) in self._rows(_ANCESTORS, lot)]

    def _rows(self, sql: str, *parameters: int | str | None) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise refusal(error) from error


@contextmanager
def reading(directory: Path) -> Generator[Events]:
    """Open a journal to read its events.

    Raises:
        JournalError: There is none, or it cannot be read.
    """
    path = directory / FILE
    if not path.exists():
        raise JournalError(f"không có sổ sự kiện ở {directory} / there is no journal at {directory}")
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        yield Events(connection)


def _with(sql: str, kinds: Collection[str], *, first: int = 1) -> str:
    return sql.replace("{kinds}", ", ".join(f"?{number}" for number in range(first, first + len(kinds))))


def _known(clock: str, offset_ms: int | None) -> ClockKnown:
    """A correction holds for what no synchronised clock stamped; without one, a date a person confirmed stands."""
    if clock not in ("unsynced", "confirmed"):
        return ClockKnown()
    return ClockKnown(offset_ms or 0, held=clock == "unsynced" and offset_ms is None)
