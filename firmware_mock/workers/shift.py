"""A shift: every worker looks, decides, acts, and looks again, until the plan is done.

    python -m firmware_mock workers --plan FILE [--tally FILE]

Prints one JSON line for each thing a worker saw or did; the last is `{"fact": "finished"}`.
"""

import asyncio
import time
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from firmware_mock.running import parser, run, say_ready
from firmware_mock.workers.dock import Loader
from firmware_mock.workers.doing import Confirmed, Labelled, Look, Moved, Note, Palletised, TagOut
from firmware_mock.workers.door import DoorWorker
from firmware_mock.workers.eyes import Eyes
from firmware_mock.workers.floor import Floor, Place, Plan, read_plan
from firmware_mock.workers.gate import GateWorker
from firmware_mock.workers.hands import Grip, Hands, grip, whole_label
from firmware_mock.workers.inspection import Inspector
from firmware_mock.workers.notes import Notes
from firmware_mock.workers.packing import Carton, Packer
from firmware_mock.workers.palletising import Palletiser
from firmware_mock.workers.screen import Screen
from firmware_mock.workers.shown import Shown, serial_on

LOTS_IN_ROOM: Final = 3
"""In an endless shift the oldest lot leaves the cold room when there are more."""

PALLETS_IN_ROOM: Final = 1
"""The oldest pallet leaves the cold room when there are more."""

INSPECTED: Final = 2
"""Of so many lots one is inspected."""

W = TypeVar("W", GateWorker, Packer, Inspector, Palletiser, Loader)
A = TypeVar("A", GateWorker, Packer, DoorWorker, Inspector, Palletiser, Loader)
S = TypeVar("S", Palletiser, Loader)


class Shift:
    """All workers of one plan on one floor."""

    def __init__(self, plan: Plan, notes: Notes) -> None:
        self._plan = plan
        self._notes = notes
        self._screen = Screen(plan.panel)
        self._floor = Floor(plan)
        self._gate_done = asyncio.Event()
        self._packing = len(plan.packing)
        self._doors: dict[str, asyncio.Queue[str | None]] = {"in": asyncio.Queue(), "out": asyncio.Queue()}
        self._to_inspect: asyncio.Queue[str | None] = asyncio.Queue()
        self._to_stack: asyncio.Queue[str | None] = asyncio.Queue()
        self._to_load: asyncio.Queue[str | None] = asyncio.Queue()
        self._labels: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._lots = 0
        self._brought: set[str] = set()
        self._cooled: list[str] = []
        self._cooled_pallets: list[str] = []

    async def work(self) -> None:
        """Work until everybody is done."""
        async with asyncio.TaskGroup() as watching:
            following = watching.create_task(self._screen.follow(), name="screen")
            async with asyncio.TaskGroup() as people:
                people.create_task(self._gate(self._plan.gate), name="gate")
                for place in self._plan.packing:
                    people.create_task(self._pack(place), name=place.station)
                for place in self._plan.doors:
                    people.create_task(self._door(place), name=place.station)
                people.create_task(self._inspect(self._plan.inspection), name="inspection")
                people.create_task(self._stack(self._plan.pallet), name="pallet")
                people.create_task(self._load(self._plan.dock), name="dock")
            following.cancel()
        self._notes.finished()

    async def _gate(self, place: Place) -> None:
        async with AsyncExitStack() as stack:
            eyes, hands = await self._step_up(place, stack)
            worker = GateWorker(place.badge, place.crate, gives_slips=place.slips is not None)
            while True:
                if worker.free and not worker.on_scale:
                    truck = self._floor.truck()
                    if truck is None:
                        break
                    worker = replace(worker, truck=truck)
                worker = await self._turn(place, eyes, hands, worker)
                if worker.free:
                    await asyncio.sleep(self._plan.rest_s)
        self._gate_done.set()
        if not self._plan.endless:
            self._to_inspect.put_nowait(None)

    async def _pack(self, place: Place) -> None:
        done = 0
        async with AsyncExitStack() as stack:
            eyes, hands = await self._step_up(place, stack)
            worker = Packer(place.badge)
            while True:
                if worker.free and worker.known is not None:
                    if place.cartons is not None and done >= place.cartons:
                        break
                    tag = self._floor.tag(place.station, worker.lot)
                    if tag is not None:
                        done += 1
                        worker = replace(worker, tag=tag, carton=Carton(done, self._floor.carton(tag)))
                    elif self._gate_done.is_set():
                        break
                worker = await self._turn(place, eyes, hands, worker)
        self._packing -= 1
        if not self._packing and not self._plan.endless:
            self._to_stack.put_nowait(None)
            self._empty_the_room()

    async def _inspect(self, place: Place) -> None:
        async with AsyncExitStack() as stack:
            eyes, hands = await self._step_up(place, stack)
            worker = Inspector(place.badge)
            while (tag := await self._to_inspect.get()) is not None:
                worker = worker.add(tag)
                while worker.tags:
                    worker = await self._turn(place, eyes, hands, worker)

    async def _stack(self, place: Place) -> None:
        async with AsyncExitStack() as stack:
            eyes, hands = await self._step_up(place, stack)
            worker = Palletiser(place.badge, most=place.cartons or 1)
            while not worker.done:
                worker = await self._turn(place, eyes, hands, _supplied(worker, self._to_stack))
        self._doors["in"].put_nowait(None)

    async def _load(self, place: Place) -> None:
        async with AsyncExitStack() as stack:
            eyes, hands = await self._step_up(place, stack)
            worker = Loader(place.badge, place.customer, place.vehicle, place.seal)
            while not worker.done:
                worker = await self._turn(place, eyes, hands, _supplied(worker, self._to_load))

    async def _door(self, place: Place) -> None:
        queue = self._doors[place.direction]
        async with AsyncExitStack() as stack:
            eyes, hands = await self._step_up(place, stack)
            worker = DoorWorker(place.badge, place.room, place.direction)
            while (tag := await queue.get()) is not None:
                worker = worker.add(tag)
                while worker.tags:
                    worker = await self._turn_at_door(place, eyes, hands, worker)
        if place.direction == "in":
            self._empty_the_room()
            self._doors["out"].put_nowait(None)
        else:
            self._to_load.put_nowait(None)

    def _empty_the_room(self) -> None:
        """Bring out whatever is in the room now, pallets first: the dock waits for them."""
        for tag in (*self._cooled_pallets, *self._cooled):
            self._doors["out"].put_nowait(tag)
        self._cooled_pallets.clear()
        self._cooled.clear()

    async def _step_up(self, place: Place, stack: AsyncExitStack) -> tuple[Eyes, Hands]:
        eyes = Eyes()
        scanner = await stack.enter_async_context(grip(place.scanner))
        scale: Grip | None = await stack.enter_async_context(grip(place.scale)) if place.scale else None
        hands = Hands(scanner, scale)

        def falls_into(tray: list[tuple[str, ...]], event: object) -> None:
            if codes := whole_label(event):
                tray.append(codes)
                eyes.woken.set()

        for printer, tray in ((place.printer, hands.tray), (place.slips, hands.slips)):
            if printer:
                await stack.enter_async_context(grip(printer, partial(falls_into, tray)))
        self._screen.wake(eyes.woken.set)
        return eyes, hands

    async def _turn(self, place: Place, eyes: Eyes, hands: Hands, worker: W) -> W:
        """Look up once, and do what follows from it."""
        await eyes.look_up()
        while hands.tray:
            codes = hands.tray.pop(0)
            self._labels |= {serial: code for code in codes if (serial := serial_on(code))}
            if not isinstance(worker, Inspector | Loader):
                worker = worker.take_label(codes)
        while hands.slips and isinstance(worker, GateWorker):
            worker = worker.take_slip(hands.slips.pop(0))
        shown = self._screen.stations.get(place.station)
        return (
            worker
            if shown is None
            else await self._act(place, eyes, hands, shown, worker.look(shown, time.monotonic()))
        )

    async def _turn_at_door(self, place: Place, eyes: Eyes, hands: Hands, worker: DoorWorker) -> DoorWorker:
        await eyes.look_up()
        shown, wall = self._screen.stations.get(place.station), self._screen.wall
        if shown is None or wall is None:
            return worker
        inside = wall.rooms.get(place.room, frozenset())
        return await self._act(place, eyes, hands, shown, worker.look(shown, inside))

    async def _act(self, place: Place, eyes: Eyes, hands: Hands, shown: Shown, look: Look[A]) -> A:
        for note in look.notes:
            self._noted(place, note)
        if look.act is None or not eyes.impatient(look.act, shown):
            return look.worker
        await asyncio.sleep(self._plan.pace_s)
        await hands.do(look.act)
        self._notes.did(place.station, look.act)
        return look.worker if look.after is None else look.after

    def _noted(self, place: Place, note: Note) -> None:
        """Write a note down, and let the others on the floor see what it means for them."""
        self._notes.note(place.station, note)
        match note:
            case TagOut(tag=tag, kg=kg):
                self._floor.lay_down(tag, Decimal(kg))
                if self._lots % INSPECTED == 0:
                    self._to_inspect.put_nowait(tag)
                self._lots += 1
            case Labelled(serial=serial):
                self._to_stack.put_nowait(self._labels[serial])
            case Palletised(sscc=sscc, tag=tag):
                self._tags[sscc] = tag
                self._doors["in"].put_nowait(tag)
            case Confirmed(lot=lot, serial=str()) if lot in self._floor.heaps and lot not in self._brought:
                self._brought.add(lot)
                self._doors["in"].put_nowait(self._floor.heaps[lot].tag)
            case Moved(goods=goods, direction="in") if goods in self._tags:
                self._cooled_pallets.append(self._tags[goods])
                if len(self._cooled_pallets) > PALLETS_IN_ROOM:
                    self._doors["out"].put_nowait(self._cooled_pallets.pop(0))
            case Moved(goods=goods) if goods in self._tags:
                self._to_load.put_nowait(self._tags[goods])
            case Moved(goods=goods, direction="in"):
                self._cooled.append(self._floor.heaps[goods].tag)
                if self._plan.endless and len(self._cooled) > LOTS_IN_ROOM:
                    self._doors["out"].put_nowait(self._cooled.pop(0))


def _supplied(worker: S, queue: "asyncio.Queue[str | None]") -> S:
    """Give the worker what has been brought meanwhile; None in the queue is the word that nothing else will come."""
    while not queue.empty():
        brought = queue.get_nowait()
        worker = replace(worker, no_more=True) if brought is None else worker.add(brought)
    return worker


def main(arguments: list[str]) -> int:
    """Run a shift from the command line."""
    options = parser("workers", __doc__ or "")
    options.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options.add_argument("--plan", type=Path, required=True, metavar="FILE", help="who works where, as JSON")
    options.add_argument("--tally", type=Path, metavar="FILE", help="keep the notes here, one JSON line each")
    chosen = options.parse_args(arguments)
    plan = read_plan(chosen.plan)

    async def simulate() -> None:
        with ExitStack() as stack:
            file = stack.enter_context(chosen.tally.open("a", encoding="utf-8")) if chosen.tally else None
            say_ready("workers")
            await Shift(plan, Notes(file)).work()

    return run(simulate, with_parent=chosen.with_parent)
