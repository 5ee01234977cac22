"""Flipped bits and cut files: seen at the start, set aside or said, and work goes on without repeating a number."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.storage_damage import damages, open_journal, sound

SEED = 20261125
RUNS = 40


@pytest.mark.slow
async def test_no_damage_to_a_file_goes_unseen(tmp_path: Path) -> None:
    told = await damages(tmp_path, RUNS, random.Random(SEED))
    assert told.runs == RUNS
    assert told.unseen == [], f"seed {SEED}"
    assert told.detected > RUNS // 3
    assert told.repeated == 0
    assert told.slowest_s < 60


async def test_without_the_full_check_damage_in_the_middle_goes_unseen(tmp_path: Path) -> None:
    """The control: it is the check in the background that finds what a start does not look at."""
    data = tmp_path / "data"
    await sound(data, days=5)
    with closing(sqlite3.connect(data / "journal.db", isolation_level=None)) as connection:
        connection.execute("""UPDATE entry SET body = replace(body, '"', '''') WHERE seq = 20""")
    async with open_journal(data, 600) as journal:
        assert journal.state().trouble == ""
