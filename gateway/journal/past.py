"""What the journal knows of time before it is opened: the latest it has lived through, and this boot's own past."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gateway.journal.file import FILE

_LATEST: Final = "SELECT wall_ms FROM entry ORDER BY epoch_number DESC, seq DESC LIMIT 1"
_KNOWN: Final = "SELECT 1 FROM boot WHERE boot = ?"
_OF_BOOT: Final = (
    "SELECT wall_ms - mono_ms, clock FROM entry WHERE boot = ? ORDER BY epoch_number DESC, seq DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Past:
    """`latest` is the time of the newest entry (1970 without one).

    `base_ms` is wall minus monotonic time, in ms, of this boot's newest entry; `synced` says whether that was
    recorded by a synchronised clock. None and False when this boot has no entry.
    """

    latest: datetime
    base_ms: int | None = None
    synced: bool = False


def past(directory: Path, boot: str = "") -> Past:
    """Give what is known; nothing when there is no journal, or it cannot be read: opening it says what is wrong."""
    path = directory / FILE
    start = datetime.fromtimestamp(0, UTC)
    if not path.exists():
        return Past(start)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            latest = connection.execute(_LATEST).fetchone()
            of_boot = newest_of(boot, connection)
        if latest is None:
            return Past(start)
        base_ms, clock = of_boot or (None, "")
        return Past(datetime.fromtimestamp(latest[0] / 1000, UTC), base_ms, clock in ("synced", "holdover"))
    except (sqlite3.DatabaseError, ValueError, OverflowError):  # damaged: texts that are none, times that never were
        return Past(start)


def newest_of(boot: str, connection: sqlite3.Connection) -> tuple[int, str] | None:
    """Give wall minus monotonic time (ms) and clock quality of a boot's newest entry; None when it has none.

    A new boot, which is what most starts are, is known by its absence among the boots: looking for it among the entries
    would read the whole journal.
    """
    if connection.execute(_KNOWN, (boot,)).fetchone() is None:
        return None
    row: tuple[int, str] | None = connection.execute(_OF_BOOT, (boot,)).fetchone()
    return row
