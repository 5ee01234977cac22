"""Records in error: declared, never edited; everything they did is undone, and what is right is said once more."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from gateway.epcis import wrap
from gateway.journal.rebuild import differences
from tests.epcis_checker import as_plain, check
from tests.facts import SITE, at
from tests.whole_house import GRADING, SUPERVISOR, WholeHouse, carton_label, lot_tag, pallet_label, whole_house


async def test_a_void_carton_gives_its_kilograms_back_and_its_label_is_not_printed(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        one, two = await house.pack(lot, "10.25", "10.50")
        await house.scan("pack-scanner", "CMD-VOID")
        await house.scan("pack-scanner", carton_label(one), "]Q1")
        assert house.sentence("pack") == "ask_supervisor"
        await house.scan("pack-scanner", "CMD-VOID")
        await house.scan("pack-scanner", SUPERVISOR)
        await house.scan("pack-scanner", "WHY-WEIGHT")
        await house.scan("pack-scanner", carton_label(one), "]Q1")
        assert (await house.lot(lot)).packed_kg == Decimal("10.5")
        assert (await house.carton(one)).state == "void"
        assert [job.serial for job in await house.journal.print_jobs("queued")] == [two]
        (original,) = [body for body in await house.bodies("carton") if body["ph:serial"] == one]
        (declared,) = await house.bodies("error-declaration")
        error = declared.pop("errorDeclaration")
        assert declared == original, "all else is unchanged, the eventID too"
        assert (error["reason"], error["ph:declaredBy"], error["ph:note"]) == (
            "did_not_occur",
            SUPERVISOR,
            "sai số cân",
        )
        assert check(as_plain(wrap([original | {"errorDeclaration": error}], at(12, 0), SITE.namespace))) == 1
        assert await house.refused("void-weighing", of=one, reason="again") == "entry_void"
        await house.scan("pallet-scanner", "OP-07")
        await house.scan("pallet-scanner", carton_label(one), "]Q1")
        assert house.sentence("pallet") == "carton_void"
    assert differences(tmp_path) == {}


async def test_a_void_carton_leaves_its_pallet_and_opens_its_lot_again(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive("21.75")  # 20.25 kg
        one, two = await house.pack(lot, "10.00", "10.25")
        assert (await house.lot(lot)).state == "closed", "used up"
        sscc = await house.build([one, two])
        await house.ask("void-weighing", of=one, reason="rơi vỡ")
        assert ((await house.pallet(sscc)).cartons, (await house.pallet(sscc)).net_kg) == (1, Decimal("10.25"))
        assert (await house.lot(lot)).state == "received"
        (unpacked,) = await house.bodies("unpack")
        assert unpacked["ph:serials"] == [one]
        assert await house.pack(lot, "9.90"), "its kilograms can be packed again"
    assert differences(tmp_path) == {}


async def states(house: WholeHouse, serial: str) -> list[str]:
    return sorted(job.state for job in await house.journal.print_jobs() if job.serial == serial)


async def test_a_corrected_carton_keeps_its_serial_its_time_and_its_pallet(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        one, two = await house.pack(lot, "10.25", "10.50")
        sscc = await house.build([one, two])
        await house.ask("correct-weighing", of=one, net="10,52", reason="Cân lại thùng")
        first, _, corrected = await house.bodies("carton")
        assert corrected["eventTime"] == first["eventTime"]
        assert (corrected["ph:serial"], corrected["ph:revision"]) == (one, 1)
        assert corrected["ilmd"]["ph:netWeightKg"] == Decimal("10.52")
        assert "3102=001052" in corrected["ilmd"]["ph:labelUri"]
        (declared,) = await house.bodies("error-declaration")
        assert declared["errorDeclaration"]["correctiveEventIDs"] == [corrected["eventID"]]
        assert declared["eventID"] == first["eventID"]
        assert (await house.lot(lot)).packed_kg == Decimal("21.02")
        assert (await house.pallet(sscc)).net_kg == Decimal("21.02")
        assert ((await house.carton(one)).pallet, (await house.carton(one)).state) == (sscc, "packed")
        assert await states(house, one) == ["done", "queued"], "what came out is a fact, and the right label follows"
        await house.ask("correct-weighing", of=two, net="10,52", reason="Cân lại thùng")
        assert await states(house, two) == ["queued", "void"], "the wrong label is not printed, the right one is"
        await house.ask("correct-weighing", of=two, net="10,50", reason="nhầm thùng")
        await house.ask("correct-weighing", of=one, net="10.50", reason="nhầm lần nữa")
        assert [body.get("ph:revision") for body in await house.bodies("carton")] == [None, None, 1, 1, 2, 2]
        assert await house.refused("correct-weighing", of=one, net="25", reason="x") == "too_heavy"
        events = [*await house.bodies("carton"), *await house.bodies("error-declaration")]
        assert check(as_plain(wrap(events, at(12, 0), SITE.namespace))) == len(events) == 10
    assert differences(tmp_path) == {}


async def test_a_corrected_receipt_corrects_its_lot(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.pack(lot, "10.25")
        (receipt,) = await house.bodies("receipt")
        number = receipt["ph:receipt"]
        await house.ask("correct-weighing", of=number, net="95", reason="sọt nặng hơn")
        assert (await house.lot(lot)).received_kg == Decimal(95)
        assert len(await house.bodies("error-declaration")) == 2, "of the receipt and of its harvest lot"
        _, again = await house.bodies("receipt")
        assert (again["ph:revision"], again["eventTime"]) == (1, receipt["eventTime"])
        masses = [report["value"] for report in again["sensorElementList"][0]["sensorReport"]]
        assert masses == [Decimal("96.5"), Decimal("1.5"), Decimal(95)], "tare stands, the gross is what they come to"
        _, lot_again = await house.bodies("harvest-lot")
        assert lot_again["quantityList"][0]["quantity"] == Decimal(95)
        assert await house.refused("correct-weighing", of=number, net="9", reason="x") == "balance"
        assert await house.refused("void-weighing", of=number, reason="x") == "lot_used"
        events = [*await house.bodies("receipt", "harvest-lot", "error-declaration")]
        assert check(as_plain(wrap(events, at(12, 0), SITE.namespace))) == 6
    assert differences(tmp_path) == {}


async def test_a_receipt_that_never_was_leaves_an_empty_closed_lot(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.ask("void-weighing", of=(await house.bodies("receipt"))[0]["ph:receipt"], reason="nhầm hộ")
        book = await house.lot(lot)
        assert (book.received_kg, book.state) == (0, "closed")
        assert await house.journal.print_jobs("queued") == [], "neither its tag nor its slip"
    assert differences(tmp_path) == {}


async def test_a_grading_that_never_was_gives_the_lot_back(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive()
        await house.ask("grade-begin", "sort", lot=lot)
        await house.ask("grade-output", "sort", grade="A", kg="60")
        await house.ask("grade-output", "sort", grade=None, kg="1.5")
        await house.ask("grade-finish", "sort")
        (graded,) = await house.entries("grading")
        (body,) = await house.bodies("grading")
        child = body["ph:outputs"][0]["ph:lot"]
        await house.ask("void-weighing", of=str(graded.id), reason="sai lô")
        assert (await house.lot(lot)).left_kg == Decimal(100)
        assert ((await house.lot(child)).received_kg, (await house.lot(child)).state) == (0, "closed")
    assert differences(tmp_path) == {}


async def test_a_dispatch_that_never_left_is_void_and_a_new_one_can_leave(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        sscc = await house.build(await house.pack(await house.receive(), "10.25"))
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-1")
        await house.ask("dispatch-load", "dock", goods=sscc)
        await house.ask("dispatch-close", "dock")
        number = (await house.bodies("dispatch"))[0]["ph:dispatch"]
        await house.ask("dispatch-recall", number=number, reason="xe hỏng", never=True)
        (declared,) = await house.bodies("error-declaration")
        assert declared["errorDeclaration"]["reason"] == "did_not_occur"
        assert (await house.pallet(sscc)).state == "closed"
        assert await house.refused("dispatch-recall", number=number, reason="x") == "dispatch_not_left"
        await house.ask("dispatch-open", "dock", customer="CUST-1", vehicle="49C-2")
        await house.ask("dispatch-load", "dock", goods=sscc)
        await house.ask("dispatch-close", "dock")
        assert len({body["ph:dispatch"] for body in await house.bodies("dispatch")}) == 2
    assert differences(tmp_path) == {}


async def test_a_late_and_a_corrected_move_attribute_the_room_anew(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        sscc = await house.build(await house.pack(await house.receive(), "10.25"))
        came = house.time.wall
        await house.passes(3600)
        await house.ask("room-in", goods=sscc, room="cr-1", at=came.isoformat())
        (stay,) = await house.journal.stays(sscc)
        assert (stay.since, stay.until) == (came, None), "as of when it came in, not of when that was noted"
        assert house.house.pallets_inside("cr-1") == (sscc,)
        early = (came - timedelta(seconds=60)).isoformat()
        assert await house.refused("room-out", goods=sscc, room="cr-1", at=early) == "move_time"
        (moved,) = await house.entries("room-in")
        await house.ask("void-weighing", of=str(moved.id), reason="nhầm kho")
        assert await house.journal.stays(sscc) == []
        assert house.house.pallets_inside("cr-1") == ()
        await house.scan("door-in", pallet_label(sscc), "]Q1")
        await house.passes(600)
        await house.scan("door-out", pallet_label(sscc), "]Q1")
        (out,) = await house.entries("room-out")
        await house.ask("void-weighing", of=str(out.id), reason="chưa ra")
        (stay,) = await house.journal.stays(sscc)
        assert stay.until is None
        assert house.house.pallets_inside("cr-1") == (sscc,)
    assert differences(tmp_path) == {}


async def test_a_weighing_from_a_paper_form_is_of_its_time_and_marked(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        weighed = house.time.wall
        await house.passes(7200)
        form = {"form": "P-0017", "at": weighed.isoformat(), "weigher": "OP-11", "lot": lot, "reason": "mất điện"}
        early = (house.time.wall - timedelta(days=1)).isoformat()
        assert await house.refused("late-weighing", **(form | {"at": early}), gross="10.25") == "before_open"
        later = (house.time.wall + timedelta(hours=1)).isoformat()
        assert await house.refused("late-weighing", **(form | {"at": later}), gross="10.25") == "time_ahead"
        assert await house.refused("late-weighing", **(form | {"weigher": "OP-99"}), gross="10.25") == "weigher_unknown"
        assert await house.refused("late-weighing", **form, gross="2") == "too_light"
        assert not await house.entries("carton")
        await house.ask("late-weighing", "pack", by="OP-07", **form, gross="10.75", tare="0.50")
        (carton,) = await house.bodies("carton")
        assert (carton["ph:manual"], carton["ph:paperForm"], carton["ph:reason"]) == (True, "P-0017", "mất điện")
        assert (carton["ph:operatorId"], carton["ph:enteredBy"]) == ("OP-11", "OP-07")
        assert carton["eventTime"].startswith(weighed.astimezone(at(1, 0).tzinfo).isoformat()[:2])
        assert (await house.lot(lot)).packed_kg == Decimal("10.25")
        assert await house.refused("late-weighing", **form, gross="10.25") == "form_used"
        assert await house.journal.print_jobs("queued"), "it gets its label"
        assert house.view("pack").last is None, "it is not what stood on the scale last"
    assert differences(tmp_path) == {}


async def test_a_late_load_adds_to_the_open_receipt(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        lot = house.view("gate").lot
        await house.load("gate-scale", "101.50")
        weighed = house.time.wall.isoformat()
        await house.passes(60)
        await house.ask(
            "late-weighing", form="P-1", at=weighed, weigher="OP-07", lot=lot, gross="51.5", tare="1.5", reason="x"
        )
        receipt = house.view("gate").receipt
        assert receipt is not None
        assert (receipt.loads, receipt.net) == (2, Decimal(150))
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        assert (await house.lot(str(lot))).received_kg == Decimal(150)
    assert differences(tmp_path) == {}


async def test_a_closed_lot_is_opened_again_by_a_supervisor_with_a_reason(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.ask("close-lot", lot=lot)
        assert await house.pack(lot, "10.25") == []
        assert await house.refused("reopen-lot", by="OP-07", lot=lot, reason="x") == "ask_supervisor"
        await house.scan("pack-scanner", SUPERVISOR)
        await house.scan("pack-scanner", "CMD-REOPEN")
        await house.scan("pack-scanner", lot_tag(lot), "]Q1")
        assert (await house.bodies("lot-reopened"))[0]["operator"] == SUPERVISOR
        assert len(await house.pack(lot, "10.25")) == 1
