"""An older file is brought up to date in one transaction: whole before, whole after, wherever it is killed."""

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from gateway.journal import Cursor, Journal, JournalTable
from gateway.journal.file import MIGRATIONS
from gateway.journal.rebuild import differences
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.faults.storage_writer import as_version_1
from tests.journal_day import day, note

KILLS = 6
SEED = 20261126
START = """
import asyncio, sys
from pathlib import Path
from gateway.journal import Journal, JournalTable
from tests.conftest import Time

async def main():
    print("now", flush=True)
    async with Journal.open(Path(sys.argv[1]), JournalTable(), gateway="gw-1", number=0, stamp=Time().stamp):
        print("open", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
async def older(tmp_path: Path, time: Time) -> Path:
    """A journal as version 1 wrote it."""
    data = tmp_path / "data"
    async with Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
        await journal.record(*day(3))
        for number in range(300):
            await journal.record(note(10_000 + number))
        await journal.move_cursor("uplink", Cursor(1, 77))
        await journal.begin_print((await journal.print_jobs("queued"))[0].job)
    as_version_1(data / "journal.db")
    assert version_of(data) == 1
    return data


def version_of(data: Path) -> int:
    with closing(sqlite3.connect(data / "journal.db")) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def start_and_kill(data: Path, after_s: float) -> None:
    command = [sys.executable, "-c", START, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(after_s)
        process.kill()


async def test_an_older_file_goes_on_in_the_same_epoch(older: Path, time: Time) -> None:
    assert verify(older).whole
    async with Journal.open(older, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
        assert (journal.epoch_number, journal.state().trouble) == (1, "")
        assert await journal.cursor("uplink") == Cursor(1, 77)
        assert len(await journal.print_jobs("sending")) == 1
        (again,) = await journal.record(note(10_007))
        assert again.seq < journal.last_seq
        await journal.record(note(1))
    assert version_of(older) == len(MIGRATIONS)
    assert verify(older).whole
    assert differences(older) == {}


async def test_a_migration_killed_anywhere_goes_on_at_the_next_start(older: Path, time: Time, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    versions = set()
    for _ in range(KILLS):
        data = tmp_path / "copy"
        shutil.copytree(older, data)
        start_and_kill(data, rng.uniform(0, 0.08))
        versions.add(version_of(data))
        async with Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
            assert (journal.epoch_number, journal.state().trouble, journal.state().set_aside) == (1, "", ())
            await journal.record(note(1))
        assert version_of(data) == len(MIGRATIONS)
        assert verify(data).whole, f"seed {SEED}"
        assert differences(data) == {}
        shutil.rmtree(data)
    assert versions <= set(range(1, len(MIGRATIONS) + 1))
