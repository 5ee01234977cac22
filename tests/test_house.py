"""The house as processes: mocks, broker, receiver, daemon and workers; with a network cut and a kill -9."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cli.demo_books import Books
from gateway.cli.demo_run import read_books
from gateway.cli.demo_terminal import books_table

HANG_S = 240
KEPT = (
    "gateway.toml",
    "journal.db",
    "device.key",
    "receiver.db",
    "prints/0001.bin",
    "prints/0001.png",
    "logs/daemon.log",
)


def gateway(command: str, directory: Path) -> list[str]:
    return [sys.executable, "-m", "gateway", *command.split(), str(directory)]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One short day, played once for all tests here, with mosquitto."""
    directory = tmp_path_factory.mktemp("d") / "k"
    told = subprocess.run(
        gateway("demo --once --seed 7 --loads 24 --lang en --broker mosquitto --keep", directory),
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )
    return directory, told


@pytest.fixture
def copy(day: tuple[Path, object], tmp_path: Path) -> Path:
    """What is left of the day, free to be damaged."""
    directory = tmp_path / "copy"
    shutil.copytree(day[0], directory, ignore=shutil.ignore_patterns("*.sock", "logs/broker"))
    return directory


def faults(books: Books) -> str:
    return "\n".join(books_table(books, "en"))


def change(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as db, db:
        changed = db.execute(statement).rowcount
    assert changed == 1, statement


def test_a_day_with_its_troubles_ends_with_nothing_lost_and_nothing_double(
    day: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, told = day
    assert told.returncode == 0, told.stdout + told.stderr
    assert "0 lost, 0 double" in told.stdout
    assert "power cut of the gateway (kill -9)" in told.stdout
    assert "no network, weighing goes on" in told.stdout
    assert "temperature excursion: alarm raised" in told.stdout
    assert told.stderr == ""


@pytest.mark.parametrize("name", KEPT)
def test_what_was_to_be_kept_is_there(day: tuple[Path, object], name: str) -> None:
    assert (day[0] / name).stat().st_size > 0


def test_every_worker_was_told_of_every_load(day: tuple[Path, object]) -> None:
    notes = [json.loads(line) for line in (day[0] / "logs" / "told.jsonl").read_text().splitlines()]
    assert sum(note.get("fact") == "confirmed" for note in notes) == 24
    assert not [note for note in notes if note.get("fact") == "stranger"]


def test_goods_were_inspected_palletised_and_dispatched(day: tuple[Path, object]) -> None:
    notes = [json.loads(line) for line in (day[0] / "logs" / "told.jsonl").read_text().splitlines()]
    stacked = [note["serial"] for note in notes if note.get("fact") == "stacked"]
    left = [sscc for note in notes if note.get("fact") == "dispatched" for sscc in note["pallets"]]
    assert [note for note in notes if note.get("fact") == "inspected"]
    assert sorted(stacked) == sorted(note["serial"] for note in notes if note.get("fact") == "labelled")
    assert sorted(left) == sorted(note["sscc"] for note in notes if note.get("fact") == "palletised")
    assert len(left) > 1


def test_the_kept_journal_is_proved_whole(day: tuple[Path, object]) -> None:
    verified = subprocess.run(gateway("verify", day[0]), capture_output=True, text=True, timeout=60, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_books_can_be_read_again(copy: Path) -> None:
    books = read_books(copy)
    assert books.good, faults(books)


def test_books_with_a_row_missing_at_the_receiver_are_not_good(copy: Path) -> None:
    change(copy / "receiver.db", "DELETE FROM event WHERE id = (SELECT id FROM event WHERE kind = 'carton' LIMIT 1)")
    books = read_books(copy)
    assert books.lost >= 1, faults(books)


def test_books_with_a_row_missing_in_the_journal_are_not_good(copy: Path) -> None:
    change(copy / "journal.db", "DELETE FROM entry WHERE id = (SELECT id FROM entry WHERE kind = 'carton' LIMIT 1)")
    books = read_books(copy)
    assert not books.good
    assert books.lost >= 1, faults(books)


def test_books_with_a_label_printed_twice_are_not_good(copy: Path) -> None:
    prints = copy / "prints"
    shutil.copy(sorted(prints.glob("*.png"))[-1], prints / "9999.png")
    books = read_books(copy)
    assert books.double == 1, faults(books)


def test_books_with_a_piece_of_paper_missing_are_not_good(copy: Path) -> None:
    paper = subprocess.run(
        [sys.executable, "-m", "firmware_mock", "paper", "--prints", str(copy / "prints")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    pieces = {code: json.loads(line)["n"] for line in paper.splitlines() for code in json.loads(line)["codes"]}
    carton = next(code for code in pieces if "/21/" in code)
    (copy / "prints" / f"{pieces[carton]:04d}.png").unlink()
    books = read_books(copy)
    assert books.lost == 1, faults(books)


def test_a_worker_who_was_told_more_than_is_on_disk_is_noticed(copy: Path) -> None:
    tally = copy / "logs" / "told.jsonl"
    line = {"who": "pack-1", "fact": "confirmed", "load": 99, "shown": "10.00", "serial": "never", "receipt": None}
    tally.write_text(tally.read_text() + json.dumps(line) + "\n")
    assert read_books(copy).lost == 3, "on disk, on paper, at the receiver"


def test_a_shift_without_end_ends_with_ctrl_c_and_leaves_nothing_running(tmp_path: Path) -> None:
    """With the embedded broker, so that the house is known to work with both."""
    directory = tmp_path / "k"
    process = subprocess.Popen(
        gateway("demo --seed 3 --lang en --broker iotcore --keep", directory),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "recorded" in line:
                break
        children = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=HANG_S)
    finally:
        process.kill()
    story = "".join(said) + rest
    assert process.returncode == 0, story
    assert "Traceback" not in story
    assert "broker: iotcore" in story
    assert len(children) >= 22, "18 devices, the house, receiver, daemon, workers; mosquitto or its stand-in"
    assert [pid for pid in children if alive(pid)] == []


def descendants(pid: int) -> list[int]:
    """Every process below one, by the kernel's own list."""
    children = [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return children + [below for child in children for below in descendants(child)]


def alive(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return False
        except (ProcessLookupError, FileNotFoundError):
            return False
        os.sched_yield()
    return True
