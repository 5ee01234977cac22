"""The command line as scripts and technicians meet it: a process, its words and its exit status."""

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.__main__ import _daemon_alone, main
from gateway.cli import COMMANDS
from gateway.cli.panel_reader import snapshot
from gateway.event import Draft
from gateway.journal import Journal

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "config" / "gateway.toml"
GOLDEN = ROOT / "tests" / "golden" / "config"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def _gateway(*arguments: str | Path) -> Done:
    """Run a command here, as the program does, without the second a new process takes."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    code = ended.value.code
    return Done(code if isinstance(code, int) else 0, stdout.getvalue(), stderr.getvalue())


def _process(*arguments: str | Path) -> Done:
    """Run a command as a process."""
    program = [str(Path(sys.executable).with_name("gateway")), *(str(argument) for argument in arguments)]
    done = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A sound config file whose data directory is `data` beside it."""
    sound = (GOLDEN / "scale.toml").read_text("utf-8").partition("[device.")[0]
    file = tmp_path / "gateway.toml"
    file.write_text(sound.replace('name = "gw-1"\n', 'name = "gw-1"\ndata = "data"\n'), "utf-8")
    return file


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["check", str(SAMPLE)], 0),
        (["status", "--config", str(SAMPLE)], 1),
        (["nothing"], 2),
        (["run", "--config", str(GOLDEN / "scale.toml")], 78),
    ],
)
def test_process_says_the_same_as_the_command_here(arguments: list[str], status: int) -> None:
    done = _process(*arguments)
    assert done.returncode == status
    assert done == _gateway(*arguments)


def test_help_lists_every_command_in_both_languages() -> None:
    done = _gateway("--help")
    assert done.returncode == 0
    rows = {row.split()[0]: row for row in done.stdout.partition("Commands:")[2].splitlines() if row.strip()}
    assert rows.keys() == set(COMMANDS)
    for row in rows.values():
        assert " / " in row


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str) -> None:
    done = _gateway(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert " / " in done.stdout
    assert done.stdout.startswith(f"Usage: gateway {command}")


@pytest.mark.parametrize("arguments", [["nothing"], ["check", "--nothing"], ["status", "extra"], []])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert _gateway(*arguments).returncode == 2


def test_version() -> None:
    from gateway import __version__

    assert _gateway("--version").stdout == f"{__version__}\n"


def test_a_sound_config_is_0() -> None:
    done = _gateway("check", SAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "8 trạm / stations" in done.stdout


@pytest.mark.parametrize("command", [["check"], ["run"], ["status"], ["listen"], ["counters"], ["verify"]])
def test_a_wrong_config_is_78_and_says_every_mistake(command: list[str]) -> None:
    done = _gateway(*command, "--config", GOLDEN / "scale.toml")
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == (GOLDEN / "scale.txt").read_text("utf-8")


def test_check_in_one_language() -> None:
    english = _gateway("check", GOLDEN / "scale.toml", "--lang", "en").stderr
    assert english.startswith("scale.toml: 12 mistakes\n  scale.toml:19: device.intake-scale.port: the number in")
    assert "lỗi" not in english


def test_check_for_scripts() -> None:
    done = _gateway("check", GOLDEN / "scale.toml", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"], len(said["mistakes"])) == (78, False, 12)
    assert said["mistakes"][1]["key"] == "device.intake-scale.protocol"
    assert said["mistakes"][1]["line"] == 20
    assert json.loads(_gateway("check", SAMPLE, "--json").stdout) == {"ok": True, "mistakes": []}


def test_numbering_begins_once(config: Path) -> None:
    refused = _gateway("counters", "--config", config)
    assert refused.returncode == 1
    assert "gateway counters --start" in refused.stderr
    assert _gateway("counters", "--start", "--config", config).returncode == 0
    assert (config.parent / "data" / "counters.json").exists()
    assert _gateway("counters", "--config", config).returncode == 0
    assert _gateway("counters", "--start", "--config", config).returncode == 1


def test_numbering_jumps_ahead(config: Path) -> None:
    def numbers(*arguments: str) -> list[int]:
        done = _gateway("counters", *arguments, "--json", "--config", config)
        assert done.returncode == 0, done.stderr
        return [number for scopes in json.loads(done.stdout)["numbers"].values() for number in scopes.values()]

    documents = 5  # harvest lots, graded lots, receipts, inspections, dispatches
    assert numbers("--skip", "50") == [50] + [50] * documents
    assert numbers("--skip", "970") == [1020] + [999] * documents
    assert numbers() == [1020] + [999] * documents
    assert _gateway("counters", "--skip", "1", "--start", "--config", config).returncode == 2


def test_status_of_a_gateway_that_does_not_run_is_1(config: Path) -> None:
    done = _gateway("status", "--config", config)
    assert (done.returncode, done.stdout) == (1, "gateway không chạy / gateway is not running\n")
    said = json.loads(_gateway("status", "--json", "--config", config).stdout)
    assert said == {"running": False, "hangs": False, "last_entry_at": None}
    assert _gateway("status", "--key", "--config", config).returncode == 1


async def test_verify_proves_a_journal_and_names_what_was_changed(journal: Journal, tmp_path: Path) -> None:
    for number in range(3):
        id = uuid4()
        await journal.record(Draft(id, "unknown-scan", {"eventID": f"urn:uuid:{id}", "n": number}))
    whole = await asyncio.to_thread(_gateway, "verify", tmp_path, "--json")
    said = json.loads(whole.stdout)
    assert (whole.returncode, said["whole"], said["entries"]) == (0, True, journal.last_seq)

    wrong = await asyncio.to_thread(_gateway, "verify", tmp_path, "--key", "00" * 32)
    assert wrong.returncode == 1
    assert "KHÔNG nguyên vẹn / NOT whole" in wrong.stdout
    assert (await asyncio.to_thread(_gateway, "verify", tmp_path / "nothing")).returncode == 1
    assert (await asyncio.to_thread(_gateway, "verify", tmp_path, "--key", "xyz")).returncode == 2


def test_books_of_a_receiver_that_never_was(tmp_path: Path) -> None:
    assert _gateway("receive", "--report", "--database", tmp_path / "no.db").returncode == 1
    assert _gateway("receive", "--registered", "gw-1=00", "--database", tmp_path / "no.db").returncode == 2


def test_listen_names_the_devices_there_are() -> None:
    done = _gateway("listen", "gate-scales", "--config", SAMPLE)
    assert done.returncode == 2
    assert "pack-1-scale" in done.stderr


HOUSE = {
    "on_disk": 312,
    "lost": 0,
    "backlog": 7,
    "connected": False,
    "trouble": "no route",
    "confirmed_at": "2026-11-21T12:58:00+07:00",
    "clock": "synced",
    "rooms": {"cold-room-1": {"Temperature": "4.1", "lots": ["H261121-0001"]}},
    "alarms": {},
    "sources": {
        "pack-1-scale": {"up": True, "why": "", "value": "10.25 kg, stable", "age_s": 0.1},
        "pack-2-scale": {"up": False, "why": "no answer"},
        "pack-2-scanner": {"up": True, "why": ""},
        "not-asked-for": {"up": True, "why": ""},
    },
}
STATION = {
    "station": "pack-1",
    "sentence": {"vi": ["Sẵn sàng", "Đặt thùng lên cân"], "en": "Ready. Put a carton on"},
    "lot": "H261121-0001",
    "operator": None,
    "printer": {"id": "p", "status": "ready"},
    "last": None,
}


def _add_scale(config: Path, name: str) -> None:
    scale = f'[device.{name}]\ndriver = "scale"\nport = "/dev/gateway/{name}"\nprotocol = "mt_sics"\n'
    config.write_text(config.read_text("utf-8") + scale, "utf-8")


@asynccontextmanager
async def _panel(data: Path, *lines: dict[str, Any]) -> AsyncIterator[None]:
    """A daemon's panel that says these lines to everyone who connects, and hangs up."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(json.dumps(line).encode() + b"\n")
        await writer.drain()
        writer.close()

    os.mkdir(data)
    async with await asyncio.start_unix_server(serve, data / "panel.sock"):
        yield


async def test_snapshot_holds_the_house_and_every_station(tmp_path: Path) -> None:
    later = {**HOUSE, "backlog": 8}
    async with _panel(tmp_path / "data", {"house": HOUSE}, STATION, {"house": later}, {"house": HOUSE}):
        assert await snapshot(tmp_path / "data") == (later, {"pack-1": STATION})


async def test_status_of_a_gateway_that_runs(config: Path) -> None:
    async with _panel(config.parent / "data", {"house": HOUSE}, STATION, {"house": HOUSE}):
        done = await asyncio.to_thread(_gateway, "status", "--config", config)
        for_scripts = await asyncio.to_thread(_gateway, "status", "--json", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "312 bản ghi đã lưu · mất 0 · chờ gửi 7 · tỉnh nhận lần cuối 21/11/2026 12:58" in done.stdout
    assert "pack-1: Sẵn sàng · Ready. Put a carton on" in done.stdout
    assert "no route" in done.stdout
    assert json.loads(for_scripts.stdout) == {"running": True, "house": HOUSE, "stations": [STATION]}


async def test_listen_asks_the_gateway_that_runs(config: Path) -> None:
    for name in ("pack-1-scale", "pack-2-scale", "pack-2-scanner"):
        _add_scale(config, name)
    async with _panel(config.parent / "data", {"house": HOUSE}, {"house": HOUSE}):
        done = await asyncio.to_thread(_gateway, "listen", "--json", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(row) for row in done.stdout.splitlines()] == [
        {"source": "pack-1-scale", "value": "10.25 kg, stable"},
        {"source": "pack-2-scale", "value": "down: no answer"},
        {"source": "pack-2-scanner", "value": "up"},
    ]


def test_listen_opens_the_devices_when_no_gateway_runs(config: Path) -> None:
    _add_scale(config, "s")
    done = _gateway("listen", "--for", "0.3", "--config", config)
    assert done.returncode == 0
    assert "down: " in done.stdout


def test_the_daemon_goes_without_the_library_of_the_command_line_and_without_parts_nobody_configured() -> None:
    assert _daemon_alone(["run", "--config", "x.toml"]) == Path("x.toml")
    assert _daemon_alone(["run", "--help"]) is _daemon_alone(["run"]) is _daemon_alone([]) is None
    heavy = ("typer", "click", "rich", "pymodbus", "evdev", "cv2", "zxingcpp", "numpy", "PIL", "fastapi", "starlette")
    code = f"import gateway.app, sys; print([name for name in sys.modules if name.split('.')[0] in {heavy}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
