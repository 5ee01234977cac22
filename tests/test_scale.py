"""A scale on a real pty: opened mid-frame, unplugged, asked, and its settings."""

import asyncio
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.drivers.scale import Scale
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.units import KILOGRAM
from tests.ports import Pty, serial_line

FRAME_1234 = b"\x02+00123421D\x03"
FRAME_1560 = b"\x02+001560019\x03"


def scale(line: Pty, **settings: object) -> Scale:
    return Scale.model_validate({"driver": "scale", "port": str(line.path), **settings})


async def test_scale_that_talks_unasked_is_heard_from_its_first_whole_frame_on(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        talk = scale(line, protocol="yaohua_continuous", unit="kg").talk()
        async with aclosing(talk) as values:
            first = asyncio.ensure_future(anext(values))
            while not first.done():
                line.say(FRAME_1560[7:] + FRAME_1234)  # every piece begins in the middle of a frame
                await asyncio.sleep(0.001)
            weight = await first
        assert (weight.amount, weight.unit, weight.raw) == (Decimal("12.34"), KILOGRAM, FRAME_1234)
        assert (weight.stable, weight.basis) == (None, None)


async def test_scale_that_is_asked_answers_each_question_once(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        questions: list[bytes] = []

        def answer(question: bytes) -> None:
            questions.append(question)
            line.say(b"S S      %5.2f kg\r\n" % len(questions))

        line.listen(answer)
        async with aclosing(scale(line, protocol="mt_sics", every_s=0.02).talk()) as values:
            amounts = [(await anext(values)).amount for _ in range(3)]
        assert amounts == [Decimal("1.00"), Decimal("2.00"), Decimal("3.00")]
        assert questions == [b"SI\r\n"] * 3


async def test_scale_in_another_unit_than_the_config_says_is_refused(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        line.listen(lambda _: line.say(b"S S     100.00 g\r\n"))
        with pytest.raises(BadFrame, match="the scale speaks of g, the config of kg"):
            await anext(scale(line, protocol="mt_sics", every_s=0.02).talk())


async def test_scale_that_says_nothing_is_silent(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        for settings in ({"protocol": "mt_sics"}, {"protocol": "yaohua_continuous", "unit": "kg"}):
            with pytest.raises(DeviceSilent):
                await anext(scale(line, answer_within_s=0.02, **settings).talk())


async def test_garbage_on_the_line_is_named_as_such(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        talk = scale(line, protocol="yaohua_continuous", unit="kg", answer_within_s=0.05).talk()
        first = asyncio.ensure_future(anext(talk))
        while not first.done():
            line.say(b"\xb2\xb1garbage")
            await asyncio.sleep(0.001)
        with pytest.raises(BadFrame, match="not a Yaohua continuous frame"):
            await first


async def test_pulled_plug_ends_the_conversation(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        async with aclosing(scale(line, protocol="mt_sics").talk()) as values:
            line.listen(lambda _: line.say(b"S S       1.00 kg\r\n"))
            await anext(values)
            line.unplug()
            with pytest.raises(PortLost):
                await anext(values)


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        ({"protocol": "mt_sicks"}, "no scale protocol 'mt_sicks'; did you mean mt_sics?"),
        ({"protocol": "yaohua_continuous"}, "unit: yaohua_continuous frames name no unit"),
        ({"protocol": "mt_sics", "unit": "lb"}, "'kg', 'g' or 't'"),
        ({"protocol": "mt_sics", "baudrate": 9600}, "Extra inputs are not permitted"),
        ({"protocol": "mt_sics", "line": "8X1"}, "should match pattern"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict, mistake: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Scale.model_validate({"driver": "scale", "port": "/dev/serial/by-id/x", **settings})
    assert mistake in str(caught.value)
