"""The projections derived anew from the first entry, to compare with those that grew with the entries."""

import sqlite3
from importlib import resources
from pathlib import Path

from gateway.journal.file import FILE
from gateway.journal.projections import TABLES, apply
from gateway.journal.rows import COLUMNS, entry_of


def rebuild(journal: sqlite3.Connection) -> sqlite3.Connection:
    """Give a scratch database in memory with the projections of a journal's entries.

    Raises:
        ValueError: An entry has no body any more: what it did cannot be derived.
    """
    scratch = sqlite3.connect(":memory:", isolation_level=None)
    scratch.executescript(resources.files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))
    for row in journal.execute(f"SELECT {COLUMNS} FROM entry ORDER BY epoch_number, seq"):
        entry = entry_of(row)
        if entry.body is None:
            scratch.close()
            raise ValueError(f"entry {entry.seq} of epoch {entry.epoch_number} has no body any more")
        for sql, parameters in apply(entry):
            scratch.execute(sql, parameters)
    return scratch


def differences(directory: Path) -> dict[str, tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    """Compare a journal's projections with rebuilt ones: rows only it has, rows only a rebuild has, for each table.

    Raises:
        ValueError: An entry has no body any more.
    """
    live = sqlite3.connect(f"{(directory / FILE).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        live.execute("BEGIN")  # one moment for entries and projections
        scratch = rebuild(live)
        try:
            return {table: found for table in TABLES if any(found := _compare(live, scratch, table))}
        finally:
            scratch.close()
    finally:
        live.close()


def _compare(
    live: sqlite3.Connection, scratch: sqlite3.Connection, table: str
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    here, there = (set(connection.execute(f"SELECT * FROM {table}")) for connection in (live, scratch))
    return sorted(here - there, key=repr), sorted(there - here, key=repr)
