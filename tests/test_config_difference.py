"""What a changed config means for the gateway that runs: what restarts, or why all of it must wait."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from gateway.config import Config, load
from gateway.config.difference import Difference, difference
from gateway.errors import ConfigError
from gateway.lot import LotCode
from gateway.record.held import Held
from gateway.station import StationId

CONFIG = Path(__file__).parents[1] / "config"
LOT = LotCode("H261121-0042")


@pytest.fixture(scope="module")
def sample() -> Config:
    return load(CONFIG / "gateway.toml")


class Edited:
    """The sample's files in a directory of their own, to be changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        for path in [CONFIG / "gateway.toml", *CONFIG.glob("local/*.toml"), *CONFIG.glob("labels/*.toml")]:
            own = directory / path.relative_to(CONFIG)
            own.parent.mkdir(exist_ok=True)
            own.write_text(path.read_text("utf-8"), "utf-8")

    def swap(self, pattern: str, new: str, file: str = "gateway.toml") -> Config:
        """Change one place of a file; `new` may name groups of the pattern."""
        path = self._directory / file
        text, count = re.subn(pattern, new, path.read_text("utf-8"), count=1, flags=re.MULTILINE | re.DOTALL)
        assert count, pattern
        path.write_text(text, "utf-8")
        return load(path.parent / "gateway.toml" if file == "gateway.toml" else self._directory / "gateway.toml")


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    return Edited(tmp_path)


def table(name: str) -> str:
    """A pattern that goes to the lines of one table."""
    return rf"(^\[{re.escape(name)}\][^\[]*?)"


def restarted(found: Difference) -> list[str]:
    """Name the parts that are begun anew."""
    return [part.name for part in fields(found) if part.name != "changed" and getattr(found, part.name)]


def test_the_same_file_read_twice_is_no_change(sample: Config) -> None:
    found = difference(sample, load(CONFIG / "gateway.toml"), {})
    assert found.changed == ()
    assert restarted(found) == []


def test_a_changed_device_is_reopened_and_nothing_else_even_under_a_bound_lot(sample: Config, edited: Edited) -> None:
    name = next(name for name, device in sample.device.items() if device.driver == "scale")
    new = edited.swap(table(f"device.{name}") + r'port = "[^"]*"', r'\1port = "/dev/gateway/another"')
    held = {StationId(name): Held(LOT) for name in sample.station}
    found = difference(sample, new, held)
    assert found.changed == (f"device.{name}",)
    assert found.devices == {name}
    assert restarted(found) == ["devices"]


def test_a_changed_station_is_begun_anew_when_nothing_holds_it(sample: Config, edited: Edited) -> None:
    name = next(iter(sample.station))
    new = edited.swap(table(f"station.{name}") + r'name = "[^"]*"', r'\1name = "Another"')
    found = difference(sample, new, {StationId("elsewhere"): Held(LOT)})
    assert (found.changed, found.stations) == ((f"station.{name}",), {name})


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (Held(LOT), ("đang làm lô H261121-0042", "works on lot H261121-0042")),
        (Held(None, 2), ("còn 2 nhãn chưa xong", "2 label(s) not settled")),
    ],
)
def test_a_station_that_is_held_refuses_everything_and_says_why(
    sample: Config, edited: Edited, held: Held, why: tuple[str, str]
) -> None:
    name = next(iter(sample.station))
    new = edited.swap(table(f"station.{name}") + r'name = "[^"]*"', r'\1name = "Another"')
    with pytest.raises(ConfigError) as refused:
        difference(sample, new, {StationId(name): held})
    assert f"station.{name}: " in str(refused.value)
    assert all(words in str(refused.value) for words in why)


def test_another_label_template_is_another_station(sample: Config, edited: Edited) -> None:
    name, station = next((name, one) for name, one in sample.station.items() if one.step == "packing" and one.label)
    new = edited.swap(r"^height_mm = \d+", "height_mm = 100", f"labels/{station.label}.toml")
    with pytest.raises(ConfigError, match=rf"station\.{name}"):
        difference(sample, new, {StationId(name): Held(None, 1)})
    found = difference(sample, new, {})
    assert name in found.stations
    assert found.printing
    assert found.changed == (f"label.{station.label}",)


@pytest.mark.parametrize(
    ("pattern", "new", "key"),
    [
        (table("site") + r'facility = "[^"]*"', r'\1facility = "VN-XXPH-009"', "site.facility"),
        (table("site") + r"#? ?gateway_number = \d", r"\1gateway_number = 7", "site.gateway_number"),
        (table("gateway") + r'name = "[^"]*"', r'\1name = "gw-9"', "gateway.name"),
        (table("gateway") + r'# data = "[^"]*"', r'\1data = "/srv/elsewhere"', "gateway.data"),
        (table("journal") + r"# checkpoint_every = \d+", r"\1checkpoint_every = 7", "journal.checkpoint_every"),
    ],
)
def test_what_everything_rests_on_changes_only_with_a_restart(
    sample: Config, edited: Edited, pattern: str, new: str, key: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        difference(sample, edited.swap(pattern, new), {})
    assert f"  {key}: không đổi được" in str(refused.value)
    assert str(refused.value).count("\n") == 2, "this key and no other"


def test_a_rule_begins_anew_when_its_figures_or_its_room_change(sample: Config, edited: Edited) -> None:
    held = {StationId(name): Held(LOT) for name in sample.station}
    found = difference(sample, edited.swap(table("rule.cold-chain") + r"above = [\d.]+", r"\1above = 9.5"), held)
    assert (found.changed, found.rules, found.rooms) == (("rule.cold-chain",), {"cold-chain"}, False)

    found = difference(sample, edited.swap(table("room.cold-room-1") + r'name = "[^"]*"', r'\1name = "Kho"'), held)
    assert restarted(found) == ["rules", "rooms"]
    assert {"cold-chain"} < found.rules


def test_registers_change_under_a_bound_lot(sample: Config, edited: Edited) -> None:
    badge = next(iter(sample.registers.operator))
    file = next(path for path in CONFIG.glob("local/*.toml") if f"operator.{badge}" in path.read_text("utf-8"))
    new = edited.swap(table(f"operator.{badge}") + r'name = "[^"]*"', r'\1name = "Somebody"', f"local/{file.name}")
    found = difference(sample, new, {StationId(name): Held(LOT) for name in sample.station})
    assert found.changed == (f"operator.{badge}",)
    assert not found.stations


def test_another_broker_is_a_new_uplink_and_nothing_else(sample: Config, edited: Edited) -> None:
    found = difference(sample, edited.swap(table("broker") + r'host = "[^"]*"', r'\1host = "192.0.2.1"'), {})
    assert (found.changed, restarted(found)) == (("broker",), ["broker"])


def test_other_rules_for_registers_need_no_restart(sample: Config, edited: Edited) -> None:
    held = {StationId(name): Held(LOT) for name in sample.station}
    found = difference(sample, edited.swap(r"# old_after_h = 72", "old_after_h = 24"), held)
    assert (found.changed, restarted(found)) == (("registers.old_after_h",), [])
