"""A limit: a list in, a list out."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from gateway.alarm import Alarm
from gateway.event import Event, Tick
from gateway.reading import Measurement, Quality, Source
from gateway.rules.limit import Limit
from gateway.station import RoomId

START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
LIMIT = Limit(
    kind="limit", room="cr-1", quantity="Temperature", above=Decimal("4.0"), deadband=Decimal("0.5"), on_delay_s=600
)


def at(minute: float, amount: str | None, source: str = "bus/a", room: str = "cr-1") -> Event:
    quality = Quality.GOOD if amount is not None else Quality.BAD
    value = Measurement("Temperature", None if amount is None else Decimal(amount), "CEL", "a", quality)
    when = START + timedelta(minutes=minute)
    return Event(when, value, room=RoomId(room), source=Source(source), monotonic=minute * 60)


def tick(minute: float) -> Tick:
    return Tick(START + timedelta(minutes=minute), minute * 60)


def judged(*seen: Event | Tick, limit: Limit = LIMIT) -> list[tuple[str, float]]:
    judge = limit.judge("cold-chain")
    alarms: list[Alarm] = [alarm for one in seen for alarm in judge.see(one)]
    return [(alarm.state, (alarm.at - START).total_seconds() / 60) for alarm in alarms]


def test_beyond_for_the_delay_is_raised_once() -> None:
    assert judged(at(0, "5"), at(5, "6"), at(10, "6"), at(15, "7")) == [("raised", 10)]


def test_a_tick_raises_when_no_value_comes() -> None:
    assert judged(at(0, "5"), tick(9), tick(11), tick(12)) == [("raised", 11)]


def test_a_short_peak_is_no_excursion() -> None:
    assert judged(at(0, "5"), at(5, "3.9"), at(6, "5"), tick(12)) == []


def test_it_clears_only_below_the_deadband() -> None:
    seen = [at(0, "5"), at(10, "5"), at(11, "3.9"), at(12, "3.6"), at(13, "3.5"), at(14, "3.0")]
    assert judged(*seen) == [("raised", 10), ("cleared", 13)]


def test_a_bad_value_neither_ends_nor_begins() -> None:
    assert judged(at(0, None), tick(20)) == []
    assert judged(at(0, "5"), at(5, None), tick(10), at(20, None)) == [("raised", 10)]


def test_sources_are_judged_apart_and_other_rooms_not_at_all() -> None:
    assert judged(at(0, "5"), at(1, "3", "bus/b"), at(2, "9", "bus/c", "cr-2"), tick(15)) == [("raised", 15)]


def test_the_alarm_carries_its_evidence() -> None:
    judge = LIMIT.judge("cold-chain")
    alarms = [alarm for one in (at(0, "5"), at(4, "7.5"), at(10, "6")) for alarm in judge.see(one)]
    assert len(alarms) == 1
    alarm = alarms[0]
    assert (alarm.value, alarm.minimum, alarm.maximum) == (Decimal("6"), Decimal("5"), Decimal("7.5"))
    assert alarm.since == START
    assert alarm.limits == {"above": Decimal("4.0"), "delaySeconds": Decimal("600.0")}


def test_an_excursion_raised_before_a_restart_is_cleared_and_not_raised_again() -> None:
    first = LIMIT.judge("cold-chain")
    (raised,) = [alarm for one in (at(0, "5"), at(10, "6")) for alarm in first.see(one)]
    judge = LIMIT.judge("cold-chain")
    judge.resume(raised)
    alarms = [alarm.state for one in (at(11, "6"), tick(30), at(31, "3")) for alarm in judge.see(one)]
    assert alarms == ["cleared"]


def test_below_is_a_limit_too() -> None:
    low = Limit(kind="limit", room="cr-1", quantity="Temperature", below=Decimal("1"), on_delay_s=0)
    assert judged(at(0, "0.5"), at(1, "1.0"), limit=low) == [("raised", 0), ("cleared", 1)]


@pytest.mark.parametrize("bad", [{}, {"above": Decimal(1), "below": Decimal(2)}])
def test_limits_that_make_no_sense_are_refused(bad: dict[str, Decimal]) -> None:
    with pytest.raises(ValidationError, match="below"):
        Limit(kind="limit", room="r", quantity="Temperature", **bad)
