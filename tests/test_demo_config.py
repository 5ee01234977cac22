"""What the demo writes for its house can be read by the gateway, and by the workers."""

from dataclasses import replace
from pathlib import Path

import pytest

from firmware_mock.house import PRINTERS, SCALES, SLIPS, devices
from firmware_mock.workers.floor import Floor, read_plan
from gateway.cli.demo_config import (
    BADGES,
    BY_SCAN,
    CUSTOMER,
    DOORS,
    FARMS,
    LEADER,
    STATIONS,
    Addresses,
    Pace,
    write_house,
    write_plan,
)
from gateway.cli.demo_run import Choice, pace
from gateway.config import examine

CHOICE = Choice(once=True, seed=1, directory=Path("/nowhere"), broker=None, lang="vi", loads=104)


def addresses() -> Addresses:
    said: dict[str, dict[str, object]] = {}
    for port, device in enumerate(devices(Path("/run/house"), Path("/run/prints")), 20_000):
        said[device.name] = {
            "link": f"/run/house/dev/{device.name}",
            "control": f"/run/house/ctl/{device.name}",
            "listening": port,
            "protocol": SCALES.get(device.name.removesuffix("-scale")),
            "language": PRINTERS.get(
                device.name.removesuffix("-printer"), SLIPS.get(device.name.removesuffix("-slips"))
            ),
        }
    return Addresses(said, 18_830)


def test_the_config_has_no_mistake_and_no_notice(tmp_path: Path) -> None:
    config, mistakes = examine(write_house(tmp_path, addresses(), pace(CHOICE)))
    assert [str(mistake) for mistake in mistakes] == []
    assert config is not None
    assert set(config.station) == {*STATIONS, *DOORS, *BY_SCAN}
    assert config.site.demo
    assert config.gateway.data == tmp_path


def test_every_farm_and_badge_of_the_plan_is_in_the_registers(tmp_path: Path) -> None:
    config, _ = examine(write_house(tmp_path, addresses(), pace(CHOICE)))
    assert config is not None
    assert set(FARMS) <= set(config.registers.farm)
    assert set(BADGES.values()) <= set(config.registers.operator)
    assert CUSTOMER in config.registers.customer
    assert config.registers.operator[LEADER].role == "supervisor", "who may judge an alarm"


def test_the_plan_is_read_by_the_workers(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    wanted = pace(CHOICE)
    write_plan(path, tmp_path / "panel.sock", addresses(), wanted, seed=5)
    plan = read_plan(path)
    assert plan.panel == tmp_path / "panel.sock"
    assert plan.gate.scale == Path("/run/house/ctl/gate-scale")
    assert [place.station for place in plan.packing] == ["pack-1", "pack-2"]
    assert sum(loads for _, loads in plan.trucks) == sum(wanted.trucks)
    assert plan.pallet.printer == Path("/run/house/ctl/pallet-printer")
    assert plan.pallet.cartons == wanted.pallet_cartons
    assert plan.dock.vehicle.startswith("VEHICLE:")
    assert not plan.endless


@pytest.mark.parametrize("loads", [12, 24, 104, 200])
def test_a_day_has_the_loads_asked_for_and_fruit_enough(loads: int, tmp_path: Path) -> None:
    wanted = pace(replace(CHOICE, loads=loads))
    assert wanted.cartons is not None
    assert sum(wanted.trucks) + 2 * wanted.cartons == loads
    assert min(wanted.trucks) >= 1
    path = tmp_path / "plan.json"
    write_plan(path, tmp_path / "panel.sock", addresses(), wanted, seed=loads)
    floor, plan = Floor(read_plan(path)), read_plan(path)
    tare = 2  # no crate of the demo weighs more
    for number, _ in enumerate(wanted.trucks):
        truck = floor.truck()
        assert truck is not None
        floor.lay_down(f"https://x/01/1/10/LOT-{number}", sum(kg - tare for kg in truck.loads))
    assert floor.truck() is None
    for place in plan.packing:
        lot = None
        for _ in range(wanted.cartons):
            tag = floor.tag(place.station, lot)
            assert tag is not None, "the fruit runs out before the cartons do"
            lot = tag.rsplit("/", 1)[1]
            floor.carton(tag)


def test_a_shift_without_end_has_trucks_without_end(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    endless: Pace = pace(replace(CHOICE, once=False))
    write_plan(path, tmp_path / "panel.sock", addresses(), endless, seed=1)
    floor = Floor(read_plan(path))
    assert all(floor.truck() is not None for _ in range(10 * len(endless.trucks)))
