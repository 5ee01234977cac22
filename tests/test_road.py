"""One value's whole way, in one process: scans and loads in, entries and screens out."""

from decimal import Decimal
from pathlib import Path

from road import GATE, PACKING, REGISTERS, PackingHouse, Time, packing_house, tag

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
        await house.prints()
        await house.shows("pack-scale", "20.40")
        await house.shows("pack-scale", "11.30", 3)
        await house.says("pack-scanner", Scan("CMD-CAPTURE"))
        await house.shows("pack-scale", "11.30", 10)
        assert [body["ilmd"]["ph:netWeightKg"] for body in await house.bodies("carton")] == [
            Decimal("10.25"),
            Decimal("11.3"),
        ]


async def test_the_next_carton_waits_for_the_label_of_the_last(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        assert house.state("pack") is Show.RECORDED
        await house.shows("pack-scale", "0.00", 3)
        assert house.state("pack") is Show.PRINTING
        await house.shows("pack-scale", "10.50", 20)
        assert house.state("pack") is Show.PRINTING
        assert len(await house.entries("carton")) == 1, "two labels in one hand, and nobody knows whose"
        await house.prints()
        await house.shows("pack-scale", "10.50", 5)
        assert house.state("pack") is Show.RECORDED
        assert len(await house.entries("carton")) == 2


async def test_a_label_that_was_dropped_holds_nobody_up(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        (job,) = [job for job in await house.journal.print_jobs("queued") if job.kind == "carton"]
        dropped = Printout(job.job, job.template, job.serial, PrinterId(job.printer), "void", "none", "asked")
        await house.recorder.keep_printout(dropped, job)
        await house.shows("pack-scale", "0.00", 3)
        assert house.state("pack") is Show.READY
        await house.shows("pack-scale", "10.50", 10)
        assert len(await house.entries("carton")) == 2


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
