"""What each part of a house adds to the daemon's memory: a scanner with a label printer, and the page.

    python benchmarks/parts.py

Beside the ten devices of benchmarks/footprint.py; the scanner has spoken, labels were drawn, a browser has come and
stays. The thresholds are design §11.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from footprint import daemon, devices, failed, figure, province, resident_mb, service_environment, write_house

from gateway.cli.demo_broker import free_port
from gateway.cli.demo_processes import Child

WARM_S = 15.0
LABELS_MB = 25.0
PAGE_MB = 20.0

LABELS = """
[device.scanner]
driver = "barcode_scanner"
port = "{scanner}"

[device.scale]
driver = "scale"
port = "{scale}"
protocol = "mt_sics"
max_kg = 60
interval_kg = 0.01

[printer.labels]
language = "tspl"
host = "127.0.0.1"
port = {printer}
head_dots = 832

[station.pack-1]
name = "Trạm 1"
step = "packing"
scanner = "scanner"
scale = "scale"
printer = "labels"
label = "carton-50x30"
"""
PAGE = """
[web]
port = {port}
"""


async def simulator(stack: AsyncExitStack, directory: Path, name: str, *options: str) -> dict[str, Any]:
    """Start a simulator for as long as the stack lasts; gives what it says of itself."""
    control = ("--control", str(directory / f"{name}.sock"))
    child = await Child.start(name, "-m", "firmware_mock", name, *options, *control, logs=directory, listen=True)
    stack.push_async_callback(child.end)
    return await child.ready()


async def labels_table(stack: AsyncExitStack, directory: Path) -> str:
    """Start a scanner, a scale and a printer; gives the tables of a packing station with them."""
    scanner, scale = directory / "scanner", directory / "scale"
    await simulator(stack, directory, "barcode_scanner", "--link", str(scanner))
    await simulator(stack, directory, "scale", "--link", str(scale), "--protocol", "mt-sics")
    printer = await simulator(
        stack, directory, "label_printer", "--language", "tspl", "--prints", str(directory / "prints")
    )
    return LABELS.format(scanner=scanner, scale=scale, printer=printer["listening"])


async def scan(directory: Path, code: str) -> None:
    reader, writer = await asyncio.open_unix_connection(directory / "barcode_scanner.sock")
    writer.write(json.dumps({"scan": code}).encode() + b"\n")
    await writer.drain()
    await reader.readline()
    writer.close()


async def browse(stack: AsyncExitStack, port: int) -> None:
    """Ask for what a browser asks for first, and stay at the stream as long as the stack lasts."""
    for path in ("/", "/api/words", "/api/me", "/api/stream"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        stack.callback(writer.close)
        closing = "" if path == "/api/stream" else "Connection: close\r\n"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{closing}\r\n".encode())
        async with asyncio.timeout(WARM_S):
            answer = (await reader.readline()).decode()
            if " 200 " not in answer:
                raise SystemExit(f"{path}: {answer.strip()}")
            if closing:
                await reader.read()


async def resident(config: Path, port: int | None = None) -> float:
    """Give the MB of a daemon that has been at work for a while, with a scan and a browser where they belong."""
    async with AsyncExitStack() as stack:
        child = await stack.enter_async_context(daemon(config))
        await asyncio.sleep(WARM_S / 2)
        if (config.parent / "barcode_scanner.sock").exists():
            await scan(config.parent, "H261121-0042")
        if port is not None:
            await browse(stack, port)
        await asyncio.sleep(WARM_S / 2)
        if child.ended is not None:
            raise SystemExit(f"the daemon ended; see {child.log}: {child.log.read_text('utf-8')}")
        return resident_mb(child.pid)


async def measure(directory: Path) -> None:
    async with devices(directory) as ports, province(directory) as broker, AsyncExitStack() as stack:
        config = write_house(directory, broker, ports)
        alone = config.read_text("utf-8")
        await resident(config)  # the first start makes key and journal
        alone_mb = await resident(config)
        print(f"      devices alone: {alone_mb:.1f} MB")
        port = free_port()
        config.write_text(alone + PAGE.format(port=port), "utf-8")
        more = await resident(config, port) - alone_mb
        figure("resident, more with the page, MB", f"{more:.1f}", wanted=f"{PAGE_MB:.0f}", holds=more <= PAGE_MB)
        config.write_text(alone + await labels_table(stack, directory), "utf-8")
        more = await resident(config) - alone_mb
        what = "resident, more with scanner and labels, MB"
        figure(what, f"{more:.1f}", wanted=f"{LABELS_MB:.0f}", holds=more <= LABELS_MB)


def main() -> int:
    if shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        print("skip  parts: mosquitto is not installed")
        return 0
    os.environ.update(service_environment())
    with tempfile.TemporaryDirectory(prefix="parts-") as directory:
        asyncio.run(measure(Path(directory)))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
