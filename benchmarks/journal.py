"""The journal's price: entries a second against bare sqlite3, and bytes the device has to write for each."""

import asyncio
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import UUID, uuid5

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from gateway.event import Draft, Stamp
from gateway.journal import Journal, JournalTable, canonical, parse, start_counters

WARM = 6_000
"""Entries before anything is counted: the write-ahead log must have come round once."""

ALONE, TENS, PRODUCERS = 4_000, 30_000, 10
"""Bytes are counted over several rounds of the write-ahead log, or chance decides how many checkpoints are in them."""
ROUNDS, TEN = 7, 2_000
"""Ten producers and bare sqlite3 take turns, and medians are compared: both meet the disk as it is just then.

What this ratio says depends on the disk. An event costs the processor about the same everywhere on one machine, a
commit costs what the device takes to make it durable; the quicker the device, the less of the time is the disk's.
"""
GROUP = 64
"""Rows in a transaction of the bare group commit: what ten producers with a few events each would fill."""

RATIO = 0.5
ALONE_KB, TENS_KB = 20.0, 5.0
"""Design §11."""

NAMESPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
GOLDEN = ROOT / "tests" / "golden" / "events"


@dataclass
class Disk:
    """Where the journal lies, and how what its device has written is counted."""

    path: Path
    counted: str
    statistics: Path | None = None

    def written(self) -> int:
        os.sync()
        if self.statistics is not None:
            return int(self.statistics.read_text().split()[6]) * 512
        lines = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
        return int(lines["write_bytes"])


@contextmanager
def disk() -> Iterator[Disk]:
    """Give an ext4 of our own, so that all its device writes are the journal's; else a directory, roughly counted."""
    scratch = Path(tempfile.mkdtemp(prefix="journal-bench-"))
    image, at = scratch / "disk.img", scratch / "at"
    at.mkdir()
    loop = ""
    try:
        if os.geteuid() == 0 and shutil.which("losetup") and Path("/dev/loop-control").exists():
            with image.open("wb") as file:
                file.truncate(400_000_000)
            subprocess.run(["mkfs.ext4", "-qF", "-m0", image], check=True)
            loop = subprocess.check_output(["losetup", "-f", "--show", image], text=True).strip()
            subprocess.run(["mount", loop, at], check=True)
            yield Disk(at, "device", Path("/sys/block") / Path(loop).name / "stat")
        else:
            yield Disk(at, "/proc/self/io")
    finally:
        if loop:
            subprocess.run(["umount", at], check=False)
            subprocess.run(["losetup", "-d", loop], check=False)
        shutil.rmtree(scratch)


class Day:
    """Entries as a packing station makes them: a carton, and what became of its label."""

    def __init__(self) -> None:
        self._carton = parse((GOLDEN / "carton.json").read_bytes())
        self._printout = parse((GOLDEN / "printout.json").read_bytes())
        self._number = 0
        self._job = ""

    def next(self) -> Draft:
        self._number += 1
        number = self._number // 2
        id_ = uuid5(NAMESPACE, str(self._number))
        if self._number % 2:
            self._job = str(id_)
            serial = f"261121{number // 100_000}{number % 100_000:05}"
            epcs = [f"https://id.gs1.org/01/99521234000054/21/{serial}"]
            words = {"ph:serial": serial, "outputEPCList": epcs, "ph:actNumber": self._number}
            return Draft(id_, "carton", {**self._carton, "eventID": f"urn:uuid:{id_}", **words})
        words = {"job": self._job, "actNumber": self._number}
        return Draft(id_, "printout", {**self._printout, "eventID": f"urn:uuid:{id_}", **words})


def stamp() -> Stamp:
    return Stamp("0b5e0c51-93a1-4a63-9a0f-6b1f3a1d2c00", time.monotonic_ns() // 1_000_000, 1_795_230_000_000, "synced")


def bare(path: Path, group: int, rows: int) -> float:
    """Give rows a second of bare sqlite3, WAL and FULL, with the same bodies in one plain table."""
    with closing(sqlite3.connect(path / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY, id TEXT, body TEXT)")
        day = Day()
        bodies = [(str(draft.id), canonical(draft.body).decode()) for draft in (day.next() for _ in range(rows))]
        began = time.monotonic()
        for first in range(0, rows, group):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO entry (id, body) VALUES (?, ?)", bodies[first : first + group])
            connection.execute("COMMIT")
        rate = rows / (time.monotonic() - began)
    (path / "bare.db").unlink()
    return rate


def cpu_seconds() -> float:
    """Give the processor's time this process has used, of all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def measure(disk: Disk) -> dict[str, float]:
    data = disk.path / "data"
    start_counters(data)
    day = Day()
    figures: dict[str, float] = {}
    async with Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=stamp, check_after_s=3600) as journal:

        async def produce(count: int, at_once: int = 1) -> None:
            for _ in range(0, count, at_once):
                await asyncio.gather(*(journal.record(day.next()) for _ in range(at_once)))

        await asyncio.gather(*(produce(WARM // PRODUCERS) for _ in range(PRODUCERS)))
        rounds: list[tuple[float, float, float, float]] = []
        for _ in range(ROUNDS):
            commits, cpu_s, began = journal.state().commits, cpu_seconds(), time.monotonic()
            await asyncio.gather(*(produce(TEN // PRODUCERS) for _ in range(PRODUCERS)))
            took, cpu_us = time.monotonic() - began, (cpu_seconds() - cpu_s) * 1e6 / TEN
            group = TEN / (journal.state().commits - commits)
            rounds.append((TEN / took, bare(disk.path, round(group), TEN), group, cpu_us))
        for name, values in zip(
            ("ten_per_s", "bare_ten_per_s", "ten_group", "ten_cpu_us"), zip(*rounds, strict=True), strict=True
        ):
            figures[name] = median(values)
        for name, producers, count, at_once in (("alone", 1, ALONE, 1), ("tens", PRODUCERS, TENS // PRODUCERS, 6)):
            bytes_before, commits, began = disk.written(), journal.state().commits, time.monotonic()
            await asyncio.gather(*(produce(count, at_once) for _ in range(producers)))
            took = time.monotonic() - began
            entries = producers * count
            figures[f"{name}_kb"] = (disk.written() - bytes_before) / entries / 1000
            figures[f"{name}_per_s"] = entries / took
            figures[f"{name}_group"] = entries / (journal.state().commits - commits)
    return figures


def main() -> int:
    with disk() as place:
        figures = asyncio.run(measure(place))
        figures["bare_group_per_s"] = bare(place.path, GROUP, 12_000)
    print(json.dumps({name: round(figure, 2) for name, figure in figures.items()}))
    ratio = figures["ten_per_s"] / figures["bare_ten_per_s"]
    bare_commit_ms = 1000 * figures["ten_group"] / figures["bare_ten_per_s"]
    failed = 0
    for name, figure, threshold, good in (
        (
            f"ten producers (groups of {figures['ten_group']:.0f}) to bare sqlite3 in such groups"
            f" (a bare commit {bare_commit_ms:.1f} ms, our processor's time {figures['ten_cpu_us']:.0f} µs an event)",
            ratio,
            f">= {RATIO}",
            ratio >= RATIO,
        ),
        (
            f"{place.counted} kB an event, alone",
            figures["alone_kb"],
            f"<= {ALONE_KB:.0f}",
            figures["alone_kb"] <= ALONE_KB,
        ),
        (
            f"{place.counted} kB an event, in tens (groups of {figures['tens_group']:.0f})",
            figures["tens_kb"],
            f"<= {TENS_KB:.0f}",
            figures["tens_kb"] <= TENS_KB,
        ),
    ):
        failed += not good
        print(f"{'pass' if good else 'FAIL'}: {name}: {figure:.2f} ({threshold})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
