"""`gateway status`: how the house is, in one look."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json


def status(
    config: ConfigPath = DEFAULT_CONFIG,
    key: Annotated[
        bool, typer.Option("--key", help="Chỉ in khóa công khai để đăng ký với tỉnh. / Print the public key only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tình trạng gateway và các trạm / How the house is.

    Mã thoát 1 khi gateway không chạy. / Exit status 1 when the gateway is not running.
    """
    import asyncio

    from gateway.cli.panel_reader import snapshot
    from gateway.config import data_directory, load

    data = data_directory(config)  # a daemon runs on beside a file with mistakes in it
    if key:
        _print_key(data, as_json=as_json)
        return
    try:
        house, stations = asyncio.run(snapshot(data))
    except (ConnectionError, TimeoutError) as error:
        load(config)  # its mistakes are why it does not run
        _print_absent(data, as_json=as_json, hangs=isinstance(error, TimeoutError))
        sys.exit(1)
    if as_json:
        print_json({"running": True, "house": house, "stations": list(stations.values())})
    else:
        _print_house(house)
        for station in stations.values():
            _print_station(station)


def _print_key(data: Path, *, as_json: bool) -> None:
    from gateway.errors import GatewayError
    from gateway.journal.key import load_key

    key = load_key(data)
    if key is None:
        raise GatewayError(f"{data}: chưa có khóa, lần chạy đầu sẽ tạo / no key yet, the first run makes it")
    if as_json:
        print_json({"algorithm": "Ed25519", "public_key": key.public.hex()})
    else:
        print(key.public.hex())


def _print_absent(data: Path, *, as_json: bool, hangs: bool) -> None:
    """Say that no daemon answers, and how far its journal had come."""
    from gateway.journal import past
    from gateway.locale import shown

    last = past(data).latest
    known = last.timestamp() > 0
    if as_json:
        print_json({"running": False, "hangs": hangs, "last_entry_at": last.isoformat() if known else None})
        return
    if hangs:
        print("gateway không trả lời / gateway does not answer")
    else:
        print("gateway không chạy / gateway is not running")
    if known:
        print(f"bản ghi cuối / last entry: {shown.moment(last)}")


def _print_house(house: dict[str, Any]) -> None:
    confirmed = _moment(house["confirmed_at"])
    print(
        f"{house['on_disk']} bản ghi đã lưu · mất {house['lost']} · chờ gửi {house['backlog']}"
        f" · tỉnh nhận lần cuối {confirmed}"
    )
    print(
        f"{house['on_disk']} events on disk, {house['lost']} lost, {house['backlog']} to send,"
        f" province last confirmed {confirmed}"
    )
    print(f"broker: {'đã nối / connected' if house['connected'] else 'chưa nối / not connected'}", end="")
    print(f" ({house['trouble']})" if house.get("trouble") else "")
    print(f"đồng hồ / clock: {house['clock']}")
    if house.get("disk"):
        print(f"sổ sự kiện / journal: {house['disk']}")
    _print_registers(house.get("registers") or {})
    if house.get("config"):
        print(f"cấu hình / config: {house['config']}")
    for room, values in house["rooms"].items():
        lots = ", ".join(values.get("lots", ())) or "-"
        amounts = ", ".join(f"{name} {value or '?'}" for name, value in values.items() if name != "lots")
        print(f"{room}: {amounts or '?'}; lô / lots: {lots}")
    for alarm in _listed(house["alarms"]):
        print(f"cảnh báo / alarm: {alarm}")


def _print_registers(registers: dict[str, Any]) -> None:
    """Say which registers came down, how old the growing areas' is if too old, and what was refused."""
    versions = ", ".join(f"{name} {version}" for name, version in sorted((registers.get("versions") or {}).items()))
    if versions:
        print(f"danh mục của tỉnh / registers from above: {versions}")
    if registers.get("old_h") is not None:
        print(f"danh mục vùng trồng cũ {registers['old_h']} giờ / the register of areas is {registers['old_h']} h old")
    for name, trouble in sorted((registers.get("troubles") or {}).items()):
        print(f"danh mục bị từ chối / register refused: {name}: {trouble}")


def _print_station(station: dict[str, Any]) -> None:
    words = station["sentence"]
    print(f"{station['station']}: {words['vi'][0]} · {words['en']}")
    facts = {
        "lô / lot": station["lot"],
        "nhân viên / operator": station["operator"],
        "máy in / printer": (station["printer"] or {}).get("status"),
        "thùng cuối / last": (station["last"] or {}).get("serial"),
    }
    print("    " + "; ".join(f"{name}: {value or '-'}" for name, value in facts.items()))


def _listed(alarms: Any) -> list[str]:
    return [f"{name}: {text}" for name, text in alarms.items()] if isinstance(alarms, dict) else list(alarms)


def _moment(written: str | None) -> str:
    from datetime import datetime

    from gateway.locale import shown

    return shown.moment(datetime.fromisoformat(written)) if written else "-"
