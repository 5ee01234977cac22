"""Table = file = class = golden file: what is added in one place is not forgotten in another."""

import importlib
from pathlib import Path
from typing import get_args

import pytest

from gateway.config.schema import settings_class
from gateway.drivers import DEVICES
from gateway.drivers.register_map import MAPS
from gateway.drivers.scales import SCALES
from gateway.settings import Settings

TABLES = [settings_class(reference) for reference in DEVICES.values()]
DRIVERS = Path(__file__).parents[1] / "gateway" / "drivers"
GOLDEN = Path(__file__).parent / "golden"


def names_in(directory: Path, pattern: str) -> set[str]:
    return {path.stem for path in directory.glob(pattern)}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_driver_table_file_and_class_share_a_name(table: type[Settings]) -> None:
    (name,) = get_args(table.model_fields["driver"].annotation)
    assert settings_class(DEVICES[name]) is table
    assert table.__module__ == f"gateway.drivers.{name}"
    assert table.__name__ == name.title().replace("_", "")
    assert f'driver = "{name}"' in (table.__doc__ or "")
    assert hasattr(table, "talk")


def test_every_class_with_a_driver_key_is_a_device() -> None:
    found = set()
    for name in names_in(DRIVERS, "*.py") - {"__init__", "modbus_line"}:
        module = importlib.import_module(f"gateway.drivers.{name}")
        found |= {
            thing
            for thing in vars(module).values()
            if isinstance(thing, type) and issubclass(thing, Settings) and "driver" in thing.model_fields
        }
    assert found == set(TABLES)


def test_every_scale_protocol_has_a_file_a_line_and_golden_frames() -> None:
    files = names_in(DRIVERS / "scales", "*.py") - {"__init__", "protocol", "fields"}
    assert files == set(SCALES) == names_in(GOLDEN / "scales", "*.toml")
    for name, protocol in SCALES.items():
        assert protocol is importlib.import_module(f"gateway.drivers.scales.{name}").PROTOCOL


def test_every_map_has_golden_polls() -> None:
    assert names_in(MAPS, "*.toml") == names_in(GOLDEN / "maps", "*.toml")
