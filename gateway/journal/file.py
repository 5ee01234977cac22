"""The journal's file: how it is opened, brought up to date, measured, and set aside when it is damaged."""

import sqlite3
from importlib import resources
from pathlib import Path
from typing import Final

from gateway.errors import DiskRefuses, JournalCorrupt, JournalError
from gateway.journal.durable import replace_durably, sync_directory
from gateway.locale.folded import folded

FILE: Final = "journal.db"
CONDEMNED: Final = "journal.condemned"
PAGE: Final = 512
"""An event touches a dozen pages, and each is written twice: small ones make it less (benchmarks/journal.py)."""

PAGES_FOR_AN_ENTRY: Final = 64
"""Pages an entry with its projections may take besides its body: one or two for each index that grows a page."""

PAGES_KEPT: Final = 256
"""Pages kept back at the limit for cursors, checkpoints and print attempts."""

LEAST_BUDGET: Final = 1_000_000_000
LOG_PAGES: Final = 32_000
"""Pages in the write-ahead log (16 MB) before they go to the file: one that many events touch goes there once."""

MIGRATIONS: Final = ("schema.sql", "schema_2.sql", "schema_3.sql", "schema_4.sql", "schema_5.sql")
"""One script for each version, run in order, each in one transaction: killed anywhere, the next start goes on."""

DURABILITY: Final = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
"""What acknowledged means; anything weaker loses events with the power (tests/faults/storage_power.py)."""

_SIDE_FILES: Final = ("-wal", "-shm")
_CORRUPT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_REFUSED: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def connect(path: Path, budget_bytes: int) -> sqlite3.Connection:
    """Open the one write connection, make or migrate the schema, and set what durability rests on.

    Raises:
        JournalCorrupt: This is no database, or a damaged one.
        DiskRefuses: It cannot be opened or written.
        JournalError: A newer version of this program wrote it.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    except sqlite3.Error as error:
        raise refusal(error) from error
    try:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("PRAGMA auto_vacuum = NONE")
        for pragma in DURABILITY:
            connection.execute(pragma)
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        connection.execute("PRAGMA busy_timeout = 2000")
        connection.execute("PRAGMA cell_size_check = ON")
        _migrate(connection)
        connection.execute(f"PRAGMA max_page_count = {max(1, budget_bytes // page_size(connection))}")
        sync_directory(path.parent)
    except sqlite3.Error as error:
        connection.close()
        if primary_code(error) == sqlite3.SQLITE_ERROR:
            raise JournalCorrupt(f"the journal's file is not what its version says: {error}") from error
        raise refusal(error) from error
    except UnicodeDecodeError as error:  # SQLite quotes what it complains of, and a flipped bit made that no text
        connection.close()
        raise JournalCorrupt(f"the journal's file is damaged: {error}") from error
    except JournalError:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    know_words(connection)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise JournalError(f"the journal is of version {version}; this program knows versions up to {len(MIGRATIONS)}")
    for number, name in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script(name)} PRAGMA user_version = {number}; COMMIT;")


def know_words(connection: sqlite3.Connection) -> None:
    """Teach SQLite to fold Vietnamese text for searching, which its own functions do for ASCII alone."""
    connection.create_function("fold", 1, folded, deterministic=True)
    connection.create_function(
        "concat_words", -1, lambda *words: " ".join(word for word in words if word), deterministic=True
    )


def script(name: str) -> str:
    """Give one migration's SQL."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def page_size(connection: sqlite3.Connection) -> int:
    """Give the bytes of one page."""
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(size)


def bytes_used(connection: sqlite3.Connection) -> int:
    """Give the bytes of pages in use; free pages inside the file do not count."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(pages - free) * page_size(connection)


def budget(connection: sqlite3.Connection) -> int:
    """Give the bytes the file may take."""
    (pages,) = connection.execute("PRAGMA max_page_count").fetchone()
    return int(pages) * page_size(connection)


def room_left(connection: sqlite3.Connection) -> int:
    """Give how many pages may still be taken before the budget is used up, as the open transaction stands."""
    (most,) = connection.execute("PRAGMA max_page_count").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(most - pages + free)


def primary_code(error: sqlite3.Error) -> int:
    """Give SQLite's primary result code; SQLITE_ERROR for what Python's own half of the module raised."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def refusal(error: sqlite3.Error) -> JournalError:
    """Give our word for what SQLite said of the disk; an error that is a mistake of ours is raised as it is."""
    code = primary_code(error)
    if code in _CORRUPT:
        return JournalCorrupt(f"the journal's file is damaged: {error}")
    if code in _REFUSED:
        return DiskRefuses(f"the disk refuses: {error}")
    raise error


def condemn(directory: Path, why: str) -> None:
    """Note beside the journal that its file is damaged where a start does not look: the next one sets it aside.

    Raises:
        OSError: The disk does not take it.
    """
    replace_durably(directory / CONDEMNED, why.encode())


def condemned(directory: Path) -> str:
    """Give why the file here was condemned; empty when it was not."""
    path = directory / CONDEMNED
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def default_budget(partition_bytes: int) -> int:
    """Give the budget in bytes when the config names none: a quarter of the partition, at least 1 GB."""
    return max(LEAST_BUDGET, partition_bytes // 4)


def left_aside(directory: Path) -> tuple[Path, ...]:
    """Give the damaged journals and keys that lie in a directory, set aside by whatever start."""
    return tuple(sorted(path for name in ("journal.damaged-*.db", "device.damaged-*") for path in directory.glob(name)))


def set_aside(path: Path, why: str = "damaged") -> Path:
    """Move a database out of the way with the files beside it, named by `why`; give its new name. None is deleted."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.{why}-{number}{path.suffix}")).exists():
        number += 1
    for suffix in _SIDE_FILES:
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    if path.exists():
        path.rename(aside)
    path.with_name(CONDEMNED).unlink(missing_ok=True)
    sync_directory(path.parent)
    return aside
