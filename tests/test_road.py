"""One value's whole way, in one process: scans and loads in, entries and screens out."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from road import GATE, MORNING, PACKING, REGISTERS, PackingHouse, Time, packing_house, tag

from gateway.acts import Printout
from gateway.board import Question
from gateway.lot import LotCode
from gateway.reading import Link, Quality, Scan, Weight
from gateway.station import PrinterId, RoomId, Show


async def test_a_carton_becomes_one_event_with_its_label_queued(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.begin_packing()
        await house.load("pack-scale", "10.25")
        assert house.state("pack") is Show.RECORDED
        (carton,) = await house.bodies("carton")
        assert carton["type"] == "TransformationEvent"
        assert carton["inputQuantityList"][0]["quantity"] == Decimal("10.25")
        assert carton["ph:lot"] == lot
        assert carton["ph:operatorId"] == "OP-11"
        assert carton["ph:rawFrame"] == b"+10.25".hex()
        serial = carton["ph:serial"]
        assert serial == "261122000001"
        assert carton["ilmd"]["ph:labelUri"] == (
            f"https://trace.example.org/01/99521234000054/10/{lot}/21/{serial}?13=261122&15=261206&3102=001025"
        )
        (job,) = await house.journal.print_jobs("queued")
        assert (job.kind, job.serial, job.printer) == ("carton", serial, "pack-printer")
        last = house.view("pack").last
        assert last is not None
        assert (last.serial, last.kg, last.label) == (serial, Decimal("10.25"), "queued")


async def test_the_same_load_is_never_captured_twice(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        await house.shows("pack-scale", "10.25", 100)
        await house.shows("pack-scale", "10.27", 20)
        assert len(await house.entries("carton")) == 1
        await house.load("pack-scale", "10.25")
        assert [body["ph:serial"] for body in await house.bodies("carton")] == ["261122000001", "261122000002"]


async def test_the_gate_sums_its_loads_exactly(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.receive_lot("101.10", "99.95", "100.05")
        loads = await house.bodies("weighing")
        assert [load["net"] for load in loads] == [Decimal("99.6"), Decimal("98.45"), Decimal("98.55")]
        (receipt,) = await house.bodies("receipt")
        (harvest,) = await house.bodies("harvest-lot")
        assert receipt["quantityList"][0]["quantity"] == sum(load["net"] for load in loads) == Decimal("296.6")
        assert harvest["quantityList"] == receipt["quantityList"]
        assert house.house.lots[LotCode(lot)].state == "received"


async def test_a_receipt_goes_on_after_a_kill(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.10")
        lot = house.view("gate").lot
    async with packing_house(tmp_path, house.time) as house:
        assert house.view("gate").lot == lot
        await house.load("gate-scale", "100.00")
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        (receipt,) = await house.bodies("receipt")
        assert receipt["quantityList"][0]["quantity"] == Decimal("198.1")


async def test_after_a_start_the_scale_is_emptied_first_and_the_last_load_is_a_past_fact(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
    async with packing_house(tmp_path, house.time) as house:
        await house.shows("pack-scale", "10.25", 30)
        view = house.view("pack")
        assert view.show is Show.TAKE_OFF_FIRST
        assert (view.sentence, view.values["serial"]) == ("restarted", "261122000001")
        await house.load("pack-scale", "11.00")
        assert house.state("pack") is Show.RECORDED
        assert len(await house.entries("carton")) == 2


async def test_a_restart_long_after_the_last_load_greys_the_lot(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.begin_packing()
        await house.load("pack-scale", "10.25")
    house.time.passes(20 * 60)
    async with packing_house(tmp_path, house.time) as house:
        await house.scan("pack-scanner", "OP-11")
        await house.shows("pack-scale", "0.00", 3)
        assert house.state("pack") is Show.LOT_RESCAN
        await house.load("pack-scale", "12.00")
        assert len(await house.entries("carton")) == 1
        (unbound,) = await house.bodies("unbound-load")
        assert unbound["net"] == Decimal(12)
        await house.scan("pack-scanner", tag(lot), "]Q1")
        await house.load("pack-scale", "12.00")
        assert len(await house.entries("carton")) == 2


async def test_yesterdays_lot_is_never_todays(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        await house.shows("pack-scale", "0.00", 3)
        await house.passes(4 * 3600 + 1)
        await house.scan("pack-scanner", "OP-11")
        await house.load("pack-scale", "10.25")
        assert house.state("pack") is not Show.RECORDED
        assert len(await house.entries("carton")) == 1
        assert await house.binding_reasons("pack") == ["scan", "idle"]


async def test_the_shifts_end_ends_the_binding(tmp_path: Path) -> None:
    stations = {"gate": GATE, "pack": PACKING.model_copy(update={"shift_ends": "08:30"})}
    async with packing_house(tmp_path, stations=stations) as house:  # 08:00 in Vietnam
        await house.begin_packing()
        await house.passes(20 * 60)
        assert house.view("pack").sentence != "lot_rescan"
        await house.passes(15 * 60)
        assert await house.binding_reasons("pack") == ["scan", "shift end"]


async def test_a_load_without_a_lot_is_an_audit_record_and_no_carton(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.scan("pack-scanner", "OP-11")
        await house.load("pack-scale", "10.25")
        assert [body["net"] for body in await house.bodies("unbound-load")] == [Decimal("10.25")]
        assert not await house.entries("carton")
        assert not await house.journal.print_jobs("queued")


async def test_nobody_signed_in_captures_nothing(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.receive_lot("101.50")
        await house.scan("pack-scanner", tag(lot), "]Q1")
        await house.load("pack-scale", "10.25")
        assert house.state("pack") is Show.NO_OPERATOR
        assert not await house.entries("carton", "unbound-load")


async def test_an_idle_operator_is_signed_out_and_never_the_last_person(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.passes(31 * 60)
        assert house.view("pack").operator is None
        assert [body["operator"] for body in await house.bodies("operator") if body["station"] == "pack"] == [
            "OP-11",
            None,
        ]


async def test_a_load_outside_the_limits_is_refused_and_counts_once_it_is_right(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "5.00")
        assert (house.state("pack"), house.view("pack").sentence) == (Show.REFUSED, "too_light")
        await house.shows("pack-scale", "10.25", 10)
        assert house.state("pack") is Show.RECORDED
        assert not await house.entries("refused")


async def test_a_refused_load_that_is_taken_away_leaves_its_trace(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "25.00")
        await house.shows("pack-scale", "0.00", 3)
        (refused,) = await house.bodies("refused")
        assert (refused["sentence"], refused["weighing"]["net"]) == ("too_heavy", Decimal(25))
        assert not await house.entries("carton")


async def test_more_than_the_lot_received_is_refused(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing("21.50")  # 20.00 kg net
        await house.load("pack-scale", "12.00")
        await house.load("pack-scale", "12.00")
        assert (house.state("pack"), house.view("pack").sentence) == (Show.REFUSED, "balance")
        assert len(await house.entries("carton")) == 1


async def test_a_used_up_lot_closes_itself(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.begin_packing("21.50")
        await house.load("pack-scale", "10.00")
        await house.load("pack-scale", "9.80")
        assert [body["reason"] for body in await house.bodies("lot-closed")] == ["used up"]
        await house.shows("pack-scale", "0.00", 3)
        await house.scan("pack-scanner", tag(lot), "]Q1")
        assert house.view("pack").sentence == "lot_closed"


async def test_overload_and_silence_are_never_a_weight(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        overload = Weight(None, "KGM", quality=Quality.BAD, condition="overload")
        await house.says("pack-scale", overload)
        assert house.state("pack") is Show.OVERLOAD
        await house.shows("pack-scale", "10.25", 2)
        await house.passes(1.6)
        assert (house.state("pack"), house.view("pack").weight) == (Show.STALE, None)
        await house.says("pack-scale", Link(up=False, why="silent"))
        assert house.state("pack") is Show.STALE
        assert not await house.entries("carton")


async def test_an_unsynchronised_clock_asks_for_the_date_and_captures_nothing(tmp_path: Path) -> None:
    async with packing_house(tmp_path, Time(synced=False)) as house:
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        assert house.view("gate").sentence == "date_ask"
        await house.scan("pack-scanner", "OP-11")
        await house.load("pack-scale", "10.25")
        assert house.state("pack") is Show.CONFIRM_DATE
        await house.scan("pack-scanner", "CMD-DATE-YES")
        assert house.house.clock.quality == "confirmed"
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        (carton,) = await house.entries("carton")
        assert carton.clock == "confirmed"


async def test_no_slip_bears_a_date_that_nobody_confirmed(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.10")
    async with packing_house(tmp_path, Time(synced=False, boot="another", mono=40.0)) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "100.00")
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        assert house.view("gate").sentence == "date_ask"
        assert not await house.entries("receipt")
        await house.scan("gate-scanner", "CMD-DATE-YES")
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        (receipt,) = await house.bodies("receipt")
        assert receipt["quantityList"][0]["quantity"] == Decimal("198.1")


async def test_an_unknown_scan_is_shown_and_journaled(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.shows("pack-scale", "0.00", 3)
        await house.scan("pack-scanner", "xin chào")
        assert (house.state("pack"), house.view("pack").sentence) == (Show.REFUSED, "code_unknown")
        (unknown,) = await house.bodies("unknown-scan")
        assert bytes.fromhex(unknown["raw"]).decode() == "xin chào"


async def test_a_suspended_area_opens_no_lot(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0009")
        assert not await house.entries("lot-opened")
        assert [body["sentence"] for body in await house.bodies("refused")] == ["area_suspended"]


async def test_a_double_scan_counts_once(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.receive_lot("101.50")
        await house.scan("pack-scanner", tag(lot), "]Q1")
        house.time.passes(-1.5)
        await house.scan("pack-scanner", tag(lot), "]Q1")
        assert await house.binding_reasons("pack") == ["scan"]


async def _unknown_label(house: PackingHouse) -> str:
    await house.begin_packing()
    await house.load("pack-scale", "10.25")
    (job,) = await house.journal.print_jobs("queued")
    await house.journal.begin_print(job.job)
    printout = Printout(job.job, "carton-50x30", job.serial, PrinterId("pack-printer"), "unknown", "sent")
    await house.recorder.keep_printout(printout, job)
    return job.job


async def test_an_unknown_label_is_asked_about_and_blocks_the_next_load(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        job = await _unknown_label(house)
        assert house.state("pack") is Show.PRINT_UNKNOWN
        assert house.view("pack").question == Question(job, "261122000001")
        await house.load("pack-scale", "11.00")
        assert len(await house.entries("carton")) == 1
        await house.scan("pack-scanner", "CMD-LABEL-OUT")
        await house.shows("pack-scale", "11.00", 10)
        assert len(await house.entries("carton")) == 2
        assert [body["state"] for body in await house.bodies("printout")] == ["unknown", "done"]


async def test_a_label_that_did_not_come_out_is_printed_again_with_its_serial(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        job = await _unknown_label(house)
        await house.scan("pack-scanner", "CMD-REPRINT")
        assert [body["state"] for body in await house.bodies("printout")] == ["unknown", "void"]
        (again,) = await house.journal.print_jobs("queued")
        assert (again.reprint_of, again.serial) == (job, "261122000001")
        assert house.view("pack").question is None


async def test_an_open_question_survives_a_restart(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        job = await _unknown_label(house)
    async with packing_house(tmp_path, house.time) as house:
        await house.shows("pack-scale", "10.25", 3)
        assert house.state("pack") is Show.PRINT_UNKNOWN
        assert house.view("pack").question == Question(job, "261122000001")


async def test_a_room_window_names_the_lots_inside_and_an_excursion_too(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.receive_lot("101.50")
        await house.passes(1)
        await house.scan("door-in", tag(lot), "]Q1")
        for minute in range(65):
            await house.measures("4.0" if minute < 30 else "6.5")
            await house.passes(60)
        (window, *_) = await house.bodies("window")
        assert window["ph:lots"] == [lot]
        report = window["sensorElementList"][0]["sensorReport"][0]
        assert (report["minValue"], report["maxValue"]) == (Decimal(4), Decimal("6.5"))
        (alarm,) = await house.bodies("alarm")
        assert (alarm["ph:alarmState"], alarm["ph:room"]) == ("raised", "cr-1")
        assert alarm["quantityList"][0]["epcClass"].endswith(lot)
        await house.scan("door-out", tag(lot), "]Q1")
        assert not house.house.occupancy.inside(RoomId("cr-1"))
        assert len(await house.entries("room-out")) == 1


async def test_a_disk_that_refuses_shows_and_prints_nothing_then_recovers(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        journal = house.house.journal
        house.house.journal = Refusing(journal)  # type: ignore[assignment]  # the same face
        await house.load("pack-scale", "10.25")
        assert (house.state("pack"), house.view("pack").sentence) == (Show.DISK_REFUSES, "disk_full")
        assert not await house.journal.print_jobs("queued")
        house.house.journal = journal
        await house.shows("pack-scale", "10.25", 20)
        assert house.state("pack") is Show.RECORDED
        assert len(await house.entries("carton")) == 1


class Refusing:
    """A journal whose disk takes nothing."""

    def __init__(self, journal: object) -> None:
        self._journal = journal

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    async def record(self, *drafts: object) -> object:
        from gateway.errors import DiskRefuses

        raise DiskRefuses("no space left")


async def test_off_target_is_held_until_it_is_good(tmp_path: Path) -> None:
    product = REGISTERS.product["ri6"].model_copy(
        update={"target_kg": Decimal("18.30"), "under_kg": Decimal("0.30"), "over_kg": Decimal("0.30")}
    )
    registers = REGISTERS.model_copy(update={"product": {"ri6": product}})
    async with packing_house(tmp_path, registers=registers) as house:
        await house.begin_packing()
        await house.load("pack-scale", "17.60")
        view = house.view("pack")
        assert (view.show, view.values) == (Show.UNDER, {"d": "0.70", "kg": "18.30"})
        await house.shows("pack-scale", "18.42", 10)
        assert house.state("pack") is Show.RECORDED
        (carton,) = await house.bodies("carton")
        assert carton["ph:tolerance"] == "good"


async def test_manual_capture_takes_one_load_a_command_and_needs_no_empty_scale(tmp_path: Path) -> None:
    manual = PACKING.model_copy(update={"capture": PACKING.capture.model_copy(update={"mode": "manual"})})
    async with packing_house(tmp_path, stations={"gate": GATE, "pack": manual}) as house:
        await house.begin_packing()
        await house.shows("pack-scale", "10.25", 30)
        assert house.state("pack") is Show.STABLE
        assert not await house.entries("carton")
        await house.says("pack-scanner", Scan("CMD-CAPTURE"))
        await house.shows("pack-scale", "10.25", 30)
        assert house.state("pack") is Show.RECORDED
        await house.says("pack-scanner", Scan("CMD-CAPTURE"))
        await house.shows("pack-scale", "10.25", 30)
        assert len(await house.entries("carton")) == 1, "the same load, asked for twice"
        await house.shows("pack-scale", "20.40")
        await house.shows("pack-scale", "11.30", 3)
        await house.says("pack-scanner", Scan("CMD-CAPTURE"))
        await house.shows("pack-scale", "11.30", 10)
        assert [body["ilmd"]["ph:netWeightKg"] for body in await house.bodies("carton")] == [
            Decimal("10.25"),
            Decimal("11.3"),
        ]


async def test_a_command_to_capture_does_not_wait_for_another_load(tmp_path: Path) -> None:
    manual = PACKING.model_copy(update={"capture": PACKING.capture.model_copy(update={"mode": "manual"})})
    async with packing_house(tmp_path, stations={"gate": GATE, "pack": manual}) as house:
        await house.begin_packing()
        await house.scan("pack-scanner", "CMD-CAPTURE")
        house.time.passes(6)
        await house.load("pack-scale", "10.25")
        assert not await house.entries("carton")


async def test_a_station_notices_by_itself_that_the_disk_takes_records_again(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        journal = house.house.journal
        house.house.journal = Refusing(journal)  # type: ignore[assignment]  # the same face
        await house.load("pack-scale", "10.25")
        await house.shows("pack-scale", "0.00", 3)
        assert house.state("pack") is Show.DISK_REFUSES
        house.house.journal = journal
        for _ in range(4):
            await house.passes(1)
            await house.shows("pack-scale", "0.00")
        assert house.state("pack") is Show.READY
        assert [body["sentence"] for body in await house.bodies("refused")] == ["disk_full"]


async def test_a_lot_too_heavy_for_its_tags_code_is_received_all_the_same(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.receive_lot("9999.50", "8000.25")
        (receipt,) = await house.bodies("receipt")
        assert receipt["ph:labelUri"].endswith(f"/10/{lot}?7007=261122")
        assert receipt["quantityList"][0]["quantity"] == Decimal("17996.75")


async def test_after_a_restart_the_crate_type_is_scanned_again_when_there_is_more_than_one(tmp_path: Path) -> None:
    crates = {**REGISTERS.crate, "CRATE-B": REGISTERS.crate["CRATE-A"].model_copy(update={"tare_kg": Decimal("9.00")})}
    registers = REGISTERS.model_copy(update={"crate": crates})
    async with packing_house(tmp_path, registers=registers) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.scan("gate-scanner", "CRATE-B")
        await house.load("gate-scale", "109.00")
    async with packing_house(tmp_path, house.time, registers=registers) as house:
        await house.load("gate-scale", "109.00")
        assert house.view("gate").sentence == "no_tare"
        await house.scan("gate-scanner", "CRATE-B")
        await house.shows("gate-scale", "109.00", 10)
        assert [body["net"] for body in await house.bodies("weighing")] == [Decimal(100), Decimal(100)]
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
        assert (await house.bodies("weighing"))[-1]["crate"] == "CRATE-A", "a new receipt begins with the usual crate"


async def test_a_card_scanned_by_mistake_never_comes_back(tmp_path: Path) -> None:
    farms = {**REGISTERS.farm, "FARM-0043": REGISTERS.farm["FARM-0042"].model_copy(update={"id": "HTX-0043"})}
    registers = REGISTERS.model_copy(update={"farm": farms})
    async with packing_house(tmp_path, registers=registers) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0043")
        mistaken = house.view("gate").lot
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
    async with packing_house(tmp_path, house.time, registers=registers) as house:
        assert house.view("gate").lot is None
        await house.load("gate-scale", "99.00")
        assert len(await house.entries("weighing")) == 1
        assert [body["lot"] for body in await house.bodies("lot-closed")] == [mistaken]


async def test_yesterdays_lot_is_not_todays_at_the_gate_either(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
    house.time.passes(20 * 3600)
    async with packing_house(tmp_path, house.time) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.load("gate-scale", "99.00")
        assert house.view("gate").lot is not None
        assert len(await house.entries("weighing")) == 1
        assert len(await house.entries("unbound-load")) == 1
        await house.shows("gate-scale", "0.00", 3)
        assert (house.state("gate"), house.view("gate").sentence) == (Show.LOT_RESCAN, "gate_rescan")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "99.00")
        assert len(await house.entries("weighing")) == 2


async def test_a_shift_that_ended_during_a_restart_ends_the_binding(tmp_path: Path) -> None:
    stations = {"gate": GATE, "pack": PACKING.model_copy(update={"shift_ends": "08:30"})}  # it is 08:00 now
    async with packing_house(tmp_path, stations=stations) as house:
        await house.begin_packing()
        await house.passes(25 * 60)
        await house.load("pack-scale", "10.25")
    house.time.passes(8 * 60)
    async with packing_house(tmp_path, house.time, stations=stations) as house:
        await house.passes(1)
        await house.scan("pack-scanner", "OP-11")
        await house.load("pack-scale", "10.25")
        assert len(await house.entries("carton")) == 1


async def test_a_load_that_waited_for_another_stations_act_is_asked_again(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.shows("pack-scale", "10.25", 4)
        await house.house.deciding.acquire()
        waiting = asyncio.create_task(house.shows("pack-scale", "10.25", 1))
        await asyncio.sleep(0)
        house.time.passes(20)
        house.house.deciding.release()
        await waiting
        assert not await house.entries("carton"), "that carton may be gone by now"
        await house.shows("pack-scale", "0.00", 3)
        await house.shows("pack-scale", "11.00", 10)
        assert [body["ilmd"]["ph:netWeightKg"] for body in await house.bodies("carton")] == [Decimal(11)]


def net(kg: str, tare: str | None) -> Weight:
    return Weight(Decimal(kg), "KGM", "net", None if tare is None else Decimal(tare), raw=b"net")


async def test_what_the_scale_took_off_is_never_taken_off_twice(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        for weight in [net("-2.00", "2.00")] * 3 + [net("98.00", "2.00")] * 10:
            house.time.passes(0.125)
            await house.says("gate-scale", weight)
        (load,) = await house.bodies("weighing")
        assert (load["gross"], load["tare"], load["net"]) == (Decimal(100), Decimal("1.5"), Decimal("98.5"))


async def test_a_tared_scale_that_does_not_say_how_much_captures_nothing(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        for _ in range(10):
            house.time.passes(0.125)
            await house.says("pack-scale", net("10.25", None))
        assert (house.state("pack"), house.view("pack").sentence) == (Show.REFUSED, "scale_tared")
        assert not await house.entries("carton")


async def test_a_reprint_is_of_this_carton_and_waits_while_its_label_is_on_its_way(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        (first,) = await house.journal.print_jobs("queued")
        done = Printout(first.job, "carton-50x30", first.serial, PrinterId("pack-printer"), "done", "sent")
        await house.recorder.keep_printout(done, first)
        await house.load("pack-scale", "11.00")
        await house.scan("pack-scanner", "CMD-REPRINT")
        assert house.view("pack").sentence == "printing"
        assert not await house.entries("reprint")
        (second,) = await house.journal.print_jobs("queued")
        assert second.serial == "261122000002"
        out = Printout(second.job, "carton-50x30", second.serial, PrinterId("pack-printer"), "done", "sent")
        await house.recorder.keep_printout(out, second)
        await house.scan("pack-scanner", "CMD-REPRINT")
        assert [body["serial"] for body in await house.bodies("reprint")] == ["261122000002"]


async def test_after_a_silence_nothing_says_recorded_about_what_stands_there(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        await house.says("pack-scale", Link(up=False, why="cable"))
        await house.shows("pack-scale", "14.80", 10)
        assert (house.state("pack"), house.view("pack").sentence) == (Show.TAKE_OFF_FIRST, "restarted")


async def test_a_refused_label_is_said_while_its_carton_stands_there(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        (job,) = await house.journal.print_jobs("queued")
        void = Printout(job.job, "carton-50x30", job.serial, PrinterId("pack-printer"), "void", "none", "unreadable")
        await house.recorder.keep_printout(void, job)
        await house.shows("pack-scale", "10.25")
        assert house.view("pack").sentence == "label_refused"


async def test_a_refused_scan_is_seen_while_a_carton_stands_there(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        await house.scan("pack-scanner", "xin chào")
        await house.shows("pack-scale", "10.25")
        assert house.view("pack").sentence == "code_unknown"
        await house.passes(6)
        await house.shows("pack-scale", "10.25")
        assert house.state("pack") is not Show.REFUSED


async def test_a_product_that_left_the_register_stops_no_daemon(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.begin_packing()
        await house.load("pack-scale", "10.25")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
    other = REGISTERS.model_copy(update={"product": {}})
    async with packing_house(tmp_path, house.time, registers=other) as house:
        await house.load("pack-scale", "11.00")
        assert house.view("pack").sentence == "product_gone"
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        assert house.view("gate").sentence == "product_gone"
        assert house.view("pack").lot == lot


async def test_a_weight_that_fits_no_label_is_refused(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.shows("pack-scale", "0.00", 3)
        for _ in range(10):
            house.time.passes(0.125)
            await house.says("pack-scale", Weight(Decimal("10250.12"), "GRM", raw=b"g"))
        assert house.view("pack").sentence == "weight_unfit"


async def test_a_window_made_by_a_wrong_clock_does_not_stop_the_next_ones(tmp_path: Path) -> None:
    time = Time(wall=MORNING + timedelta(days=400))
    async with packing_house(tmp_path, time) as house:
        await house.measures("4.0")
        for _ in range(3):
            await house.passes(3600)
        wrong = len(await house.entries("window"))
    async with packing_house(tmp_path, Time(boot="b2", mono=5.0)) as house:
        house.time.wall = MORNING  # and the kernel says it is right
        await house.measures("4.0")
        for _ in range(3):
            await house.passes(3600)
        assert len(await house.entries("window")) >= wrong + 2


async def test_an_alarm_whose_rule_is_gone_is_cleared(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.measures("6.5")
        await house.passes(121)
        assert [body["ph:alarmState"] for body in await house.bodies("alarm")] == ["raised"]
    async with packing_house(tmp_path, house.time, rules={}) as house:
        await house.passes(1)
        assert [body["ph:alarmState"] for body in await house.bodies("alarm")] == ["raised", "cleared"]
        assert not house.house.board.alarms
