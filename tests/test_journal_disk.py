"""A disk that has had enough: refused in plain words, nothing half done, and on again by itself."""

import asyncio
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path

import pytest

from gateway.errors import DiskRefuses, JournalFull
from gateway.journal import Cursor, Journal, JournalTable
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.journal_day import note


def open_journal(
    directory: Path, time: Time, budget_mb: int | None = None, checkpoint_every: int = 10
) -> AbstractAsyncContextManager[Journal]:
    table = JournalTable(budget_mb=budget_mb, checkpoint_every=checkpoint_every)
    return Journal.open(directory, table, gateway="gw-1", number=0, stamp=time.stamp)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Let every write beyond `size` bytes fail, as a full disk does (EFBIG in ENOSPC's place)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def fill(journal: Journal, first: int = 0, length: int = 8_000) -> int:
    """Record until the journal refuses; give how many it took."""
    number = first
    try:
        while True:
            await journal.record(note(number, text="x" * length))
            number += 1
    except JournalFull:
        return number - first


async def take_what_is_kept_back(journal: Journal) -> None:
    for number in range(1_000):
        await journal.begin_print(f"{number:02000}")


async def test_a_full_budget_refuses_and_keeps_all_it_took(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time, budget_mb=1) as journal:
        taken = await fill(journal)
        seq = journal.last_seq
        assert taken > 50
        state = journal.state()
        assert state.bytes_used <= state.budget_bytes == 1_000_000
        with pytest.raises(JournalFull):
            await journal.record(note(10_000, text="x" * 8_000))
        await journal.move_cursor("uplink", Cursor(1, 5))  # followers go on
        assert (await journal.record(note(3, text="x" * 8_000)))[0].id == note(3).id  # what is there is still there
        assert journal.last_seq == seq
    assert verify(tmp_path).whole
    async with open_journal(tmp_path, time, budget_mb=2) as journal:
        (entry,) = await journal.record(note(10_000, text="x" * 8_000))
        assert entry.seq == seq + 1
        assert await journal.cursor("uplink") == Cursor(1, 5)
    assert verify(tmp_path).whole


async def test_a_full_budget_takes_what_still_fits_beside_what_does_not(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time, budget_mb=1) as journal:
        await fill(journal, length=60_000)
        small = [journal.record(note(20_000 + number)) for number in range(3)]
        outcomes = await asyncio.gather(
            small[0], journal.record(note(30_000, text="x" * 60_000)), *small[1:], return_exceptions=True
        )
        assert isinstance(outcomes[1], JournalFull)
        assert [type(outcome) for outcome in outcomes[:1] + outcomes[2:]] == [tuple] * 3
    assert verify(tmp_path).whole


async def test_no_checkpoint_for_want_of_room_does_not_busy_the_writer(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time, budget_mb=1, checkpoint_every=1_000) as journal:
        await fill(journal)
        with pytest.raises(DiskRefuses):
            await take_what_is_kept_back(journal)
    async with open_journal(tmp_path, time, budget_mb=1, checkpoint_every=1) as journal:  # due at once, and no room
        seq, commits = journal.last_seq, journal.state().commits
        more = asyncio.create_task(journal.wait_beyond(seq))
        await asyncio.wait({more}, timeout=0.2)
        more.cancel()
        assert journal.last_seq == seq
        assert journal.state().commits - commits <= 2


async def test_a_disk_that_refuses_is_said_so_and_the_next_record_tries_again(tmp_path: Path, time: Time) -> None:
    async with open_journal(tmp_path, time) as journal:
        (first,) = await journal.record(note(1))
        with no_file_longer_than((tmp_path / "journal.db-wal").stat().st_size):
            outcomes = await asyncio.gather(journal.record(note(2)), journal.record(note(3)), return_exceptions=True)
            assert [type(outcome) for outcome in outcomes] == [DiskRefuses, DiskRefuses]
            assert journal.state().error != ""
            with pytest.raises(DiskRefuses):
                await journal.record(note(4))
            assert journal.last_seq == 1
            assert await journal.entries(Cursor()) == [first]  # reads go on
        (entry,) = await journal.record(note(4))
        assert (entry.seq, entry.prev) == (2, first.hash)
        assert journal.state().error == ""
        assert journal.epoch_number == 1
    assert verify(tmp_path).whole
    with sqlite3.connect(tmp_path / "journal.db") as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_no_number_is_given_out_that_the_disk_did_not_take(tmp_path: Path, journal: Journal) -> None:
    before = (tmp_path / "counters.json").read_bytes()
    with no_file_longer_than(10), pytest.raises(DiskRefuses):
        await journal.counters.count("room-in")
    assert (tmp_path / "counters.json").read_bytes() == before
    assert await journal.counters.count("room-in") == "0.1"
