"""Maps against their golden polls; values exact, faults never numbers, reads as few as allowed and never torn."""

import struct
import tomllib
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.modbus_line import RtuLine
from gateway.drivers.modbus_polls import Member, polls
from gateway.drivers.register_map import MAPS, Block, Point, RegisterMap, blocks, load_map
from gateway.drivers.register_values import decode
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


def exchanges(poll: dict) -> list[tuple[bytes, bytes]]:
    """Give what is asked in a golden poll and what is answered."""
    questions = poll["asked"] if isinstance(poll["asked"], list) else [poll["asked"]]
    asked = [bytes.fromhex(question) for question in questions]
    if "answered" in poll:
        return [(asked[0], bytes.fromhex(poll["answered"]))]
    registers = poll["registers"] if len(asked) > 1 else [poll["registers"]]
    return [(one, answer_of(*one[:2], held)) for one, held in zip(asked, registers, strict=True)]


@pytest.mark.parametrize(("name", "poll"), POLLS, ids=lambda value: value if isinstance(value, str) else "")
async def test_golden_poll_asks_and_reads_what_the_sheet_says(name: str, poll: dict) -> None:
    found_map = load_map(name)
    said = exchanges(poll)
    port = PlainPort(*(answered for _, answered in said), asked=True)
    member = Member(said[0][0][0], 3600.0, 0.3, found_map.blocks(), found_map.all_zero_is_fault)
    values = polls(RtuLine(port, baud=115200), {"room": member})
    expected = {key: word for key, word in poll.items() if key not in ("asked", "answered", "registers")}
    found = {}
    units = {(point_.probe, point_.quantity): point_.unit for point_ in found_map.point}
    for _ in range(len(member.channels("room")) + len(found_map.point) - debounced(found_map)):
        value = await anext(values)
        if isinstance(value, Measurement):
            probe = value.channel.removeprefix("room").removeprefix(".")
            assert value.unit == units[probe, value.quantity]
            assert (value.amount is None) == (value.quality is Quality.BAD)
            key = f"{probe}.{value.quantity}" if probe else value.quantity
            found[key] = value.why if value.amount is None else str(value.amount)
    await values.aclose()
    assert port.written == [asked for asked, _ in said]
    if not debounced(found_map):
        assert found == expected
    (direct, *_) = found_map.blocks()
    if debounced(found_map):  # said only once two polls agree: then what the answer holds is looked at by itself
        answer = [int(bit) for bit in f"{said[0][1][3]:08b}"[::-1]]
        assert {
            f"{point_.probe}.{point_.quantity}": str(value.amount)
            for point_, value in zip(direct.points, decode(direct, answer), strict=True)
        } == expected


def debounced(found_map: RegisterMap) -> int:
    return sum(point_.debounce > 1 for point_ in found_map.point)


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
        ({"type": "int64"}, [0xFFFF, 0xFFFF, 0xFFFF, 0xFF9B], "-101"),
        ({"type": "int64", "order": "CDAB"}, [0xFF9B, 0xFFFF, 0xFFFF, 0xFFFF], "-101"),
        ({"type": "uint64", "order": "DCBA"}, [0x0200, 0x0100, 0, 0], "65538"),
        ({"type": "uint64", "order": "BADC"}, [0, 0, 0x0100, 0x0200], "65538"),
        ({"type": "float64"}, [0x406C, 0xCCCC, 0xCCCC, 0xCCCD], "230.4"),
        ({"type": "float64", "order": "CDAB"}, [0xCCCD, 0xCCCC, 0xCCCC, 0x406C], "230.4"),
        ({"type": "bcd16"}, [0x1234], "1234"),
        ({"type": "bcd32", "order": "CDAB"}, [0x5678, 0x1234], "12345678"),
        ({"type": "magnitude16", "scale": Decimal("0.1")}, [0x8065], "-10.1"),
        ({"type": "magnitude32"}, [0x8000, 0x0065], "-101"),
        ({"type": "offset10000", "scale": Decimal("0.1")}, [9999], "999.9"),
        ({"type": "offset10000", "scale": Decimal("0.1")}, [10101], "-10.1"),
        ({"type": "uint32", "sign": {"address": 2, "mask": 0x0080}}, [0, 101, 0x0080], "-101"),
        ({"type": "uint32", "sign": {"address": 2, "mask": 0x0080}}, [0, 101, 0xFF7F], "101"),
        ({"type": "int16", "decimals_at": 1}, [0xFF9B, 2], "-1.01"),
        ({"type": "int16", "exponent_at": 1}, [0xFF9B, 0xFFFE], "-1.01"),
        ({"type": "int16", "exponent_at": 1}, [12, 3], "12000"),
        ({"type": "bit", "function": 3, "bit": 3, "valid": None}, [0x0008], "1"),
        ({"type": "bit", "function": 3, "bit": 3, "valid": None, "inverted": True}, [0x0008], "0"),
        ({"type": "bit", "function": 1, "valid": None}, [1], "1"),
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


@pytest.mark.parametrize(
    ("facts", "registers", "why"),
    [
        ({"type": "bcd16"}, [0x12A4], "not a BCD number (12a4)"),
        ({"type": "int16", "decimals_at": 1}, [5, 77], "77 is no number of decimals"),
        ({"type": "int16", "exponent_at": 1}, [5, 0x7FFF], "32767 is no exponent"),
        (
            {"type": "int16", "fault": {"address": 1, "mask": 0x0004}},
            [5, 0x0006],
            "the device reports a fault (0x0004)",
        ),
        ({"type": "uint16", "saturates": 5000}, [5000], "5000 is the end of the sensor's range"),
        ({"type": "float32"}, [0x0043, 0x6666], "6.189712E-39 is absurdly small: look at order"),
        ({"type": "string", "length": 2, "valid": None}, [0x4142, 0xFF00], "not a text (4142ff00)"),
        ({"type": "string", "length": 2, "valid": None}, [0, 0], "not a text (00000000)"),
    ],
)
def test_registers_that_hold_no_value_say_why(facts: dict, registers: list[int], why: str) -> None:
    found = value_of(registers, **facts)
    assert (found.amount, found.quality, found.why) == (None, Quality.BAD, why)


@pytest.mark.parametrize(
    ("order", "registers"), [("ABCD", [0x5359, 0x2D37, 0x2000]), ("BADC", [0x5953, 0x372D, 0x0020])]
)
def test_text_is_read_without_its_padding(order: str, registers: list[int]) -> None:
    found = value_of(registers, type="string", length=3, valid=None, order=order)
    assert (found.text, found.amount, found.quality) == ("SY-7", None, Quality.GOOD)


@pytest.mark.parametrize(
    ("facts", "mistake"),
    [
        ({"valid": None}, "valid: say what the sensor can measure"),
        ({"function": 2}, "type: functions 1 and 2 give a bit"),
        ({"type": "bit", "function": 2, "bit": 1}, "type: functions 1 and 2 give a bit"),
        ({"type": "bit"}, "bit: say which bit of the register"),
        ({"type": "string"}, "length: a string, and nothing else"),
        ({"length": 2}, "length: a string, and nothing else"),
        ({"type": "string", "length": 2, "order": "CDAB"}, "order: the words of a string stand in order"),
        ({"type": "float64", "address": 0xFFFE}, "does not fit below 0xFFFF"),
    ],
)
def test_point_that_cannot_be_read_is_refused(facts: dict, mistake: str) -> None:
    with pytest.raises(ValueError, match=mistake):
        point(**facts)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False).filter(lambda number: not 0 < abs(number) < 2e-9))
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
        type=st.sampled_from(["int16", "uint32", "float32", "uint64"]),
    ),
    min_size=1,
    max_size=20,
)


@given(
    points=some_points,
    gap=st.integers(0, 10),
    most=st.integers(4, 20),
    holes=st.lists(st.integers(0, 63).map(lambda at: (at, at + 1)), max_size=5),
)
def test_blocks_hold_every_point_whole_and_keep_to_the_limits(
    points: list[Point], gap: int, most: int, holes: list[tuple[int, int]]
) -> None:
    taken = {register for member in points for register in range(*member.span)}
    holes = [hole for hole in holes if taken.isdisjoint(range(hole[0], hole[1] + 1))]
    found = blocks(points, gap=gap, most=most, holes=holes)
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
        for hole in holes:
            assert set(range(hole[0], hole[1] + 1)).isdisjoint(range(block.address, block.address + block.count))


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


def test_documented_hole_is_never_read_over() -> None:
    points = [point(quantity="A", address=0), point(quantity="B", address=5)]
    assert [(block.address, block.count) for block in blocks(points, gap=10, holes=[(2, 3)])] == [(0, 1), (5, 1)]
    assert [(block.address, block.count) for block in blocks(points, gap=10, holes=[(6, 9)])] == [(0, 6)]


def test_what_belongs_to_a_value_comes_in_the_same_read() -> None:
    with_status = point(quantity="A", address=5, fault={"address": 1}, decimals_at=8)
    assert [(block.address, block.count) for block in blocks([with_status, point(quantity="B", address=20)])] == [
        (1, 8),
        (20, 1),
    ]


def test_device_that_answers_only_its_own_block_is_asked_for_just_that() -> None:
    found_map = RegisterMap.model_validate(
        {
            "model": "x",
            "source": "x",
            "help": HELP,
            "block": [{"function": 4, "address": 10, "count": 8}],
            "point": [
                {"quantity": name, "function": 4, "address": at, "type": "int16", "valid": [0, 9], "help": HELP}
                for name, at in (("A", 9), ("B", 12), ("C", 15), ("D", 18))
            ],
        }
    )
    assert [(block.address, block.count) for block in found_map.blocks()] == [(9, 1), (10, 8), (18, 1)]


def test_inputs_are_counted_in_bits() -> None:
    inputs = [point(quantity=f"I{at}", function=2, address=at, type="bit", valid=None) for at in range(12)]
    assert [(block.address, block.count) for block in blocks(inputs, most_bits=8)] == [(0, 8), (8, 4)]


def test_map_whose_value_lies_in_a_hole_is_refused() -> None:
    facts = {
        "model": "x",
        "source": "x",
        "help": HELP,
        "holes": [[1, 1]],
        "point": [{"quantity": "A", "function": 4, "address": 0, "type": "int32", "valid": [0, 9], "help": HELP}],
    }
    with pytest.raises(ValueError, match="holes: A at 0 lies in one"):
        RegisterMap.model_validate(facts)


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
