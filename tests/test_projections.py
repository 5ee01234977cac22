"""What the entries amount to: read back after a start, and the same when derived anew."""

import sqlite3
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.journal import Journal, JournalTable
from gateway.journal.projections import TABLES
from gateway.journal.rebuild import differences
from gateway.station import Binding, StationId
from tests.conftest import BOOT, Time
from tests.journal_day import (
    alarm,
    at,
    binding,
    carton,
    day,
    draft,
    harvest_lot,
    lot_opened,
    note,
    receipt,
    room,
    weighing,
)

LOT, SLIP = "H261121-0042", "R261121-0042"


def open_journal(directory: Path, time: Time) -> AbstractAsyncContextManager[Journal]:
    return Journal.open(directory, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_projections_derived_anew_are_those_that_grew(tmp_path: Path, time: Time, seed: int) -> None:
    drafts = list(day(seed))
    half = len(drafts) // 2
    for part in (drafts[:half], drafts[half:]):
        async with open_journal(tmp_path, time) as journal:
            await journal.record(*part)
    assert differences(tmp_path) == {}
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        empty = {table for table in TABLES if not connection.execute(f"SELECT 1 FROM {table}").fetchone()}
    filled = {"lot", "carton", "receipt", "binding", "occupancy", "alarm", "counter", "print_job", "goods_entry"}
    assert not empty & filled, "or a table was compared with nothing in it; test_season fills the others"


@pytest.mark.parametrize("table", ["lot", "counter", "print_job", "occupancy"])
async def test_a_projection_that_was_tampered_with_differs(tmp_path: Path, time: Time, table: str) -> None:
    async with open_journal(tmp_path, time) as journal:
        await journal.record(*day(1))
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.execute(f"DELETE FROM {table}")
    (only_here, only_anew) = differences(tmp_path)[table]
    assert (only_here, bool(only_anew)) == ([], True)


async def test_a_lots_kilograms_are_exact_sums(journal: Journal) -> None:
    await journal.record(lot_opened(LOT, SLIP))
    net = Decimal()
    for load in range(1, 11):
        gross, tare = Decimal("120.1"), Decimal("7.003")
        net += gross - tare
        await journal.record(weighing(LOT, SLIP, load, gross=gross, tare=tare))
    (open_receipt,) = await journal.open_receipts()
    assert (open_receipt.loads, open_receipt.net, open_receipt.crates) == (10, Decimal("1130.97"), 40)
    assert (open_receipt.gross, open_receipt.tare) == (Decimal(1201), Decimal("70.03"))
    (book,) = await journal.lots()
    assert (book.state, book.received_kg) == ("open", 0)

    await journal.record(harvest_lot(LOT, net), receipt(LOT, SLIP, net))
    assert await journal.open_receipts() == []
    for number in range(1, 4):
        await journal.record(carton(LOT, f"2611210{number:05}", Decimal("10.25")))
    (book,) = await journal.lots()
    assert (book.state, book.received_kg, book.packed_kg) == ("received", Decimal("1130.97"), Decimal("30.75"))
    assert (book.lot.origin.area, book.lot.product) == ("VN-XXOR-0000", "ri6")
    assert book.lot.opened_at == datetime.fromisoformat(at(0))

    await journal.record(draft("lot-closed|1", "lot-closed", lot=LOT, reason="used", operator=None))
    assert (await journal.lots())[0].state == "closed"


async def test_the_last_load_is_the_last_one_on_disk(journal: Journal) -> None:
    await journal.record(lot_opened(LOT, SLIP), weighing(LOT, SLIP, 1, gross=Decimal("120.10"), tare=Decimal(7)))
    await journal.record(carton(LOT, "261121000001", Decimal("10.25"), minute=5))
    await journal.record(carton(LOT, "261121000002", Decimal("10.30"), minute=6))
    gate, pack = await journal.last_loads()
    assert (gate.station, gate.serial, gate.net) == ("gate-1", None, Decimal("113.1"))
    assert (pack.station, pack.serial, pack.net, pack.boot) == ("pack-1", "261121000002", Decimal("10.3"), BOOT)
    assert pack.at == datetime.fromisoformat(at(6))


async def test_a_binding_that_ended_binds_nothing(journal: Journal) -> None:
    await journal.record(binding("pack-1", LOT, 1), binding("pack-2", LOT, 2), binding("pack-1", None, 3, minute=9))
    ended, bound = await journal.bindings()
    assert ended == Binding(StationId("pack-1"), None, datetime.fromisoformat(at(9)), "OP-07", "another lot")  # type: ignore[arg-type]
    assert (bound.station, bound.lot) == ("pack-2", LOT)


async def test_operators_are_those_still_signed_in(journal: Journal) -> None:
    for number, (station, operator) in enumerate([("a", "OP-07"), ("b", "OP-11"), ("a", None)]):
        await journal.record(draft(f"operator|{number}", "operator", station=station, operator=operator, reason="x"))
    assert await journal.operators() == {"b": "OP-11"}


async def test_a_room_holds_what_came_in_and_did_not_go_out(journal: Journal) -> None:
    await journal.record(room("in", LOT, "cold-room-1", 1), room("in", "H261121-0043", "cold-room-1", 2))
    await journal.record(room("in", LOT, "cold-room-1", 3))  # twice through the door is still one stay
    assert await journal.occupancy() == [("cold-room-1", LOT), ("cold-room-1", "H261121-0043")]
    await journal.record(room("out", LOT, "cold-room-1", 4), room("in", LOT, "cold-room-2", 5))
    assert await journal.occupancy() == [("cold-room-1", "H261121-0043"), ("cold-room-2", LOT)]


async def test_an_alarm_is_open_until_it_is_cleared(journal: Journal) -> None:
    await journal.record(alarm("a-1", "raised", 1), alarm("a-2", "raised", 2))
    await journal.record(alarm("a-2", "cleared", 3), alarm("a-1", "acknowledged", 4))
    (open_alarm,) = await journal.open_alarms()
    assert (open_alarm.id, open_alarm.state, open_alarm.room) == ("a-1", "acknowledged", "cold-room-1")
    assert open_alarm.at == datetime.fromisoformat(at(4))


async def test_a_confirmed_date_holds_for_its_boot_alone(journal: Journal, time: Time) -> None:
    assert not await journal.date_confirmed(BOOT)
    await journal.record(draft("date-confirmed|1", "date-confirmed", day="2026-11-21", operator="OP-07"))
    assert await journal.date_confirmed(BOOT)
    assert not await journal.date_confirmed("another boot")


async def test_a_body_without_what_its_kind_must_have_is_not_recorded(journal: Journal) -> None:
    with pytest.raises(ValueError, match=r"carton: ilmd\.ph:netWeightKg must be a number, not None"):
        await journal.record(draft("carton|x", "carton", **{"ph:lot": LOT, "ph:serial": "261121000001"}))
    await journal.record(note(1))
    assert journal.last_seq == 1
