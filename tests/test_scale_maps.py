"""Weighing transmitters: maps against their golden answers, weight and status of one read, and a simulated one."""

import struct
import tomllib
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.drivers.register_map import MAPS
from gateway.drivers.scale import Scale
from gateway.drivers.scale_line import weights
from gateway.drivers.weight_map import FOLDER, WeightMap, crc, load_weight_map
from gateway.errors import BadFrame
from gateway.reading import Quality, Weight
from tests.ports import DrippingPort, PlainPort
from tests.test_scales import heard_on

GOLDEN = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "golden" / "scales" / "modbus").glob("*.toml"))
}
ANSWERS = [(name, answer) for name, golden in GOLDEN.items() for answer in golden["answer"]]
REFUSED = [(name, refused) for name, golden in GOLDEN.items() for refused in golden.get("refused", [])]


def on_the_wire(registers: list[int], unit: int = 1) -> bytes:
    frame = struct.pack(f">BBB{len(registers)}H", unit, 3, 2 * len(registers), *registers)
    return frame + crc(frame)


def scale(**settings: object) -> Scale:
    usual = {"driver": "scale", "port": "/dev/gateway/x", "protocol": "modbus", "unit": "kg"}
    usual |= {"map": "laumas", "decimals": 2} if "protocol" not in settings else {}
    return Scale.model_validate({key: value for key, value in (usual | settings).items() if value is not None})


def test_every_map_has_golden_answers() -> None:
    assert {path.stem for path in (MAPS / FOLDER).glob("*.toml")} == set(GOLDEN)


@pytest.mark.parametrize(("name", "answer"), ANSWERS, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("line", [PlainPort, DrippingPort])
async def test_golden_answer_is_read(name: str, answer: dict, line: type[PlainPort]) -> None:
    golden = GOLDEN[name]
    protocol = load_weight_map(name).protocol(1, golden.get("decimals"))
    assert protocol.ask == bytes.fromhex(golden["asked"])
    frame = on_the_wire(answer["registers"])
    (found,) = await heard_on(line(frame, asked=True), protocol)
    condition = answer.get("condition")
    assert (str(found.amount), found.condition) == (answer.get("weight", "None"), condition)
    assert (found.basis, found.stable) == (answer.get("basis"), answer.get("stable"))
    assert (found.quality is Quality.BAD) == (condition is not None)
    assert found.raw == frame


@pytest.mark.parametrize(("name", "refused"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_refused_answer_says_why(name: str, refused: dict) -> None:
    with pytest.raises(BadFrame) as caught:
        load_weight_map(name).protocol(1, 2).read(on_the_wire(refused["registers"]))
    assert caught.value.why == refused["why"]


def test_one_turned_bit_in_an_answer_is_always_noticed() -> None:
    protocol = load_weight_map("laumas").protocol(1, 2)
    good = on_the_wire([0x0800, 0, 0x0401])
    for bit in range(8 * len(good)):
        spoiled = bytearray(good)
        spoiled[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadFrame):
            protocol.read(bytes(spoiled))


@pytest.mark.parametrize("name", GOLDEN)
@given(body=st.binary(max_size=160))
def test_random_answers_are_a_weight_or_a_bad_frame(name: str, body: bytes) -> None:
    protocol = load_weight_map(name).protocol(1, 2)
    size = len(on_the_wire(GOLDEN[name]["answer"][0]["registers"])) - 5
    right = protocol.start + body[:size].ljust(size, b"\0")
    for frame in (body, right, right + crc(right)):
        with suppress(BadFrame):
            weight = protocol.read(frame)
            assert isinstance(weight, Weight)
            assert (weight.amount is None) == (weight.quality is Quality.BAD)


async def test_answer_of_another_unit_an_echo_and_an_exception_are_no_weight() -> None:
    protocol = load_weight_map("laumas").protocol(1, 2)
    good = on_the_wire([0x0800, 0, 0x0401])
    refusal = b"\x01\x83\x02"
    for said in (on_the_wire([0x0800, 0, 0x0401], unit=2), protocol.ask, refusal + crc(refusal), b"\x00\xff\x7f"):
        assert await heard_on(PlainPort(said, asked=True), protocol) == []
        (found,) = await heard_on(PlainPort(said, good, asked=True), protocol)
        assert found.amount == Decimal("10.25")


async def test_exception_is_not_silence() -> None:
    refusal = b"\x01\x83\x02"
    port = PlainPort(*[refusal + crc(refusal)] * 3, asked=True)
    with pytest.raises(BadFrame, match="no whole answer"):
        await anext(weights(port, load_weight_map("laumas").protocol(1, 2), "KGM", every_s=0.0001))


def test_status_too_far_from_the_weight_is_no_map() -> None:
    found = load_weight_map("laumas")
    with pytest.raises(ValidationError, match="too far from the weight"):
        WeightMap.model_validate(
            {"model": "x", "source": "x", "help": found.help, "weight": found.weight, "status": {"address": 4000}}
        )


def test_address_and_own_map_become_the_question(tmp_path: Path) -> None:
    assert scale(address=17, decimals=2).row().ask[:6] == bytes.fromhex("11 03 00 06 00 03")
    (tmp_path / FOLDER).mkdir()
    text = (MAPS / FOLDER / "laumas.toml").read_text("utf-8")
    (tmp_path / FOLDER / "laumas.toml").write_text(text.replace("address = 6", "address = 5"), "utf-8")
    own = {
        "driver": "scale",
        "port": "/dev/gateway/x",
        "protocol": "modbus",
        "map": "laumas",
        "unit": "kg",
        "decimals": 2,
    }
    assert Scale.model_validate(own, context={"maps": (tmp_path,)}).row().ask[:6] == bytes.fromhex("01 03 00 05 00 04")


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        ({"map": "laumsa"}, "no map 'laumsa' of a weighing transmitter; did you mean laumas?"),
        ({"map": None}, "and nothing else, needs its map"),
        ({"unit": None}, "unit: modbus frames name no unit"),
        ({"decimals": None}, "decimals: these registers hold digits without a point"),
        ({"asked": False}, "asked: a weighing transmitter never talks by itself"),
        ({"protocol": "mt_sics", "map": "laumas"}, "and nothing else, needs its map"),
        ({"protocol": "mt_sics", "address": 2}, "address: mt_sics knows no addresses"),
        ({"protocol": "mt_sics", "decimals": 2}, "decimals: mt_sics frames say how many"),
        (
            {"protocol": "yaohua_command", "address": 27},
            "address: yaohua_command knows 1 to 26 (found 27)",
        ),
        ({"protocol": "toledo", "asked": True}, "asked: a toledo scale takes no questions"),
    ],
)
def test_settings_that_do_not_fit_the_protocol_are_refused(settings: dict, mistake: str) -> None:
    with pytest.raises(ValidationError) as caught:
        scale(**settings)
    assert mistake in str(caught.value)


def test_yaohua_at_another_address_is_asked_by_its_letter() -> None:
    row = scale(protocol="yaohua_command", address=2).row()
    assert row.ask == b"\x02BB00\x03"
    assert row.parse(b"\x02BB+00123421D\x03").amount == Decimal("12.34")
    with pytest.raises(BadFrame, match="another indicator: A"):
        row.parse(b"\x02AB+00123421E\x03")


def test_scale_that_could_be_asked_may_be_set_to_talk() -> None:
    assert scale(protocol="mt_sics", asked=False).row().ask is None
