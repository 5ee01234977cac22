"""Practice at a station: nothing of it comes into the house's own journal, and nothing real into practice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.errors import Refused
from gateway.journal import Journal
from gateway.record.desks import desk
from gateway.record.practice import KeepPrintout, Practice, ask
from gateway.record.rooms import Rooms
from gateway.station import StationId
from tests.road import PACKING, ROOMS, STATIONS, PackingHouse, packing_house

GATE, PACK = StationId("gate"), StationId("pack")


async def no_printer(_: Journal, __: KeepPrintout) -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def practising(directory: Path) -> AsyncIterator[tuple[PackingHouse, Practice]]:
    """A house whose packing station has a lot in work, and where stations can practise."""
    unprinted = {**STATIONS, "pack": PACKING.model_copy(update={"printer": None, "label": None})}
    async with packing_house(directory, stations=unprinted) as house:
        await house.begin_packing()
        practice = Practice(directory, house.house, house.recorder, lambda: unprinted, dict, print_marked=no_printer)
        running = asyncio.create_task(practice.run())
        try:
            yield house, practice
        finally:
            running.cancel()
            await asyncio.wait({running})
        assert running.cancelled()


async def test_a_load_that_is_practised_is_in_no_journal_of_the_house(tmp_path: Path) -> None:
    async with practising(tmp_path) as (house, practice):
        await practice.begin(PACK, house.desks[PACK])
        await house.shows("pack-scale", "0.00", 3)
        await house.load("pack-scale", "10.25")
        own = practice.desk(PACK)
        assert own is not None
        assert own.last is not None
        assert own.last.serial == "261122090001"
        assert await house.entries("carton") == []
        await practice.end(PACK)
        await house.shows("pack-scale", "10.25", 10)
        assert await house.entries("carton") == [], "what stands there is taken off first"
        await house.load("pack-scale", "10.25")
        (carton,) = await house.bodies("carton")
        assert carton["ph:serial"] == "261122000001"


async def test_practice_begun_again_at_once_begins_a_journal_of_its_own(tmp_path: Path) -> None:
    async with practising(tmp_path) as (house, practice):
        for _ in range(3):
            await practice.begin(PACK, house.desks[PACK])
            await practice.end(PACK)
        await practice.begin(PACK, house.desks[PACK])
        for _ in range(50):
            await asyncio.sleep(0.01)
        own = practice.desk(PACK)
        assert own is not None, "it was asked for last"
        await house.load("pack-scale", "10.25")
        assert own.last is not None
        assert own.last.serial == "261122090001"
        assert await house.entries("carton") == []


async def test_a_station_the_config_changed_works_for_real_and_says_so(tmp_path: Path) -> None:
    async with practising(tmp_path) as (house, practice):
        await practice.begin(PACK, house.desks[PACK])
        anew = {**house.desks, PACK: desk("pack", STATIONS["pack"], house.house, {})}
        async with house.recorder.standstill():
            await house.recorder.change(anew, Rooms(ROOMS, house.house, house.readings), {})
        house.desks.update(anew)
        assert practice.desk(PACK) is None


async def test_the_date_is_not_confirmed_by_practising(tmp_path: Path) -> None:
    async with practising(tmp_path) as (house, practice):
        await practice.begin(PACK, house.desks[PACK])
        house.house.clock._confirmed = False  # whatever it was
        await house.scan("pack-scanner", "CMD-DATE-YES")
        assert not await house.entries("date-confirmed")
        assert not house.house.clock._confirmed


async def test_two_who_begin_at_once_have_one_practice(tmp_path: Path) -> None:
    async with practising(tmp_path) as (house, practice):
        real = house.desks[PACK]
        await asyncio.gather(practice.begin(PACK, real), practice.begin(PACK, real))
        own = practice.desk(PACK)
        await house.load("pack-scale", "10.25")
        assert own is not None
        assert own.last is not None


async def test_who_asks_for_nobody_is_refused(tmp_path: Path) -> None:
    async with practising(tmp_path) as (house, practice):
        with pytest.raises(Refused):
            await ask(practice, PACK, house.desks[PACK], on=True, by=None)
