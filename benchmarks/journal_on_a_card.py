"""The journal on the disk it is made for, a card of 50 writes a second: ten producers against bare sqlite3 in tens.

`python benchmarks/journal_on_a_card.py DIRECTORY` is the process in the cgroup that slows the card down.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.journal import PRODUCERS, RATIO, Day, stamp
from gateway.journal import Journal, JournalTable, canonical, start_counters
from tests.faults.storage_power import mounted, run
from tests.faults.storage_slow import JOIN, WRITES_S, NoThrottle, slowed

SECONDS = 8.0
MEGABYTES = 128


async def ours(data: Path) -> float:
    """Give entries a second of ten producers, each waiting for its own."""
    start_counters(data)
    day, count = Day(), 0
    async with Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=stamp, check_after_s=3600) as journal:
        began = time.monotonic()

        async def produce() -> None:
            nonlocal count
            while time.monotonic() - began < SECONDS:
                await journal.record(day.next())
                count += 1

        await asyncio.gather(*(produce() for _ in range(PRODUCERS)))
        return count / (time.monotonic() - began)


def bare(path: Path) -> float:
    """Give rows a second of bare sqlite3, ten in a transaction, WAL and FULL, the same bodies in one plain table."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY, id TEXT, body TEXT)")
        day, count, began = Day(), 0, time.monotonic()
        while time.monotonic() - began < SECONDS:
            drafts = [day.next() for _ in range(PRODUCERS)]
            rows = [(str(draft.id), canonical(draft.body).decode()) for draft in drafts]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO entry (id, body) VALUES (?, ?)", rows)
            connection.execute("COMMIT")
            count += PRODUCERS
        return count / (time.monotonic() - began)


def on_the_card(at: Path) -> None:
    print(json.dumps([asyncio.run(ours(at / "data")), bare(at / "bare.db")]))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="card-bench-") as scratch:
        image, at = Path(scratch) / "card.img", Path(scratch) / "card"
        with image.open("wb") as file:
            file.truncate(MEGABYTES * 1024 * 1024)
        run("mkfs.ext4", "-qF", "-m0", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        with mounted(image, at):
            device = Path(subprocess.check_output(["findmnt", "-no", "SOURCE", at], text=True).strip())
            try:
                with slowed(device) as cgroup:
                    command = ["/bin/sh", "-c", JOIN, str(cgroup), sys.executable, __file__, str(at)]
                    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
            except NoThrottle as error:
                print(f"SKIP: a card of {WRITES_S} writes a second: {error}")
                return 0
    journal, plain = json.loads(told)
    good = journal / plain >= RATIO
    print(
        f"{'pass' if good else 'FAIL'}: ten producers on a card of {WRITES_S} writes a second: {journal:.0f} entries/s,"
        f" bare sqlite3 in tens {plain:.0f}: {journal / plain:.2f} (>= {RATIO})"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(on_the_card(Path(sys.argv[1])) if len(sys.argv) > 1 else main())
