"""Stations under trouble: restarts, mistakes, tares and silences never make a wrong record."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from road import GATE, MORNING, PACKING, REGISTERS, Time, packing_house

from gateway.acts import Printout
from gateway.reading import Link, Weight
from gateway.station import PrinterId, Show


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
