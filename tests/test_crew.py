"""Tasks that are let go and begun anew; and the road that is empty while something changes."""

import asyncio

from gateway.crew import Crew
from gateway.record.barrier import Barrier


class Work:
    """Says when it began and ended; ending takes a while."""

    def __init__(self, name: str, told: list[str], begun: asyncio.Event | None = None) -> None:
        self._begun = begun or asyncio.Event()
        self._name = name
        self._told = told

    async def run(self) -> None:
        self._told.append(f"{self._name} began")
        self._begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)  # gives something back
            self._told.append(f"{self._name} ended")


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_takes_a_place_waits_until_it_is_given_back_and_others_go_on() -> None:
    told: list[str] = []
    begun = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        crew = Crew(group)
        crew.start("scale", Work("old", told).run)
        crew.start("bus", Work("bus", told).run)
        await settled()
        crew.start("scale", Work("never", told).run)
        crew.start("scale", Work("new", told, begun).run)
        async with asyncio.timeout(5):
            await begun.wait()
        assert told == ["old began", "bus began", "old ended", "new began"]
        crew.stop_all()
    assert sorted(told[4:]) == ["bus ended", "new ended"]


async def test_nobody_is_on_the_road_while_the_barrier_is_down() -> None:
    barrier, told = Barrier(), list[str]()
    inside = asyncio.Event()

    async def pass_by(name: str) -> None:
        async with barrier.passing():
            told.append(f"{name} in")
            await inside.wait()
            told.append(f"{name} out")

    async def change() -> None:
        async with barrier.down():
            told.append("changed")
            await settled()

    async with asyncio.TaskGroup() as group:
        group.create_task(pass_by("one"))
        group.create_task(pass_by("two"))
        await settled()
        group.create_task(change())
        await settled()
        group.create_task(pass_by("late"))
        await settled()
        assert told == ["one in", "two in"]
        inside.set()
    assert told == ["one in", "two in", "one out", "two out", "changed", "late in", "late out"]


async def test_who_is_cancelled_before_the_barrier_has_done_nothing() -> None:
    barrier, told = Barrier(), list[str]()

    async def pass_by() -> None:
        async with barrier.passing():
            told.append("in")

    async with barrier.down():
        task = asyncio.create_task(pass_by())
        await settled()
        task.cancel()
        await asyncio.wait([task])
    await settled()
    assert told == []
    async with asyncio.timeout(1), barrier.down():
        pass
