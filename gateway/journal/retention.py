"""What may be purged: confirmed entries only, the oldest first, up to a checkpoint; never a projection, never a header.

No clock is asked how old an entry is: hours of running are counted by monotonic time, each hour notes how far the
journal had come, and months are so many of these hours. Time switched off does not count (docs/decisions).
"""

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from gateway.journal.rows import Cursor

FOLLOWER: Final = "uplink"
"""Whose cursor says what is confirmed."""

ROWS_AT_ONCE: Final = 500
HOUR_S: Final = 3600.0
HOURS_A_MONTH: Final = 730.5
EARLY: Final = 0.70
"""Share of the budget from which on purging does not wait for the months..."""

ENOUGH: Final = 0.65
"""...and at which it is enough, so that each early purge is one of some size."""

CROWDED: Final = 0.50
"""Below this share there is room again, and a purge ahead of its time is past: no alarm any more."""

Why = Literal["months", "space"]


@dataclass(frozen=True, slots=True)
class Purge:
    """Bodies to be removed up to the checkpoint `to`; for the space, not the age, is sooner than was promised."""

    to: Cursor
    why: Why


def mark_hour(connection: sqlite3.Connection, tip: Cursor) -> None:
    """Note that one more hour of running has passed, and where the journal stood then."""
    connection.execute(
        "INSERT INTO hour (hour, epoch_number, seq) SELECT COALESCE(MAX(hour), 0) + 1, ?, ? FROM hour",
        (tip.epoch_number, tip.seq),
    )


def purged(connection: sqlite3.Connection) -> Cursor:
    """Give the place up to which bodies are gone."""
    row = connection.execute("SELECT epoch_number, seq FROM purged").fetchone()
    return Cursor(*row) if row else Cursor()


def purged_early(connection: sqlite3.Connection, *, keep_months: int) -> bool:
    """Tell whether bodies are gone that were to be kept longer."""
    return purged(connection) > (_aged(connection, keep_months) or Cursor())


def next_purge(connection: sqlite3.Connection, *, keep_months: int, crowded: bool) -> Purge | None:
    """Say what may be purged now; None when nothing may, or nothing need be."""
    begin = purged(connection)
    most = _free_to_go(connection)
    aged = _aged(connection, keep_months)
    if aged is not None and (to := _checkpoint_before(connection, min(aged, most))) > begin:
        return Purge(to, "months")
    if crowded and (step := _first_checkpoint_after(connection, begin, most)) is not None:
        return Purge(step, "space")
    return None


def remove(connection: sqlite3.Connection, to: Cursor) -> bool:
    """Remove some bodies up to a place, in the open transaction; say whether there are more."""
    begin = purged(connection)
    places = connection.execute(
        "SELECT epoch_number, seq FROM entry WHERE (epoch_number, seq) > (?, ?) AND (epoch_number, seq) <= (?, ?)"
        " ORDER BY epoch_number, seq LIMIT ?",
        (begin.epoch_number, begin.seq, to.epoch_number, to.seq, ROWS_AT_ONCE),
    ).fetchall()
    connection.executemany("UPDATE entry SET body = NULL WHERE epoch_number = ? AND seq = ?", places)
    reached = Cursor(*places[-1]) if len(places) == ROWS_AT_ONCE else to
    connection.execute(
        "INSERT INTO purged (one, epoch_number, seq) VALUES (1, ?, ?)"
        " ON CONFLICT DO UPDATE SET epoch_number = excluded.epoch_number, seq = excluded.seq",
        (reached.epoch_number, reached.seq),
    )
    connection.execute(
        "DELETE FROM hour WHERE hour < (SELECT MAX(hour) FROM hour WHERE (epoch_number, seq) <= (?, ?))",
        (reached.epoch_number, reached.seq),
    )
    return reached < to


def _free_to_go(connection: sqlite3.Connection) -> Cursor:
    """Give the last entry that nobody needs any more: it is confirmed, and no open label is behind it."""
    row = connection.execute("SELECT epoch_number, seq FROM cursor WHERE follower = ?", (FOLLOWER,)).fetchone()
    confirmed = Cursor(*row) if row else Cursor()
    row = connection.execute(
        "SELECT epoch_number, seq FROM print_job WHERE state IN ('queued', 'unknown') ORDER BY 1, 2 LIMIT 1"
    ).fetchone()
    return confirmed if row is None else min(confirmed, Cursor(row[0], row[1] - 1))


def _aged(connection: sqlite3.Connection, keep_months: int) -> Cursor | None:
    """Give the last entry of more than so many months of running ago."""
    row = connection.execute(
        "SELECT epoch_number, seq FROM hour WHERE hour <= (SELECT MAX(hour) FROM hour) - ? ORDER BY hour DESC LIMIT 1",
        (round(keep_months * HOURS_A_MONTH),),
    ).fetchone()
    return Cursor(*row) if row else None


def _checkpoint_before(connection: sqlite3.Connection, place: Cursor) -> Cursor:
    row = connection.execute(
        "SELECT epoch_number, seq FROM checkpoint WHERE (epoch_number, seq) <= (?, ?) ORDER BY 1 DESC, 2 DESC LIMIT 1",
        (place.epoch_number, place.seq),
    ).fetchone()
    return Cursor(*row) if row else Cursor()


def _first_checkpoint_after(connection: sqlite3.Connection, begin: Cursor, most: Cursor) -> Cursor | None:
    """Give the next place to stop at when only as much is to go as must."""
    row = connection.execute(
        "SELECT epoch_number, seq FROM checkpoint WHERE (epoch_number, seq) > (?, ?) AND (epoch_number, seq) <= (?, ?)"
        " ORDER BY 1, 2 LIMIT 1",
        (begin.epoch_number, begin.seq, most.epoch_number, most.seq),
    ).fetchone()
    return Cursor(*row) if row else None
