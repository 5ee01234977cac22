"""The running daemon is told to read its config again (SIGHUP): the real process, two stations on ptys."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.demo_broker import free_port
from gateway.cli.panel_reader import lines, snapshot
from gateway.event import Stamp
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.journal.canonical import parse
from tests.ports import Pty, serial_line

pytestmark = pytest.mark.slow

HANG_S = 20.0

REGISTERS = """\
area.VN-XXOR-0000.status = "active"
farm.FARM-0042 = { id = "HTX-0042", name = "Hộ 42", area = "VN-XXOR-0000", product = "ri6" }
operator.OP-01.name = "Nhân viên cổng"
crate.CRATE-A = { name = "Sọt", tare_kg = 1.50 }

[product.ri6]
name = { vi = "Ri6", en = "Ri6" }
gtin_lot = "99521234000016"
gtin_carton = "99521234000054"
min_kg = 8
max_kg = 12
"""

CONFIG = """\
clock.trust = true
broker = {{ host = "127.0.0.1", port = {port}, acknowledge = "receiver" }}
gateway = {{ name = "gw-1", data = "{directory}" }}
room.cr-1 = {{ name = "Kho 1", sources = [] }}

[site]
id = "durian-01"
name = "Cơ sở mẫu"
gln = "9521234000013"
company_prefix = "9521234"
domain = "trace.example.org"
namespace = "https://ns.example.org/packhouse/v1/"
demo = true

[device]
gate-scale = {{ driver = "scale", port = "{directory}/gate-scale", protocol = "keli_text" }}
gate-scanner = {{ driver = "barcode_scanner", port = "{directory}/gate-scanner" }}
door-scanner = {{ driver = "barcode_scanner", port = "{directory}/door-scanner" }}

[station]
gate = {{ name = "Cổng", step = "receiving", scanner = "gate-scanner", scale = "gate-scale", crate = "CRATE-A" }}
door = {{ name = "Cửa", step = "storing", scanner = "door-scanner", room = "cr-1", operator = "optional" }}
"""


class RunningGateway:
    """A daemon, its config file, its log and its lines."""

    def __init__(self, directory: Path, process: asyncio.subprocess.Process, line: dict[str, Pty]) -> None:
        self.directory = directory
        self.line = line
        self.log: list[str] = []
        self._process = process

    @property
    def config(self) -> Path:
        return self.directory / "gateway.toml"

    async def logs(self, words: str) -> str:
        """Wait until the log says this; give the whole message, as far as it has come."""
        assert self._process.stderr is not None
        async with asyncio.timeout(HANG_S):
            while row := (await self._process.stderr.readline()).decode():
                self.log.append(row)
                if words in row:
                    return row
        raise AssertionError(f"ended without saying {words!r}:\n{''.join(self.log)}")

    async def reload(self, old: str, new: str, file: str = "gateway.toml") -> None:
        """Change one place of a file and have it read again."""
        path = self.directory / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        self._process.send_signal(signal.SIGHUP)

    @asynccontextmanager
    async def saying(self, line: str, data: bytes) -> AsyncIterator[None]:
        """Have a device say something over and over, as scales do, and as people scan who see nothing happen."""

        async def talk() -> None:
            while True:
                with suppress(BlockingIOError):  # nobody reads it yet
                    self.line[line].say(data)
                await asyncio.sleep(0.1)

        task = asyncio.create_task(talk())
        yield
        task.cancel()

    async def shows(self, station: str, right: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until a station shows what is wanted."""
        async with asyncio.timeout(HANG_S), aclosing(lines(self.directory)) as told:
            async for line in told:
                if line.get("station") == station and right(line):
                    return

    async def house(self) -> dict[str, Any]:
        house, _ = await snapshot(self.directory)
        return house

    def opened(self) -> set[str]:
        """Name every tty the daemon has open, as the kernel has it."""
        folder = Path(f"/proc/{self._process.pid}/fd")
        return {str(link.readlink()) for link in folder.iterdir() if link.is_symlink()}

    def tty(self, name: str) -> str:
        return str((self.directory / name).resolve())

    async def end(self) -> int:
        self._process.terminate()
        async with asyncio.timeout(HANG_S):
            await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode

    async def config_entries(self) -> list[dict[str, Any]]:
        """End the daemon; give what its journal says of taken-over configs."""
        assert await self.end() == 0
        stamp = Stamp(boot="b", mono_ms=1, wall_ms=1_800_000_000_000, clock="synced")
        async with Journal.open(
            self.directory, JournalTable(), gateway="gw-1", number=0, stamp=lambda: stamp
        ) as journal:
            entries = await journal.entries(Cursor(0, 0), 1000)
        return [parse(entry.body) for entry in entries if entry.kind == "config" and entry.body is not None]


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[RunningGateway]:
    async with running(tmp_path) as daemon:
        yield daemon


@asynccontextmanager
async def running(directory: Path, broker_port: int | None = None) -> AsyncIterator[RunningGateway]:
    (directory / "local").mkdir(parents=True)
    (directory / "local" / "house.toml").write_text(REGISTERS, "utf-8")
    config = directory / "gateway.toml"
    config.write_text(CONFIG.format(directory=directory, port=broker_port or free_port()), "utf-8")
    start_counters(directory)
    async with AsyncExitStack() as stack:
        line = {
            name: stack.enter_context(serial_line(directory, name))
            for name in ("gate-scale", "gate-scanner", "door-scanner", "new-scale")
        }
        command = (sys.executable, "-m", "gateway", "run", "--config", str(config))
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        daemon = RunningGateway(directory, process, line)
        try:
            for _ in range(2):
                await daemon.logs("scanner: is heard")
            async with daemon.saying("gate-scale", b"=0000.00(kg)\r\n"):
                await daemon.logs("gate-scale: is heard")
            yield daemon
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()


async def test_a_bad_file_leaves_the_old_one_running_and_says_what_is_wrong(gateway: RunningGateway) -> None:
    await gateway.reload('"keli_text"', '"keli_test"')
    await gateway.logs("config not taken over")
    told = (await gateway.house())["config"]
    assert "device.gate-scale.protocol: không có giao thức cân 'keli_test'" in told
    status = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", "status", "--config", str(gateway.config), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await status.communicate()
    assert status.returncode == 0
    assert "no scale protocol 'keli_test'" in out.decode()

    await gateway.reload('"keli_test"', '"keli_text"')
    await gateway.logs("config taken over; changed: nothing")
    assert (await gateway.house())["config"] == ""
    assert await gateway.config_entries() == []


async def test_a_changed_device_is_reopened_and_only_that_one(gateway: RunningGateway) -> None:
    others = {gateway.tty("gate-scanner"), gateway.tty("door-scanner")}
    assert gateway.opened() >= others | {gateway.tty("gate-scale")}

    await gateway.reload("/gate-scale", "/new-scale")
    await gateway.logs("config taken over; changed: device.gate-scale\n")
    await gateway.shows("gate", lambda line: line["state"] == "stale")
    async with gateway.saying("new-scale", b"=0010.25(kg)\r\n"):
        await gateway.logs("gate-scale: is heard")
        await gateway.shows("gate", lambda line: line["state"] == "not_unloaded")
    assert gateway.opened() >= others | {gateway.tty("new-scale")}
    assert gateway.tty("gate-scale") not in gateway.opened()

    async with gateway.saying("door-scanner", b"OP-01\r\n"):
        await gateway.shows("door", lambda line: line["operator"] == "OP-01")
    (entry,) = await gateway.config_entries()
    assert entry["changed"] == ["device.gate-scale"]
    assert sum("scanner: is heard" in row for row in gateway.log) == 2, "the others were never lost"


async def test_a_station_with_a_lot_is_not_changed_but_all_around_it_is(gateway: RunningGateway) -> None:
    async with gateway.saying("gate-scanner", b"OP-01\r\n"):
        await gateway.shows("gate", lambda line: line["operator"] == "OP-01")
    async with gateway.saying("gate-scanner", b"FARM-0042\r\n"):
        await gateway.shows("gate", lambda line: line["lot"] is not None)

    await gateway.reload('name = "Cổng"', 'name = "Cổng chính"')
    await gateway.logs("config not taken over")
    told = (await gateway.house())["config"]
    assert "station.gate: trạm đang làm lô H" in told
    assert "works on lot H" in told

    await gateway.reload('name = "Cổng chính"', 'name = "Cổng"')
    await gateway.logs("changed: nothing")
    await gateway.reload('"Cửa"', '"Cửa kho"')
    await gateway.logs("changed: station.door")
    await gateway.reload("OP-01.name", "OP-09.name", "local/house.toml")
    await gateway.logs("changed: operator.OP-01, operator.OP-09")
    async with gateway.saying("door-scanner", b"OP-09\r\n"):
        await gateway.shows("door", lambda line: line["operator"] == "OP-09")
    await gateway.shows("gate", lambda line: line["lot"] is not None and line["operator"] == "OP-01")
    assert [entry["changed"] for entry in await gateway.config_entries()] == [
        ["station.door"],
        ["operator.OP-01", "operator.OP-09"],
    ]


async def test_another_broker_and_a_new_printer_are_taken_up(gateway: RunningGateway) -> None:
    nobody = free_port()
    await gateway.reload(
        "broker = {",
        f'printer.p-1 = {{ language = "tspl", host = "127.0.0.1", port = {nobody}, head_dots = 640 }}\nbroker = {{',
    )
    await gateway.logs("changed: printer.p-1")
    await gateway.logs("p-1: ")
    await gateway.reload('"receiver" }', '"broker" }')
    await gateway.logs("changed: broker")
    await gateway.logs("uplink: 127.0.0.1")
    await gateway.reload("printer.p-1 =", "# printer.p-1 =")
    await gateway.logs("changed: printer.p-1")
    entries = await gateway.config_entries()
    assert [entry["changed"] for entry in entries] == [["printer.p-1"], ["broker"], ["printer.p-1"]]
