"""What is kept, and what goes: confirmed bodies, the oldest first, up to a checkpoint, by no clock on the wall."""

import ast
import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import gateway.journal
from gateway.journal import Cursor, Journal, JournalTable, parse
from gateway.journal.ballast import Ballast
from gateway.journal.care import Care
from gateway.journal.ledger import Ledger
from gateway.journal.opening import Home, Known, open_ledger
from gateway.journal.retention import HOUR_S
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note

HOURS_A_MONTH = 731


class Clock:
    """Monotonic seconds that go on when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget_mb() -> int:
    return 10


@pytest.fixture
def ledger(tmp_path: Path, time: Time, budget_mb: int) -> Iterator[Ledger]:
    table = JournalTable(checkpoint_every=10, keep_months=1, budget_mb=budget_mb)
    opened = open_ledger(Home(tmp_path, table, "gw-1", time.stamp), Known(), starting=True)
    yield opened.ledger
    opened.ledger.connection.close()


@pytest.fixture
def care(tmp_path: Path, clock: Clock) -> Care:
    return Care(Ballast(tmp_path), keep_months=1, monotonic=clock)


def write(ledger: Ledger, numbers: range, text: str = "") -> None:
    from gateway.journal.fair_copy import fair_copy

    for number in numbers:
        with ledger.transaction():
            ledger.append((fair_copy(note(number, text=text and f"{number}{text}")),))
            if ledger.checkpoint_due_in_s == 0.0:
                ledger.write_checkpoint()


def confirm(ledger: Ledger, seq: int) -> None:
    with ledger.transaction():
        ledger.move_cursor("uplink", Cursor(1, seq))


def hours_pass(care: Care, ledger: Ledger, clock: Clock, hours: int) -> None:
    for _ in range(hours):
        clock.now += HOUR_S
        care.turn(ledger)


def bodiless(ledger: Ledger) -> list[int]:
    return [seq for (seq,) in ledger.connection.execute("SELECT seq FROM entry WHERE body IS NULL ORDER BY seq")]


def test_nothing_unconfirmed_is_purged_however_old(ledger: Ledger, care: Care, clock: Clock) -> None:
    write(ledger, range(50))
    hours_pass(care, ledger, clock, 2 * HOURS_A_MONTH)
    assert bodiless(ledger) == []
    confirm(ledger, 30)
    care.turn(ledger)
    assert bodiless(ledger) == list(range(1, 23))  # checkpoints stand at 11, 22, 33, ...: it stops at one


def test_what_is_younger_than_the_months_stays(ledger: Ledger, care: Care, clock: Clock) -> None:
    write(ledger, range(25))
    hours_pass(care, ledger, clock, 10)
    write(ledger, range(25, 50))
    confirm(ledger, 50)
    hours_pass(care, ledger, clock, HOURS_A_MONTH - 12)
    assert bodiless(ledger) == []
    hours_pass(care, ledger, clock, 2)
    assert bodiless(ledger) == list(range(1, 23))
    hours_pass(care, ledger, clock, 12)
    assert bodiless(ledger) == list(range(1, 45))


def test_a_clock_on_the_wall_that_jumps_purges_nothing(ledger: Ledger, care: Care, clock: Clock, time: Time) -> None:
    write(ledger, range(25))
    confirm(ledger, 27)
    for jump_ms in (10 * 365 * 86_400_000, -20 * 365 * 86_400_000):
        time.wall_ms += jump_ms
        write(ledger, range(100, 112) if jump_ms > 0 else range(200, 212))
        hours_pass(care, ledger, clock, 3)
    assert bodiless(ledger) == []


def test_retention_asks_no_clock_on_the_wall() -> None:
    for module in ("retention", "care", "ballast", "fork"):
        source = (Path(gateway.journal.__file__).parent / f"{module}.py").read_text("utf-8")
        names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
        assert not names & {"datetime", "now", "utcnow", "today", "time_ns"}, module
        if module != "fork":  # which carries the recorded time along, and compares nothing with it
            assert "wall_ms" not in source, module
        calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
        assert "time.time" not in calls, module


def test_at_most_500_rows_go_in_a_transaction(ledger: Ledger, care: Care, clock: Clock) -> None:
    write(ledger, range(1200))
    confirm(ledger, 1320)
    hours_pass(care, ledger, clock, 1)
    sizes: list[int] = []
    clock.now += HOURS_A_MONTH * HOUR_S
    before = len(bodiless(ledger))
    for _ in range(10):
        care.turn(ledger)
        sizes.append(len(bodiless(ledger)) - before)
        before += sizes[-1]
    assert max(sizes) == 500
    assert before == 1320 // 11 * 11
    assert verify_of(ledger).whole


def verify_of(ledger: Ledger):  # type: ignore[no-untyped-def]  # of the file it writes
    (_, _, path) = ledger.connection.execute("PRAGMA database_list").fetchone()
    return verify(Path(path))


@pytest.mark.parametrize("budget_mb", [1])
def test_want_of_space_purges_sooner_and_journals_it(ledger: Ledger, care: Care) -> None:
    write(ledger, range(60), text="x" * 11_000)
    care.turn(ledger)
    assert bodiless(ledger) == []  # none is confirmed
    confirm(ledger, 50)
    for _ in range(10):
        care.turn(ledger)
    gone = bodiless(ledger)
    assert gone
    assert len(gone) % 11 == 0
    assert len(gone) < 44  # no more than it must
    rows = ledger.connection.execute("SELECT body FROM entry WHERE kind = 'purge'").fetchall()
    (words,) = [parse(body.encode()) for (body,) in rows]
    assert (words["why"], words["after"]) == ("space", {"epochNumber": 0, "seq": 0})
    assert int(str(words["usedPercent"])) >= 70
    assert care.cared.early
    assert verify_of(ledger).whole


def test_a_label_still_open_keeps_its_words(ledger: Ledger, care: Care, clock: Clock, tmp_path: Path) -> None:
    from gateway.journal.fair_copy import fair_copy

    write(ledger, range(15))
    with ledger.transaction():
        ledger.append(tuple(map(fair_copy, (lot_opened("H261121-0001", "R261121-0001"), carton_draft()))))
    write(ledger, range(20, 60))
    confirm(ledger, 55)
    hours_pass(care, ledger, clock, HOURS_A_MONTH + 2)
    assert bodiless(ledger) == list(range(1, 12))


def carton_draft():  # type: ignore[no-untyped-def]
    from decimal import Decimal

    return carton("H261121-0001", "261121000001", Decimal("10.25"))


def test_hours_go_on_over_a_restart(tmp_path: Path, time: Time) -> None:
    table = JournalTable(checkpoint_every=10, keep_months=1)
    for _ in range(4):
        clock = Clock()
        opened = open_ledger(Home(tmp_path, table, "gw-1", time.stamp), Known(), starting=True)
        care = Care(Ballast(tmp_path), keep_months=1, monotonic=clock)
        write(opened.ledger, range(30))
        confirm(opened.ledger, 30)
        hours_pass(care, opened.ledger, clock, 200)
        last = bodiless(opened.ledger)
        opened.ledger.connection.close()
    assert last == list(range(1, 23))
    with closing(sqlite3.connect(tmp_path / "journal.db")) as other:
        (marks,) = other.execute("SELECT COUNT(*) FROM hour").fetchone()
    assert marks <= 732 + 70  # marks of what is gone are gone too


async def test_the_state_names_the_watermarks(tmp_path: Path, time: Time) -> None:
    table = JournalTable(budget_mb=1)
    async with Journal.open(tmp_path, table, gateway="gw-1", number=0, stamp=time.stamp) as journal:
        seen: list[str] = []
        number = 0
        while journal.state().watermark != "full":
            await journal.record(note(number, text=f"{number}" + "x" * 4_000))
            number += 1
            mark = journal.state().watermark
            if mark not in seen:
                seen.append(mark)
                used = journal.state().bytes_used / 1_000_000
                assert {"low": 0, "high": 0.70, "alarm": 0.85, "full": 0}[mark] <= used
            alarmed = "journal-space" in journal.state().conditions()
            assert alarmed == (mark in {"alarm", "full"})
        assert seen[:2] == ["low", "high"]
        assert seen[-1] == "full"


async def test_a_whole_journal_purges_by_itself(tmp_path: Path, time: Time) -> None:
    table = JournalTable(budget_mb=1, checkpoint_every=5)
    async with Journal.open(tmp_path, table, gateway="gw-1", number=0, stamp=time.stamp) as journal:
        number = 0
        while journal.state().watermark == "low":
            await journal.record(note(number, text=f"{number}" + "x" * 4_000))
            await journal.move_cursor("uplink", Cursor(1, journal.last_seq))
            number += 1
        async with asyncio.timeout(20):
            while not journal.state().early_purge:
                await journal.wait_beyond(journal.last_seq)  # the purge is an entry
        assert "journal-early-purge" in journal.state().conditions()
    assert verify(tmp_path).whole


@pytest.mark.parametrize("budget_mb", [1])
def test_the_budget_counts_what_is_used_not_what_the_file_has_grown_to(ledger: Ledger, care: Care) -> None:
    from gateway.journal.file import bytes_used

    write(ledger, range(60), text="x" * 11_000)
    full = bytes_used(ledger.connection)
    confirm(ledger, 66)
    for _ in range(10):
        care.turn(ledger)
    assert bytes_used(ledger.connection) < 0.9 * full
    write(ledger, range(100, 115), text="x" * 11_000)  # there is room again, more than was left
