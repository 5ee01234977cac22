"""What the real daemon costs: ten devices of ten registers, once a second; CPU, memory, bytes written, jitter, starts.

    python benchmarks/footprint.py [seconds to measure]

The devices are simulators behind TCP, the broker is mosquitto, behind it the receiver; the thresholds are design §11.
"""

import asyncio
import os
import shutil
import socket
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from gateway.cli.demo_broker import demo_broker
from gateway.cli.demo_processes import Child
from gateway.journal import start_counters
from gateway.mqtt import BrokerTable
from gateway.mqtt.connection import connect

DEVICES = 10
REGISTERS = 10
MEASURED_S = 60.0
WARM_S = 10.0
CPU_S_A_MINUTE = 0.8
RESIDENT_MB = 57.0
BYTES_A_READING = 1300.0
JITTER_MS = 2.0
FIRST_READING_S = 2.0
READY_AFTER_KILL_S = 5.0
PATIENCE_S = 15.0

HOUSE = """\
[site]
id = "house-1"
name = "Nhà đo thử"
gln = "9521234000013"
company_prefix = "9521234"
domain = "trace.example.org"
namespace = "https://ns.example.org/packhouse/v1/"
facility = "VN-XXPH-000"
demo = true

[gateway]
name = "gw-1"
data = "{data}"

[broker]
host = "127.0.0.1"
port = {broker}
acknowledge = "receiver"

[clock]
trust = true
"""
DEVICE = """
[device.d{number}]
driver = "modbus_bus"
host = "127.0.0.1"
tcp_port = {port}

[device.d{number}.unit.u]
id = {number}
map = "ten"
every_s = 1
"""
MAP = """\
model = "ten registers"
source = "benchmark"

[help]
vi = "Mười thanh ghi."
en = "Ten registers."
"""
POINT = """
[[point]]
quantity = "ph:Q{at}"
function = 3
address = {at}
type = "int16"
valid = [-32768, 32767]
help.vi = "Thanh ghi {at}."
help.en = "Register {at}."
"""

failed: list[str] = []


def figure(what: str, value: str, *, wanted: str, holds: bool) -> None:
    print(f"{'pass' if holds else 'FAIL'}  {what:<56} {value:>16}   ({wanted})", flush=True)
    if not holds:
        failed.append(what)


def write_house(directory: Path, broker: int, devices: list[int]) -> Path:
    (directory / "maps").mkdir()
    (directory / "maps" / "ten.toml").write_text(MAP + "".join(POINT.format(at=at) for at in range(REGISTERS)))
    tables = "".join(DEVICE.format(number=number, port=port) for number, port in enumerate(devices, 1))
    config = directory / "gateway.toml"
    config.write_text(HOUSE.format(data=directory / "data", broker=broker) + tables)
    start_counters(directory / "data")
    return config


class Notices:
    """The service manager's socket: hears READY."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind(str(path))

    async def ready(self) -> None:
        loop = asyncio.get_running_loop()
        while b"READY=1" not in await loop.sock_recv(self._socket, 4096):
            pass

    def close(self) -> None:
        self._socket.close()


@asynccontextmanager
async def daemon(config: Path) -> AsyncIterator[Child]:
    child = await Child.start("daemon", "-m", "gateway", "run", "--config", str(config), logs=config.parent)
    try:
        yield child
    finally:
        await child.end()


def service_environment() -> dict[str, str]:
    """Give what the service sets for the daemon: it is measured as it will run."""
    unit = (ROOT / "systemd" / "gateway.service").read_text("utf-8")
    settings = [line.partition("=")[2] for line in unit.splitlines() if line.startswith("Environment=")]
    return dict(setting.split("=", 1) for setting in settings)


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def written_bytes(pid: int) -> int:
    io = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(io["write_bytes"])


def stored(data: Path) -> int:
    with closing(sqlite3.connect(f"{(data / 'readings.db').as_uri()}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT coalesce(max(row), 0) FROM reading").fetchone()[0])


def share_kept(data: Path, after_row: int) -> float:
    """Give the share stored of what was due: of each series from its first reading to the newest of all.

    Counting between two looks would not do: what is read is on disk up to a commit interval later.
    """
    with closing(sqlite3.connect(f"{(data / 'readings.db').as_uri()}?mode=ro", uri=True)) as db:
        told = "SELECT count(*), min(at_ms), max(at_ms) FROM reading WHERE row > ? GROUP BY series"
        series = db.execute(told, (after_row,)).fetchall()
    newest, oldest = max(last for _, _, last in series), min(first for _, first, _ in series)
    firsts = [first for _, first, _ in series] + [oldest] * (DEVICES * REGISTERS - len(series))
    return sum(count for count, _, _ in series) / sum((newest - first + 500) // 1000 + 1 for first in firsts)


def jitter_ms(data: Path, after_row: int) -> float:
    """Give the standard deviation of the time between two polls of a device, over all devices."""
    off: list[float] = []
    with closing(sqlite3.connect(f"{(data / 'readings.db').as_uri()}?mode=ro", uri=True)) as db:
        for (series,) in db.execute("SELECT series FROM series WHERE quantity = 'ph:Q0'").fetchall():
            at = [
                ms
                for (ms,) in db.execute("SELECT at_ms FROM reading WHERE series = ? AND row > ?", (series, after_row))
            ]
            off += [after - before - 1000.0 for before, after in pairwise(sorted(at))]
    return statistics.pstdev(off)


async def first_reading(broker: int, config: Path) -> float | None:
    """Start the daemon and give the seconds until a reading was published; None: none within patience."""
    loop = asyncio.get_running_loop()
    table = BrokerTable.model_validate({"host": "127.0.0.1", "port": broker, "acknowledge": "receiver"})
    async with connect(table, "watcher") as watcher:
        await watcher.subscribe("packhouse/v1/house-1/gw-1/telemetry/+")
        began = loop.time()
        async with daemon(config):
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await watcher.next_messages()
                    return loop.time() - began
    return None


async def ready_after_kill(config: Path) -> float:
    """Kill the daemon with -9 while it works, start it again, and give the seconds until it says READY."""
    notices = Notices(config.parent / "notify.sock")
    os.environ["NOTIFY_SOCKET"] = str(notices.path)
    try:
        async with asyncio.timeout(60):
            async with daemon(config) as child:
                await notices.ready()
                await asyncio.sleep(3)
                await child.kill()
            began = asyncio.get_running_loop().time()
            async with daemon(config):
                await notices.ready()
                return asyncio.get_running_loop().time() - began
    finally:
        del os.environ["NOTIFY_SOCKET"]
        notices.close()


async def steady(config: Path, seconds: float) -> None:
    data = config.parent / "data"
    async with daemon(config) as child:
        await asyncio.sleep(WARM_S)
        rows, cpu, written = stored(data), cpu_s(child.pid), written_bytes(child.pid)
        await asyncio.sleep(seconds)
        used, wrote, readings = cpu_s(child.pid) - cpu, written_bytes(child.pid) - written, stored(data) - rows
        memory = resident_mb(child.pid)
        if child.ended is not None:
            raise SystemExit(f"the daemon ended; see {child.log}")
    kept = share_kept(data, rows)
    figure("readings stored of those due", f"{kept:.1%}", wanted="99 %", holds=kept >= 0.99)
    a_minute = used * 60 / seconds
    figure("CPU, s a minute", f"{a_minute:.2f}", wanted=f"{CPU_S_A_MINUTE}", holds=a_minute <= CPU_S_A_MINUTE)
    figure("resident, devices alone, MB", f"{memory:.1f}", wanted=f"{RESIDENT_MB:.0f}", holds=memory <= RESIDENT_MB)
    each = wrote / readings
    figure("bytes written a reading", f"{each:.0f}", wanted=f"{BYTES_A_READING:.0f}", holds=each <= BYTES_A_READING)
    off = jitter_ms(data, rows)
    figure("poll jitter, ms std", f"{off:.2f}", wanted=f"{JITTER_MS:.0f}", holds=off <= JITTER_MS)


@asynccontextmanager
async def devices(directory: Path) -> AsyncIterator[list[int]]:
    """Simulate the devices, each a process behind an address of its own; gives their ports."""
    held = ",".join(f"{1000 + at:04X}" for at in range(REGISTERS))
    async with AsyncExitStack() as stack:
        ports = []
        for number in range(1, DEVICES + 1):
            child = await Child.start(
                f"device-{number}", "-m", "firmware_mock", "modbus_bus", "tcp", "--port", "0",
                "--control", str(directory / f"control-{number}"), "--unit", f"{number}:table:03/0000={held}",
                logs=directory, listen=True,
            )  # fmt: skip
            stack.push_async_callback(child.end)
            ports.append(int((await child.ready())["listening"]))
        yield ports


@asynccontextmanager
async def province(directory: Path) -> AsyncIterator[int]:
    """Run a broker and the receiver behind it; gives the broker's port."""
    async with demo_broker(directory / "broker", "mosquitto") as broker:
        where = ("--host", "127.0.0.1", "--port", str(broker.port), "--site", "house-1")
        database = ("--database", str(directory / "receiver.db"))
        child = await Child.start("receiver", "-m", "gateway", "receive", *where, *database, logs=directory)
        try:
            yield broker.port
        finally:
            await child.end()


async def measure(directory: Path, seconds: float) -> None:
    async with devices(directory) as ports, province(directory) as broker:
        config = write_house(directory, broker, ports)
        first_s = await first_reading(broker, config)
        said = f"{first_s:.2f}" if first_s is not None else "never"
        wanted = f"{FIRST_READING_S:.0f}"
        figure("start to first reading published, s", said, wanted=wanted, holds=(first_s or 99) <= FIRST_READING_S)
        ready_s = await ready_after_kill(config)
        wanted = f"{READY_AFTER_KILL_S:.0f}"
        figure("ready after kill -9, s", f"{ready_s:.2f}", wanted=wanted, holds=ready_s <= READY_AFTER_KILL_S)
        await steady(config, seconds)


def main() -> int:
    if shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        print("skip  footprint: mosquitto is not installed")
        return 0
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else MEASURED_S
    os.environ.update(service_environment())
    print(f"{DEVICES} devices of {REGISTERS} registers at 1 s, measured for {seconds:.0f} s")
    with tempfile.TemporaryDirectory(prefix="footprint-") as directory:
        asyncio.run(measure(Path(directory), seconds))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
