"""What a running daemon has in memory: a house of devices alone carries nothing of stations, labels, the page."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.demo_processes import Child
from gateway.journal import start_counters
from gateway.journal.key import make_key

HANG_S = 60
HOUSE = """\
[site]
id = "house-1"
name = "Nhà mẫu"
gln = "9521234000013"
company_prefix = "9521234"
domain = "trace.example.org"
namespace = "https://ns.example.org/packhouse/v1/"
demo = true

[gateway]
name = "gw-1"
data = "data"

[broker]
host = "127.0.0.1"
acknowledge = "receiver"

[device.d1]
driver = "modbus_bus"
host = "127.0.0.1"
tcp_port = {port}

[device.d1.unit.u]
id = 1
map = "one"
every_s = 1
"""
MAP = """\
model = "one register"
source = "test"
help = {vi = "Một thanh ghi.", en = "One register."}

[[point]]
quantity = "ph:Q0"
function = 3
address = 0
type = "int16"
valid = [-32768, 32767]
help = {vi = "Thanh ghi 0.", en = "Register 0."}
"""
LIBRARIES = {
    "PIL", "biip", "brotli", "click", "cv2", "escpos", "evdev", "fastapi", "fontTools", "iotcore", "numpy", "pyzbar",
    "starlette", "typer", "uvicorn", "zint", "zxingcpp",
}  # fmt: skip
OF_THE_ROAD = {
    "barrier", "condition", "held", "house", "keys", "recorder", "register_book", "request_socket", "rooms",
}  # fmt: skip
"""All that a house without stations has of `gateway.record`."""
OF_DEVICES = {
    "loop_port", "modbus_bus", "modbus_line", "modbus_load", "modbus_polls", "modbus_rounds", "plate", "port",
    "register_map", "register_values", "tapped_port", "transmitter", "weight_map",
}  # fmt: skip
"""All that a house of buses has of `gateway.drivers`: no other driver, no scale's protocol."""


def _below(package: str, loaded: set[str]) -> set[str]:
    return {name.removeprefix(f"{package}.") for name in loaded if name.startswith(f"{package}.")}


async def _loaded_by_a_daemon_at_work(directory: Path) -> set[str]:
    """Run the daemon as the service does until its device is heard; give all it imported, by the interpreter's word."""
    unit = ("--control", str(directory / "control"), "--unit", "1:table:03/0000=03E8")
    device = await Child.start(
        "device", "-m", "firmware_mock", "modbus_bus", "tcp", "--port", "0", *unit, logs=directory, listen=True
    )
    try:
        config = directory / "gateway.toml"
        config.write_text(HOUSE.format(port=(await device.ready())["listening"]), "utf-8")
        run = ("-v", "-m", "gateway", "run", "--config", str(config))
        daemon = await Child.start("daemon", *run, logs=directory)
        try:
            async with asyncio.timeout(HANG_S):
                while "d1: is heard" not in daemon.log.read_text("utf-8"):
                    assert daemon.ended is None
                    await asyncio.sleep(0.05)
        finally:
            assert await daemon.end() == 0
    finally:
        await device.end()
    return set(re.findall(r"^import '(\S+)' # ", daemon.log.read_text("utf-8"), re.MULTILINE))


@pytest.mark.slow
async def test_a_house_of_devices_alone_loads_nothing_of_stations_labels_and_the_page(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "one.toml").write_text(MAP, "utf-8")
    start_counters(tmp_path / "data")
    make_key(tmp_path / "data")  # the very first start makes one, which takes more than reading it
    loaded = await _loaded_by_a_daemon_at_work(tmp_path)
    assert {"pymodbus", "paho.mqtt.client", "pydantic", "cryptography"} <= loaded
    assert {name.partition(".")[0] for name in loaded} & LIBRARIES == set()
    assert _below("gateway.record", loaded) == OF_THE_ROAD
    assert _below("gateway.drivers", loaded) == OF_DEVICES
    for package in ("web", "labels", "printing", "trace", "receiver", "cli", "diagnosis"):
        assert f"gateway.{package}" not in loaded
    assert "gateway.gs1.scanned" not in loaded
    assert "cryptography.hazmat.primitives.serialization" not in loaded


def test_the_page_alone_loads_neither_the_parser_of_scanned_codes_nor_what_draws_labels() -> None:
    code = "import gateway.app, gateway.web.application, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "fastapi" in loaded
    assert loaded & {"biip", "gateway.gs1.scanned", "PIL", "zint", "zxingcpp", "escpos", "pymodbus", "typer"} == set()
