"""The sample config file is complete and sound, and its tables bear the names of their classes."""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from gateway.config import Config, load
from gateway.config.schema import CHOSEN, DEVICES, NAMED, OPTIONAL, RULES, SINGLE, TABLES, settings_class
from gateway.settings import Settings

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "config" / "gateway.toml"

HEADER = re.compile(r"\[([^\]]+)\]")
COMMENTED = re.compile(r"# ([a-z0-9_]+) = ([^#]+)")


@pytest.fixture(scope="module")
def sample() -> Config:
    return load(SAMPLE)


def test_sample_is_a_whole_house(sample: Config) -> None:
    steps = {"receiving", "inspecting", "packing", "palletising", "storing", "staging_outbound", "shipping"}
    assert {table.step for table in sample.station.values()} == steps
    assert {device.driver for device in sample.device.values()} == set(DEVICES)
    assert {printer.language for printer in sample.printer.values()} == {"tspl", "escpos"}
    assert sample.room.keys() == {"cold-room-1"}
    assert sample.rule["cold-chain"].above == Decimal("6.0")
    assert sample.registers.product["ri6"].name.vi == "Sầu riêng Ri6"
    assert sample.registers.version == "2026-11-01"
    assert sample.directory == SAMPLE.parent


def test_words_of_the_house_replace_those_of_the_template(sample: Config) -> None:
    assert sample.templates["carton-80x50"].texts["best_before"] == "HSD tốt nhất"
    assert {"carton-80x50", "carton-50x30", "lot-tag-80x50"} <= sample.templates.keys()


def test_a_relative_path_begins_beside_the_config_file(tmp_path: Path) -> None:
    text = SAMPLE.read_text("utf-8").replace('# data = "/var/lib/gateway"', 'data = "books"')
    (tmp_path / "gateway.toml").write_text(text, "utf-8")
    (tmp_path / "local").symlink_to(SAMPLE.parent / "local")
    assert load(tmp_path / "gateway.toml").gateway.data == tmp_path / "books"


def _class_of(header: str, data: dict[str, Any]) -> type[Settings] | None:
    """Give the class that reads the table under a header of the sample; None for what only has tables in it."""
    table, *path = header.split(".")
    found: Any
    if table in (once := SINGLE | OPTIONAL):
        found, path = settings_class(once[table]), ["", *path]
    elif table in CHOSEN:
        key, classes = CHOSEN[table]
        found = settings_class(classes[data[table][path[0]][key]])
    else:
        found = settings_class(NAMED[table])
    for part in path[1:]:
        if part in found.model_fields:
            annotation = found.model_fields[part].annotation
            found = get_args(annotation)[1] if get_args(annotation) else annotation
    return found if isinstance(found, type) else None


def _written() -> Iterator[tuple[type[Settings], str, str, bool]]:
    """Yield each setting of the sample: the class of its table, its key, its value, whether it is commented out."""
    text = SAMPLE.read_text("utf-8")
    data = tomllib.loads(text, parse_float=Decimal)
    table: type[Settings] | None = None
    for row in text.split("\n"):
        if header := HEADER.match(row):
            table = _class_of(header[1], data)
        elif table and (setting := re.match(r"([a-z0-9_]+) = (.+)", row)):
            yield table, setting[1], setting[2], False
        elif table and (setting := COMMENTED.match(row)):
            yield table, setting[1], setting[2].strip(), True


def test_sample_shows_every_setting_of_every_table() -> None:
    shown: dict[type[Settings], set[str]] = {}
    for table, key, _, _ in _written():
        shown.setdefault(table, set()).add(key)
    expected = {settings_class(reference) for reference in (*SINGLE.values(), *OPTIONAL.values(), *NAMED.values())}
    expected |= {settings_class(reference) for reference in (*DEVICES.values(), *RULES.values())}
    assert expected <= shown.keys()
    for table, keys in shown.items():
        absent = table.model_fields.keys() - keys
        assert keys <= table.model_fields.keys(), table.__name__
        own = {"capture", "scale", "unit", "market"}
        assert absent <= own, f"{table.__name__}: only tables of their own are not keys"


def test_no_setting_stands_twice_below_one_header() -> None:
    seen: set[str] = set()
    for row in SAMPLE.read_text("utf-8").split("\n"):
        if HEADER.match(row):
            seen = set()
        elif setting := re.match(r"(?:# )?([a-z0-9_]+) = ", row):
            assert setting[1] not in seen, row
            seen.add(setting[1])


def test_a_setting_commented_out_stands_at_its_default() -> None:
    checked = 0
    for table, key, written, commented in _written():
        field: FieldInfo = table.model_fields[key]
        if not commented or field.default is None:
            continue
        value = tomllib.loads(f"v = {written}", parse_float=Decimal)["v"]
        # Read the way the field itself does: its annotation holds what makes seconds or amounts of numbers.
        own: TypeAdapter[Any] = TypeAdapter(table.__annotations__[key], config={"strict": True})
        assert own.validate_python(value) == field.default, f"{table.__name__}.{key}"
        checked += 1
    assert checked > 40


def test_table_file_and_class_share_a_name() -> None:
    for package, classes in (("drivers", DEVICES), ("rules", RULES)):
        for name, reference in classes.items():
            table = settings_class(reference)
            assert table.__name__ == "".join(part.capitalize() for part in name.split("_"))
            assert getattr(import_module(f"gateway.{package}.{name}"), table.__name__) is table


def test_docstring_of_a_class_names_its_table() -> None:
    for name, reference in (SINGLE | OPTIONAL | NAMED).items():
        said = settings_class(reference).__doc__ or ""
        assert f"`[{name}" in said, reference
    for table, (_, classes) in CHOSEN.items():
        for chosen in map(settings_class, classes.values()):
            assert f"`[{table}.<name>]`" in (chosen.__doc__ or ""), chosen.__name__


def test_no_table_has_two_readers() -> None:
    assert len(TABLES) == len(set(TABLES))
