"""Cold rooms: which sensor hangs in which, and each hour a window that names the lots inside."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from gateway.acts import RoomWindow, Statistics
from gateway.errors import RECOVERABLE
from gateway.reading import Source
from gateway.readings import ReadingsStore
from gateway.record.house import House
from gateway.record.tables import RoomTable
from gateway.station import RoomId

log = logging.getLogger(__name__)

LONGEST_CATCH_UP = 24
"""Windows made afterwards for a time the gateway was off: the readings of a day, then the gap speaks for itself."""


class Rooms:
    """The rooms of a house and their windows, aligned to the wall clock so that an hour is an hour."""

    def __init__(self, tables: Mapping[str, RoomTable], house: House, readings: ReadingsStore) -> None:
        self._tables = {RoomId(name): table for name, table in tables.items()}
        self._house = house
        self._readings = readings
        self._room_of = {Source(source): RoomId(name) for name, table in tables.items() for source in table.sources}
        self._done: dict[RoomId, datetime] = {}

    def of(self, source: Source) -> RoomId | None:
        """Give the room a sensor hangs in."""
        return self._room_of.get(source)

    async def resume(self) -> None:
        """Go on after the last window on disk."""
        self._done = {room: end for room, end in await self._house.journal.last_windows() if room in self._tables}

    async def tick(self) -> None:
        """Make the windows that have ended since the last look."""
        for room, table in self._tables.items():
            width = timedelta(seconds=table.window_s)
            now = self._house.clock.now()
            end = _floor(now, width)
            start = self._done.setdefault(room, end)
            if start > end:
                log.warning(
                    "%s: the last window ends in the future, at %s: the clock was wrong; going on from now", room, start
                )
                start = self._done[room] = end
            first = max(start, end - LONGEST_CATCH_UP * width)
            while first + width <= end:
                if not await self._make(room, table, first, first + width):
                    break
                first += width
                self._done[room] = first

    async def _make(self, room: RoomId, table: RoomTable, start: datetime, end: datetime) -> bool:
        statistics: list[Statistics] = []
        expected = int((end - start).total_seconds() / table.sample_every_s)
        for source in table.sources:
            for quantity in await self._readings.quantities(Source(source)):
                statistics.append(await self._readings.window(Source(source), quantity, start, end, expected))
        if not statistics:
            return True  # no sensor of this room ever spoke: there is nothing to be stated, not even a gap
        try:
            async with self._house.deciding:
                window = RoomWindow(room, start, end, tuple(statistics), self._house.inside(room))
                await self._house.keep(window, at=end, room=room)
        except RECOVERABLE as error:
            log.error("%s: window not recorded, tried again: %s", room, error)
            return False
        return True


def _floor(time: datetime, width: timedelta) -> datetime:
    epoch = datetime.fromtimestamp(0, UTC)
    return epoch + (time - epoch) // width * width
