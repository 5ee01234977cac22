"""A copy made while it runs, and the way back: always a new epoch, and no number given out twice."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.errors import JournalError
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.journal.backup import back_up, restore
from gateway.journal.rebuild import differences
from gateway.journal.verify import verify
from gateway.record.register_book import RegisterBook
from gateway.registers import Registers
from gateway.registers.table import RegistersTable
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note

DAY = date(2026, 11, 21)


def open_journal(directory: Path, time: Time) -> AbstractAsyncContextManager[Journal]:
    return Journal.open(directory, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp)


async def work(journal: Journal, cartons: int, day: date = DAY) -> list[str]:
    """Open a lot, pack some cartons; give every number that was handed out."""
    lot, slip = await journal.counters.document("H", day), await journal.counters.document("R", day)
    await journal.record(lot_opened(lot, slip))
    serials = [await journal.counters.carton(day) for _ in range(cartons)]
    for serial in serials:
        await journal.record(carton(lot, serial, Decimal("10.25")))
    return [lot, slip, f"room-in {await journal.counters.count('room-in')}", *serials]


async def test_a_backup_is_whole_while_the_journal_goes_on(tmp_path: Path, time: Time) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    start_counters(data)
    async with open_journal(data, time) as journal:
        await work(journal, 20)
        writing = asyncio.create_task(_write_on(journal))
        verdict = await asyncio.to_thread(back_up, data, copy)
        writing.cancel()
        assert verdict.whole
        assert verdict.entries >= 21
        assert differences(copy) == {}
        assert sorted(path.name for path in copy.iterdir()) == ["backup.json", "counters.json", "journal.db"]
    with pytest.raises(JournalError, match="there already"):
        back_up(data, copy)


async def _write_on(journal: Journal) -> None:
    for number in range(10_000):
        await journal.record(note(number))


@pytest.mark.parametrize("card", ["the same card", "a new card"])
async def test_a_restore_begins_a_new_epoch_and_repeats_no_number(tmp_path: Path, time: Time, card: str) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    start_counters(data)
    next_day = date(2026, 11, 22)
    async with open_journal(data, time) as journal:
        given = await work(journal, 20)
        await asyncio.to_thread(back_up, data, copy, with_key=card == "a new card")
        given += await work(journal, 130)  # lost with the card
        given += await work(journal, 130, next_day)
        lost_epoch, key = journal.epoch, journal.public_key
        places = {(entry.epoch, entry.seq) for entry in await journal.entries(Cursor(), 10_000)}
    if card == "a new card":
        shutil.rmtree(data)
    restored = restore(copy, data)
    assert restored.epoch_number == 2
    assert bool(restored.set_aside) == (card == "the same card")
    assert not restored.new_key
    async with open_journal(data, time) as journal:
        assert (journal.epoch, journal.epoch_number, journal.public_key) == (restored.epoch, 2, key)
        assert journal.epoch != lost_epoch
        assert len(await journal.lots()) == 1
        again = await work(journal, 50)
        again += await work(journal, 50, next_day)
        new_places = {(entry.epoch, entry.seq) for entry in await journal.entries(Cursor(1, 10_000), 10_000)}
    assert not set(given) & set(again)
    assert not places & new_places
    assert int(again[3][7:]) - 20 > 1_000  # cartons jump by more than a thousand
    assert int(again[0][-3:]) > 50
    assert verify(data).whole
    assert differences(data) == {}


def register(name: str, version: int, **status: str) -> bytes:
    rows = {code.replace("_", "-"): {"status": word} for code, word in status.items()}
    return json.dumps(
        {"name": name, "version": version, "issued": "2026-11-21T05:00:00+07:00", "rows": rows}, indent=2
    ).encode()


def take_registers(directory: Path, **documents: bytes) -> None:
    (directory / "registers").mkdir(exist_ok=True)
    for name, content in documents.items():
        (directory / "registers" / f"{name}.json").write_bytes(content)


async def with_registers(data: Path, copy: Path, time: Time) -> dict[str, bytes]:
    """Back up a journal with two registers beside it; give their bytes."""
    sent = {
        "areas": register("areas", 7, VN_XXOR_0000="suspended"),
        "facilities": register("facilities", 2, VN_XXPH_000="active"),
    }
    start_counters(data)
    take_registers(data, **sent)
    async with open_journal(data, time) as journal:
        await work(journal, 1)
        back_up(data, copy)
    return sent


async def test_the_registers_that_came_down_go_along_and_come_back_byte_by_byte(tmp_path: Path, time: Time) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    sent = await with_registers(data, copy, time)
    assert json.loads((copy / "backup.json").read_bytes())["registers"] == ["areas", "facilities"]
    shutil.rmtree(data)
    assert restore(copy, data).registers == ("areas", "facilities")
    assert {path.stem: path.read_bytes() for path in (data / "registers").iterdir()} == sent
    book = RegisterBook(data, RegistersTable(), Registers(), member=True)
    assert book.versions == {"areas": 7, "facilities": 2}
    assert book.merged.area["VN-XXOR-0000"].status == "suspended"  # before any network was there


async def test_a_register_that_is_newer_here_stays_and_a_damaged_one_here_makes_way(tmp_path: Path, time: Time) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    sent = await with_registers(data, copy, time)
    newer = register("areas", 8, VN_XXOR_0000="revoked")
    take_registers(data, areas=newer, facilities=b'{"name": "facil')
    assert restore(copy, data).registers == ("facilities",)
    assert (data / "registers" / "areas.json").read_bytes() == newer
    assert (data / "registers" / "facilities.json").read_bytes() == sent["facilities"]


async def test_a_register_damaged_in_the_backup_is_left_out(tmp_path: Path, time: Time) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    await with_registers(data, copy, time)
    take_registers(copy, areas=b'{"version": "seven"}')
    shutil.rmtree(data)
    assert restore(copy, data).registers == ("facilities",)
    assert [path.name for path in (data / "registers").iterdir()] == ["facilities.json"]


async def test_without_the_key_a_new_card_has_a_new_one(tmp_path: Path, time: Time) -> None:
    data, copy, fresh = tmp_path / "data", tmp_path / "copy", tmp_path / "fresh"
    data.mkdir()
    start_counters(data)
    async with open_journal(data, time) as journal:
        await work(journal, 3)
        back_up(data, copy)
    assert not (copy / "device.key").exists()
    assert restore(copy, fresh).new_key
    async with open_journal(fresh, time) as journal:
        await journal.record(note(1))
    assert verify(fresh).whole


async def test_nothing_is_restored_under_a_running_gateway(tmp_path: Path, time: Time) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    async with open_journal(data, time) as journal:
        await journal.record(note(1))
        back_up(data, copy)
        with pytest.raises(JournalError, match="another gateway"):
            restore(copy, data)


async def test_a_backup_that_is_not_whole_is_not_restored(tmp_path: Path, time: Time) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    async with open_journal(data, time) as journal:
        await journal.record(note(1), note(2))
        back_up(data, copy)
    with closing(sqlite3.connect(copy / "journal.db", isolation_level=None)) as connection:
        connection.execute("""UPDATE entry SET body = '{"raw":"altered"}' WHERE seq = 1""")
    with pytest.raises(JournalError, match=r"entry 1 .* altered"):
        restore(copy, tmp_path / "fresh")


async def test_an_older_copy_put_back_jumps_ahead_too(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    async with open_journal(tmp_path, time) as journal:
        await work(journal, 2)
    shutil.copy(tmp_path / "journal.db", tmp_path / "older")
    async with open_journal(tmp_path, time) as journal:
        before = await work(journal, 2)
    shutil.copy(tmp_path / "older", tmp_path / "journal.db")
    async with open_journal(tmp_path, time) as journal:
        assert "older copy" in journal.state().trouble
        after = await work(journal, 2)
        assert int(after[3]) - int(before[-1]) > 1_000
