"""The recorder: places a reading at its station or room, has it judged, and keeps what matters."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from decimal import Context
from typing import TYPE_CHECKING

from gateway.acts import Printout
from gateway.alarm import Alarm
from gateway.errors import RECOVERABLE
from gateway.event import Event, Fact, Tick
from gateway.journal import PrintJob
from gateway.reading import DeviceId, Measurement, Reading, Source
from gateway.readings import ReadingsStore
from gateway.record.barrier import Barrier
from gateway.record.house import House
from gateway.record.rooms import Rooms
from gateway.rules import Judge
from gateway.station import PrinterId, StationId

if TYPE_CHECKING:
    from gateway.drivers.plate import Plate
    from gateway.record.desk import Desk

log = logging.getLogger(__name__)

_DIGITS = Context(prec=15)


class Recorder:
    """The one road in. Drivers, the clock and printing come through here; nothing else writes events."""

    def __init__(
        self,
        house: House,
        desks: "Mapping[StationId, Desk]",
        rooms: Rooms,
        judges: Mapping[str, Judge],
        readings: ReadingsStore,
    ) -> None:
        self._house = house
        self._desks = desks
        self._rooms = rooms
        house.history = rooms.history
        self._judges = judges
        self._readings = readings
        self._at = _by_source(desks)
        self._practising: dict[StationId, Desk] = {}
        self._barrier = Barrier()
        self._unkept: list[Alarm] = []
        self._owed: list[Fact] = []
        self._paying = asyncio.Lock()

    async def resume(self) -> None:
        """Take up the past from the journal's projections: house, stations, rooms, open alarms."""
        await self._house.load()
        for desk in self._desks.values():
            await desk.resume()
            desk.show()
        await self._rooms.resume()
        for alarm in await self._house.journal.open_alarms():
            self._house.board.mark_alarm(alarm)
            if not any([judge.resume(alarm) for judge in self._judges.values()]):
                # its rule is gone or means something else now: nobody would ever clear it
                self._unkept.append(replace(alarm, state="cleared", at=self._house.clock.now()))

    def standstill(self) -> AbstractAsyncContextManager[None]:
        """Have no reading and no tick on the road for as long as the block lasts; those that come wait."""
        return self._barrier.down()

    async def change(self, desks: "Mapping[StationId, Desk]", rooms: Rooms, judges: Mapping[str, Judge]) -> None:
        """Go on with these, at a standstill; those that are the very same as before keep what they know.

        Raises:
            JournalError: The past of the new ones cannot be read; nothing has changed.
        """
        begun = [desk for id, desk in desks.items() if self._desks.get(id) is not desk]
        for desk in begun:
            await desk.resume()
        if rooms is not self._rooms:
            await rooms.resume()
        for alarm in await self._house.journal.open_alarms():
            judge = judges.get(alarm.rule)
            if judge is not None and judge is self._judges.get(alarm.rule):
                continue
            if judge is None or rooms.of(Source(alarm.source)) != alarm.room or not judge.resume(alarm):
                self._unkept.append(replace(alarm, state="cleared", at=self._house.clock.now()))
        for station in self._desks.keys() - desks.keys():
            self._house.board.drop_station(station)
        for station in [station for station, desk in desks.items() if desk in begun]:
            self._practising.pop(station, None)
        self._desks, self._rooms, self._judges, self._at = desks, rooms, judges, _by_source(desks)
        self._house.history = rooms.history
        for desk in begun:
            desk.show()

    async def reopened(self, device: DeviceId, plates: "Mapping[StationId, Plate | None]") -> None:
        """Have the stations of a device that is another one now begin anew, at a standstill: take off first.

        `plates` says what stands on the plate of each station's scale.
        """
        self._house.board.drop_device(device)
        for desk in self._at.get(Source(device), ()):
            await desk.change_plate(plates.get(desk.id))

    async def divert(self, station: StationId, practising: "Desk | None") -> None:
        """Lead what a station's devices say to a desk that only practises, or with None back to its own.

        Whichever of the two goes on begins with "take off first": it has not seen what stands on the scale.
        """
        async with self.standstill():
            real = self._desks.get(station)
            if practising is None:
                self._practising.pop(station, None)
            else:
                self._practising[station] = practising
            if real is not None:
                real.away = practising is not None
                await real.begin_anew()
        if practising is not None:
            practising.show()

    def is_diverted_to(self, practising: "Desk") -> bool:
        """Whether what a station's devices say goes to this desk, and not to its own."""
        return self._practising.get(practising.id) is practising

    async def record(self, reading: Reading) -> None:
        """Take in one reading; when this returns, what had to be kept is on disk or refused in plain sight."""
        async with self._barrier.passing():
            await self._record(reading)

    async def _record(self, reading: Reading) -> None:
        # one clock dates everything: a driver's own idea of the time is not asked
        reading = replace(reading, observed_at=self._house.clock.at(reading.monotonic))
        if isinstance(reading.value, Measurement):
            reading = replace(reading, value=_writable(reading.value))
        self._house.board.put(reading)
        if isinstance(reading.value, Measurement):
            self._readings.add(reading)
            await self._judge(
                Event(
                    occurred_at=reading.observed_at,
                    fact=reading.value,
                    monotonic=reading.monotonic,
                    room=self._rooms.of(reading.source),
                    source=reading.source,
                )
            )
        for desk in self._at.get(reading.source, ()):
            await self._practising.get(desk.id, desk).see(reading)

    async def tick(self) -> None:
        """Let time pass: stations, rules, windows, and alarms the disk refused before."""
        async with self._barrier.passing():
            await self._tick()

    async def _tick(self) -> None:
        clock = self._house.clock
        for desk in self._desks.values():
            await self._practising.get(desk.id, desk).tick()
        await self.keep_owed()
        await self._judge(Tick(clock.now(), clock.monotonic()))
        await self._rooms.tick()

    def owe(self, fact: Fact) -> None:
        """Keep a fact of the house itself at the next tick, and again until the disk takes it."""
        self._owed.append(fact)

    async def keep_owed(self) -> None:
        """Keep what is owed, as far as the disk takes it; a fact on its way there is not kept a second time."""
        await asyncio.shield(self._pay())

    async def _pay(self) -> None:
        async with self._paying:
            await self._keep_each_owed()

    async def _keep_each_owed(self) -> None:
        while self._owed:
            try:
                async with self._house.deciding:
                    await self._house.keep(self._owed[0], at=self._house.clock.now())
            except RECOVERABLE as error:
                log.error("not recorded yet: %s", error)
                return
            del self._owed[0]

    async def begin_print(self, job: str) -> bool:
        """Have it on disk that a label's first byte is about to leave; False where it must not, for it was cancelled.

        It is decided like any act: a person who cancels a label that waits is never overtaken by its printing.

        Raises:
            JournalError: The disk refused: the label must not be sent.
        """
        async with self._house.deciding:
            return await self._house.journal.begin_print(job)

    async def keep_printout(self, printout: Printout, job: PrintJob) -> None:
        """Keep what became of a label; its station asks a person when nobody knows.

        Raises:
            JournalError: The disk refused; the printer's task tries again.
        """
        async with self._house.deciding:
            await self._house.keep(printout, at=self._house.clock.now(), station=job.station)
        if job.station is not None and job.station in self._desks:
            self._desks[job.station].note_label(job, printout.state)

    def show_printer(self, printer: PrinterId, status: str) -> None:
        """Show what a printer says of itself."""
        self._house.board.mark_printer(printer, status)

    async def _judge(self, seen: Event | Tick) -> None:
        raised = [alarm for judge in self._judges.values() for alarm in judge.see(seen)]
        if not raised and not self._unkept:
            return
        pending, self._unkept = [*self._unkept, *raised], []
        for alarm in pending:
            try:
                await self._keep_alarm(alarm)
            except RECOVERABLE as error:
                if alarm in raised:
                    log.error("alarm %s %s: not recorded yet: %s", alarm.rule, alarm.state, error)
                self._unkept.append(alarm)

    async def _keep_alarm(self, alarm: Alarm) -> None:
        """Give an alarm its id and the lots inside; one that clears keeps the id it was raised with."""
        house = self._house
        async with house.deciding:
            lots = house.inside(alarm.room) if alarm.room else ()
            pallets = house.pallets_inside(alarm.room) if alarm.room else ()
            known = next((a.id for a in await house.journal.open_alarms() if _same(a, alarm)), "")
            if alarm.state != "raised" and not known:
                return
            await house.keep(replace(alarm, id=known, lots=lots, pallets=pallets), at=alarm.at, room=alarm.room)
        log.warning("alarm %s %s: %s", alarm.rule, alarm.state, alarm.message)


def _by_source(desks: "Mapping[StationId, Desk]") -> "dict[Source, list[Desk]]":
    """Give the desks each device speaks to; what a bus says of itself goes to the desks of all its scales."""
    at: dict[Source, list[Desk]] = {}
    for desk in desks.values():
        for source in (desk.table.scanner, desk.table.scale):
            if source is not None:
                for heard in dict.fromkeys((source, source.partition("/")[0])):
                    at.setdefault(Source(heard), []).append(desk)
    return at


def _writable(value: Measurement) -> Measurement:
    """Round an amount to the 15 digits a JSON number carries exactly (design §6); no sensor has more."""
    return value if value.amount is None else replace(value, amount=_DIGITS.plus(value.amount))


def _same(one: Alarm, other: Alarm) -> bool:
    return (one.rule, one.source) == (other.rule, other.source)
