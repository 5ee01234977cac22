"""Lots from the gate to the truck by scans alone, and what is refused on the way."""

from decimal import Decimal
from pathlib import Path

from gateway.epcis import EPCIS_KINDS, wrap
from gateway.journal import Cursor
from gateway.journal.rebuild import differences
from gateway.station import Show
from tests.epcis_checker import as_plain, check
from tests.facts import SITE, at
from tests.whole_house import (
    CARTON,
    GRADED_A,
    GRADING,
    PLAIN,
    STATIONS,
    SUPERVISOR,
    carton_label,
    lot_tag,
    pallet_label,
    whole_house,
)


async def test_a_lot_goes_from_the_gate_to_the_truck_by_scans_alone(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive("101.50", "101.50")

        await house.scan("qc-scanner", "OP-07")
        await house.scan("qc-scanner", lot_tag(lot), "]Q1")
        await house.scan("qc-scanner", "CMD-ACCEPT")
        assert (await house.lot(lot)).inspection == "accepted"

        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.shows("sort-scale", "0.00", 3)
        await house.passes(6)
        await house.shows("sort-scale", "0.00", 3)
        assert house.sentence("sort") == "grade_choose"
        await house.scan("sort-scanner", "GRADE-A")
        await house.load("sort-scale", "120.00")
        await house.scan("sort-scanner", "GRADE-B")
        await house.load("sort-scale", "75.00")
        await house.scan("sort-scanner", "GRADE-LOSS")
        await house.load("sort-scale", "4.00")
        await house.shows("sort-scale", "0.00", 3)
        await house.scan("sort-scanner", "CMD-FINISH-LOT")
        (graded,) = await house.bodies("grading")
        assert graded["ph:massBalance"] == {
            "ph:inputKg": Decimal(200),
            "ph:outputKg": Decimal(195),
            "ph:lossKg": Decimal(5),
            "ph:lossUnseenKg": Decimal(1),
        }
        first = graded["ph:outputs"][0]["ph:lot"]
        assert (await house.lot(lot)).left_kg == 0
        child = await house.lot(first)
        assert (child.lot.grade, child.received_kg, child.inspection) == ("A", Decimal(120), "accepted")
        assert child.lot.origin == (await house.lot(lot)).lot.origin, "graded lots are of the same origin"

        serials = await house.pack(first, "10.25", "11.50", gtin=GRADED_A)
        sscc = await house.build(serials)
        pallet = await house.pallet(sscc)
        assert (pallet.state, pallet.cartons, pallet.net_kg) == ("closed", 2, Decimal("21.75"))

        await house.measures("4.0")
        await house.scan("door-in", pallet_label(sscc), "]Q1")
        await house.measures("6.5")
        await house.passes(300)
        await house.measures("4.5")
        await house.scan("door-out", pallet_label(sscc), "]Q1")
        assert house.sentence("door-out") == "pallet_out"

        alarm = (await house.bodies("alarm"))[0]["ph:alarmId"]
        await house.scan("dock-scanner", "OP-07")
        await house.scan("dock-scanner", pallet_label(sscc), "]Q1")
        assert house.sentence("dock") == "pallet_not_ok", "an excursion nobody has judged"
        await house.ask("acknowledge-alarm", alarm=alarm, reason="Cửa mở khi nhập hàng")
        await house.scan("dock-scanner", "CUST-1")
        await house.scan("dock-scanner", pallet_label(sscc), "]Q1")
        assert house.sentence("dock") == "pallet_unconfirmed"
        await house.scan("dock-scanner", "CMD-DISPATCH")
        assert house.sentence("dock") == "dispatch_plate"
        await house.scan("dock-scanner", "VEHICLE:49C-000.01")
        await house.scan("dock-scanner", "SEAL:VN000001")
        await house.scan("dock-scanner", "CMD-DISPATCH")
        (left,) = await house.bodies("dispatch")
        assert (left["ph:vehiclePlate"], left["ph:market"], left["ph:pallets"]) == ("49C-000.01", "CN", [sscc])
        assert left["ph:netWeightKg"] == Decimal("21.75")
        assert (await house.pallet(sscc)).state == "dispatched"
        assert {(await house.carton(serial)).state for serial in serials} == {"dispatched"}

        await house.scan("dock-scanner", pallet_label(sscc), "]Q1")
        assert house.sentence("dock") == "pallet_gone"
        events = [body for body in await house.bodies(*EPCIS_KINDS)]
        assert check(as_plain(wrap(events, at(12, 0), SITE.namespace))) == len(events) > 10
    assert differences(tmp_path) == {}


async def test_the_room_tells_what_the_pallet_went_through(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        sscc = await house.build(await house.pack(lot, "10.25"))
        await house.scan("door-in", pallet_label(sscc), "]Q1")
        for celsius in ("4.0", "6.5", "7.0", "4.0"):
            await house.measures(celsius)
            await house.passes(60)
        await house.scan("door-out", pallet_label(sscc), "]Q1")
        (out,) = await house.bodies("room-out")
        (report,) = out["sensorElementList"][0]["sensorReport"]
        assert (report["minValue"], report["maxValue"], report["meanValue"]) == (
            Decimal(4),
            Decimal(7),
            Decimal("5.38"),
        )
        assert out["ph:secondsAboveLimit"] == 120, "6.5 and 7.0 held for a minute each"
        assert out["ph:coverage"] == 1
        (stay,) = await house.journal.stays(sscc)
        assert stay.until is not None


async def test_what_may_not_be_packed_says_why(tmp_path: Path) -> None:
    packing = STATIONS["pack"].model_copy(update={"inspection": "required"})
    async with whole_house(tmp_path, stations={**STATIONS, "pack": packing}) as house:
        lot = await house.receive()
        await house.pack(lot)
        assert house.sentence("pack") == "lot_unchecked"
        await house.ask("inspect", lot=lot, result="rejected")
        await house.pack(lot)
        assert house.sentence("pack") == "lot_rejected"
        await house.ask("inspect", lot=lot, result="accepted")
        await house.ask("hold", goods=lot, reason="nghi thối")
        await house.pack(lot)
        assert house.sentence("pack") == "lot_held"
        await house.ask("release", goods=lot, reason="đã xem")
        assert len(await house.pack(lot, "10.25")) == 1
        await house.ask("hold", goods=lot, reason="lại thối")
        await house.load("pack-scale", "11.00")
        assert house.sentence("pack") == "lot_held", "also while it is bound"
        assert (await house.lot(lot)).packed_kg == Decimal("10.25")


async def test_an_ungraded_lot_is_not_packed_where_the_product_has_grades(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive()
        assert await house.pack(lot, "10.25") == []
        await house.scan("pack-scanner", lot_tag(lot), "]Q1")
        await house.shows("pack-scale", "0.00")
        assert house.sentence("pack") == "lot_ungraded"


async def test_a_suspended_house_or_area_prints_no_export_label(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.pack(lot, "10.25")
        suspended = PLAIN.facility["VN-XXPH-000"].model_copy(update={"status": "suspended"})
        house.house.registers = PLAIN.model_copy(update={"facility": {"VN-XXPH-000": suspended}})
        await house.load("pack-scale", "11.00")
        assert house.sentence("pack") == "house_suspended"
        area = PLAIN.area["VN-XXOR-0000"].model_copy(update={"status": "suspended"})
        house.house.registers = PLAIN.model_copy(update={"area": {**PLAIN.area, "VN-XXOR-0000": area}})
        await house.shows("pack-scale", "0.00", 3)
        await house.load("pack-scale", "11.00")
        assert house.sentence("pack") == "area_suspended"
        assert len(await house.entries("carton")) == 1


async def test_areas_that_may_not_export_still_deliver_for_the_country(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        for card, sentence in (
            ("FARM-0009", "area_suspended"),
            ("FARM-0008", "area_revoked"),
            ("FARM-0007", "area_unknown"),
        ):
            await house.scan("gate-scanner", card)
            await house.shows("gate-scale", "0.00")
            assert house.sentence("gate") == sentence
        assert not await house.entries("lot-opened")
        await house.scan("gate-scanner", "CMD-DOMESTIC")
        lot = await house.receive(card="FARM-0009")
        assert not (await house.lot(lot)).lot.export
        await house.scan("gate-scanner", "FARM-0009")
        await house.shows("gate-scale", "0.00")
        assert house.sentence("gate") == "area_suspended", "said for one lot only"


async def test_an_old_register_flags_the_lot(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        house.house.register_age_h = lambda: 72
        lot = await house.receive()
        assert (await house.lot(lot)).register_age_h == 72
        (receipt,) = await house.bodies("receipt")
        assert receipt["ph:registerAgeHours"] == 72


async def test_a_pre_harvest_interval_that_is_too_short_is_not_received(tmp_path: Path) -> None:
    farm = PLAIN.farm["FARM-0042"].model_copy(
        update={"last_pesticide": at(1, 0).date().replace(day=15), "interval_days": 14, "pesticide": "Abamectin"}
    )
    registers = PLAIN.model_copy(update={"farm": {**PLAIN.farm, "FARM-0042": farm}})
    async with whole_house(tmp_path, registers=registers) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.shows("gate-scale", "0.00")
        assert house.sentence("gate") == "phi_short"
        await house.scan("gate-scanner", "FARM-0043")
        await house.load("gate-scale", "101.50")
        await house.scan("gate-scanner", "CMD-PHI-NO")
        assert house.sentence("gate") == "phi_short"
        await house.scan("gate-scanner", "CMD-PHI-OK")
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        (receipt,) = await house.bodies("receipt")
        assert receipt["ph:preHarvest"] == {"ph:intervalOk": True}


async def test_a_deduction_is_an_amount_of_its_own_also_over_a_restart(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
        await house.scan("gate-scanner", "VEHICLE:49C-000.00")
        await house.scan("gate-scanner", "CMD-DEDUCT")
        await house.load("gate-scale", "4.00")
    async with whole_house(tmp_path, house.time) as house:
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "51.50")
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        (receipt,) = await house.bodies("receipt")
        assert receipt["ph:deductionKg"] == Decimal("2.5"), "its crate weighed 1.5"
        assert receipt["quantityList"][0]["quantity"] == Decimal("147.5")
        assert receipt["sensorElementList"][0]["sensorReport"][1]["value"] == Decimal(3), "never inside the tare"
        assert (receipt["ph:vehiclePlate"], receipt["ph:crateCounts"]) == ("49C-000.00", {"CRATE-A": 2})
        assert (await house.lot(receipt["ph:lot"])).received_kg == Decimal("147.5")


async def test_grading_in_runs_never_takes_more_out_than_in(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive()  # 100 kg
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.scan("sort-scanner", "GRADE-A")
        await house.load("sort-scale", "60.00")
        await house.shows("sort-scale", "0.00", 3)
        await house.scan("sort-scanner", "CMD-FINISH-RUN")
        assert (await house.lot(lot)).left_kg == Decimal(40)
    async with whole_house(tmp_path, house.time, registers=GRADING) as house:
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.scan("sort-scanner", "GRADE-B")
        await house.load("sort-scale", "30.00")
    async with whole_house(tmp_path, house.time, registers=GRADING) as house:
        await house.shows("sort-scale", "0.00", 3)
        await house.scan("sort-scanner", "OP-07")
        assert house.view("sort").lot == lot, "a run goes on after a restart"
        await house.scan("sort-scanner", "GRADE-B")
        await house.load("sort-scale", "12.50")
        assert house.sentence("sort") == "balance", "30 + 12.5 of 40 left, 2 tolerated"
        await house.shows("sort-scale", "0.00", 3)
        await house.scan("sort-scanner", "CMD-FINISH-LOT")
        assert house.sentence("sort") == "balance_loss", "10 kg are missing"
        await house.scan("sort-scanner", SUPERVISOR)
        await house.scan("sort-scanner", "CMD-FINISH-LOT")
        bodies = await house.bodies("grading")
        assert [body["ph:massBalance"]["ph:inputKg"] for body in bodies] == [Decimal(60), Decimal(40)]
        assert bodies[1]["ph:massBalance"]["ph:lossKg"] == Decimal(10)
        assert (await house.lot(lot)).left_kg == 0
    assert differences(tmp_path) == {}


async def test_a_pallet_place_refuses_what_does_not_belong_on_it(tmp_path: Path) -> None:
    stations = {**STATIONS, "pallet": STATIONS["pallet"].model_copy(update={"pallet_cartons": 3})}
    async with whole_house(tmp_path, stations=stations) as house:
        lot = await house.receive()
        one, two, three, four = await house.pack(lot, "10.25", "10.50", "10.75", "11.00")
        other = await house.receive(card="FARM-0043")
        (foreign_area,) = await house.pack(other, "10.25")
        await house.scan("pallet-scanner", "OP-07")
        await house.scan("pallet-scanner", carton_label(one), "]Q1")
        for label, sentence in (
            (carton_label("261122099999"), "carton_foreign"),
            (carton_label(one, "99521234000061"), "carton_foreign"),
            (carton_label(foreign_area), "area_mixed"),
        ):
            await house.scan("pallet-scanner", label, "]Q1")
            assert house.sentence("pallet") == sentence
        await house.passes(6)
        await house.scan("pallet-scanner", carton_label(one), "]Q1")
        assert house.sentence("pallet") == "carton_here"
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        assert house.sentence("pallet") == "pallet_short"
        await house.scan("pallet-scanner", carton_label(two), "]Q1")
        await house.scan("pallet-scanner", carton_label(three), "]Q1")
        await house.scan("pallet-scanner", carton_label(four), "]Q1")
        assert house.sentence("pallet") == "pallet_full"
        await house.scan("pallet-2-scanner", "OP-11")
        await house.scan("pallet-2-scanner", carton_label(two), "]Q1")
        assert house.sentence("pallet-2") == "carton_on_pallet"
        assert len(await house.journal.open_pallets()) == 1, "nothing was begun for a carton that was refused"
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        (body,) = await house.bodies("pallet")
        assert (body["ph:cartonCount"], body["ph:netWeightKg"]) == (3, Decimal("31.5"))
        (job,) = [job for job in await house.journal.print_jobs() if job.kind == "pallet"]
        assert job.serial == body["ph:sscc"]


async def test_a_pallet_is_taken_apart_and_added_to_and_events_tell_each(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        one, two, three = await house.pack(lot, "10.25", "10.50", "10.75")
        sscc = await house.build([one, two])
        await house.ask("unpack", sscc=sscc, serials=[one], reason="móp thùng")
        assert (await house.pallet(sscc)).cartons == 1
        assert (await house.carton(one)).pallet is None
        await house.scan("pallet-scanner", pallet_label(sscc), "]Q1")
        await house.scan("pallet-scanner", carton_label(three), "]Q1")
        await house.scan("pallet-scanner", "CMD-TAKE-OFF")
        await house.scan("pallet-scanner", carton_label(two), "]Q1")
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        first, second = await house.bodies("pallet")
        assert (first["ph:serials"], second["ph:serials"]) == ([one, two], [three]), "an event tells what it adds"
        assert [body["ph:serials"] for body in await house.bodies("unpack")] == [[one], [two]]
        assert (second["ph:cartonCount"], second["ph:netWeightKg"]) == (1, Decimal("10.75"))
        await house.scan("pallet-scanner", "CMD-UNPACK")
        await house.scan("pallet-scanner", pallet_label(sscc), "]Q1")
        assert (await house.pallet(sscc)).state == "apart"
        assert {(await house.carton(serial)).pallet for serial in (one, two, three)} == {None}
    assert differences(tmp_path) == {}


async def test_a_pallet_goes_on_after_a_kill_and_no_number_comes_twice(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        one, two = await house.pack(lot, "10.25", "10.50")
        await house.scan("pallet-scanner", "OP-07")
        await house.scan("pallet-scanner", carton_label(one), "]Q1")
    async with whole_house(tmp_path, house.time) as house:
        await house.scan("pallet-scanner", "OP-07")
        await house.scan("pallet-scanner", carton_label(two), "]Q1")
        await house.scan("pallet-scanner", "CMD-CLOSE-PALLET")
        (body,) = await house.bodies("pallet")
        assert body["ph:serials"] == [one, two]
        assert body["ph:sscc"] == "095212340000000013", "extension, prefix, gateway 0, count 1, check digit"


async def test_destruction_takes_kilograms_out_of_a_lot_and_pallets_out_of_the_house(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        (serial,) = await house.pack(lot, "10.25")
        await house.scan("cull-scanner", SUPERVISOR)
        await house.scan("cull-scanner", lot_tag(lot), "]Q1")
        await house.load("cull-scale", "5.00")
        assert (await house.lot(lot)).left_kg == Decimal("84.75")
        assert await house.refused("destroy", goods=lot, kg="90", reason="thối") == "balance"
        sscc = await house.build([serial])
        assert await house.refused("destroy", by="OP-07", goods=sscc, reason="thối") == "ask_supervisor"
        await house.ask("destroy", goods=sscc, reason="thối")
        assert ((await house.pallet(sscc)).state, (await house.carton(serial)).state) == ("destroyed", "destroyed")
        assert [body["ph:kg"] for body in await house.bodies("destroy")] == [Decimal(5), Decimal("10.25")]
    assert differences(tmp_path) == {}


async def test_a_shipment_called_back_is_in_the_house_again(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        serials = await house.pack(lot, "10.25", "10.50")
        sscc = await house.build(serials)
        other = await house.receive(card="FARM-0043")
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        await house.ask("dispatch-load", "dock", goods=sscc)
        await house.ask("dispatch-load", "dock", goods=other)
        assert await house.refused("dispatch-load", "dock", goods=sscc) == "goods_loaded"
        assert await house.refused("unpack", sscc=sscc, reason="x") == "goods_loaded"
        await house.ask("dispatch-close", "dock")
        number = (await house.bodies("dispatch"))[0]["ph:dispatch"]
        assert (await house.lot(other)).left_kg == 0
        assert await house.refused("void-weighing", of=serials[0], reason="x") == "pallet_gone"
        await house.ask("dispatch-recall", number=number, reason="cửa khẩu đóng")
        assert ((await house.pallet(sscc)).state, (await house.carton(serials[0])).state) == ("closed", "packed")
        assert (await house.lot(other)).left_kg == Decimal(100)
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-2")
        await house.ask("dispatch-load", "dock", goods=sscc)
    assert differences(tmp_path) == {}


async def test_every_entry_about_goods_is_found_by_their_code(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        sscc = await house.build(await house.pack(lot, "10.25"))
        await house.scan("door-in", pallet_label(sscc), "]Q1")
        assert [entry.kind for entry in await house.journal.entries_about(lot)] == [
            *("lot-opened", "weighing", "harvest-lot", "receipt"),
        ]
        assert [entry.kind for entry in await house.journal.entries_about(sscc)] == [
            "pallet-begun",
            "pallet",
            "room-in",
        ]
        assert house.state("pallet") is Show.NO_LOT
        assert CARTON in str((await house.bodies("pallet"))[0]["childEPCs"])
        assert (await house.journal.entries(Cursor(0, 0), 1))[0].seq == 1


async def test_what_is_closed_and_out_of_the_rooms_is_not_held_in_memory(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        other = await house.receive(card="FARM-0043")
        await house.ask("close-lot", lot=lot)
        await house.ask("close-lot", lot=other)
        assert house.house.lots == {}
        await house.scan("door-in", lot_tag(lot), "]Q1")
        assert [one.code for one in house.house.inside("cr-1")] == [lot], "a window names it, closed as it is"
    async with whole_house(tmp_path, house.time) as house:
        assert [one.code for one in house.house.inside("cr-1")] == [lot]
        assert list(house.house.lots) == [lot], "a start reads what is open and what is inside"
        await house.scan("door-out", lot_tag(lot), "]Q1")
        assert house.house.lots == {}
        book = await house.house.lot(other)
        assert book is not None
        assert book.state == "closed"
