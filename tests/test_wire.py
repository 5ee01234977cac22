"""What goes over a wire is kept for the technician: the last frame, the answer's time, failures of a day."""

from collections.abc import AsyncGenerator

import pytest

from gateway import wire
from gateway.drivers.tapped_port import Traffic
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import DeviceId, Reading, Scan, Value
from gateway.watch import watch
from gateway.wire import HOURS, MOST_KEPT, Wire


class Over(Exception):
    """The script of a test is played to its end."""


def at(seconds: float) -> tuple[Wire, list[float]]:
    now = [seconds]
    return Wire(lambda: now[0]), now


def test_an_answer_is_timed_from_its_question_to_its_first_byte():
    told, _ = at(10.0)
    told.speak("cr1")
    for passed in (Traffic(10.0, True, b"\x01\x04"), Traffic(10.25, False, b"\x01"), Traffic(10.5, False, b"\x04\x02")):
        told.hear(passed)
    assert told.channels["cr1"].took_s == 0.25
    assert (told.channels["cr1"].sent, told.channels["cr1"].received) == (b"\x01\x04", b"\x01\x04\x02")


def test_what_comes_unasked_has_no_answering_time():
    told, _ = at(0.0)
    told.hear(Traffic(0.0, False, b"ST,GS,"))
    assert told.channels[""].received == b"ST,GS,"
    told.received(b"ST,GS,+0001.0kg\r\n")
    told.hear(Traffic(0.1, False, b"ST,"))  # of a device that tells whole frames no piece is shown
    assert told.channels[""].took_s is None
    assert told.channels[""].received == b"ST,GS,+0001.0kg\r\n"


def test_failures_are_counted_by_kind_for_a_day_and_then_forgotten():
    told, now = at(0.0)
    for error in (DeviceSilent("unit 3"), DeviceSilent("unit 3"), BadFrame("noise", b"\x00\xff"), PortLost("gone")):
        told.failed(error)
    assert told.channels[""].in_a_day(told.hour) == {"silent": 2, "garbled": 1, "lost": 1}
    assert told.channels[""].received == b"\x00\xff"
    now[0] = HOURS * 3600.0
    assert told.channels[""].in_a_day(told.hour) == {}
    told.failed(DeviceSilent("again"))
    assert list(told.channels[""].failures) == [HOURS]


def test_a_long_frame_is_kept_by_its_end():
    told, _ = at(0.0)
    told.received(bytes(range(256)))
    assert told.channels[""].received == bytes(range(256))[-MOST_KEPT:]


def test_without_a_wire_nothing_is_kept_and_nothing_fails():
    wire.speak("x")
    wire.failed(PortLost("3"))


async def test_a_watched_device_tells_its_frames_and_its_failures():
    conversations: list[list[Value | Exception]] = [
        [Scan("X", None, b"X\r"), DeviceSilent("nothing")],
        [PortLost("gone")],
    ]

    async def talk() -> AsyncGenerator[Value, None]:
        if not conversations:
            raise Over
        for said in conversations.pop(0):
            if isinstance(said, Exception):
                raise said
            yield said

    async def record(reading: Reading) -> None:
        pass

    async def sleep(pause_s: float) -> None:
        pass

    beside = Wire()
    with pytest.raises(Over):
        await watch(DeviceId("scanner"), talk, record, beside=beside, sleep=sleep)
    told = beside.channels[""]
    assert told.received == b"X\r"
    assert told.in_a_day(beside.hour) == {"silent": 1, "lost": 1}
    assert told.error == "gone"
