"""A gateway's journal at work, to be cut off: `python -m tests.faults.storage_writer PATH DIRECTORY MARKS [WEAKER]`.

It writes a line to MARKS for everything it has promised. PATH is what it is busy with when the power goes: insert,
cursor, checkpoint, purge or migration. WEAKER sets the durability down: the negative controls.
"""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

from gateway.journal import Cursor, Journal, JournalTable, care, file, start_counters
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note

DAY = date(2026, 11, 21)
LOT = "H261121-0001"
EVENTS = 120
WEAKER = {
    "NORMAL": ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"),
    "DELETE": ("PRAGMA journal_mode = DELETE", "PRAGMA synchronous = FULL"),
}
V1 = ("epoch", "entry", "checkpoint", "head", "cursor", "print_attempt", "issued", "boot", "date_confirmed", "lot")
V1_TOO = ("genealogy", "receipt", "binding", "operator", "last_load", "occupancy", "room_window", "alarm", "counter")


class Marks:
    """Promises, in the disk's own log."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)

    def say(self, *words: object) -> None:
        os.write(self._descriptor, (" ".join(map(str, words)) + "\n").encode())


def open_journal(directory: Path, path: str):  # type: ignore[no-untyped-def]
    small = {"checkpoint": {"checkpoint_every": 5}, "purge": {"checkpoint_every": 5, "budget_mb": 1}}.get(path, {})
    return Journal.open(
        directory, JournalTable.model_validate(small), gateway="gw-1", number=0, stamp=Time().stamp, check_after_s=600
    )


async def insert(journal: Journal, marks: Marks) -> None:
    async def pack(count: int) -> None:
        for _ in range(count):
            serial = await journal.counters.carton(DAY)
            marks.say("number", serial)
            (entry,) = await journal.record(carton(LOT, serial, Decimal("10.25")))
            marks.say("entry", entry.epoch, entry.seq, entry.id, entry.hash.hex())

    await asyncio.gather(*(pack(EVENTS // 4) for _ in range(4)))


async def move_cursor(journal: Journal, marks: Marks) -> None:
    for seq in range(1, EVENTS):
        await journal.move_cursor("uplink", Cursor(1, seq))
        marks.say("cursor", seq)


async def purge(journal: Journal, marks: Marks) -> None:
    """Long notes into a budget that is too small for them: confirmed ones must go for the next to come."""
    for number in range(3 * EVENTS):
        (entry,) = await journal.record(note(number, text=f"{number}" + "x" * 6_000))
        marks.say("entry", entry.epoch, entry.seq, entry.id, entry.hash.hex())
        if number % 10 == 9:
            to = journal.last_seq - 3  # once: the purge writes entries of its own meanwhile
            await journal.move_cursor("uplink", Cursor(1, to))
            marks.say("cursor", to)
        while journal.state().watermark in {"alarm", "full"}:  # noqa: ASYNC110 - the journal tells nobody of room
            await asyncio.sleep(0.01)  # until the purge has made room


async def record_a_few(journal: Journal, marks: Marks) -> None:
    for number in range(5):
        (entry,) = await journal.record(note(1_000 + number))
        marks.say("entry", entry.epoch, entry.seq, entry.id, entry.hash.hex())


def as_version_1(path: Path) -> None:
    """Write a journal's file anew in the tables of version 1."""
    older = path.with_suffix(".v1")
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {file.PAGE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {file.script(file.MIGRATIONS[0])} PRAGMA user_version = 1; COMMIT;")
        connection.execute("ATTACH ? AS newer", (str(path),))
        for table in (*V1, *V1_TOO, "print_job"):
            columns = ", ".join(name for _, name, *_ in connection.execute(f"PRAGMA main.table_info({table})"))
            given = columns.replace("lot", "goods") if table == "occupancy" else columns
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {given} FROM newer.{table}")
        connection.execute(
            "INSERT INTO genealogy (parent, child, ug)"
            " SELECT lot, 'https://id.gs1.org/01/' || gtin || '/21/' || serial, ug FROM newer.carton"
        )
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    older.rename(path)


async def main(path: str, directory: Path, marks: Marks) -> None:
    start_counters(directory)
    async with open_journal(directory, path) as journal:
        await journal.record(lot_opened(LOT, "R261121-0001"))
        for number in range(EVENTS // 2):
            (entry,) = await journal.record(note(10_000 + number))
            marks.say("entry", entry.epoch, entry.seq, entry.id, entry.hash.hex())
    if path == "migration":
        as_version_1(directory / file.FILE)
    os.sync()
    marks.say("start")
    async with open_journal(directory, path) as journal:
        work = {"insert": insert, "checkpoint": insert, "cursor": move_cursor, "purge": purge}.get(path, record_a_few)
        await work(journal, marks)
        marks.say("end")
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    care.EVERY_S = care.AGAIN_S = 0.02  # type: ignore[misc]  # as busy as it gets
    if sys.argv[1] == "checkpoint":
        file.LOG_PAGES = 40  # type: ignore[misc]  # the log goes to the file all the time
    if len(sys.argv) > 4:
        file.DURABILITY = WEAKER[sys.argv[4]]  # type: ignore[misc]  # the negative control
    Path(sys.argv[2]).mkdir()
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Marks(Path(sys.argv[3]))))
