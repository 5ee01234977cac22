"""Ways to a wrong or a lost record that somebody looked for: each of them is closed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from whole_house import (
    BULK,
    CARTON,
    GRADING,
    PLAIN,
    STATIONS,
    SUPERVISOR,
    carton_label,
    kg,
    lot_tag,
    pallet_label,
    whole_house,
)

from gateway.errors import DiskRefuses
from gateway.lot import LotCode
from gateway.record.held import Held, held
from gateway.record.register_book import RegisterBook
from gateway.record.request_socket import RequestSocket
from gateway.registers import Registers
from gateway.registers.table import RegistersTable
from gateway.station import StationId


def registers(base: Registers, **tables: Any) -> Registers:
    return Registers.model_validate({**base.model_dump(), **tables})


async def test_a_key_that_comes_again_with_something_else_is_refused(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.ask("inspect", key="k1", lot=lot, result="accepted")
        assert await house.refused("inspect", key="k1", lot=lot, result="rejected") == "key_used"
        assert await house.refused("inspect", by="OP-07", key="k1", lot=lot, result="accepted") == "key_used"
        assert await house.refused("inspect", "qc", key="k1", lot=lot, result="accepted") == "key_used"
        assert len(await house.entries("inspection")) == 1


async def test_a_badge_that_somebody_else_scans_on_the_page_stays_signed_in(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.ask("scan", "qc", by="OP-07", code="OP-11")
        assert house.desks[StationId("qc")].operator == "OP-11"
        await house.ask("scan", "qc", by="OP-07", code="OP-07")
        assert house.desks[StationId("qc")].operator == "OP-07", "the last who signed in, as the journal has it"
        await house.ask("scan", "qc", by="OP-07", code="CMD-SIGN-OUT")
        assert house.desks[StationId("qc")].operator is None


async def test_nobody_the_register_does_not_know_does_anything(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        assert await house.refused("inspect", by="OP-99", lot=lot, result="accepted") == "badge_unknown"


async def test_what_a_program_asks_for_is_not_written_as_done_by_who_stands_there(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        (serial,) = await house.pack(await house.receive(), "10.25")
        await house.requests.do(
            {"do": "void-weighing", "of": serial, "reason": "thử"},
            key="k",
            role="supervisor",
            station=StationId("pack"),
        )
        ((declared,),) = [await house.bodies("error-declaration")]
        assert declared["errorDeclaration"]["ph:declaredBy"] is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"request": 5}',
        b'{"request": "close-lot"}',
        b'{"request": null}',
        b'{"request": {"do": "sign-out"}, "station": ["qc"]}',
        b'{"request": {"do": "sign-out"}, "station": "qc", "by": {"a": 1}}',
        b'{"request": {"do": ["scan"]}, "station": "qc"}',
        b'{"request": {"do": "hold", "goods": "x", "reason": "\\ud800"}}',
        b"[" * 50_000,
    ],
)
async def test_a_line_that_is_no_request_gets_an_answer(tmp_path: Path, line: bytes) -> None:
    async with whole_house(tmp_path) as house:
        answer = await RequestSocket(tmp_path / "s", lambda: house.requests).answer(line)
        assert (answer["ok"], answer["id"]) == (False, "request_wrong")


async def test_a_move_needs_a_time_with_an_offset_after_the_goods_came_to_be(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        assert await house.refused("room-in", goods=lot, room="cr-1", at="2026-11-22T08:30:00") == "request_wrong"
        assert await house.refused("room-in", goods=lot, room="cr-1", at="2020-01-01T08:00:00Z") == "before_open"
        sscc = await house.build(await house.pack(lot, "10.25"))
        assert await house.refused("room-in", goods=sscc, room="cr-1", at="2020-01-01T08:00:00Z") == "before_open"


async def test_a_figure_no_json_number_holds_is_refused_and_stops_nothing(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        for figure in ("1E+400", "1E-400", "1.2345678901234567890"):
            said = await house.refused("inspect", lot=lot, result="accepted", measurements={"brix": figure})
            assert said == "request_wrong", figure


async def test_the_label_of_a_void_carton_is_not_printed_again(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        (serial,) = await house.pack(await house.receive(), "10.25")
        await print_all(house)
        await house.ask("void-weighing", of=serial, reason="thử")
        await house.scan("pack-scanner", "CMD-REPRINT")
        assert house.sentence("pack") == "label_void"
        assert not await house.entries("reprint")


async def test_a_label_repeated_twice_is_void_with_its_carton(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        (serial,) = await house.pack(await house.receive(), "10.25")
        for _ in range(2):
            await print_all(house)
            await house.scan("pack-scanner", "CMD-REPRINT")
        (again,) = await house.journal.print_jobs("queued")
        await house.ask("void-weighing", of=serial, reason="thử")
        assert not await house.recorder.begin_print(again.job)
        assert house.desks[StationId("pack")].labels.waiting == ()


async def test_the_label_of_a_pallet_that_changed_is_not_printed_again(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        first, second = await house.pack(await house.receive(), "10.25", "11.00")
        sscc = await house.build([first, second])
        await print_all(house)
        await house.scan("pallet-scanner", "CMD-REPRINT")
        assert len(await house.entries("reprint")) == 1, "as long as it is what the label says"
        await print_all(house)
        await house.ask("correct-weighing", of=first, net="10.50", reason="cân lại")
        await house.scan("pallet-scanner", "CMD-REPRINT")
        assert house.sentence("pallet") == "label_void"
        await house.scan("pallet-scanner", pallet_label(sscc), "]Q1")
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        (new,) = [job for job in await house.journal.print_jobs("queued") if job.serial == sscc]
        assert new.entry_id == (await house.entries("pallet"))[-1].id


async def test_the_label_of_a_corrected_carton_is_never_the_old_one(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        (serial,) = await house.pack(await house.receive(), "10.25")
        await print_all(house)
        await house.ask("correct-weighing", of=serial, net="11.25", reason="cân lại")
        await print_all(house)
        await house.scan("pack-scanner", "CMD-REPRINT")
        jobs = await house.journal.print_jobs("queued")
        newest = (await house.entries("carton"))[-1].id
        assert all(job.entry_id == newest for job in jobs), "no label with the old weight"


async def print_all(house: Any) -> None:
    """Let every label that waits come out."""
    from gateway.acts import Printout

    for job in await house.journal.print_jobs("queued"):
        assert await house.recorder.begin_print(job.job)
        await house.recorder.keep_printout(
            Printout(job.job, job.template, job.serial, job.printer, "done", "device complete", "", None), job
        )


async def test_an_expired_command_does_not_wake_when_a_reason_is_scanned(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.scan("pack-scanner", SUPERVISOR)
        await house.scan("pack-scanner", "CMD-DESTROY")
        house.time.passes(3600)
        await house.scan("pack-scanner", SUPERVISOR)
        await house.scan("pack-scanner", "WHY-OTHER")
        await house.scan("pack-scanner", lot_tag(lot), "]Q1")
        assert not await house.entries("destroy")


async def test_a_reason_scanned_long_ago_belongs_to_no_command(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.scan("hold-scanner", SUPERVISOR)
        await house.scan("hold-scanner", "WHY-SPOILED")
        house.time.passes(600)
        await house.scan("hold-scanner", SUPERVISOR)
        await house.scan("hold-scanner", "CMD-HOLD")
        await house.scan("hold-scanner", lot_tag(lot), "]Q1")
        ((held,),) = [await house.bodies("hold")]
        assert held["ph:reason"] == "scan"


async def test_what_is_asked_of_another_vehicle_is_not_done_to_this_one(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        sscc = await house.build(await house.pack(lot, "10.25"))
        await house.ask("dispatch-open", customer="CUST-1", vehicle="49C-2")
        (other,) = [vehicle.number for vehicle in await house.journal.open_dispatches()]
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        here = house.desks[StationId("dock")].number
        assert here not in (None, other)
        await house.ask("dispatch-load", "dock", goods=sscc, number=other)
        assert await house.journal.loaded(here) == []
        assert await house.journal.loaded(other) == [sscc]
        await house.ask("dispatch-close", "dock", number=other)
        assert (await house.journal.dispatch(here)).state == "open"
        assert (await house.journal.dispatch(other)).state == "left"


async def test_another_customer_is_not_silently_the_one_before(tmp_path: Path) -> None:
    two = registers(PLAIN, customer={"CUST-1": {"name": "Một"}, "CUST-2": {"name": "Hai"}})
    async with whole_house(tmp_path, registers=two) as house:
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        assert await house.refused("dispatch-open", "dock", customer="CUST-2") == "dispatch_open"
        await house.ask("dispatch-open", "dock", customer="CUST-1", seal="S-1")
        assert len(await house.journal.open_dispatches()) == 1


async def test_a_dock_whose_vehicle_left_by_another_way_begins_the_next(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        sscc = await house.build(await house.pack(await house.receive(), "10.25"))
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        number = house.desks[StationId("dock")].number
        await house.ask("dispatch-load", "dock", goods=sscc)
        await house.ask("dispatch-close", number=number)
        await house.scan("dock-scanner", "OP-07")
        await house.scan("dock-scanner", "CUST-1")
        assert house.desks[StationId("dock")].number not in (None, number)


async def test_closing_one_lot_does_not_close_the_one_in_work(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        other, lot = await house.receive(), await house.receive()
        await house.pack(lot, "10.25")
        await house.ask("close-lot", "pack", lot=other)
        assert ((await house.lot(other)).state, (await house.lot(lot)).state) == ("closed", "received")


async def test_an_output_weighed_elsewhere_does_not_choose_what_the_scale_weighs(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive("501.50")
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.scan("sort-scanner", "GRADE-A")
        await house.ask("grade-output", "sort", grade="B", kg="5")
        await house.load("sort-scale", "20.00")
        run = house.desks[StationId("sort")].run
        assert run.kg == {"B": kg("5"), "A": kg("20.00")}


async def test_a_short_pallet_on_the_scale_is_not_closed_by_its_next_frame(tmp_path: Path) -> None:
    scaled = {**STATIONS, "pallet": STATIONS["pallet"].model_copy(update={"scale": "ps", "pallet_cartons": 3})}
    async with whole_house(tmp_path, stations=scaled) as house:
        serials = await house.pack(await house.receive(), "10.25")
        await house.scan("pallet-scanner", "OP-07")
        await house.scan("pallet-scanner", carton_label(serials[0]), "]Q1")
        await house.load("ps", "30.00")
        assert house.sentence("pallet") == "pallet_short"
        assert not await house.entries("pallet")
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        assert not await house.entries("pallet"), "a person has asked once"
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        assert len(await house.entries("pallet")) == 1


@contextmanager
def unreadable(house: Any) -> Iterator[None]:
    """Have the disk refuse to read print jobs, though it takes records."""
    journal, read = house.journal, house.journal.print_jobs_of

    async def refuse(_: object) -> Any:
        raise DiskRefuses("disk I/O error")

    journal.print_jobs_of = refuse
    try:
        yield
    finally:
        journal.print_jobs_of = read


async def test_a_load_that_is_on_disk_is_not_taken_down_again_when_reading_fails(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.pack(lot)
        with unreadable(house):
            await house.load("pack-scale", "10.25")
        await house.shows("pack-scale", "10.25", 20)
        assert len(await house.entries("carton")) == 1


async def test_a_room_out_is_not_undone_once_the_goods_are_on_a_vehicle_or_gone(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        sscc = await house.build(await house.pack(await house.receive(), "10.25"))
        await house.ask("room-in", goods=sscc, room="cr-1")
        await house.ask("room-out", goods=sscc, room="cr-1")
        (out,) = await house.entries("room-out")
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        await house.ask("dispatch-load", "dock", goods=sscc)
        assert await house.refused("void-weighing", of=str(out.id), reason="x") == "goods_loaded"
        await house.ask("dispatch-close", "dock")
        assert await house.refused("void-weighing", of=str(out.id), reason="x") == "pallet_gone"


async def test_a_receipt_whose_lot_is_being_graded_is_not_void(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive("501.50")
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.scan("sort-scanner", "GRADE-A")
        await house.load("sort-scale", "20.00")
        (receipt,) = await house.bodies("receipt")
        assert await house.refused("void-weighing", of=receipt["ph:receipt"], reason="x") == "run_open"


async def test_a_register_that_loses_a_grade_stops_no_daemon(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive("101.50")
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.scan("sort-scanner", "GRADE-A")
        await house.load("sort-scale", "99.00")
        whole = house.house.registers
        house.house.registers = PLAIN
        await house.scan("sort-scanner", "CMD-FINISH-RUN")
        assert house.sentence("sort") == "grade_unknown"
        house.house.registers = whole
        await house.scan("sort-scanner", "CMD-FINISH-RUN")
        assert len(await house.entries("grading")) == 1


async def test_a_register_that_shortens_an_interval_stops_no_start(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
    sprayed = {**PLAIN.model_dump()["farm"]}
    sprayed["FARM-0042"] |= {"last_pesticide": date(2026, 11, 21), "interval_days": 14}
    async with whole_house(tmp_path, house.time, registers=registers(PLAIN, farm=sprayed)) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        assert house.sentence("gate") == "phi_short", "nothing is received while the interval is too short"
        assert not await house.entries("receipt")
        await house.scan("gate-scanner", "CMD-PHI-OK")
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        assert len(await house.entries("receipt")) == 1, "unless a person says that it was kept"


async def test_a_late_load_leaves_what_was_declared_at_the_gate(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
        await house.scan("gate-scanner", "CMD-PHI-OK")
        lot = house.view("gate").lot
        await house.ask(
            "late-weighing",
            form="F-1",
            at=house.time.wall.isoformat(),
            weigher="OP-07",
            lot=lot,
            gross="50.00",
            reason="mất điện",
        )
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        ((receipt,),) = [await house.bodies("receipt")]
        assert receipt["ph:preHarvest"] == {"ph:intervalOk": True}


async def test_the_waiting_label_of_a_pallet_taken_apart_is_not_printed(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        sscc = await house.build(await house.pack(await house.receive(), "10.25", "11.00"))
        (job,) = [job for job in await house.journal.print_jobs("queued") if job.serial == sscc]
        await house.ask("unpack", sscc=sscc, reason="móp")
        assert not await house.recorder.begin_print(job.job)
        await house.scan("pallet-scanner", "CMD-REPRINT")
        assert not await house.entries("reprint")


async def test_a_pallet_taken_up_and_closed_as_it_was_stops_no_daemon(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        serials = await house.pack(await house.receive(), "10.25", "11.00")
        sscc = await house.build(serials)
        await house.scan("pallet-scanner", pallet_label(sscc), "]Q1")
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        first, second = await house.bodies("pallet")
        assert first["ph:serials"] == second["ph:serials"] == serials
        assert (await house.pallet(sscc)).cartons == 2


async def test_a_pallet_begins_together_with_its_first_carton_or_not_at_all(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        (serial,) = await house.pack(await house.receive(), "10.25")
        record, calls = house.journal.record, 0

        async def refuses_the_second(*drafts: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls > 1:
                raise DiskRefuses("disk full")
            return await record(*drafts)

        house.journal.record = refuses_the_second
        with suppress(DiskRefuses):
            await house.ask("pallet-add", "pallet", key="k1", serial=serial)
        house.journal.record = record
        await house.ask("pallet-add", "pallet", key="k1", serial=serial)
        assert (await house.carton(serial)).pallet is not None, "a key that is done has put the carton on"


@pytest.mark.parametrize(
    ("name", "issued", "rows"),
    [
        ("areas", "0001-01-01T00:00:00+07:00", {"VN-XXOR-0000": {"status": "active"}}),
        ("areas", "9999-12-31T23:59:59Z", {"VN-XXOR-0000": {"status": "active"}}),
        (
            "products",
            "2026-11-22T00:00:00Z",
            {"ri6": {"name": {"vi": "Ri6", "en": "Ri6"}, "min_kg": 8, "max_kg": 20, "gtin_lot": BULK}},
        ),
        (
            "products",
            "2026-11-22T00:00:00Z",
            {
                "ri6": {
                    "name": {"vi": "Ri6", "en": "Ri6"},
                    "min_kg": 8,
                    "max_kg": 20,
                    "gtin_lot": BULK,
                    "gtin_carton": CARTON,
                    "grade": {"A": {"name": {"vi": "A", "en": "A"}}},
                }
            },
        ),
    ],
)
async def test_a_register_that_no_event_can_be_made_of_is_refused(
    tmp_path: Path, name: str, issued: str, rows: dict[str, Any]
) -> None:
    async with whole_house(tmp_path) as house:
        book = RegisterBook(tmp_path, RegistersTable(), PLAIN, member=True)
        document = {"name": name, "version": 1, "issued": issued, "rows": rows}
        house.time.synced = False
        await book.hear(name, json.dumps(document).encode(), house.house, house.recorder.owe)
        await house.passes(1)
        assert name in book.troubles
        assert len(await house.entries("register-refused")) == 1
        await house.pack(await house.receive(), "10.25")
        assert len(await house.entries("carton")) == 1, "the last good one serves"


async def test_a_station_is_not_changed_while_a_pallet_a_vehicle_or_a_run_is_begun_there(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive()
        assert await held(house.journal) == {}
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        await house.ask("pallet-begin", "pallet")
        ((_, pallet),) = await house.journal.open_pallets()
        assert await held(house.journal) == {
            StationId("sort"): Held(LotCode(lot)),
            StationId("dock"): Held(begun=house.desks[StationId("dock")].number),
            StationId("pallet"): Held(begun=pallet.sscc),
        }


async def test_a_station_does_not_wait_for_a_label_that_was_void_elsewhere(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        (serial,) = await house.pack(lot, "10.25")
        await house.scan("hold-scanner", SUPERVISOR)
        await house.scan("hold-scanner", "CMD-VOID")
        await house.scan("hold-scanner", carton_label(serial), "]Q1")
        await house.passes(5)
        assert house.desks[StationId("pack")].labels.waiting == ()
        await house.load("pack-scale", "11.00")
        assert len(await house.entries("carton")) == 2
