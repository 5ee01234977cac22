"""A machine whose own clock is wrong, by libfaketime: no time is handed in, clock and journal ask the system."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.journal import past
from gateway.journal.verify import verify
from tests.faults.conftest import need
from tests.faults.kill_rounds import ROOT

pytestmark = pytest.mark.slow

RUN = """
import asyncio, json, sys, time
from datetime import datetime, timedelta
from pathlib import Path
from gateway.app import BUILT_AT
from gateway.clock import Clock, ClockTable, Synchronisation
from gateway.journal import Journal, JournalTable, past, start_counters
from tests.journal_day import note

async def main(home):
    if not (home / "counters.json").exists():
        start_counters(home)
    before = past(home, sys.argv[2])
    floor = max(BUILT_AT, before.latest)
    clock = Clock(
        ClockTable(), floor=floor, boot=sys.argv[2], base_s=None if before.base_ms is None else before.base_ms / 1000,
        was_synced=before.synced, kernel=lambda: Synchronisation(False, 0.0) if sys.argv[3] == "unsynced" else
        Synchronisation(True, 0.01),
    )
    async with Journal.open(home, JournalTable(), gateway="gw-1", number=0, stamp=clock.stamp) as journal:
        entries = await journal.record(*(note(10 * int(sys.argv[2][-1]) + n) for n in range(2)))
    print(json.dumps({
        "system": time.time(), "monotonic": time.monotonic(), "floor": floor.timestamp(), "dated": clock.dated,
        "wall": [entry.wall_ms / 1000 for entry in entries], "seq": [entry.seq for entry in entries],
    }))

asyncio.run(main(Path(sys.argv[1])))
"""


def run(home: Path, boot: str, offset: str, sync: str = "unsynced") -> dict[str, list[float]]:
    """Let a gateway's clock and journal work for a moment on a machine whose time is off by so much."""
    command = [sys.executable, "-c", RUN, str(home), boot, sync]
    done = subprocess.run(
        ["faketime", "-f", offset, *command] if offset else command,
        env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, list[float]] = json.loads(done.stdout)
    return told


def test_the_clock_really_is_another_one_and_the_monotonic_one_is_not(tmp_path: Path) -> None:
    need("faketime")
    right, wrong = run(tmp_path / "a", "boot-1", ""), run(tmp_path / "b", "boot-1", "-3650d")
    assert right["system"] - wrong["system"] > 3649 * 86_400
    assert abs(right["monotonic"] - wrong["monotonic"]) < 600


def test_a_machine_ten_years_back_writes_no_time_before_its_floor_and_no_date(tmp_path: Path) -> None:
    need("faketime")
    told = run(tmp_path, "boot-1", "-3650d")
    assert told["system"] < told["floor"]
    assert all(wall >= told["floor"] for wall in told["wall"])
    assert told["dated"] is False
    again = run(tmp_path, "boot-2", "-3650d")  # the next boot is as wrong, and still no earlier than the last entry
    assert again["wall"][0] >= told["wall"][-1]
    assert again["seq"] == [told["seq"][-1] + 1, told["seq"][-1] + 2]
    assert verify(tmp_path).whole


def test_a_machine_a_month_ahead_is_believed_only_when_it_says_it_is_right(tmp_path: Path) -> None:
    need("faketime")
    ahead = run(tmp_path, "boot-1", "+30d")
    assert ahead["dated"] is False
    right = run(tmp_path, "boot-2", "+30d", "synced")
    assert right["dated"] is True
    assert abs(right["wall"][0] - right["system"]) < 60
    back = run(tmp_path, "boot-3", "")  # never earlier than what is on disk
    assert back["wall"][0] >= past(tmp_path, "boot-3").latest.timestamp() - 60
    assert back["wall"][0] >= ahead["wall"][-1]
    assert verify(tmp_path).whole
