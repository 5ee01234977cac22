"""Numbers: without a gap after a clean end, never twice after any other, none before a person started them."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.errors import NumberingStopped
from gateway.journal import Journal, JournalTable, start_counters
from gateway.journal.counters import AHEAD
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note

DAY = date(2026, 11, 21)


def open_journal(directory: Path, time: Time, number: int = 0) -> AbstractAsyncContextManager[Journal]:
    return Journal.open(directory, JournalTable(), gateway="gw-1", number=number, stamp=time.stamp)


@asynccontextmanager
async def killed(directory: Path, time: Time) -> AsyncIterator[Journal]:
    """A journal that ends without giving back the numbers it reserved, as after kill -9."""
    async with open_journal(directory, time) as journal:
        yield journal
        left = (directory / "counters.json").read_bytes()
    (directory / "counters.json").write_bytes(left)


async def test_numbers_are_written_as_the_design_says(journal: Journal) -> None:
    counters = journal.counters
    assert [await counters.carton(DAY) for _ in range(2)] == ["261121000001", "261121000002"]
    assert [await counters.document("H", DAY) for _ in range(2)] == ["H261121-0001", "H261121-0002"]
    assert await counters.document("R", DAY) == "R261121-0001"
    assert await counters.document("H", date(2026, 11, 22)) == "H261122-0001"
    assert await counters.carton(date(2026, 11, 22)) == "261122000001"
    assert [await counters.count("room-in") for _ in range(2)] == ["0.1", "0.2"]
    assert await counters.count("room-out") == "0.1"
    assert [await counters.act() for _ in range(2)] == [1, 2]


async def test_the_gateways_number_is_part_of_each(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    async with open_journal(tmp_path, time, number=7) as journal:
        assert await journal.counters.carton(DAY) == "261121700001"
        assert await journal.counters.document("H", DAY) == "H261121-7001"
        assert await journal.counters.count("room-in") == "7.1"


async def test_nothing_is_numbered_until_a_person_started_it(tmp_path: Path, time: Time) -> None:
    for _ in range(2):  # the journal of the first start is no reason to number at the second
        async with open_journal(tmp_path, time) as journal:
            for ask in (journal.counters.carton(DAY), journal.counters.document("H", DAY), journal.counters.count("x")):
                with pytest.raises(NumberingStopped, match="gateway counters --start"):
                    await ask
            act = await journal.counters.act()  # an epoch is new each time: its acts can be numbered
            await journal.record(note(act))
    async with open_journal(tmp_path, time) as journal:
        assert await journal.counters.act() == 3
        start_counters(tmp_path)  # while the gateway runs
        assert await journal.counters.carton(DAY) == "261121000001"
        assert await journal.counters.act() == 4


def test_counters_are_started_once(tmp_path: Path) -> None:
    start_counters(tmp_path)
    with pytest.raises(NumberingStopped, match="go on"):
        start_counters(tmp_path)


async def test_a_clean_end_leaves_no_gap(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    for number in range(1, 4):
        async with open_journal(tmp_path, time) as journal:
            assert await journal.counters.carton(DAY) == f"2611210{number:05}"
            assert await journal.counters.document("H", DAY) == f"H261121-0{number:03}"
            assert await journal.counters.act() == number


async def test_after_a_kill_cartons_jump_past_the_reservation_and_documents_go_on(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    async with killed(tmp_path, time) as journal:
        first = [await journal.counters.carton(DAY) for _ in range(3)]
        assert await journal.counters.document("H", DAY) == "H261121-0001"
        assert await journal.counters.count("room-in") == "0.1"
    async with open_journal(tmp_path, time) as journal:
        assert await journal.counters.carton(DAY) == f"2611210{AHEAD + 1:05}"
        assert f"2611210{AHEAD + 1:05}" not in first
        assert await journal.counters.document("H", DAY) == "H261121-0002"
        assert await journal.counters.count("room-in") == "0.2"


async def test_a_lost_journal_does_not_repeat_a_number(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    async with killed(tmp_path, time) as journal:
        used = {await journal.counters.carton(DAY) for _ in range(AHEAD + 50)}
        lot = await journal.counters.document("H", DAY)
    (tmp_path / "journal.db").unlink()
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch_number == 2
        assert await journal.counters.carton(DAY) == f"2611210{2 * AHEAD + 1:05}"
        assert await journal.counters.document("H", DAY) != lot
        assert f"2611210{2 * AHEAD + 1:05}" not in used


@pytest.mark.parametrize("loss", ["gone", "garbage", "half"])
async def test_a_lost_counter_file_goes_on_from_the_journal(tmp_path: Path, time: Time, loss: str) -> None:
    start_counters(tmp_path)
    path = tmp_path / "counters.json"
    async with open_journal(tmp_path, time) as journal:
        for act in range(1, 4):
            serial = await journal.counters.carton(DAY)
            await journal.record(carton("H261121-0001", serial, Decimal("10.25"), act=act))
        lot, slip = await journal.counters.document("H", DAY), await journal.counters.document("R", DAY)
        await journal.counters.count("room-in")
        await journal.record(lot_opened(lot, slip))
    path.unlink()
    if loss != "gone":
        path.write_bytes(b"garbage" if loss == "garbage" else b'{"v":1,"numbers":{')
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch_number == 1
        assert await journal.counters.carton(DAY) == "261121000004"
        assert await journal.counters.document("H", DAY) == "H261121-0002"
        assert await journal.counters.document("R", DAY) == "R261121-0002"
        assert await journal.counters.count("room-in") == "0.2"  # no body names it: the journal kept it by itself
        assert await journal.counters.act() == 4


async def test_an_old_counter_file_does_not_take_numbers_back(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    shutil.copy(tmp_path / "counters.json", tmp_path / "old")
    async with open_journal(tmp_path, time) as journal:
        for act in range(1, 4):
            serial = await journal.counters.carton(DAY)
            await journal.record(carton("H261121-0001", serial, Decimal("10.25"), act=act))
    shutil.copy(tmp_path / "old", tmp_path / "counters.json")
    async with open_journal(tmp_path, time) as journal:
        assert await journal.counters.carton(DAY) == "261121000004"


async def test_an_act_is_not_numbered_twice_in_an_epoch_after_a_kill(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    async with killed(tmp_path, time) as journal:
        epoch, numbers = journal.epoch, {await journal.counters.act() for _ in range(5)}
    async with open_journal(tmp_path, time) as journal:
        assert journal.epoch == epoch
        assert await journal.counters.act() not in numbers


async def test_the_file_is_written_once_for_a_hundred_cartons(journal: Journal, tmp_path: Path) -> None:
    writings = set()
    for _ in range(2 * AHEAD):
        await journal.counters.carton(DAY)
        writings.add((tmp_path / "counters.json").stat().st_ino)
    assert 1 <= len(writings) <= 2
    assert json.loads((tmp_path / "counters.json").read_bytes())["numbers"]["carton"] == {"261121/0": 2 * AHEAD}


async def test_numbers_used_up_are_said_so(tmp_path: Path, time: Time) -> None:
    start_counters(tmp_path)
    async with open_journal(tmp_path, time) as journal:
        await journal.record(lot_opened("H261121-0999", "R261121-0001"))
    async with open_journal(tmp_path, time) as journal:
        with pytest.raises(NumberingStopped, match="used up"):
            await journal.counters.document("H", DAY)
        assert await journal.counters.document("R", DAY) == "R261121-0002"
