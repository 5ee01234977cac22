"""Maps against their golden polls; values exact, faults never numbers, reads as few as allowed and never torn."""

import struct
import tomllib
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.modbus_bus import Member, polls
from gateway.drivers.modbus_line import RtuLine
from gateway.drivers.register_map import MAPS, Block, Point, RegisterMap, blocks, decode, load_map
from gateway.errors import PortLost
from gateway.reading import Measurement, Quality
from tests.ports import PlainPort
from tests.rtu_units import answer_of

GOLDEN = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "golden" / "maps").glob("*.toml"))
}
POLLS = [(name, poll) for name, golden in GOLDEN.items() for poll in golden["poll"]]
ANY = [-(10**12), 10**12]
HELP = {"vi": "x", "en": "x"}


def point(**facts: object) -> Point:
    usual = {
        "quantity": "Value",
        "function": 4,
        "address": 0,
        "type": "int16",
        "valid": [-(10**12), 10**12],
        "help": HELP,
    }
    return Point.model_validate(usual | facts)


def value_of(registers: list[int], **facts: object) -> Measurement:
    (block,) = blocks([point(**facts)])
    (found,) = decode(block, registers)
    return found


@pytest.mark.parametrize(("name", "poll"), POLLS, ids=lambda value: value if isinstance(value, str) else "")
async def test_golden_poll_asks_and_reads_what_the_sheet_says(name: str, poll: dict) -> None:
    found_map = load_map(name)
    asked = bytes.fromhex(poll["asked"])
    answered = bytes.fromhex(poll["answered"]) if "answered" in poll else answer_of(*asked[:2], poll["registers"])
    port = PlainPort(answered, asked=True)
    member = Member(asked[0], 3600.0, 0.3, blocks(found_map.point), found_map.all_zero_is_fault)
    values = polls(RtuLine(port, baud=115200), {"room": member})
    assert (await anext(values)).up
    for point_ in found_map.point:
        value = await anext(values)
        expected = poll[point_.quantity]
        assert (value.quantity, value.unit, value.channel) == (point_.quantity, point_.unit, "room")
        if value.quality is Quality.GOOD:
            assert str(value.amount) == expected
        else:
            assert (value.amount, value.why) == (None, expected)
    await values.aclose()
    assert port.written == [asked]


def test_every_map_that_comes_with_the_gateway_loads_and_has_golden_polls() -> None:
    names = {path.stem for path in MAPS.glob("*.toml")}
    assert names == set(GOLDEN)
    for name in names:
        assert load_map(name).source


def test_unknown_map_is_named_with_the_nearest_known_one() -> None:
    with pytest.raises(ValueError, match="no map 'xy-md2'; did you mean xy-md02"):
        load_map("xy-md2")


def test_own_map_goes_before_the_one_that_comes_with_the_gateway(tmp_path: Path) -> None:
    text = (MAPS / "xy-md02.toml").read_text("utf-8")
    (tmp_path / "xy-md02.toml").write_text(text.replace('model = "XY-MD02"', 'model = "ours"'), "utf-8")
    assert load_map("xy-md02", (tmp_path, MAPS)).model == "ours"


@pytest.mark.parametrize(
    ("line", "instead", "mistake"),
    [
        ('type = "int16"', 'type = "int17"', "point.0.type: Input should be 'int16'"),
        ("valid = [-40, 80]", "valid = [80, -40]", "valid: the first number must be the smaller one"),
        ('quantity = "Temperature"', 'quantity = "RelativeHumidity"', "two points have the same quantity"),
        ("baud = 9600", "baud = 9600\nbauds = 1", "bauds: Extra inputs are not permitted"),
        ('vi = "Cảm biến', 'vi = "" # ', "help.vi: String should have at least 1 character"),
        ("baud = 9600", "baud = ", "at line 6"),
    ],
)
def test_mistake_in_a_map_names_the_file_and_the_place(tmp_path: Path, line: str, instead: str, mistake: str) -> None:
    text = (MAPS / "xy-md02.toml").read_text("utf-8")
    assert line in text
    (tmp_path / "bad.toml").write_text(text.replace(line, instead), "utf-8")
    with pytest.raises(ValueError, match=r"maps/bad\.toml: ") as caught:
        load_map("bad", (tmp_path,))
    assert mistake in str(caught.value)


def test_value_of_one_register_cannot_have_its_words_swapped() -> None:
    with pytest.raises(ValueError, match="has one register"):
        point(type="int16", order="CDAB")


@pytest.mark.parametrize(
    ("order", "registers"),
    [
        ("ABCD", [0x4366, 0x6666]),
        ("CDAB", [0x6666, 0x4366]),
        ("BADC", [0x6643, 0x6666]),
        ("DCBA", [0x6666, 0x6643]),
    ],
)
def test_float_is_read_in_every_order_as_the_shortest_decimal(order: str, registers: list[int]) -> None:
    assert str(value_of(registers, type="float32", order=order).amount) == "230.4"


@pytest.mark.parametrize(
    ("facts", "registers", "amount"),
    [
        ({"type": "int16", "scale": Decimal("0.1")}, [0xFF9B], "-10.1"),
        ({"type": "uint16"}, [0xFF9B], "65435"),
        ({"type": "int16", "order": "BADC"}, [0x9BFF], "-101"),
        ({"type": "int32"}, [0xFFFF, 0xC1EF], "-15889"),
        ({"type": "int32", "order": "CDAB"}, [0x01F4, 0x0000], "500"),
        ({"type": "uint32"}, [0xFFFF, 0xFFFF], "4294967295"),
        ({"type": "uint16", "scale": Decimal("0.01"), "offset": Decimal("-40")}, [4000], "0.00"),
        ({"type": "float32"}, [0x4365, 0x8000], "229.5"),
    ],
)
def test_amounts_are_exact(facts: dict, registers: list[int], amount: str) -> None:
    assert str(value_of(registers, **facts).amount) == amount


@pytest.mark.parametrize(
    "registers", [[0x7FC0, 0x0000], [0x7F80, 0x0000], [0xFF80, 0x0000]], ids=["nan", "inf", "-inf"]
)
def test_what_is_no_number_is_a_fault(registers: list[int]) -> None:
    found = value_of(registers, type="float32")
    assert (found.amount, found.quality, found.why) == (None, Quality.BAD, "not a number")


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_any_float32_survives_the_way_through_decimal(number: float) -> None:
    content = struct.pack(">f", number)
    found = value_of(list(struct.unpack(">2H", content)), type="float32", valid=[Decimal("-1e39"), Decimal("1e39")])
    assert found.amount is not None
    assert struct.unpack(">f", struct.pack(">f", float(found.amount)))[0] == number
    assert len(found.amount.normalize().as_tuple().digits) <= 9


# --- blocks ---------------------------------------------------------------------------------------------------------


some_points = st.lists(
    st.builds(
        point,
        function=st.sampled_from([3, 4]),
        address=st.integers(0, 60),
        type=st.sampled_from(["int16", "uint32", "float32"]),
    ),
    min_size=1,
    max_size=20,
)


@given(points=some_points, gap=st.integers(0, 10), most=st.integers(2, 20))
def test_blocks_hold_every_point_whole_and_keep_to_the_limits(points: list[Point], gap: int, most: int) -> None:
    found = blocks(points, gap=gap, most=most)
    assert sorted(map(id, points)) == sorted(id(member) for block in found for member in block.points)
    for block in found:
        assert block.count <= most
        read: set[int] = set()
        for member in block.points:
            assert member.function == block.function
            assert block.address <= member.address
            assert member.address + member.registers <= block.address + block.count
            read |= set(range(member.address, member.address + member.registers))
        unread = set(range(block.address, block.address + block.count)) - read
        runs = "".join("u" if at in unread else " " for at in range(block.address, block.address + block.count)).split()
        assert all(len(run) <= gap for run in runs)


@given(points=some_points)
def test_neighbours_are_read_together(points: list[Point]) -> None:
    found = blocks(points)
    for before, after in pairwise(found):
        assert before.function != after.function or before.address + before.count < after.address


def test_gap_is_read_over_only_where_the_map_allows_it() -> None:
    points = [point(quantity="A", address=0), point(quantity="B", address=5)]
    assert [(block.address, block.count) for block in blocks(points)] == [(0, 1), (5, 1)]
    assert [(block.address, block.count) for block in blocks(points, gap=4)] == [(0, 6)]
    assert [(block.address, block.count) for block in blocks(points, gap=4, most=5)] == [(0, 1), (5, 1)]


@given(registers=st.lists(st.integers(0, 0xFFFF), min_size=2, max_size=2))
def test_any_registers_of_a_real_map_are_values_in_range_or_faults(registers: list[int]) -> None:
    found_map: RegisterMap = load_map("xy-md02")
    (block,) = blocks(found_map.point)
    assert isinstance(block, Block)
    for value, point_ in zip(decode(block, registers), block.points, strict=True):
        if value.quality is Quality.GOOD:
            assert value.amount is not None
            assert point_.valid[0] <= value.amount <= point_.valid[1]
        else:
            assert value.amount is None
            assert value.why


async def test_poll_of_a_line_that_is_gone_ends() -> None:
    member = Member(1, 3600.0, 0.3, blocks(load_map("xy-md02").point))
    with pytest.raises(PortLost, match="no unit answers"):
        async for _ in polls(RtuLine(PlainPort(asked=True), baud=115200, late_s=0.0), {"room": member}):
            pass
