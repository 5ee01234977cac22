"""The labels nobody has an end of yet, read from a journal that a gateway may be writing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.errors import JournalError
from gateway.journal.books import OPEN_PRINT_JOBS, PrintJob, print_job
from gateway.journal.file import FILE, MIGRATIONS


def labels_waiting(directory: Path) -> list[PrintJob]:
    """Give the labels that wait, are on their way or are asked about, the oldest first.

    Raises:
        JournalError: There is no journal, it cannot be read, or is of another version.
    """
    path = directory / FILE
    if not path.exists():
        raise JournalError(f"{path}: không có sổ sự kiện / there is no journal")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != len(MIGRATIONS):
                raise JournalError(f"{path}: the journal is of version {version}; run the gateway once")
            return [print_job(row) for row in connection.execute(OPEN_PRINT_JOBS)]
    except sqlite3.Error as error:
        raise JournalError(f"{path}: {error}") from error
