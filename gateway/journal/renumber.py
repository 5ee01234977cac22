"""Numbers moved by a person while no gateway runs: after a lost card, a lost journal, or a doubt."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from gateway.journal.counter_file import CounterFile, read_counter_file, write_counter_file
from gateway.journal.counters import MOST_CARTONS, MOST_DOCUMENTS
from gateway.journal.file import FILE
from gateway.journal.opening import only_writer
from gateway.journal.projections.numbers import CARTON, scope

LETTERS: Final = ("H", "G", "R", "Q", "X")
"""Harvest lots, graded lots, receipts, inspections and dispatches: the documents that are numbered by date."""


def skip(directory: Path, gateway: int, day: str, ahead: int) -> None:
    """Let today's (yymmdd) cartons and documents go on so far ahead of the highest known here.

    Raises:
        JournalError: A gateway runs on this directory.
        DiskRefuses: The counter file cannot be written.
    """
    within = scope(day, gateway)
    with only_writer(directory):
        content = read_counter_file(directory) or CounterFile()
        known = _in_journal(directory)
        for name, most in ((CARTON, MOST_CARTONS), *((letter, MOST_DOCUMENTS) for letter in LETTERS)):
            highest = max(content.numbers.get(name, {}).get(within, 0), known.get((name, within), 0))
            content = content.with_number(name, within, min(highest + ahead, most))
        write_counter_file(directory, content)


def take_over(directory: Path, numbers: Mapping[tuple[str, str], int]) -> None:
    """Let numbers go on behind those a receiver has seen (name and scope to the highest number), never back.

    Raises:
        JournalError: A gateway runs on this directory.
        DiskRefuses: The counter file cannot be written.
    """
    with only_writer(directory):
        content = read_counter_file(directory) or CounterFile()
        for (name, within), number in sorted(numbers.items(), key=lambda item: item[0][1]):
            if number > content.numbers.get(name, {}).get(within, 0):
                content = content.with_number(name, within, number)
        write_counter_file(directory, content)


def _in_journal(directory: Path) -> dict[tuple[str, str], int]:
    path = directory / FILE
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT name, scope, value FROM counter").fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return {}  # damaged: the counter file alone knows
    return {(name, within): value for name, within, value in rows}
