"""A device whose registers only its maker's sheet knows is connected by a file the technician writes himself."""

import asyncio
import re
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path

import pytest
from firmware_mock_devices import device

from gateway.config import Config, examine, load
from gateway.config.map_words import FROM_MAPS
from gateway.config.mistakes import report
from gateway.config.words import from_owner
from gateway.drivers.register_map import MAPS
from gateway.drivers.weight_map import FOLDER
from gateway.reading import Link, Measurement, Value, Weight

HEAD = (Path(__file__).parent / "golden" / "config" / "shared-line.toml").read_text("utf-8").partition("[device.")[0]
BUS = """
[device.line]
driver = "modbus_bus"
host = "127.0.0.1"
tcp_port = {port}

[device.line.unit.gas]
id = 7
map = "ethylene"

[device.line.scale.pan]
id = 9
map = "lider"
unit = "kg"
decimals = 1
"""
HANG_GUARD_S = 20.0


def filled_in(template: Path, *lines: tuple[str, str]) -> str:
    """Fill in a map as a technician does: a line that begins like this, commented out or not, becomes that."""
    rows = template.read_text("utf-8").split("\n")
    for begins, becomes in lines:
        written = [at for at, row in enumerate(rows) if row.startswith(f"{begins} = ")]
        (at,) = written or [at for at, row in enumerate(rows) if row.startswith(f"# {begins} = ")]
        rows[at] = becomes
    return "\n".join(rows)


def house(directory: Path, port: int, *, gas: tuple[tuple[str, str], ...], pan: tuple[tuple[str, str], ...]) -> Path:
    (directory / "maps" / FOLDER).mkdir(parents=True)
    (directory / "maps" / "ethylene.toml").write_text(filled_in(MAPS / "generic.toml", *gas), "utf-8")
    (directory / "maps" / FOLDER / "lider.toml").write_text(filled_in(MAPS / FOLDER / "generic.toml", *pan), "utf-8")
    file = directory / "gateway.toml"
    file.write_text(HEAD + BUS.format(port=port), "utf-8")
    return file


GAS = (
    ("quantity", 'quantity = "VolumeFraction"'),
    ("unit", 'unit = "59"'),
    ("scale", "scale = 0.01"),
    ("valid", "valid = [0, 100]"),
)
PAN = (("order", 'order = "CDAB"'), ("valid", "valid = [-100, 3000]"))


async def said(config: Config, *, times: int) -> list[Value]:
    found: list[Value] = []
    async with asyncio.timeout(HANG_GUARD_S), aclosing(config.device["line"].talk()) as values:
        async for value in values:
            if not isinstance(value, Link):
                found.append(value)
            if len(found) == times:
                return found
    raise AssertionError("the bus fell silent")


async def test_maps_a_technician_filled_in_are_checked_and_read_the_devices(tmp_path: Path) -> None:
    units = ("--unit", "7:table:03/0000=01C5", "--unit", "9:table:03/0000=01F4,0000")
    async with device(tmp_path, "modbus_bus", "tcp", "--port", "0", *units) as mock:
        file = house(tmp_path, mock.ready["listening"], gas=GAS, pan=PAN)
        config, mistakes = examine(file)
        assert config is not None
        assert all(mistake.notice for mistake in mistakes)  # unverified: compare with another instrument
        values = await said(config, times=2)
    assert Measurement("VolumeFraction", Decimal("4.53"), "59", "gas") in values
    (weight,) = (value for value in values if isinstance(value, Weight))
    assert (weight.amount, weight.unit, weight.stable) == (Decimal("50.0"), "KGM", None)  # low word first, as Lider


def test_mistakes_in_a_map_are_told_by_file_and_line_once_and_in_both_languages(tmp_path: Path) -> None:
    wrong = (("type", 'type = "itn16"'), ("valid", "valid = [100, 0]"), ("address", "address = 40001"))
    file = house(tmp_path, 1, gas=wrong, pan=(("valid", "# no valid"), ("type", 'type = "int3"')))
    config, mistakes = examine(file)
    assert config is None
    told = report(file.name, mistakes)
    rows = (tmp_path / "maps" / "ethylene.toml").read_text("utf-8").split("\n")
    line = rows.index('type = "itn16"') + 1
    assert f"maps/ethylene.toml:{line}: point[1].type: không có giá trị 'itn16'; có phải 'int16' không?" in told
    assert "no such value 'itn16'; did you mean 'int16'?" in told
    line = rows.index("address = 40001") + 1
    assert f"maps/ethylene.toml:{line}: point[1].address: chú ý: 40001 là số trong tài liệu; trên dây là 0" in told
    assert "maps/scales/lider.toml:" in told
    assert "device.line.unit.gas" not in told


def test_map_of_a_contradiction_says_which_key(tmp_path: Path) -> None:
    file = house(tmp_path, 1, gas=(("valid", "valid = [100, 0]"),), pan=(("valid", "# none"),))
    told = report(file.name, examine(file)[1])
    assert "point[1].valid: số đầu phải nhỏ hơn số sau" in told
    assert "weight.valid: không có bảng status thì phải ghi khoảng của số" in told


def test_map_that_is_no_toml_is_told_and_so_is_one_that_nobody_uses(tmp_path: Path) -> None:
    file = house(tmp_path, 1, gas=GAS, pan=PAN)
    (tmp_path / "maps" / "spare.toml").write_text('model = "x\n', "utf-8")
    assert "maps/spare.toml:1: model: sai cú pháp TOML" in report(file.name, examine(file)[1])


def test_maps_that_come_with_the_gateway_have_no_mistakes() -> None:
    from gateway.config.maps import read_maps

    assert read_maps(MAPS) == []


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in FROM_MAPS])
def test_what_a_map_is_refused_for_is_said_in_the_code_like_this(pattern: str) -> None:
    drivers = MAPS.parents[1] / "gateway" / "drivers"
    code = "".join((drivers / name).read_text("utf-8") for name in ("register_map.py", "weight_map.py"))
    fixed = max(re.split(r"\(.+?\)|\\.", pattern), key=len)
    assert fixed in code


def test_a_sentence_about_a_map_is_said_in_vietnamese_too() -> None:
    said = from_owner("say what the sensor can measure, [lowest, highest]", {})
    assert said.vi.startswith("ghi khoảng đo")


def test_config_with_own_maps_is_loaded(tmp_path: Path) -> None:
    assert load(house(tmp_path, 1, gas=GAS, pan=PAN)).device["line"].members().keys() == {"gas", "pan"}
