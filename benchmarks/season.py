"""A season of two million events: how long a trace, a recall list and a start take, and how they grow.

python benchmarks/season.py [--events 2000000] [--seed 7]
"""

import argparse
import asyncio
import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from road import packing_house
from season_house import SeasonJournal, load_readings, premises, written_apart

from firmware_mock.season import AREAS, BEGINS, VIETNAM, Season
from gateway.journal import JournalTable
from gateway.journal.file import FILE
from gateway.trace import Premises, Trace, day_now, recall_now, trace_now

STEPS = (10_000, 100_000, 1_000_000, 2_000_000)
TRACED = 30
"""Cartons, pallets and lots traced at each size, drawn at random."""

RECALL_S = TRACE_S = 1.0
READY_S = 5.0
"""Issue "Lots": on a season of two million events."""

SENSED_EVERY_S = 15


@dataclass
class Row:
    """What was measured at one size, seconds."""

    events: int
    gigabytes: float
    ready: float
    ready_cold: float
    carton: list[float]
    pallet: list[float]
    lot: list[float]
    recall: list[float]
    recall_week: list[float]
    day: float
    recalled: int


def timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def forget(directory: Path) -> None:
    """Drop the files of a directory from the page cache, as after a power cut; nobody else's."""
    for path in directory.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def ready(directory: Path) -> float:
    """Give the seconds until the house stands: journal open, state loaded, stations resumed."""

    async def begin() -> float:
        began = time.perf_counter()
        async with packing_house(directory, journal_table=JournalTable(budget_mb=60_000), link=False):
            return time.perf_counter() - began

    return asyncio.run(begin())


def drawn(directory: Path, rng: random.Random) -> dict[str, list[str]]:
    """Draw codes to be traced from what is in the journal."""
    with closing(sqlite3.connect(f"{(directory / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        found = {
            "carton": "SELECT serial FROM carton WHERE pallet IS NOT NULL",
            "pallet": "SELECT sscc FROM pallet WHERE state IN ('closed', 'dispatched')",
            "lot": "SELECT lot FROM lot WHERE grade IS NULL AND graded_ug > 0",
        }
        codes = {kind: [str(code) for (code,) in connection.execute(sql)] for kind, sql in found.items()}
    return {kind: rng.sample(all_of_them, min(TRACED, len(all_of_them))) for kind, all_of_them in codes.items()}


def cartons_of(directory: Path, area: str) -> int:
    """Count an area's cartons another way than the recall list does."""
    with closing(sqlite3.connect(f"{(directory / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute(
            "SELECT COUNT(*) FROM carton JOIN lot USING (lot) WHERE lot.area = ?", (area,)
        ).fetchone()
    return int(count)


def measure(directory: Path, events: int, rng: random.Random) -> Row:
    house: Premises = premises(directory)
    size = (directory / FILE).stat().st_size / 1e9
    warm = ready(directory)
    forget(directory)
    cold = ready(directory)
    codes = drawn(directory, rng)
    with closing(sqlite3.connect(f"{(directory / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        (last,) = connection.execute("SELECT MAX(opened_at) FROM lot").fetchone()
    now = datetime.fromisoformat(last) + timedelta(days=3)
    traced: dict[str, list[float]] = {}
    for kind, some in codes.items():
        traced[kind] = []
        for code in some:
            began = time.perf_counter()
            told = trace_now(house, code, now)
            traced[kind].append(time.perf_counter() - began)
            assert isinstance(told, Trace)
            assert not told.verdict.says("chain_broken")
    areas = rng.sample(AREAS, 8)
    middle = BEGINS + (datetime.fromisoformat(last).date() - BEGINS) / 2
    recalled = 0
    whole, week = [], []
    for area in areas:
        began = time.perf_counter()
        list_ = recall_now(house, area, None, None, now)
        whole.append(time.perf_counter() - began)
        found = sum(one.cartons for one in list_.where)
        assert found == cartons_of(directory, area), area
        recalled = max(recalled, found)
        week.append(timed(lambda area=area: recall_now(house, area, middle, middle + timedelta(days=6), now)))
    day = timed(lambda: day_now(house, middle, now))
    return Row(events, size, warm, cold, traced["carton"], traced["pallet"], traced["lot"], whole, week, day, recalled)


def growing(directory: Path, events: int, seed: int) -> Iterator[int]:
    """Let a journal grow from step to step; its readings with it."""
    lots = max(60, events // 180)
    journal = SeasonJournal(directory, written_apart(Season(seed, lots).happened()))
    for step in (*(step for step in STEPS if step < events), events):
        before, began = journal.entries, time.perf_counter()
        entries = journal.grow(step)
        took = time.perf_counter() - began
        print(f"    {entries} entries, {(entries - before) / took:.0f} a second", file=sys.stderr, flush=True)
        yield entries
        if entries < step:
            break


def sense(directory: Path, since: datetime) -> datetime:
    """Bring the readings up to the journal's last day."""
    with closing(sqlite3.connect(f"{(directory / FILE).as_uri()}?mode=ro", uri=True)) as connection:
        (last,) = connection.execute("SELECT MAX(since) FROM occupancy").fetchone()
    until = datetime.fromisoformat(last) + timedelta(days=2)
    load_readings(directory, since, until, every_s=SENSED_EVERY_S)
    return until


def milliseconds(figures: list[float]) -> str:
    return f"{1000 * statistics.median(figures):.0f} / {1000 * max(figures):.0f}"


HEAD = ("events", "GB", "ready s", "cold s", "carton ms", "pallet ms", "lot ms", "recall ms", "a week ms", "day ms")


def table_row(row: Row) -> str:
    cells = (
        f"{row.events:,}".replace(",", " "),
        f"{row.gigabytes:.2f}",
        f"{row.ready:.2f}",
        f"{row.ready_cold:.2f}",
        *map(milliseconds, (row.carton, row.pallet, row.lot, row.recall, row.recall_week)),
        f"{1000 * row.day:.0f}",
    )
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=STEPS[-1])
    options.add_argument("--seed", type=int, default=7)
    asked = options.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="season-bench-"))
    rng = random.Random(asked.seed)
    rows: list[Row] = []
    sensed = datetime.combine(BEGINS, datetime.min.time(), VIETNAM)
    print("| " + " | ".join(HEAD) + " |")
    print("|" + "---:|" * len(HEAD))
    try:
        for events in growing(directory, asked.events, asked.seed):
            sensed = sense(directory, sensed)
            rows.append(measure(directory, events, rng))
            print(table_row(rows[-1]), flush=True)
    finally:
        shutil.rmtree(directory)
    print("(median / worst; a recall is all lots of one growing area in the season)")
    last, failed = rows[-1], 0
    for name, figure, limit in (
        (f"recall of an area ({last.recalled} cartons)", max(last.recall), RECALL_S),
        ("trace of a carton, a pallet, a lot", max(*last.carton, *last.pallet, *last.lot), TRACE_S),
        ("ready after start, cold", last.ready_cold, READY_S),
    ):
        failed += figure > limit
        word = "FAIL" if figure > limit else "pass"
        print(f"{word}: {name} on {last.events} events: {figure:.2f} s (<= {limit:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
