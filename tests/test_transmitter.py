"""A weighing transmitter that shares its line with sensors, on every kind of line, and the station it weighs for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from firmware_mock_devices import device
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.config import load
from gateway.config.difference import difference
from gateway.diagnosis.bus import examine_bus
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.modbus_rounds import Rounds
from gateway.drivers.register_map import MAPS
from gateway.drivers.weight_map import FOLDER
from gateway.errors import BadFrame
from gateway.reading import DeviceId, Link, Measurement, Quality, Value, Weight
from gateway.record.desks import plate
from gateway.station import Show, StationId
from tests.road import GATE, PACKING, PackingHouse, packing_house

HANG_GUARD_S = 20.0
LAUMAS = "5:table:03/0006=0800,0000,0401,0000,0401"
"""At rest, 10.25 kg gross with two decimals."""

UNITS = ("--unit", "1:xy-md02", "--unit", LAUMAS)
SIDES = ("rtu", "tcp", "rtu-over-tcp")


def bus(**facts: object) -> ModbusBus:
    usual = {
        "driver": "modbus_bus",
        "late_s": 0.05,
        "unit": {"air": {"id": 1, "map": "xy-md02", "every_s": 0.1}},
        "scale": {"pan": {"id": 5, "map": "laumas", "unit": "kg", "decimals": 2, "every_s": 0.05}},
    }
    return ModbusBus.model_validate(usual | facts)


async def heard(values: AsyncGenerator[Value, None], kind: type, channel: str, **facts: object) -> Value:
    """Give the next value of this kind and channel of which these facts hold."""
    async with asyncio.timeout(HANG_GUARD_S):
        async for value in values:
            of_it = isinstance(value, kind) and value.channel == channel
            if of_it and all(getattr(value, name) == fact for name, fact in facts.items()):
                return value
    raise AssertionError("the bus fell silent")


@pytest.mark.parametrize("side", SIDES)
async def test_scale_and_sensor_of_one_line_are_both_read(tmp_path: Path, side: str) -> None:
    link = tmp_path / "line"
    where = ("--link", link) if side == "rtu" else ("--port", "0")
    async with device(tmp_path, "modbus_bus", side, *where, *UNITS) as mock:
        framing = "tcp" if side == "tcp" else "rtu"
        table = bus(port=str(link)) if side == "rtu" else bus(
            host="127.0.0.1", tcp_port=mock.ready["listening"], framing=framing
        )  # fmt: skip
        async with aclosing(table.talk()) as values:
            assert await heard(values, Weight, "pan") == Weight(
                Decimal("10.25"), "KGM", "gross", stable=True, channel="pan", raw=bytes.fromhex("050306 0800 00000401")
            )
            await heard(values, Measurement, "air", quantity="Temperature", quality=Quality.GOOD)
            await mock.tell(registers="03/0006=0008,0000,1900", unit=5)
            over = await heard(values, Weight, "pan", condition="overload")
            assert (over.amount, over.quality) == (None, Quality.BAD)
            await mock.tell(exception=2, unit=5, times=1)
            refused = await heard(values, Weight, "pan", condition="error")
            assert refused.amount is None


async def test_dead_scale_is_a_channel_down_and_the_sensor_goes_on(tmp_path: Path) -> None:
    async with device(tmp_path, "modbus_bus", "rtu", "--link", tmp_path / "line", *UNITS) as mock:
        table = bus(port=str(tmp_path / "line"), answer_within_s=0.1)
        async with aclosing(table.talk()) as values:
            await heard(values, Weight, "pan", amount=Decimal("10.25"))
            await mock.tell(dead=5)
            down = await heard(values, Link, "pan", up=False)
            assert "unit 5 does not answer" in down.why
            await heard(values, Measurement, "air")
        await mock.tell(alive="all")
        await mock.tell(registers="03/0006=0801", unit=5)
        assert [(one.cause, one.about) for one in await examine_bus("line", table)] == [("load-cell", "line/pan")]


def test_digits_that_contradict_their_status_are_no_weight() -> None:
    weigh = bus(port="/dev/gateway/x").members()["pan"].weigh
    assert weigh is not None
    with pytest.raises(BadFrame, match="the digits say minus"):
        weigh((0x0800, 0xFFFF, 0xFFB0))


@pytest.mark.parametrize("name", sorted(path.stem for path in (MAPS / FOLDER).glob("*.toml")))
@given(data=st.data())
def test_any_registers_are_a_weight_or_a_bad_frame(name: str, data: st.DataObject) -> None:
    scale = {"pan": {"id": 5, "map": name, "unit": "kg", "decimals": 2}}
    member = bus(port="/dev/gateway/x", scale=scale).members()["pan"]
    count = member.blocks[0].count
    assert member.weigh is not None
    with suppress(BadFrame):
        weight = member.weigh(tuple(data.draw(st.lists(st.integers(0, 0xFFFF), min_size=count, max_size=count))))
        assert (weight.amount is None) == (weight.quality is Quality.BAD) == (weight.unit is None)
        assert weight.channel == "pan"


# --- how fresh ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dead", [0, 10])
def test_among_twenty_sensors_the_scale_is_every_other_question_and_a_dead_unit_costs_it_one_timeout(dead: int) -> None:
    answer_s, timeout_s, scale = 0.1, 0.3, "pan"
    sensors = [f"s{number}" for number in range(20)]
    rounds = Rounds({scale: 0.2, **dict.fromkeys(sensors, 1.0)}, now=0.0, first={scale})
    now, asked = 0.0, []
    while now < 120.0:
        at, unit = rounds.next(now)
        now = max(now, at)
        asked.append((now, unit))
        if unit in sensors[:dead]:
            now += timeout_s
            rounds.failed(unit, now)
        else:
            now += answer_s
            rounds.answered(unit, now)
    at = [when for when, unit in asked if unit == scale and when > 20.0]
    longest = max(after - before for before, after in pairwise(at))
    one_other = timeout_s if dead else answer_s
    assert longest <= max(0.2, answer_s + one_other) + answer_s + 1e-6
    assert {unit for _, unit in asked} == {scale, *sensors}


def test_scale_that_was_given_up_is_tried_again_within_ten_seconds() -> None:
    rounds = Rounds({"pan": 0.2, "air": 0.5}, now=0.0, first={"pan"})
    now, tried = 0.0, []
    while now < 300.0:
        at, unit = rounds.next(now)
        now = max(now, at) + 0.1
        if unit == "pan":
            tried.append(now)
            rounds.failed(unit, now)
        else:
            rounds.answered(unit, now)
    assert max(after - before for before, after in pairwise(tried)) <= 11.0


# --- the station ----------------------------------------------------------------------------------------------------

STATIONS = {"gate": GATE, "pack": PACKING.model_copy(update={"scale": "line/pan", "printer": None, "label": None})}


async def weighs(house: PackingHouse, kg: str, frames: int, channel: str = "pan", *, rests: bool = True) -> None:
    for _ in range(frames):
        house.time.passes(0.2)
        said = Weight(Decimal(kg), "KGM", "gross", stable=rests, raw=b"\x05", channel=channel)
        await house.says("line", said)


async def ready(house: PackingHouse) -> None:
    lot = await house.receive_lot("101.50")
    await house.scan("pack-scanner", "OP-11")
    await house.scan("pack-scanner", f"https://trace.example.org/01/99521234000016/10/{lot}?3102=010000", "]Q1")
    await weighs(house, "0.00", 3)


async def test_station_packs_on_a_scale_of_a_bus_and_hears_no_other_channel(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=STATIONS) as house:
        await ready(house)
        await weighs(house, "12.40", 8, channel="other")
        assert await house.bodies("carton") == []
        await weighs(house, "12.34", 8)
        (carton,) = await house.bodies("carton")
        assert house.state("pack") is Show.RECORDED
        (element,) = carton["sensorElementList"]
        assert element["sensorMetadata"]["deviceID"] == "https://id.gs1.org/8004/9521234LINE%2FPAN"


@pytest.mark.parametrize("lost", [Link(up=False, why="cable"), Link(up=False, why="unit 5", channel="pan")])
async def test_bus_or_unit_that_is_lost_leaves_no_weight_at_the_station(tmp_path: Path, lost: Link) -> None:
    async with packing_house(tmp_path, stations=STATIONS) as house:
        await ready(house)
        await weighs(house, "12.34", 2, rests=False)
        assert house.view("pack").weight is not None
        await house.says("line", lost)
        assert house.view("pack").weight is None
        assert house.state("pack") is Show.STALE
        await weighs(house, "12.34", 1)
        assert await house.bodies("carton") == []  # one frame after a silence is no rest


async def test_silence_of_another_unit_is_nothing_to_the_station(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=STATIONS) as house:
        await ready(house)
        await weighs(house, "12.34", 2, rests=False)
        await house.says("line", Link(up=False, why="dead", channel="air"))
        await weighs(house, "12.34", 8)
        assert len(await house.bodies("carton")) == 1


async def test_bus_that_is_another_one_now_has_its_stations_take_off_first(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=STATIONS) as house:
        await ready(house)
        await house.recorder.reopened(DeviceId("line"), {StationId("pack"): None})
        await weighs(house, "12.34", 8)
        assert await house.bodies("carton") == []
        assert house.state("pack") is Show.TAKE_OFF_FIRST


# --- config ---------------------------------------------------------------------------------------------------------

HEAD = (Path(__file__).parent / "golden" / "config" / "shared-line.toml").read_text("utf-8").partition("[device.")[0]
LINE = """
[device.line]
driver = "modbus_bus"
port = "/dev/gateway/line"

[device.line.unit.air]
id = 1
map = "xy-md02"

[device.line.scale.pan]
id = 5
map = "laumas"
unit = "kg"
decimals = 2
interval_kg = 0.02

[device.hand]
driver = "barcode_scanner"
port = "/dev/gateway/hand"

[station.pack-1]
name = "Trạm 1"
step = "packing"
scanner = "hand"
scale = "line/pan"
"""


def test_station_names_the_scale_of_a_bus_by_config_alone(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(HEAD + LINE, "utf-8")
    config = load(file)
    found = plate(config.station["pack-1"], config.device)
    assert found is not None
    assert found.interval_kg == Decimal("0.02")
    file.write_text(HEAD + LINE.replace("interval_kg = 0.02", "interval_kg = 0.05"), "utf-8")
    changed = difference(config, load(file), {})
    assert (changed.changed, changed.devices, changed.stations) == (("device.line",), {"line"}, frozenset())


@pytest.mark.parametrize(
    ("facts", "mistake"),
    [
        ({"unit": {}, "scale": {}}, "unit: a bus needs at least one unit or scale"),
        ({"unit": {"pan": {"id": 1, "map": "xy-md02"}}}, "scale.pan: a unit has this name too"),
        ({"unit": {"air": {"id": 5, "map": "xy-md02"}}}, "scale.pan.id: 5 is taken by air"),
        ({"scale": {"pan": {"id": 5, "map": "laumas", "unit": "kg"}}}, "decimals: these registers hold digits"),
        ({"scale": {"pan": {"id": 5, "map": "laumsa", "unit": "kg"}}}, "did you mean laumas?"),
        ({"scale": {"pan": {"id": 248, "map": "tuna-id551", "unit": "kg"}}}, "scale.pan.id: must be 1 to 247"),
    ],
)
def test_settings_that_cannot_work_are_refused(facts: dict, mistake: str) -> None:
    with pytest.raises(ValidationError) as caught:
        bus(port="/dev/gateway/line", **facts)
    assert mistake in str(caught.value)
