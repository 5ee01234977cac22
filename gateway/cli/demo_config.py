"""The demo house on paper: its config file, its registers, and the plan of the workers' shift."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gateway.cli.demo_registers import REGISTERS

GATEWAY: Final = "gw-1"
SITE: Final = "demo"
ROOM: Final = "cold-room-1"
STATIONS: Final = {"gate": "Cổng nhận hàng", "pack-1": "Trạm 1", "pack-2": "Trạm 2"}
DOORS: Final = {"door-in": "Cửa kho lạnh, vào", "door-out": "Cửa kho lạnh, ra"}
BY_SCAN: Final = {"inspection": "Kiểm tra", "pallet": "Xếp pallet", "dock": "Cửa xuất hàng"}
STEPS: Final = {"inspection": "inspecting", "pallet": "palletising", "dock": "shipping"}
BADGES: Final = {
    "gate": "OP-01",
    "pack-1": "OP-07",
    "pack-2": "OP-08",
    "door-in": "OP-03",
    "door-out": "OP-03",
    "inspection": "OP-05",
    "pallet": "OP-09",
    "dock": "OP-04",
}
LEADER: Final = "OP-12"
CUSTOMER: Final = "KH-0001"
VEHICLE: Final = "VEHICLE:51C-000.01"
SEAL: Final = "SEAL:VN000001"
PALLET_CARTONS: Final = 6
"""Cartons on a pallet of an endless shift."""

PALLETS: Final = 4
"""Pallets of a finite day."""
FARMS: Final = ("FARM-0042", "FARM-0017", "FARM-0108")
CRATE: Final = "CRATE-A"
SLIPS: Final = {"gate": "weigh-slip-72x100"}
LABELS: Final = {
    "gate": "lot-tag-80x50",
    "pack-1": "carton-80x50",
    "pack-2": "carton-50x30",
    "pallet": "pallet-100x150",
}

_HOUSE: Final = """\
# Nhà đóng gói làm thử, do `gateway demo` viết ra. / A demo packing house, written by `gateway demo`.

[site]
id = "{site}"
name = "Nhà đóng gói làm thử"
gln = "9521234000013"
company_prefix = "9521234"
domain = "id.example.org"
namespace = "https://ns.example.org/packhouse/v1/"
gateway_number = 1
facility = "VN-XXPH-001"
demo = true                     # 952 is GS1's demonstration prefix

[gateway]
name = "{gateway}"
data = "{data}"

[broker]
host = "127.0.0.1"
port = {broker_port}
acknowledge = "receiver"

[web]
port = {page_port}

[clock]
trust = true                    # this machine keeps its time by other means

[room.{room}]
name = "Kho lạnh 1"
sources = ["cold-rooms/{room}-a", "cold-rooms/{room}-b"]
window_s = {window_s}                   # an hour, shortened
sample_every_s = 1

[rule.cold-chain]
kind = "limit"
room = "{room}"
quantity = "Temperature"
above = 8.0                     # CEL
deadband = 0.5
on_delay_s = {on_delay_s}                  # ten minutes, shortened

[device.cold-rooms]
driver = "modbus_bus"
port = "{cold_rooms}"

[device.cold-rooms.unit.{room}-a]
id = 1
map = "xy-md02"
every_s = 1

[device.cold-rooms.unit.{room}-b]
id = 2
map = "xy-md02"
every_s = 1

[device.dock-air]
driver = "modbus_bus"
host = "127.0.0.1"
tcp_port = {dock_air}

[device.dock-air.unit.dock]
id = 1
map = "xy-md02"
every_s = 2
"""

_SCALE: Final = """
[device.{at}-scale]
driver = "scale"
port = "{port}"
protocol = "{protocol}"
{unit}max_kg = 60
interval_kg = 0.01
"""

_SCANNER: Final = """
[device.{at}-scanner]
driver = "barcode_scanner"
port = "{port}"
"""

_PRINTER: Final = """
[printer.{at}]
language = "{language}"
host = "127.0.0.1"
port = {port}
head_dots = {head_dots}
{more}"""

_STATION: Final = """
[station.{at}]
name = "{name}"
step = "{step}"
scanner = "{at}-scanner"
scale = "{at}-scale"
printer = "{at}-printer"
label = "{label}"
{more}"""

_GATE: Final = """\
slip_printer = "{at}-slips"
slip_label = "{slip}"
crate = "{crate}"                # until another type is scanned
"""

_DOOR: Final = """
[station.{at}]
name = "{name}"
step = "{step}"
scanner = "{at}-scanner"
room = "{room}"
"""

_BY_SCAN: Final = """
[station.{at}]
name = "{name}"
step = "{step}"
scanner = "{at}-scanner"
{more}"""

HEAD_DOTS: Final = {"tspl": 832, "escpos": 576}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the house's devices are: what each simulator said when it was ready, the broker's and the page's port."""

    devices: Mapping[str, Mapping[str, Any]]
    broker_port: int
    page_port: int = 8080

    def link(self, device: str) -> str:
        """The stable name of a serial line."""
        return str(self.devices[device]["link"])

    def port(self, device: str) -> int:
        """The TCP port of a device."""
        return int(self.devices[device]["listening"])

    def control(self, device: str) -> str:
        """The control socket of a device."""
        return str(self.devices[device]["control"])


@dataclass(frozen=True, slots=True)
class Pace:
    """How the demo shortens time; `cartons` None means without end.

    `trucks` are the numbers of loads each truck brings, `cartons` what each packing station packs.
    """

    trucks: tuple[int, ...]
    cartons: int | None
    window_s: int = 10
    on_delay_s: int = 3
    hand_s: float = 0.05
    rest_s: float = 0.0

    @property
    def pallet_cartons(self) -> int:
        """How many cartons make a pallet."""
        return PALLET_CARTONS if self.cartons is None else -(-2 * self.cartons // PALLETS)


def write_house(directory: Path, addresses: Addresses, pace: Pace) -> Path:
    """Write `gateway.toml` and `local/` below a directory; give the config file."""
    local = directory / "local"
    local.mkdir(parents=True, exist_ok=True)
    (local / "house.toml").write_text(REGISTERS, encoding="utf-8")
    config = directory / "gateway.toml"
    config.write_text(house_toml(directory, addresses, pace), encoding="utf-8")
    return config


def house_toml(directory: Path, addresses: Addresses, pace: Pace) -> str:
    """Give the config file's text."""
    parts = [
        _HOUSE.format(
            site=SITE,
            gateway=GATEWAY,
            data=directory,
            broker_port=addresses.broker_port,
            page_port=addresses.page_port,
            room=ROOM,
            window_s=pace.window_s,
            on_delay_s=pace.on_delay_s,
            cold_rooms=addresses.link("cold-rooms"),
            dock_air=addresses.port("dock-air"),
        )
    ]
    for at, name in STATIONS.items():
        parts += _station(at, name, addresses)
    for at, name in DOORS.items():
        parts.append(_SCANNER.format(at=at, port=addresses.link(f"{at}-scanner")))
        step = "storing" if at == "door-in" else "staging_outbound"
        parts.append(_DOOR.format(at=at, name=name, step=step, room=ROOM))
    for at, name in BY_SCAN.items():
        parts += _place(at, name, addresses)
    return "".join(parts)


def _place(at: str, name: str, addresses: Addresses) -> list[str]:
    prints = at in LABELS
    return [
        _SCANNER.format(at=at, port=addresses.link(f"{at}-scanner")),
        *([_printer(f"{at}-printer", addresses)] if prints else []),
        _BY_SCAN.format(
            at=at,
            name=name,
            step=STEPS[at],
            more=f'printer = "{at}-printer"\nlabel = "{LABELS[at]}"\n' if prints else "",
        ),
    ]


def _station(at: str, name: str, addresses: Addresses) -> list[str]:
    protocol = str(addresses.devices[f"{at}-scale"]["protocol"]).replace("-", "_")
    unit = 'unit = "kg"                     # these frames name none\n' if protocol == "yaohua_continuous" else ""
    step = "receiving" if at == "gate" else "packing"
    return [
        _SCALE.format(at=at, port=addresses.link(f"{at}-scale"), protocol=protocol, unit=unit),
        _SCANNER.format(at=at, port=addresses.link(f"{at}-scanner")),
        _printer(f"{at}-printer", addresses),
        *([_printer(f"{at}-slips", addresses)] if at in SLIPS else []),
        _STATION.format(
            at=at,
            name=name,
            step=step,
            label=LABELS[at],
            more=_GATE.format(at=at, slip=SLIPS[at], crate=CRATE) if at in SLIPS else "",
        ),
    ]


def _printer(name: str, addresses: Addresses) -> str:
    language = str(addresses.devices[name]["language"])
    return _PRINTER.format(
        at=name,
        language=language,
        port=addresses.port(name),
        head_dots=HEAD_DOTS[language],
        more="cut = true\n" if language == "escpos" else "",
    )


def write_plan(path: Path, panel: Path, addresses: Addresses, pace: Pace, seed: int) -> None:
    """Write the workers' shift for `python -m firmware_mock workers`."""

    def place(at: str, **more: object) -> dict[str, object]:
        reach = {"scanner": addresses.control(f"{at}-scanner")}
        if at in STATIONS:
            reach |= {tool: addresses.control(f"{at}-{tool}") for tool in ("scale", "printer")}
        if at in BY_SCAN and at in LABELS:
            reach["printer"] = addresses.control(f"{at}-printer")
        if at in SLIPS:
            reach["slips"] = addresses.control(f"{at}-slips")
        return {"station": at, "badge": BADGES[at], **reach, **more}

    plan = {
        "panel": str(panel),
        "seed": seed,
        "gate": place("gate", crate=CRATE),
        "packing": [place(at, cartons=pace.cartons) for at in ("pack-1", "pack-2")],
        "doors": [place("door-in", room=ROOM, direction="in"), place("door-out", room=ROOM, direction="out")],
        "inspection": place("inspection"),
        "pallet": place("pallet", cartons=pace.pallet_cartons),
        "dock": place("dock", customer=CUSTOMER, vehicle=VEHICLE, seal=SEAL),
        "trucks": [[FARMS[number % len(FARMS)], loads] for number, loads in enumerate(pace.trucks)],
        "endless": pace.cartons is None,
        "pace_s": pace.hand_s,
        "rest_s": pace.rest_s,
    }
    path.write_text(json.dumps(plan, indent=1), encoding="utf-8")
