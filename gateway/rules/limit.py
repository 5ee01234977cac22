"""A limit: a measured value beyond it for longer than a delay is an excursion (ISA-18.2: deadband and on-delay)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.alarm import Alarm, AlarmState
from gateway.event import Event, Tick
from gateway.reading import Measurement, Quality
from gateway.settings import Amount, Seconds, Settings
from gateway.station import RoomId
from gateway.units import SHOWN


class Limit(Settings):
    """`[rule.<name>]` with `kind = "limit"`.

    `above` and `below` are in the unit the sensor's map gives (CEL, P1). An excursion clears once the value has come
    back inside by `deadband`. `on_delay_s` is how long the value must stand beyond before it is one. `version` is
    raised by hand when the figures change, so that a record tells which limit was broken.
    """

    kind: Literal["limit"]
    room: str
    quantity: str
    above: Amount | None = None
    below: Amount | None = None
    deadband: Annotated[Amount, Field(ge=0)] = Decimal(0)
    on_delay_s: Annotated[Seconds, Field(ge=0)] = 0.0
    version: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _limits_make_sense(self) -> "Limit":
        if self.above is None and self.below is None:
            raise ValueError("needs 'above' or 'below'")
        if self.above is not None and self.below is not None and self.below >= self.above:
            raise ValueError("'below' must be lower than 'above'")
        return self

    def judge(self, name: str) -> "LimitJudge":
        """Begin a judge of this rule, with nothing seen yet."""
        return LimitJudge(name, self)

    def beyond(self, amount: Decimal) -> bool:
        """Whether a value breaks a limit."""
        return (self.above is not None and amount > self.above) or (self.below is not None and amount < self.below)

    def back(self, amount: Decimal) -> bool:
        """Whether a value is inside again by more than the deadband's edge."""
        return (self.above is None or amount <= self.above - self.deadband) and (
            self.below is None or amount >= self.below + self.deadband
        )


@dataclass(slots=True)
class _Excursion:
    """A run of values beyond the limit at one source, raised or not yet."""

    since: datetime
    since_monotonic: float
    unit: str | None
    last: Decimal
    low: Decimal
    high: Decimal
    raised: bool = False

    def take(self, amount: Decimal) -> None:
        self.last = amount
        self.low = min(self.low, amount)
        self.high = max(self.high, amount)


class LimitJudge:
    """One limit, watching every source of its quantity in its room."""

    def __init__(self, name: str, limit: Limit) -> None:
        self._name = name
        self._limit = limit
        self._open: dict[str, _Excursion] = {}

    def resume(self, alarm: Alarm) -> bool:
        """Take up an excursion raised before a restart, to be cleared and not raised again; say whether it is ours."""
        if alarm.rule != self._name or alarm.room != self._limit.room or alarm.quantity != self._limit.quantity:
            return False
        value = alarm.value if alarm.value is not None else Decimal(0)
        low = value if alarm.minimum is None else alarm.minimum
        high = value if alarm.maximum is None else alarm.maximum
        self._open[alarm.source] = _Excursion(alarm.since, float("-inf"), alarm.unit, value, low, high, raised=True)
        return True

    def see(self, seen: Event | Tick) -> Iterator[Alarm]:
        """Take in a reading or the passing of time; yield what was raised or cleared by it, with no id yet.

        A BAD value proves nothing: it neither begins, ends nor prolongs an excursion.
        """
        if isinstance(seen, Event):
            yield from self._measured(seen)
            at, monotonic = seen.occurred_at, seen.monotonic
        else:
            at, monotonic = seen.at, seen.monotonic
        for source, excursion in self._open.items():
            if not excursion.raised and monotonic - excursion.since_monotonic >= self._limit.on_delay_s:
                excursion.raised = True
                yield self._alarm(source, excursion, "raised", at)

    def _measured(self, event: Event) -> Iterator[Alarm]:
        value = event.fact
        if not isinstance(value, Measurement) or event.source is None or event.room != self._limit.room:
            return
        if value.quantity != self._limit.quantity or value.amount is None or value.quality is Quality.BAD:
            return
        excursion = self._open.get(event.source)
        if excursion is None:
            if self._limit.beyond(value.amount):
                self._open[event.source] = _Excursion(
                    event.occurred_at, event.monotonic, value.unit, value.amount, value.amount, value.amount
                )
            return
        excursion.take(value.amount)
        over = self._limit.back(value.amount) if excursion.raised else not self._limit.beyond(value.amount)
        if over:
            del self._open[event.source]
            if excursion.raised:
                yield self._alarm(event.source, excursion, "cleared", event.occurred_at)

    def _alarm(self, source: str, excursion: _Excursion, state: AlarmState, at: datetime) -> Alarm:
        limit = self._limit
        limits = {"above": limit.above, "below": limit.below, "delaySeconds": Decimal(str(limit.on_delay_s))}
        shown = SHOWN.get(excursion.unit or "", "")
        return Alarm(
            id="",
            rule=self._name,
            version=limit.version,
            state=state,
            room=RoomId(limit.room),
            source=source,
            quantity=limit.quantity,
            unit=excursion.unit,
            since=excursion.since,
            at=at,
            value=excursion.last,
            minimum=excursion.low,
            maximum=excursion.high,
            limits={name: amount for name, amount in limits.items() if amount is not None},
            message=f"{limit.room}: {limit.quantity} {excursion.last} {shown}".rstrip(),
        )
