"""A driver kept talking: breaks told once, pauses that grow, and bugs that are seen."""

import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.errors import DeviceSilent, PortLost
from gateway.reading import DeviceId, Link, Measurement, Reading, Scan, Value
from gateway.watch import LONGEST_PAUSE_S, QUICK_PAUSE_S, watch

SCALE = DeviceId("scale")


class Over(Exception):
    """The script of a test is played to its end."""


class Device:
    """Plays one conversation after the other: values, then how it breaks."""

    def __init__(self, *conversations: list[Value | Exception]) -> None:
        self._conversations = list(conversations)
        self.recorded: list[Reading] = []
        self.pauses: list[float] = []
        self.closed = 0

    async def talk(self) -> AsyncGenerator[Value, None]:
        try:
            if not self._conversations:
                raise Over
            for said in self._conversations.pop(0):
                if isinstance(said, Exception):
                    raise said
                yield said
        finally:
            self.closed += 1

    async def record(self, reading: Reading) -> None:
        self.recorded.append(reading)

    async def sleep(self, pause_s: float) -> None:
        self.pauses.append(pause_s)

    async def play(self) -> list[Value]:
        with pytest.raises(Over):
            await watch(SCALE, self.talk, self.record, sleep=self.sleep)
        return [reading.value for reading in self.recorded]


def scan(data: str) -> Scan:
    return Scan(data)


def measured(channel: str) -> Measurement:
    return Measurement("Temperature", Decimal(4), "CEL", channel)


async def test_device_is_up_with_its_first_value() -> None:
    device = Device([scan("a"), scan("b")])
    assert (await device.play())[:3] == [Link(up=True), scan("a"), scan("b")]


async def test_break_is_told_once_however_many_tries_fail() -> None:
    device = Device([scan("a"), PortLost("gone")], [PortLost("not there")], [PortLost("not there")], [scan("b")])
    assert (await device.play())[:6] == [
        Link(up=True),
        scan("a"),
        Link(up=False, why="gone"),
        Link(up=True),
        scan("b"),
        Link(up=False, why="the conversation ended"),
    ]


async def test_device_that_was_never_there_is_told_to_be_down() -> None:
    assert await Device([PortLost("not there")], [PortLost("not there")]).play() == [Link(up=False, why="not there")]


async def test_first_new_try_is_quick_and_then_pauses_grow_to_half_a_minute() -> None:
    device = Device([scan("a"), DeviceSilent("x")], *[[DeviceSilent("x")]] * 8, [scan("b"), DeviceSilent("x")])
    await device.play()
    assert device.pauses == [QUICK_PAUSE_S, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, QUICK_PAUSE_S]
    assert max(device.pauses) == LONGEST_PAUSE_S


async def test_port_that_opens_but_says_nothing_does_not_shorten_the_pause() -> None:
    device = Device(*[[Link(up=True), PortLost("loose plug")]] * 4)
    assert (await device.play())[:2] == [Link(up=True), Link(up=False, why="loose plug")]
    assert device.pauses == [QUICK_PAUSE_S, 1.0, 2.0, 4.0]


async def test_link_of_a_channel_is_told_when_it_is_news() -> None:
    up, down = Link(up=True, channel="room-1"), Link(up=False, why="silent", channel="room-1")
    device = Device([up, measured("room-1"), up, down, down, up])
    assert (await device.play())[:5] == [Link(up=True), up, measured("room-1"), down, up]


async def test_channel_that_is_down_does_not_say_that_the_device_is_heard() -> None:
    down = Link(up=False, why="silent", channel="room-1")
    assert await Device([down, PortLost("no unit")], [down, PortLost("no unit")]).play() == [
        down,
        Link(up=False, why="no unit"),
    ]


async def test_channels_that_were_up_are_news_again_after_a_break() -> None:
    up = Link(up=True, channel="room-1")
    device = Device([up, PortLost("gone")], [up])
    assert (await device.play())[:5] == [Link(up=True), up, Link(up=False, why="gone"), Link(up=True), up]


async def test_reading_is_stamped_when_it_is_read() -> None:
    device = Device([measured("room-1")])
    before, monotonic = datetime.now(UTC), time.monotonic()
    await device.play()
    reading = device.recorded[1]
    assert reading.source == "scale/room-1"
    assert timedelta(0) <= reading.observed_at - before < timedelta(seconds=20)
    assert reading.observed_at.tzinfo is UTC
    assert 0 <= reading.monotonic - monotonic < 20


@pytest.mark.parametrize("where", ["talk", "record"])
async def test_bug_ends_the_watch_and_is_seen(where: str) -> None:
    device = Device([ZeroDivisionError("a bug")] if where == "talk" else [scan("a")])

    async def record(_: Reading) -> None:
        raise ZeroDivisionError("a bug")

    keep: Callable = device.record if where == "talk" else record
    with pytest.raises(ZeroDivisionError):
        await watch(SCALE, device.talk, keep, sleep=device.sleep)
    assert device.pauses == []


async def test_conversation_is_closed_before_the_next_is_begun() -> None:
    device = Device([scan("a"), PortLost("gone")], [scan("b")])
    await device.play()
    assert device.closed == 3
