"""How a journal begins: what is sound goes on, what is damaged is set aside and said, and work goes on at once."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from gateway.errors import JournalError
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.journal.durable import replace_durably
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.journal_day import note


def open_journal(directory: Path, time: Time, gateway: str = "gw-1") -> AbstractAsyncContextManager[Journal]:
    return Journal.open(directory, JournalTable(), gateway=gateway, number=0, stamp=time.stamp)


def sql(directory: Path, statement: str) -> None:
    with sqlite3.connect(directory / "journal.db") as connection:
        connection.execute(statement)
    connection.close()


async def written(directory: Path, time: Time, entries: int = 5) -> str:
    """Make a journal with some entries; give its epoch."""
    async with open_journal(directory, time) as journal:
        for number in range(entries):
            await journal.record(note(number))
        return journal.epoch


def garbage(directory: Path) -> None:
    (directory / "journal.db").write_bytes(b"nothing that was ever a database" * 1000)


def cut_short(directory: Path) -> None:
    with (directory / "journal.db").open("r+b") as file:
        file.truncate(10_000)


def empty(directory: Path) -> None:
    (directory / "journal.db").write_bytes(b"")


def altered_last_entry(directory: Path) -> None:
    sql(directory, "UPDATE entry SET body = replace(body, 'unknown', 'known') WHERE seq = 5")
    sql(directory, """UPDATE entry SET body = '{"raw":"00"}' WHERE seq = 5""")


def lost_last_entry(directory: Path) -> None:
    sql(directory, "DELETE FROM entry WHERE seq = 5")


def lost_entry(directory: Path) -> None:
    sql(directory, "DELETE FROM entry WHERE seq = 3")


def forged_head(directory: Path) -> None:
    sql(directory, "UPDATE head SET signature = zeroblob(64)")


def lost_head(directory: Path) -> None:
    sql(directory, "DELETE FROM head")


def no_text(directory: Path) -> None:
    """A bit of a table's definition flipped: SQLite complains in words that are no UTF-8."""
    path = directory / "journal.db"
    content = path.read_bytes()
    assert b"CREATE TABLE epoch (" in content
    path.write_bytes(content.replace(b"CREATE TABLE epoch (", b"CREATE TABLE epoch \xa8"))


DAMAGE = [no_text, garbage, cut_short, altered_last_entry, lost_last_entry, lost_entry, forged_head, lost_head]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
async def test_a_damaged_file_is_set_aside_and_a_new_epoch_begins(
    tmp_path: Path, time: Time, damage: Callable[[Path], None]
) -> None:
    start_counters(tmp_path)
    epoch = await written(tmp_path, time)
    damage(tmp_path)
    damaged = (tmp_path / "journal.db").read_bytes()
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch != epoch
        assert journal.epoch_number == 2  # the counter file knew of the first
        state = journal.state()
        assert state.trouble != ""
        assert [path.name for path in state.set_aside] == ["journal.damaged-1.db"]
        assert state.set_aside[0].read_bytes() == damaged
        (entry,) = await journal.record(note(100))
        assert (entry.epoch_number, entry.seq) == (2, 1)
        assert await journal.entries(Cursor()) == [entry]
    assert verify(tmp_path).whole
    async with open_journal(tmp_path, time) as journal:
        assert (journal.epoch_number, journal.last_seq, journal.state().trouble) == (2, 1, "")


async def test_a_second_damaged_file_does_not_replace_the_first(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    for _ in range(2):
        await written(tmp_path, time)
        garbage(tmp_path)
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch_number == 3
        assert [path.name for path in journal.state().set_aside] == ["journal.damaged-2.db"]
    assert (tmp_path / "journal.damaged-1.db").exists()


@pytest.mark.parametrize("loss", [empty, lambda directory: (directory / "journal.db").unlink()], ids=["empty", "gone"])
async def test_a_lost_file_gives_a_new_epoch(tmp_path: Path, time: Time, loss: Callable[[Path], None]) -> None:
    start_counters(tmp_path)
    epoch = await written(tmp_path, time)
    loss(tmp_path)
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch != epoch
        assert (journal.epoch_number, journal.last_seq) == (2, 0)


async def test_an_older_copy_put_back_goes_on_in_a_new_epoch(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    epoch = await written(tmp_path, time)
    shutil.copy(tmp_path / "journal.db", tmp_path / "copy")
    async with open_journal(tmp_path, time) as journal:
        await journal.record(note(50), note(51))
    shutil.copy(tmp_path / "copy", tmp_path / "journal.db")
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch != epoch
        assert journal.epoch_number == 2
        await journal.wait_beyond(Cursor(0, 0))  # what is there from before is more to read
        (entry,) = await journal.record(note(52))
        assert [(e.epoch_number, e.seq) for e in await journal.entries(Cursor(1, 4))] == [(1, 5), (2, 1)]
        assert await journal.entry_at(journal.epoch, 1) == entry
    assert verify(tmp_path).whole


@pytest.mark.parametrize("damage", ["lost", "damaged"])
async def test_another_key_is_another_epoch(tmp_path: Path, time: Time, damage: str) -> None:
    start_counters(tmp_path)
    await written(tmp_path, time)
    key = tmp_path / "device.key"
    if damage == "lost":
        key.unlink()
    else:
        key.write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch_number == 2
        await journal.record(note(52))
        assert bool(journal.state().set_aside) == (damage == "damaged")
    verdict = verify(tmp_path)
    assert verdict.whole
    assert verdict.entries == 6


async def test_another_name_is_another_epoch(tmp_path: Path, time: Time) -> None:
    await written(tmp_path, time)
    async with open_journal(tmp_path, time, gateway="gw-2") as journal:
        assert journal.epoch_number == 2
        await journal.record(note(52))
    assert verify(tmp_path).whole


async def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path, time: Time) -> None:
    await written(tmp_path, time)
    key = tmp_path / "device.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    await written(tmp_path, time)
    assert key.stat().st_mode & 0o777 == 0o600


async def test_a_newer_file_is_left_alone(tmp_path: Path, time: Time) -> None:
    await written(tmp_path, time)
    sql(tmp_path, "PRAGMA user_version = 99")
    before = (tmp_path / "journal.db").read_bytes()
    with pytest.raises(JournalError, match="version 99"):
        async with open_journal(tmp_path, time):
            pass
    assert (tmp_path / "journal.db").read_bytes() == before


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_durably(path, b"one")
    (tmp_path / "file.new").write_bytes(b"left over from a kill")
    replace_durably(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]
