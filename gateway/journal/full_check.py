"""The full check in the background: every entry, page and projection, a little at a time after each start."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.journal.rebuild import differences
from gateway.journal.verify import verify

BEGINS_AFTER_S: Final = 10.0
_AT_A_TIME: Final = 40
_BREATH_S: Final = 0.01
"""After so many entries it sleeps so long: events go first, and a Pi stays cool."""

_DERIVED_AT_MOST: Final = 20_000
"""Entries whose projections are derived anew in memory; a longer journal's are left to `gateway journal rebuild`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check found wrong; `beyond_use` when the file's own structure is damaged, not only what is in it."""

    why: str
    beyond_use: bool = False


class _Stopped(Exception):
    """The journal is being closed."""


class FullCheck:
    """One pass over a journal's file in a thread of its own; `report` is called there with what it found, or None."""

    def __init__(self, path: Path, report: Callable[[Finding | None], None], after_s: float = BEGINS_AFTER_S) -> None:
        self._path = path
        self._report = report
        self._after_s = after_s
        self._stopped = threading.Event()
        self._steps = 0
        self._thread = threading.Thread(target=self._run, name="journal-check", daemon=True)

    def start(self) -> None:
        """Begin after a while."""
        self._thread.start()

    def stop(self) -> None:
        """End it, finished or not; it takes no longer than one page of the file."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        if self._stopped.wait(self._after_s):
            return
        try:
            self._report(examine(self._path, self._pause))
        except _Stopped:
            return

    def _pause(self) -> None:
        self._steps += 1
        if self._steps % _AT_A_TIME == 0:
            time.sleep(_BREATH_S)
        if self._stopped.is_set():
            raise _Stopped


def examine(path: Path, pause: Callable[[], None] = lambda: None) -> Finding | None:
    """Look through a journal's file from end to end; None when nothing is wrong with it."""
    try:
        if damage := _structure(path, pause):
            return Finding(f"the file is damaged: {damage}", beyond_use=True)
        verdict = verify(path, pause=pause)
        if verdict.first is not None:
            return Finding(str(verdict.first), beyond_use=verdict.first.what == "unreadable")
        if verdict.entries <= _DERIVED_AT_MOST and (tables := _projections(path, pause)):
            return Finding(
                f"not what the entries amount to: {tables}; `gateway journal rebuild --repair` derives it anew"
            )
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return Finding(f"the file cannot be read: {error}", beyond_use=True)
    return None


def _structure(path: Path, pause: Callable[[], None]) -> str:
    """Have SQLite look at every page, table by table, so that no snapshot is held for long."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        connection.set_progress_handler(lambda: _broken_off(pause), 10_000)
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            try:
                (said,) = connection.execute(f"PRAGMA integrity_check({table})").fetchone()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                    raise _Stopped from error
                raise
            if said != "ok":
                return f"{table}: {said}"
    return ""


def _broken_off(pause: Callable[[], None]) -> bool:
    try:
        pause()
    except _Stopped:
        return True
    return False


def _projections(path: Path, pause: Callable[[], None]) -> str:
    try:
        return ", ".join(differences(path, pause))
    except ValueError:  # purged: what is gone cannot be derived
        return ""
