"""DS18B20 through a directory like the kernel's: every trap of the sheet, and probes that come and go."""

import asyncio
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.onewire import NoTemperature, Onewire, crc8, read_probe
from gateway.errors import PortLost
from gateway.reading import Link, Measurement, Quality

LONG_S = 10.0


def shown(data: str, *, second: str | None = None, yes: bool = True, t: int = 0) -> str:
    """Give what the kernel shows of a scratchpad."""
    crc = data.rsplit(maxsplit=1)[-1]
    return f"{data} : crc={crc} {'YES' if yes else 'NO'}\n{second or data} t={t}\n"


def scratchpad(sixteenths: int, config: int = 0x7F, six: int = 0x0C, five: int = 0xFF, seven: int = 0x10) -> str:
    data = sixteenths.to_bytes(2, "little", signed=True) + bytes((0x4B, 0x46, config, five, six, seven))
    return (data + bytes([crc8(data)])).hex(" ")


def test_captured_scratchpads_are_read() -> None:
    assert read_probe(shown("3f 00 4b 46 7f ff 01 10 47", t=3937)) == Decimal("3.9375")
    assert read_probe(shown(scratchpad(-8))) == Decimal("-0.5")
    assert read_probe(shown(scratchpad(-296))) == Decimal("-18.5")


@pytest.mark.parametrize(("config", "amount"), [(0x7F, "4.9375"), (0x5F, "4.875"), (0x3F, "4.75"), (0x1F, "4.5")])
def test_bits_that_mean_nothing_at_a_lower_resolution_are_left_out(config: int, amount: str) -> None:
    assert read_probe(shown(scratchpad(79, config))) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (shown("3f 00 4b 46 7f ff 01 10 47", yes=False, t=3937), "wrong CRC"),
        (shown("3f 00 4b 46 7f ff 01 10 48", t=3937), "wrong CRC"),
        (shown("ff ff ff ff ff ff ff ff ff", second="3f 00 4b 46 7f ff 01 10 47", yes=False, t=3937), "line is open"),
        (shown("00 00 00 00 00 00 00 00 00"), "line is shorted"),
        (shown("50 05 4b 46 7f ff 0c 10 1c", t=85000), "not powered while it measured"),
        (shown(scratchpad(1360, six=0x05), t=85000), "not powered while it measured"),
        (shown(scratchpad(2047), t=127937), "not enough power"),
        (shown("98 fe ff ff 7f ff ff ff 1c", t=-22500), "reserved bytes differ"),
        (shown("3f 00 4b 46 7f ff 01 10 47", second="50 00 4b 46 7f ff 01 10 47"), "the two lines differ"),
        (shown(scratchpad(79, config=0x80)), "not a DS18B20"),
        ("", "not what the kernel shows"),
        ("t=3937", "not what the kernel shows"),
    ],
)
def test_what_is_no_temperature_is_refused_by_its_name(text: str, why: str) -> None:
    with pytest.raises(NoTemperature, match=why):
        read_probe(text)


def test_copy_of_a_probe_is_read_where_the_config_says_so() -> None:
    copy = shown(scratchpad(79, five=0x00, seven=0x00))
    with pytest.raises(NoTemperature, match="not a genuine DS18B20"):
        read_probe(copy)
    assert read_probe(copy, genuine=False) == Decimal("4.9375")


@given(text=st.one_of(st.text(max_size=120), st.binary(min_size=9, max_size=9).map(lambda data: shown(data.hex(" ")))))
def test_anything_is_a_temperature_or_none(text: str) -> None:
    try:
        amount = read_probe(text)
    except NoTemperature:
        return
    assert Decimal(-2048) <= amount < Decimal("127.9")


ROMS = {"front": "28-0316a2795bff", "back": "28-0316a2795b01"}


def put(directory: Path, channel: str, text: str) -> None:
    (directory / ROMS[channel]).mkdir(exist_ok=True)
    (directory / ROMS[channel] / "w1_slave").write_text(text, "ascii")


def table(directory: Path, **facts: object) -> Onewire:
    unit = {channel: {"rom": rom} for channel, rom in ROMS.items()}
    return Onewire.model_validate({"driver": "onewire", "directory": directory, "every_s": 1, "unit": unit} | facts)


async def test_probes_are_channels_and_a_lost_one_leaves_the_other_alone(tmp_path: Path) -> None:
    put(tmp_path, "front", shown(scratchpad(80)))
    async with asyncio.timeout(LONG_S), aclosing(table(tmp_path).talk()) as values:
        assert [await anext(values) for _ in range(3)] == [
            Link(up=True, channel="front"),
            Measurement("Temperature", Decimal("5.0000"), "CEL", "front"),
            Link(up=False, why="28-0316a2795b01 is not there", channel="back"),
        ]
        put(tmp_path, "front", shown("50 05 4b 46 7f ff 0c 10 1c", t=85000))
        put(tmp_path, "back", shown(scratchpad(-8)))
        bad = await anext(values)
        assert (bad.amount, bad.quality) == (None, Quality.BAD)
        assert [await anext(values), await anext(values)] == [
            Link(up=True, channel="back"),
            Measurement("Temperature", Decimal("-0.5000"), "CEL", "back"),
        ]


async def test_bus_without_a_probe_is_opened_anew(tmp_path: Path) -> None:
    put(tmp_path, "front", "")
    async with asyncio.timeout(LONG_S), aclosing(table(tmp_path).talk()) as values:
        assert [(await anext(values)).why for _ in range(2)] == [
            "28-0316a2795bff gives nothing",
            "28-0316a2795b01 is not there",
        ]
        with pytest.raises(PortLost, match="pull-up"):
            await anext(values)


def test_one_probe_cannot_hang_in_two_places(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is taken by a"):
        table(tmp_path, unit={"a": {"rom": ROMS["front"]}, "b": {"rom": ROMS["front"]}})
