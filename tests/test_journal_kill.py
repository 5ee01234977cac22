"""kill -9 while writing: nothing acknowledged is missing, nothing is there twice, no number is given out again."""

import random
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

from gateway.journal import start_counters
from gateway.journal.rebuild import differences
from gateway.journal.verify import verify

ROUNDS = 6
SEED = 20261121


def run_and_kill(directory: Path, number: int, lines_before: int) -> list[list[str]]:
    """Start the writer, let it print so many lines, kill it; give every line it printed."""
    command = [sys.executable, "-m", "tests.journal_killed", str(directory), str(number)]
    lines: list[list[str]] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.split())
            if len(lines) == lines_before:
                process.kill()
        assert process.wait() == -9, f"seed {SEED}: it ended by itself"
    return lines if lines and not lines[-1] else lines[: len(lines) - (not line.endswith("\n"))]


def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    start_counters(tmp_path)
    printed: list[list[str]] = []
    for number in range(ROUNDS):
        printed += run_and_kill(tmp_path, number, rng.randint(10, 300))
        verdict = verify(tmp_path)
        assert verdict.whole, verdict.first

    with sqlite3.connect(tmp_path / "journal.db") as journal:
        stored = {row[0]: row[1:] for row in journal.execute("SELECT id, epoch, seq FROM entry")}
        (count, highest) = journal.execute("SELECT COUNT(*), MAX(seq) FROM entry").fetchone()
        (epochs,) = journal.execute("SELECT COUNT(*) FROM epoch").fetchone()
    acknowledged = [line[1:] for line in printed if line[0] == "entry"]
    assert len(acknowledged) > ROUNDS
    assert [id_ for id_, epoch, seq in acknowledged if stored.get(id_) != (epoch, int(seq))] == []
    assert (count, epochs) == (highest, 1)  # gap-free, and the same epoch all the way
    assert differences(tmp_path) == {}

    numbers = Counter(" ".join(line[1:]) for line in printed if line[0] == "number")
    assert len(numbers) > 3 * ROUNDS
    assert [number for number, times in numbers.items() if times > 1] == []
