"""The projections derived anew from the first entry, to compare with those that grew with the entries."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from gateway.journal.file import FILE, MIGRATIONS, know_words, script
from gateway.journal.projections import TABLES, apply
from gateway.journal.rows import BY_ID, COLUMNS, INSERT, entry_of, row_of

Rows = list[tuple[object, ...]]
Differences = Mapping[str, tuple[Rows, Rows]]
"""For each table that differs: rows only the journal has, rows only a rebuild has."""


def rebuild(journal: sqlite3.Connection, pause: Callable[[], None] = lambda: None) -> sqlite3.Connection:
    """Give a scratch database in memory with the projections of a journal's entries; `pause` is called after each.

    Raises:
        ValueError: An entry has no body any more: what it did cannot be derived.
    """
    scratch = sqlite3.connect(":memory:", isolation_level=None)
    know_words(scratch)
    for name in MIGRATIONS:
        scratch.executescript(script(name))
    scratch.executemany("INSERT INTO epoch VALUES (?, ?, ?, ?, ?)", journal.execute("SELECT * FROM epoch"))
    for row in journal.execute(f"SELECT {COLUMNS} FROM entry ORDER BY epoch_number, seq"):
        entry = entry_of(row)
        if entry.body is None:
            (newest,) = journal.execute(BY_ID, (str(entry.id),))  # a fork was re-chained: its later place has the body
            entry = replace(entry, body=entry_of(newest).body)
        if entry.body is None:
            scratch.close()
            raise ValueError(f"entry {entry.seq} of epoch {entry.epoch_number} has no body any more")
        if scratch.execute(BY_ID, (str(entry.id),)).fetchone() is None:
            scratch.execute(INSERT, row_of(replace(entry, body=None)))
            for sql, parameters in apply(entry):
                scratch.execute(sql, parameters)
        pause()
    return scratch


def differences(directory: Path, pause: Callable[[], None] = lambda: None) -> Differences:
    """Compare a journal's projections with rebuilt ones.

    Raises:
        ValueError: An entry has no body any more.
    """
    with closing(sqlite3.connect(f"{_file(directory).absolute().as_uri()}?mode=ro", uri=True)) as live:
        live.isolation_level = None
        live.execute("BEGIN")  # one moment for entries and projections
        with closing(rebuild(live, pause)) as scratch:
            return {table: found for table in TABLES if any(found := _compare(live, scratch, table))}


def repair(directory: Path) -> Differences:
    """Put rebuilt projections in place of those that differ, in one transaction; nobody else may write meanwhile.

    Raises:
        ValueError: An entry has no body any more.
    """
    with closing(sqlite3.connect(_file(directory), isolation_level=None)) as live:
        know_words(live)
        live.execute("PRAGMA synchronous = FULL")
        live.execute("BEGIN IMMEDIATE")
        with closing(rebuild(live)) as scratch:
            found = {table: rows for table in TABLES if any(rows := _compare(live, scratch, table))}
            for table in found:
                live.execute(f"DELETE FROM {table}")
                for row in scratch.execute(f"SELECT * FROM {table}"):
                    live.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        live.execute("COMMIT")
    return found


def _file(directory: Path) -> Path:
    return directory / FILE if directory.is_dir() else directory


def _compare(live: sqlite3.Connection, scratch: sqlite3.Connection, table: str) -> tuple[Rows, Rows]:
    here, there = (set(connection.execute(f"SELECT * FROM {table}")) for connection in (live, scratch))
    return sorted(here - there, key=repr), sorted(there - here, key=repr)
