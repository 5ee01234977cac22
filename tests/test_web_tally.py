"""What a station's page adds up from the journal: the last loads, the sums, what a void and a new day change."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from gateway.journal import Cursor
from gateway.journal.canonical import canonical, parse
from gateway.locale.shown import LOCAL
from gateway.lot import OperatorId
from gateway.registers import Registers
from gateway.station import StationId
from gateway.web.follow import follow
from gateway.web.table import WebTable
from gateway.web.tally import LATEST, Tally, confirmed
from tests.page_behind import behind
from tests.road import REGISTERS, PackingHouse, packing_house

PACK = StationId("pack")


async def tally_of(house: PackingHouse) -> Tally:
    tally = Tally()
    tally.begin_day(house.house.clock.now().astimezone(LOCAL).date())
    for entry in await house.entries():
        tally.take(entry)
    return tally


async def test_the_last_five_loads_and_the_sums_of_lot_and_day(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        lot = await house.begin_packing()
        for n in range(6):
            await house.load("pack-scale", f"10.{n}0")
        tally = await tally_of(house)
        latest = tally.latest(PACK)
        assert [str(done.kg) for done in latest] == ["10.50", "10.40", "10.30", "10.20", "10.10"]
        assert len(latest) == LATEST
        assert [done.number for done in latest] == [6, 5, 4, 3, 2]
        assert (tally.of_shift(PACK).count, tally.of_shift(PACK).kg) == (6, Decimal("61.50"))
        assert tally.of_lot(PACK, lot).kg == Decimal("61.50")
        assert tally.of_lot(PACK, None).count == 0
        assert tally.of_shift(StationId("gate")).count == 1


async def test_a_void_load_leaves_the_sums_and_stays_to_be_seen(tmp_path: Path) -> None:
    supervisor = REGISTERS.model_dump() | {
        "operator": {"OP-07": {"name": "Mai"}, "OP-11": {"name": "Lê", "role": "supervisor"}}
    }
    async with packing_house(tmp_path, registers=Registers.model_validate(supervisor)) as house:
        lot = await house.begin_packing()
        await house.load("pack-scale", "10.10")
        await house.load("pack-scale", "10.20")
        wrong = (await tally_of(house)).latest(PACK)[0]
        page = behind(house, tmp_path, WebTable())
        request = {"do": "void-weighing", "of": wrong.id, "reason": "weighed by mistake"}
        await page.requests.do(request, key="key-of-a-void", by=OperatorId("OP-11"), station=PACK)
        tally = await tally_of(house)
        assert [done.void for done in tally.latest(PACK)] == [True, False]
        assert (tally.of_lot(PACK, lot).count, tally.of_lot(PACK, lot).kg) == (1, Decimal("10.10"))
        assert tally.of_shift(PACK).count == 1


async def test_the_last_loads_of_a_clock_that_was_wrong_are_shown_at_their_corrected_times(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        for kg in ("10.10", "10.20", "10.30"):
            await house.load("pack-scale", kg)
        cartons = await house.entries("carton")
        written = [datetime.fromisoformat(body["eventTime"]) for body in await house.bodies("carton")]
        words = canonical({**parse(cartons[2].body or b""), "ph:manual": True})
        said = canonical({"boot": "b-1", "offsetMs": 3_600_000})
        tally = Tally()
        tally.take(replace(cartons[0], boot="b-0", clock="unsynced"))
        tally.take(replace(cartons[1], boot="b-1", clock="confirmed"))
        tally.take(replace(cartons[2], boot="b-1", clock="confirmed", body=words))
        correction = replace(cartons[0], kind="clock-correction", boot="b-1", body=said)
        assert tally.take(correction) == (PACK,)
        assert tally.take(correction) == ()
        hour = timedelta(hours=1)
        assert [done.when for done in tally.latest(PACK)] == [written[2], written[1] + hour, written[0]]


async def test_another_day_begins_its_own_sum_and_keeps_the_last_loads(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.10")
        tally = await tally_of(house)
        tomorrow = house.house.clock.now().astimezone(LOCAL).date() + timedelta(days=1)
        assert PACK in tally.begin_day(tomorrow)
        assert tally.begin_day(tomorrow) == ()
        assert tally.of_shift(PACK).count == 0
        assert len(tally.latest(PACK)) == 1


async def test_the_page_follows_the_journal_from_its_past_on(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.10")
        tally, stirred = Tally(), asyncio.Event()
        following = asyncio.create_task(follow(behind(house, tmp_path, WebTable()), tally, lambda _: stirred.set()))
        async with asyncio.timeout(30):
            await stirred.wait()
            assert tally.of_shift(PACK).count == 1
            stirred.clear()
            await house.load("pack-scale", "10.20")
            while tally.of_shift(PACK).count < 2:
                await stirred.wait()
                stirred.clear()
        following.cancel()
        assert [str(done.kg) for done in tally.latest(PACK)] == ["10.20", "10.10"]


def test_how_safe_an_entry_is() -> None:
    taken, stored = Cursor(1, 20), Cursor(1, 10)
    assert [confirmed(Cursor(1, seq), taken, stored) for seq in (10, 11, 20, 21)] == [3, 2, 2, 1]
    assert confirmed(Cursor(2, 1), taken, stored) == 1
