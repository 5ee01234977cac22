"""Damaged files: a bit flipped or an end cut off anywhere in the journal, and what the next start makes of it."""

import asyncio
import random
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from gateway.errors import JournalCorrupt
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from tests.conftest import Time
from tests.journal_day import day, note

DAY: Final = date(2026, 11, 21)


@dataclass
class Damaged:
    """What a number of damages came to; `harmless` ones changed nothing that is ever read."""

    runs: int = 0
    detected: int = 0
    harmless: int = 0
    repeated: int = 0
    slowest_s: float = 0.0
    unseen: list[str] = field(default_factory=list)


def open_journal(data: Path, check_after_s: float):  # type: ignore[no-untyped-def]
    table = JournalTable(checkpoint_every=10)
    return Journal.open(data, table, gateway="gw-1", number=0, stamp=Time().stamp, check_after_s=check_after_s)


async def sound(data: Path, days: int = 2) -> set[tuple[str, int]]:
    """Write a sound journal; give the places and ids that are taken."""
    start_counters(data)
    async with open_journal(data, 600) as journal:
        for serial in [await journal.counters.carton(DAY) for _ in range(5)]:
            assert serial
        await journal.record(*day(1))
        for number in range(100 * days):
            await journal.record(note(10_000 + number, text="x" * (number % 700)))
        await journal.move_cursor("uplink", Cursor(1, 20))
        return {(entry.epoch, entry.seq) for entry in await journal.entries(Cursor(), 100_000)}


async def damages(scratch: Path, runs: int, rng: random.Random) -> Damaged:
    """Damage a copy of a sound journal so many times, and start on each."""
    origin, copy = scratch / "origin", scratch / "copy"
    taken = await sound(origin)
    before = _content(origin / "journal.db")
    told = Damaged()
    for _ in range(runs):
        shutil.copytree(origin, copy)
        story = _damage(copy / "journal.db", rng)
        began = time.monotonic()
        detected, again = await _start_twice(copy, taken)
        told.slowest_s = max(told.slowest_s, time.monotonic() - began)
        told.runs += 1
        told.repeated += again
        if detected:
            told.detected += 1
        elif _is(before, copy / "journal.db"):
            told.harmless += 1
        else:
            told.unseen.append(f"{story}: {_differing(before, copy / 'journal.db')}")
        shutil.rmtree(copy)
    return told


def _damage(path: Path, rng: random.Random) -> str:
    """Flip one bit, some bytes in a row, or cut the end off."""
    content = bytearray(path.read_bytes())
    place = rng.randrange(len(content))
    what = rng.choice(("bit", "bit", "bit", "sector", "cut"))
    if what == "bit":
        content[place] ^= 1 << rng.randrange(8)
    elif what == "sector":
        content[place // 512 * 512 : place // 512 * 512 + 512] = rng.randbytes(512)
    else:
        del content[place:]
    path.write_bytes(content)
    return f"{what} at {place}"


async def _start_twice(data: Path, taken: set[tuple[str, int]]) -> tuple[bool, int]:
    """Start, wait for the full check, start again as a service does after trouble; accept an event in the end."""
    detected = False
    again = 0
    for _ in range(2):
        try:
            async with open_journal(data, 0.0) as journal:
                async with asyncio.timeout(60):
                    while not journal.state().checked:  # noqa: ASYNC110 - the state is all there is to see
                        await asyncio.sleep(0.005)
                state = journal.state()
                detected = detected or bool(state.trouble or state.set_aside or journal.epoch_number > 1)
                beyond_use = bool(state.trouble) and (data / "journal.condemned").exists()
                if not beyond_use:
                    (entry,) = await journal.record(note(999_999))
                    serial = await journal.counters.carton(DAY)
                    again += (entry.epoch, entry.seq) in taken
                    again += int(serial[-5:]) <= 5
                    return detected, again
        except JournalCorrupt:  # met by the first writing: the daemon ends, and its next start sets the file aside
            detected = True
    raise AssertionError("two starts, and no event is taken")


def _content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that the file says."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}


def _differing(before: dict[str, list[tuple[Any, ...]]], path: Path) -> str:
    """Name the tables that say something else now, and what they said."""
    try:
        now = _content(path)
    except sqlite3.DatabaseError as error:
        return str(error)
    lost = {table: [row for row in rows if row not in now.get(table, [])] for table, rows in before.items()}
    return ", ".join(f"{table} {rows[:2]}" for table, rows in lost.items() if rows)


def _is(before: dict[str, list[tuple[Any, ...]]], path: Path) -> bool:
    """Tell whether the file still says what it said, and no more than the one event recorded since."""
    try:
        now = _content(path)
    except sqlite3.DatabaseError:
        return False
    growing = {"entry", "head", "boot", "checkpoint", "counter", "purged", "hour"}
    kept = all(set(before[table]) <= set(now.get(table, [])) for table in ("entry", "boot", "checkpoint"))
    return kept and all(now.get(table) == before[table] for table in set(before) - growing)
