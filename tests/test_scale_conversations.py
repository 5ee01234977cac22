"""Every simulated scale read by the real driver over a pty: weights, tare, ranges, bad lines, a pulled plug."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest

from firmware_mock.faults import LineFaults
from firmware_mock.indicator import Indicator
from firmware_mock.scales import SPEECHES
from firmware_mock.scales.talking import Stream
from firmware_mock.serial_line import SerialLine
from gateway.drivers.scale import Scale
from gateway.drivers.scales import SCALES
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import Quality, Weight
from gateway.units import KILOGRAM
from tests.test_scales import CHECKED

HANG_GUARD_S = 30.0
PATIENCE_S = 5.0
IMPATIENCE_S = 0.2  # where silence is what is waited for
LONG_AGO_S = 5.0  # a load that was put there then has settled
GROSS = {"adam_cpw", "keli_command", "yaohua_command"}  # asked for the gross weight, whatever was tared
SAYS_TARE = {"digi", "toledo", "toledo_checksum"}
SAYS_BASIS = {
    *GROSS,
    *SAYS_TARE,
    "and_indicator",
    "brecknell_scp",
    "cas_indicator",
    "dini_argeo",
    "jadever",
    "ohaus",
    "yaohua_a12_checked",
    "yaohua_a12_text",
}
SAYS_REST = {
    *SAYS_TARE,
    "and_balance",
    "and_indicator",
    "brecknell_scp",
    "cas_indicator",
    "cas_pos",
    "dini_argeo",
    "jadever",
    "mt_sics",
    "ohaus",
    "vibra_14",
    "vibra_15",
}
SILENT_BEYOND = {
    *GROSS,
    "keli_reversed",
    "keli_text",
    "ohaus",
    "yaohua_a12_text",
    "yaohua_continuous",
    "yaohua_continuous_plain_xor",
    "yaohua_equals_forward",
    "yaohua_equals_reversed",
}
SAYS_ONLY_INVALID = {"vibra_14", "vibra_15"}
TRANSMITTER = "modbus_laumas"
GROSS.add(TRANSMITTER)
SAYS_BASIS.add(TRANSMITTER)
SAYS_REST.add(TRANSMITTER)

EVERY = {*SCALES, TRANSMITTER}


class Conversation:
    """A scale on a line, and the driver's settings for it."""

    def __init__(self, name: str, link: Path) -> None:
        self.indicator = Indicator(Decimal(60), Decimal("0.01"), "1")
        self.faults = LineFaults("1")
        speech = SPEECHES[name.replace("_", "-")](self.indicator, "kg")
        if isinstance(speech, Stream):
            speech.every_s = 0.02
        self.speech = speech
        self.line = SerialLine(link, baud=115_200, faults=self.faults, hear=speech.hear)
        transmitter = {"protocol": "modbus", "map": "laumas", "decimals": 2}
        self._settings = {
            "driver": "scale",
            "port": str(link),
            "unit": "kg",
            "every_s": 0.02,
        } | (transmitter if name == TRANSMITTER else {"protocol": name})

    def put(self, load: str) -> None:
        """Let a load have lain there for a while."""
        self.indicator.put(Decimal(load), asyncio.get_running_loop().time() - LONG_AGO_S)

    async def until(self, so: Callable[[Weight], bool], within_s: float = PATIENCE_S) -> Weight:
        """Give the first weight of which this is so; the driver waits `within_s` for each."""
        scale = Scale.model_validate(self._settings | {"answer_within_s": within_s})
        async with asyncio.timeout(HANG_GUARD_S), aclosing(scale.talk()) as values:
            async for weight in values:
                if so(weight):
                    return weight
        raise AssertionError("the scale stopped talking")


@asynccontextmanager
async def conversation(name: str, directory: Path) -> AsyncIterator[Conversation]:
    talk = Conversation(name, directory / name)
    with talk.line.plugged_in():
        speaking = asyncio.create_task(talk.speech.speak(talk.line))
        try:
            yield talk
        finally:
            speaking.cancel()


async def all_at_once(check: Callable[[str, Conversation], Awaitable[None]], names: set[str], directory: Path) -> None:
    """Check every one of these scales, all talking at the same time; a failure says whose it is."""

    async def checked(name: str) -> None:
        try:
            async with conversation(name, directory) as talk:
                await check(name, talk)
        except Exception as error:  # whatever it is, it is told of which scale, and raised again
            error.add_note(f"with a scale that speaks {name}")
            raise

    async with asyncio.TaskGroup() as group:
        for name in sorted(names):
            group.create_task(checked(name))


def test_every_protocol_has_a_simulator() -> None:
    assert {name.replace("_", "-") for name in SCALES} | {"modbus-laumas"} == set(SPEECHES)


async def test_weight_and_what_is_said_of_it_arrive(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        talk.put("10.25")
        weight = await talk.until(lambda weight: True)
        assert (weight.amount, str(weight.amount)[-5:]) == (Decimal("10.25"), "10.25")
        assert (weight.unit, weight.quality, weight.condition) == (KILOGRAM, Quality.GOOD, None)
        assert weight.stable is (True if name in SAYS_REST else None)
        assert weight.basis == ("gross" if name in SAYS_BASIS and name != "digi" else "net" if name == "digi" else None)
        assert weight.raw
        talk.put("10.00")
        talk.indicator.tared = Decimal("1.20")
        weight = await talk.until(lambda weight: weight.amount not in (Decimal("10.25"), Decimal("9.05")))
        assert weight.amount == (Decimal("10.00") if name in GROSS else Decimal("8.80"))
        assert weight.basis == ("gross" if name in GROSS else "net" if name in SAYS_BASIS else None)
        assert weight.tare == (Decimal("1.20") if name in SAYS_TARE else None)
        talk.put("0.40")
        weight = await talk.until(lambda weight: weight.amount is not None and weight.amount < 1)
        assert weight.amount == (Decimal("0.40") if name in GROSS else Decimal("-0.80"))

    await all_at_once(check, EVERY, tmp_path)


async def test_motion_is_said_with_the_weight(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        talk.put("10.25")
        talk.indicator.shake(Decimal("0.5"))
        assert (await talk.until(lambda weight: weight.stable is False)).amount is not None

    await all_at_once(check, SAYS_REST, tmp_path)


async def test_beyond_the_range_there_is_no_weight_but_a_condition(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        talk.put("80")
        weight = await talk.until(lambda weight: True)
        assert weight.condition == ("error" if name in SAYS_ONLY_INVALID else "overload")
        assert (weight.amount, weight.quality) == (None, Quality.BAD)
        talk.put("-1")
        if name == TRANSMITTER:  # it knows no underload: that is a weight below zero
            assert (await talk.until(lambda weight: weight.condition != "overload")).amount == Decimal(-1)
        elif name == "cas_pos":  # it says nothing below zero
            with pytest.raises(DeviceSilent):
                await talk.until(lambda weight: weight.condition != "overload", IMPATIENCE_S)
        else:
            weight = await talk.until(lambda weight: weight.condition != "overload")
            assert weight.condition == ("error" if name in SAYS_ONLY_INVALID else "underload")

    await all_at_once(check, EVERY - SILENT_BEYOND, tmp_path)


async def test_scale_that_was_not_zeroed_since_power_up_has_no_weight(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        talk.put("0.40")
        talk.indicator.awaits_zero = True
        weight = await talk.until(lambda weight: True)
        assert (weight.amount, weight.quality, weight.condition) == (None, Quality.BAD, "not-zeroed")
        assert talk.indicator.zero(asyncio.get_running_loop().time())
        assert (await talk.until(lambda weight: weight.condition is None)).amount == Decimal(0)

    await all_at_once(check, {"toledo", "toledo_checksum", "brecknell_scp"}, tmp_path)


async def test_scale_that_falls_silent_beyond_its_range_has_no_weight(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        talk.put("80")
        with pytest.raises(DeviceSilent):
            await talk.until(lambda weight: True, IMPATIENCE_S)

    await all_at_once(check, SILENT_BEYOND, tmp_path)


async def test_dripping_line_gives_the_same_weight(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        talk.faults.drip_s = 0.001
        talk.put("10.25")
        assert (await talk.until(lambda weight: True)).amount == Decimal("10.25")

    await all_at_once(check, EVERY, tmp_path)


async def test_garbled_frames_are_no_third_thing_and_the_next_good_one_is_read(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        heard: list[Weight] = []
        talk.put("10.25")
        await talk.until(lambda weight: True)
        talk.faults.garble = 6
        while talk.faults.garble:
            with suppress(BadFrame, DeviceSilent):
                await talk.until(lambda weight: heard.append(weight) or not talk.faults.garble, IMPATIENCE_S)
        assert (await talk.until(lambda weight: weight.amount == Decimal("10.25"))).quality is Quality.GOOD
        assert all((weight.amount is None) == (weight.quality is Quality.BAD) for weight in heard)
        if name in {*CHECKED, TRANSMITTER}:
            assert {weight.amount for weight in heard} <= {Decimal("10.25")}

    await all_at_once(check, EVERY, tmp_path)


async def test_pulled_plug_is_a_lost_port(tmp_path: Path) -> None:
    async def check(name: str, talk: Conversation) -> None:
        talk.put("10.25")
        with pytest.raises(PortLost):
            await talk.until(lambda weight: talk.line.unplug())
        with pytest.raises(PortLost):
            await talk.until(lambda weight: True)
        talk.line.plug()
        assert (await talk.until(lambda weight: True)).amount == Decimal("10.25")

    await all_at_once(check, EVERY, tmp_path)
