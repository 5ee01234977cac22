"""What a changed config does to stations and rules, at a standstill of the road."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.reading import DeviceId, Reading, Weight
from gateway.record.desks import desk
from gateway.record.held import Held, held
from gateway.record.rooms import Rooms
from gateway.station import Show, StationId
from tests.road import LIMIT, PACKING, ROOMS, STATIONS, PackingHouse, packing_house

PACK = StationId("pack")


async def rules_become(packing: PackingHouse, **rules: Decimal) -> None:
    """Go on with these limits on the room's temperature."""
    judges = {
        name.replace("_", "-"): LIMIT.model_copy(update={"above": above}).judge(name.replace("_", "-"))
        for name, above in rules.items()
    }
    async with packing.recorder.standstill():
        await packing.recorder.change(packing.desks, Rooms(ROOMS, packing.house, packing.readings), judges)


async def excursion(packing: PackingHouse) -> None:
    await packing.measures("7.5")
    await packing.passes(130)
    await packing.measures("7.6")
    assert packing.house.board.alarms


async def alarms(packing: PackingHouse) -> list[str]:
    return [body["ph:alarmState"] for body in await packing.bodies("alarm")]


async def test_a_load_under_a_changed_device_is_taken_off_first_and_the_lot_stays_bound(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as packing:
        lot = await packing.begin_packing()
        await packing.shows("pack-scale", "10.00")
        async with packing.recorder.standstill():
            await packing.recorder.reopened(DeviceId("pack-scale"), {})
        await packing.shows("pack-scale", "10.00", 10)
        assert packing.state("pack") is Show.TAKE_OFF_FIRST
        assert await packing.entries("carton") == []
        await packing.load("pack-scale", "10.00")
        assert len(await packing.entries("carton")) == 1
        assert packing.view("pack").lot == lot


async def test_what_holds_a_station_is_its_lot_its_receipt_and_its_labels(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as packing:
        assert await held(packing.journal) == {}
        await packing.scan("gate-scanner", "OP-07")
        await packing.scan("gate-scanner", "FARM-0042")
        gate = packing.view("gate").lot
        assert await held(packing.journal) == {StationId("gate"): Held(gate)}
        await packing.load("gate-scale", "101.50")
        await packing.shows("gate-scale", "0.00", 3)
        await packing.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        lot = await packing.begin_packing()
        await packing.load("pack-scale", "10.00")
        assert await held(packing.journal) == {PACK: Held(lot, 1)}


async def test_a_reading_that_comes_at_a_standstill_waits_and_is_worked_by_the_new_station(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as packing:
        new = desk("pack", PACKING.model_copy(update={"name": "Trạm mới"}), packing.house, {})
        frame = Reading(
            DeviceId("pack-scale"), packing.time.wall, packing.time.mono, Weight(Decimal(0), "KGM", raw=b"0")
        )
        async with packing.recorder.standstill():
            waiting = asyncio.create_task(packing.recorder.record(frame))
            await packing.recorder.change(
                {**packing.desks, PACK: new}, Rooms(ROOMS, packing.house, packing.readings), {}
            )
            assert not waiting.done()
        await waiting
        assert packing.view("pack").name == "Trạm mới"
        assert new.pan is not None
        assert new.pan.live() is not None


async def test_a_station_that_is_gone_is_shown_no_more(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as packing:
        left = {id: one for id, one in packing.desks.items() if id != PACK}
        async with packing.recorder.standstill():
            await packing.recorder.change(left, Rooms(ROOMS, packing.house, packing.readings), {})
        assert packing.house.board.stations.keys() == STATIONS.keys() - {"pack"}
        await packing.scan("pack-scanner", "OP-07")
        assert PACK not in packing.house.board.stations


async def test_an_alarm_of_a_changed_limit_is_not_raised_twice_and_clears_by_the_new_one(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as packing:
        await excursion(packing)
        await rules_become(packing, cold_chain=Decimal(7))
        await packing.passes(130)
        await packing.measures("7.7")
        assert await alarms(packing) == ["raised"]
        await packing.measures("6.5")
        assert await alarms(packing) == ["raised", "cleared"]


@pytest.mark.parametrize("rules", [{}, {"another": Decimal(9)}])
async def test_an_alarm_whose_rule_is_gone_is_cleared(tmp_path: Path, rules: dict[str, Decimal]) -> None:
    async with packing_house(tmp_path) as packing:
        await excursion(packing)
        await rules_become(packing, **rules)
        await packing.passes(1)
        assert await alarms(packing) == ["raised", "cleared"]
        assert packing.house.board.alarms == {}


async def test_one_standstill_does_not_end_with_another(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as packing:
        first_ends, second_ends, second_stands = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def stand(until: asyncio.Event, stands: asyncio.Event) -> None:
            async with packing.recorder.standstill():
                stands.set()
                await until.wait()

        first = asyncio.create_task(stand(first_ends, asyncio.Event()))
        second = asyncio.create_task(stand(second_ends, second_stands))
        await asyncio.sleep(0)
        first_ends.set()
        await first
        await second_stands.wait()
        reading = asyncio.create_task(packing.shows("pack-scale", "0.00"))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not reading.done(), "the road is empty for the second, too"
        second_ends.set()
        await asyncio.gather(second, reading)
