"""A room as the page shows it: the value of the sensor that stands worst, its state, its limits, and what is inside."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from gateway.alarm import Alarm
from gateway.reading import Measurement, Reading, Source
from gateway.readings.chart import GAP_INTERVALS, chart
from gateway.record.tables import RoomTable
from gateway.rules.limit import Limit
from gateway.station import RoomId
from gateway.units import SHOWN
from gateway.web.behind import Behind

Json = dict[str, Any]

LOOK_S: Final = 1.0
LINES_EVERY_S: Final = 15.0
LINE_MS: Final = 3 * 3600 * 1000
LINE_COLUMNS: Final = 90
TREND_MS: Final = 30 * 60 * 1000
TREND_LEAST_MS: Final = 5 * 60 * 1000
"""A trend over less than this would be noise called a direction."""

TEMPERATURE: Final = "Temperature"
DOOR: Final = "ph:DoorOpen"
DEFROST: Final = "ph:Defrost"
"""Inputs that stand at 1 while a door is open, while the evaporator defrosts."""


@dataclass(slots=True)
class _Past:
    """What is read from the stores now and then."""

    alarms: tuple[Alarm, ...] = ()
    since: dict[tuple[RoomId, str], datetime] = field(default_factory=dict)
    lines: dict[RoomId, Json] = field(default_factory=dict)
    trends: dict[tuple[Source, str], float | None] = field(default_factory=dict)


class RoomViews:
    """Writes the rooms; what the stores know of them is looked up beside, so that writing never waits."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._past = _Past()
        self._seq = -1

    async def run(self) -> None:
        """Look up what the stores know, for ever: alarms and stays as the journal grows, lines now and then."""
        drawn_at = float("-inf")
        while True:
            if (seq := self._behind.journal.last_seq) != self._seq:
                self._seq = seq
                await self.look()
            if self._behind.clock.monotonic() - drawn_at >= LINES_EVERY_S:
                drawn_at = self._behind.clock.monotonic()
                await self._draw()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Look up alarms and stays."""
        journal = self._behind.journal
        self._past.alarms = tuple(await journal.open_alarms())
        self._past.since = {(stay.room, stay.goods): stay.since for stay in await journal.present_stays()}

    async def _draw(self) -> None:
        until_ms = int(self._behind.clock.now().timestamp() * 1000)
        for name, table in self._behind.rooms().items():
            limit = limit_of(name, self._behind.rules().values())
            quantity = limit.quantity if limit else TEMPERATURE
            shown = worst(self._measured(table, quantity), limit)
            for source in table.sources:
                samples = await self._behind.readings.series(source, quantity, until_ms - TREND_MS, until_ms)
                self._past.trends[Source(source), quantity] = trend(samples)
            source = shown.source if shown else next(iter(table.sources), "")
            samples = await self._behind.readings.series(source, quantity, until_ms - LINE_MS, until_ms)
            interval_ms = int(table.sample_every_s * 1000)
            line = chart(samples, until_ms - LINE_MS, until_ms, columns=LINE_COLUMNS, interval_ms=interval_ms)
            since_ms = until_ms - LINE_MS
            self._past.lines[RoomId(name)] = {
                "columns": LINE_COLUMNS,
                "points": [
                    [round((c.at_ms - since_ms) * LINE_COLUMNS / LINE_MS), round(c.mean, 2), c.low, c.high]
                    for c in line.columns
                ],
            }

    def all(self) -> list[Json]:
        """Give each room as it is now."""
        return [self._room(RoomId(name), table) for name, table in self._behind.rooms().items()]

    def alarms(self) -> list[Json]:
        """Give the conditions that stand: those of rooms with what they rest on, the oldest first, then the rest."""
        board = self._behind.describe()["alarms"]
        known = {alarm.id: alarm for alarm in self._past.alarms}
        told = [{"id": id_, "message": message, **_alarm(known.get(id_))} for id_, message in board.items()]
        return sorted(told, key=lambda one: (one["state"] == "acknowledged", one["since"] or "", one["id"]))

    def _measured(self, table: RoomTable, quantity: str) -> list[Reading]:
        board = self._behind.board
        found = (board.measured.get((Source(source), quantity)) for source in table.sources)
        return [reading for reading in found if reading is not None]

    def _room(self, room: RoomId, table: RoomTable) -> Json:
        limit = limit_of(room, self._behind.rules().values())
        quantity = limit.quantity if limit else TEMPERATURE
        readings = self._measured(table, quantity)
        shown = worst(readings, limit)
        alarms = [one for one in self._past.alarms if one.room == room and one.quantity == quantity]
        raised = [one for one in alarms if one.state != "acknowledged"]
        alarm = next(iter(raised or alarms), None)
        age_s = self._behind.clock.monotonic() - shown.monotonic if shown else None
        stale = age_s is None or age_s > GAP_INTERVALS * table.sample_every_s
        return {
            "id": room,
            "name": table.name,
            "state": self._state(table, shown, limit, alarm, stale=stale),
            "quantity": quantity,
            "value": _value(shown),
            "trend": self._past.trends.get((shown.source, quantity)) if shown else None,
            "sensors": [_value(reading) for reading in readings],
            "others": [_value(r) for r in self._others(table, quantity)],
            "limits": _limits(limit),
            "inside": [
                {
                    "goods": goods,
                    "kind": "pallet" if goods.isdigit() else "lot",
                    "since": _iso(self._since(room, goods)),
                }
                for goods in sorted(self._behind.house.occupancy.inside(room))
            ],
            "alarm": _alarm(alarm) | {"id": alarm.id, "raised": [one.id for one in raised]} if alarm else None,
            "line": self._past.lines.get(room),
        }

    def _since(self, room: RoomId, goods: str) -> datetime | None:
        return self._past.since.get((room, goods))

    def _others(self, table: RoomTable, quantity: str) -> list[Reading]:
        """Give what else is measured in the room, of each quantity the first sensor that says it."""
        found: dict[str, Reading] = {}
        for (source, other), reading in self._behind.board.measured.items():
            if source in table.sources and other not in (quantity, DOOR, DEFROST):
                found.setdefault(other, reading)
        return list(found.values())

    def _state(
        self, table: RoomTable, shown: Reading | None, limit: Limit | None, alarm: Alarm | None, *, stale: bool
    ) -> str:
        amount = _amount(shown)
        if alarm is not None and alarm.state == "acknowledged":
            return "acknowledged"
        if alarm is not None:
            return "excursion"
        if shown is not None and not stale and amount is None:
            return "fault"
        if stale:
            return "no_data"
        if any(_amount(reading) == 1 for reading in self._measured(table, DEFROST)):
            return "defrost"
        if limit is not None and amount is not None and limit.beyond(amount):
            return "beyond"
        return "ok"


def limit_of(room: str, rules: Iterable[Any]) -> Limit | None:
    """Give the limit a room is shown against: that of its temperature, or else the first one."""
    limits = [rule for rule in rules if isinstance(rule, Limit) and rule.room == room]
    return next((limit for limit in limits if limit.quantity == TEMPERATURE), next(iter(limits), None))


def worst(readings: Iterable[Reading], limit: Limit | None) -> Reading | None:
    """Give the reading nearest to, or furthest beyond, a limit; one without a figure only when none has one."""
    known = [reading for reading in readings]
    figures = [reading for reading in known if _amount(reading) is not None]
    if not figures or limit is None:
        return next(iter(figures or known), None)
    return max(figures, key=lambda reading: _beyond_by(_amount(reading) or Decimal(0), limit))


def trend(samples: list[tuple[int, float]]) -> float | None:
    """Give how fast a series rises, per hour, by the line that fits it best; None when it is too short to tell."""
    if len(samples) < 3 or samples[-1][0] - samples[0][0] < TREND_LEAST_MS:
        return None
    first_ms = samples[0][0]
    hours = [(at_ms - first_ms) / 3_600_000 for at_ms, _ in samples]
    mean_x = sum(hours) / len(hours)
    mean_y = sum(value for _, value in samples) / len(samples)
    across = sum((x - mean_x) ** 2 for x in hours)
    along = sum((x - mean_x) * (value - mean_y) for x, (_, value) in zip(hours, samples, strict=True))
    return round(along / across, 2) if across else None


def _beyond_by(amount: Decimal, limit: Limit) -> Decimal:
    over = [amount - limit.above] if limit.above is not None else []
    under = [limit.below - amount] if limit.below is not None else []
    return max(over + under)


def _amount(reading: Reading | None) -> Decimal | None:
    return reading.value.amount if reading and isinstance(reading.value, Measurement) else None


def _value(reading: Reading | None) -> Json | None:
    if reading is None or not isinstance(reading.value, Measurement):
        return None
    value = reading.value
    return {
        "source": reading.source,
        "quantity": value.quantity,
        "amount": None if value.amount is None else str(value.amount),
        "unit": SHOWN.get(value.unit or "", value.unit or ""),
        "why": value.why,
        "at": reading.observed_at.isoformat(timespec="milliseconds"),
    }


def _limits(limit: Limit | None) -> Json | None:
    if limit is None:
        return None
    return {
        "above": None if limit.above is None else str(limit.above),
        "below": None if limit.below is None else str(limit.below),
        "deadband": str(limit.deadband),
        "delay_s": limit.on_delay_s,
        "version": limit.version,
    }


def _alarm(alarm: Alarm | None) -> Json:
    if alarm is None:
        return {"room": None, "state": "raised", "since": None}
    facts: Mapping[str, Any] = {
        "room": alarm.room,
        "state": alarm.state,
        "since": _iso(alarm.since),
        "source": alarm.source,
        "quantity": alarm.quantity,
        "unit": SHOWN.get(alarm.unit or "", alarm.unit or ""),
        "value": None if alarm.value is None else str(alarm.value),
        "minimum": None if alarm.minimum is None else str(alarm.minimum),
        "maximum": None if alarm.maximum is None else str(alarm.maximum),
    }
    return dict(facts)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")
