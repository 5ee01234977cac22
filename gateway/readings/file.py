"""The readings' file, and what is written to it."""

import sqlite3
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final
from uuid import uuid4

FILE: Final = "readings.db"
VERSION: Final = 1
DELETED_AT_ONCE: Final = 500

Row = tuple[str, str, str, int, str | None, str | None]
"""Source, quantity, unit, Unix milliseconds, amount, why it has none."""


class ReadingsFile:
    """The open write connection; it belongs to one thread."""

    def __init__(self, path: Path) -> None:
        """Open the file; one that cannot be read is set aside and a new one made.

        Raises:
            sqlite3.Error: The disk does not let us.
        """
        try:
            self._connection = _open(path)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite quotes even what is no text any more
            unread = sqlite3.SQLITE_CORRUPT if isinstance(error, UnicodeDecodeError) else error.sqlite_errorcode
            if unread not in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
                raise
            _set_aside(path)
            self._connection = _open(path)
        self._series: dict[tuple[str, str, str], int] = {
            (source, quantity, unit): series
            for series, source, quantity, unit in self._connection.execute(
                "SELECT series, source, quantity, unit FROM series"
            )
        }

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def store(self) -> str:
        """Give the random id of this file."""
        (store,) = self._connection.execute("SELECT store FROM store").fetchone()
        return str(store)

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows in one transaction.

        Raises:
            sqlite3.Error: The disk refuses; nothing was written.
        """
        known = dict(self._series)
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            last: dict[int, int] = {}
            for source, quantity, unit, at_ms, amount, why in rows:
                series = self._series_of(source, quantity, unit)
                row = self._connection.execute(
                    "INSERT INTO reading (series, at_ms, amount, why) VALUES (?, ?, ?, ?)", (series, at_ms, amount, why)
                ).lastrowid
                last[series] = row or 0
            self._connection.executemany(
                "UPDATE series SET last_row = ? WHERE series = ?", [(row, series) for series, row in last.items()]
            )
            self._connection.execute("COMMIT")
        except BaseException:  # undone whatever it was, and raised again
            self._series = known
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def mark_hour(self) -> None:
        """Note that the store has been running for one more hour, and which row was the last then."""
        self._connection.execute("INSERT INTO hour (last_row) SELECT COALESCE(MAX(row), 0) FROM reading")

    def forget(self, keep_hours: int) -> bool:
        """Delete some of the rows that are older than so many running hours; say whether there are more."""
        row = self._connection.execute(
            "SELECT last_row FROM hour WHERE hour <= (SELECT MAX(hour) FROM hour) - ? ORDER BY hour DESC LIMIT 1",
            (keep_hours,),
        ).fetchone()
        if row is None:
            return False
        deleted = self._connection.execute(
            "DELETE FROM reading WHERE row IN (SELECT row FROM reading WHERE row <= ? ORDER BY row LIMIT ?)",
            (row[0], DELETED_AT_ONCE),
        ).rowcount
        return deleted == DELETED_AT_ONCE

    def _series_of(self, source: str, quantity: str, unit: str) -> int:
        key = (source, quantity, unit)
        if key not in self._series:
            series = self._connection.execute(
                "INSERT INTO series (source, quantity, unit) VALUES (?, ?, ?)", key
            ).lastrowid
            self._series[key] = series or 0
        return self._series[key]


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last commits, never the file
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < VERSION:
            script = resources.files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
            connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {VERSION}; COMMIT;")
        connection.execute("INSERT INTO store (store) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM store)", (str(uuid4()),))
    except BaseException:  # undone whatever it was, and raised again
        connection.close()
        raise
    return connection


def _set_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)  # of no use to a file that is not a database
    path.rename(aside)
