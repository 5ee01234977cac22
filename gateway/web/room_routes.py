"""`GET /api/rooms/{id}/series`: a room's sensor over some time, a column a pixel, with what happened in the room."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime

from gateway.reading import Measurement
from gateway.readings.chart import Bounds, Chart, Gap, chart, times_on
from gateway.record.tables import RoomTable
from gateway.rules.limit import Limit
from gateway.station import RoomId
from gateway.units import SHOWN
from gateway.web.behind import Behind
from gateway.web.room_view import DEFROST, DOOR, TEMPERATURE, limit_of

Json = dict[str, Any]

LONGEST: Final = timedelta(days=92)
DAY: Final = timedelta(days=1)
MOST_COLUMNS: Final = 4000


def routes(behind: Behind) -> APIRouter:
    """Give the addresses of the rooms."""
    router = APIRouter(tags=["rooms"])

    @router.get("/api/rooms/{id}/series")
    async def series(
        id: str,
        *,
        quantity: str | None = None,
        source: str | None = None,
        since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
        until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
        columns: Annotated[int, Query(ge=1, le=MOST_COLUMNS)] = 960,
    ) -> Json:
        """Give a series per pixel column, times in Unix milliseconds: 24 hours when no time is named.

        `columns` are [time, minimum, maximum, mean, samples]; a column without a sample is not there. `gaps`, `doors`
        and `defrosts` are [since, until]; `runs` are [since, until, worst, its time, whether it outlived the delay].
        """
        table = behind.rooms().get(id)
        if table is None:
            raise HTTPException(404, f"no room {id!r}")
        now = behind.clock.now()
        end = min(until or now, now)
        begin = since or end - DAY
        if not timedelta() < end - begin <= LONGEST:
            raise HTTPException(422, f"from must be before to, by at most {LONGEST.days} days")
        limit = limit_of(id, behind.rules().values())
        wanted = quantity or (limit.quantity if limit else TEMPERATURE)
        if limit is not None and limit.quantity != wanted:
            limit = None
        asked = _Asked(behind, RoomId(id), table, wanted, (begin, end))
        return await asked.answer(source or asked.first_source(), limit, columns)

    return router


class _Asked:
    """One question: a room, a quantity, a time."""

    def __init__(
        self, behind: Behind, room: RoomId, table: RoomTable, quantity: str, span: tuple[datetime, datetime]
    ) -> None:
        self._behind = behind
        self._room = room
        self._table = table
        self._quantity = quantity
        self._begin, self._end = span
        self._span = _ms(self._begin), _ms(self._end)
        self._interval_ms = int(table.sample_every_s * 1000)

    def first_source(self) -> str:
        """Give the first source of the room that has said this quantity, or its first source."""
        heard = (s for s in self._table.sources if (s, self._quantity) in self._behind.board.measured)
        return next(heard, next(iter(self._table.sources), ""))

    async def answer(self, source: str, limit: Limit | None, columns: int) -> Json:
        bounds = _bounds(limit)
        samples = await self._behind.readings.series(source, self._quantity, *self._span)
        drawn = await asyncio.to_thread(
            chart, samples, *self._span, columns=columns, interval_ms=self._interval_ms, bounds=bounds
        )
        stays = await self._behind.journal.stays_in(self._room, self._begin, self._end)
        return {
            "room": self._room,
            "source": source,
            "sources": list(self._table.sources),
            "quantity": self._quantity,
            "unit": self._unit(source),
            "from": self._span[0],
            "to": self._span[1],
            "width_ms": max(1, (self._span[1] - self._span[0]) // columns),
            "interval_ms": self._interval_ms,
            **_told(drawn),
            "limits": [_limit(limit, self._span[0])] if limit else [],
            "doors": await self._on(DOOR),
            "defrosts": await self._on(DEFROST),
            "moves": [
                {"at": _ms(at), "direction": direction, "goods": stay.goods}
                for stay in stays
                for direction, at in (("in", stay.since), ("out", stay.until))
                if at is not None and self._begin <= at <= self._end
            ],
        }

    def _unit(self, source: str) -> str:
        for (where, quantity), reading in self._behind.board.measured.items():
            if where == source and quantity == self._quantity and isinstance(reading.value, Measurement):
                return SHOWN.get(reading.value.unit or "", reading.value.unit or "")
        return "°C" if self._quantity == TEMPERATURE else ""

    async def _on(self, quantity: str) -> list[list[int]] | None:
        """Give when an input of the room stood at 1; None when the room has none that ever spoke."""
        found: list[Gap] = []
        known = False
        for source in self._table.sources:
            samples = await self._behind.readings.series(source, quantity, *self._span)
            known = known or bool(samples)
            found += times_on(samples, self._span[1], self._interval_ms)
        return [[gap.since_ms, gap.until_ms] for gap in found] if known else None


def _told(drawn: Chart) -> Json:
    return {
        "columns": [[c.at_ms, c.low, c.high, round(c.mean, 3), c.samples] for c in drawn.columns],
        "gaps": [[gap.since_ms, gap.until_ms] for gap in drawn.gaps],
        "runs": [[run.since_ms, run.until_ms, run.worst, run.worst_ms, run.lasting] for run in drawn.runs],
        "last": drawn.last,
        "figures": {
            "low": drawn.low,
            "high": drawn.high,
            "mean": None if drawn.mean is None else round(drawn.mean, 2),
            "beyond_s": drawn.beyond_ms // 1000,
            "coverage": round(drawn.coverage, 4),
            "samples": drawn.samples,
        },
    }


def _bounds(limit: Limit | None) -> Bounds:
    if limit is None:
        return Bounds()
    return Bounds(
        above=None if limit.above is None else float(limit.above),
        below=None if limit.below is None else float(limit.below),
        delay_s=limit.on_delay_s,
    )


def _limit(limit: Limit, since_ms: int) -> Json:
    return {
        "since": since_ms,
        "above": None if limit.above is None else float(limit.above),
        "below": None if limit.below is None else float(limit.below),
        "delay_s": limit.on_delay_s,
        "version": limit.version,
    }


def _ms(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1000)
