"""The latest time a journal has lived through: below it, no clock can be right."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gateway.journal.file import FILE

_LATEST: Final = "SELECT wall_ms FROM entry ORDER BY epoch_number DESC, seq DESC LIMIT 1"


def last_known_time(directory: Path) -> datetime:
    """Give the time of the newest entry; 1970 when there is none, or the file cannot be read."""
    path = directory / FILE
    if not path.exists():
        return datetime.fromtimestamp(0, UTC)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute(_LATEST).fetchone()
    except sqlite3.DatabaseError:
        return datetime.fromtimestamp(0, UTC)  # opening the journal says what is wrong with it
    return datetime.fromtimestamp(row[0] / 1000 if row else 0, UTC)
