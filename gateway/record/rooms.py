"""Cold rooms: which sensor hangs in which, and each hour a window that names the lots inside."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from gateway.acts import Beyond, History, RoomWindow, Statistics
from gateway.errors import RECOVERABLE
from gateway.reading import Source
from gateway.readings import ReadingsStore
from gateway.readings.windows import statistics
from gateway.record.house import House
from gateway.station import RoomId

if TYPE_CHECKING:
    from gateway.record.tables import RoomTable
    from gateway.rules.limit import Limit

log = logging.getLogger(__name__)

_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_SHARE: Final = Decimal("0.001")
LONGEST_CATCH_UP = 24
"""Windows made afterwards for a time the gateway was off: the readings of a day, then the gap speaks for itself."""


class Rooms:
    """The rooms of a house and their windows, aligned to the wall clock so that an hour is an hour."""

    def __init__(self, tables: "Mapping[str, RoomTable]", house: House, readings: ReadingsStore) -> None:
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

    async def history(self, room: RoomId, since: datetime, until: datetime) -> History | None:
        """Give what goods went through that were in a room in [since, until); None where no sensor ever spoke.

        A value beyond a limit holds until the next one, but no longer than two samples may lie apart: a gap in the
        readings is time nobody knows anything about, and shows in the coverage alone.
        """
        table = self._tables.get(room)
        if table is None:
            return None
        expected = max(1, int((until - since).total_seconds() / table.sample_every_s))
        found: list[Statistics] = []
        beyond: list[Beyond] = []
        for source in table.sources:
            for quantity in await self._readings.quantities(Source(source)):
                samples = await self._readings.samples(source, quantity, since, until)
                unit = (await self._readings.unit(source, quantity)) if samples else None
                found.append(statistics(source, quantity, unit, [amount for _, amount in samples], expected))
                for name, limit in self._house.limits.items():
                    if limit.room == room and limit.quantity == quantity:
                        beyond.append(_beyond(name, limit, source, samples, until=until, every_s=table.sample_every_s))
        if not found:
            return None
        seen = sum(min(one.samples, one.expected) for one in found)
        coverage = (Decimal(seen) / (expected * len(found))).quantize(_SHARE)
        return History(since, until, tuple(found), tuple(beyond), coverage)

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

    async def _make(self, room: RoomId, table: "RoomTable", start: datetime, end: datetime) -> bool:
        told: list[Statistics] = []
        expected = int((end - start).total_seconds() / table.sample_every_s)
        for source in table.sources:
            for quantity in await self._readings.quantities(Source(source)):
                told.append(await self._readings.window(Source(source), quantity, start, end, expected))
        if not told:
            return True  # no sensor of this room ever spoke: there is nothing to be stated, not even a gap
        try:
            async with self._house.deciding:
                house = self._house
                window = RoomWindow(room, start, end, tuple(told), house.inside(room), house.pallets_inside(room))
                await self._house.keep(window, at=end, room=room)
        except RECOVERABLE as error:
            log.error("%s: window not recorded, tried again: %s", room, error)
            return False
        return True


def _beyond(
    name: str, limit: "Limit", source: str, samples: Sequence[tuple[int, Decimal]], *, until: datetime, every_s: float
) -> Beyond:
    """Give for how long a quantity stood above and below a rule's limits, in whole seconds."""
    longest_ms = int(2_000 * every_s)
    ends = [at for at, _ in samples[1:]] + [(until - _EPOCH) // timedelta(milliseconds=1)]
    above_ms = below_ms = 0
    for (at, amount), end in zip(samples, ends, strict=True):
        held_ms = min(end - at, longest_ms)
        above_ms += held_ms if limit.above is not None and amount > limit.above else 0
        below_ms += held_ms if limit.below is not None and amount < limit.below else 0
    return Beyond(
        name,
        limit.version,
        source,
        limit.quantity,
        above_ms // 1000 if limit.above is not None else None,
        below_ms // 1000 if limit.below is not None else None,
    )


def _floor(time: datetime, width: timedelta) -> datetime:
    return _EPOCH + (time - _EPOCH) // width * width
