"""The service unit is one systemd accepts, and shuts in what it can."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gateway.__main__ import CONFIG

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "systemd" / "gateway.service"
RULES = ROOT / "systemd" / "90-gateway.rules"

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def _analyze(*arguments: str, unit: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # The unit names the installed program; here it is the one of this environment.
    here = folder / "gateway.service"
    here.write_text(unit.replace("/opt/gateway/.venv/bin/gateway", str(Path(sys.executable).with_name("gateway"))))
    command = ["systemd-analyze", *arguments, str(here)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@needs_systemd
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = UNIT.read_text()
    done = _analyze("verify", "--man=no", "--recursive-errors=no", unit=unit, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")

    broken = _analyze(
        "verify", "--man=no", "--recursive-errors=no", unit=unit.replace("Type=notify", "Typo=notify"), folder=tmp_path
    )
    assert "Typo" in broken.stderr


@needs_systemd
def test_unit_is_shut_in(tmp_path: Path) -> None:
    unit = UNIT.read_text()
    assert _analyze("security", "--offline=true", "--threshold=25", unit=unit, folder=tmp_path).returncode == 0

    plain = "\n".join(line for line in unit.splitlines() if not re.match("(Protect|Private|Restrict|System|Cap)", line))
    assert _analyze("security", "--offline=true", "--threshold=25", unit=plain, folder=tmp_path).returncode != 0


def test_a_wrong_config_is_not_started_again_and_again() -> None:
    assert f"RestartPreventExitStatus={CONFIG}\n" in UNIT.read_text()


def test_a_reload_asks_the_daemon_to_read_its_config_again() -> None:
    assert "ExecReload=/bin/kill -HUP $MAINPID\n" in UNIT.read_text()


def test_the_state_of_the_clock_may_be_read() -> None:
    unit = UNIT.read_text()
    assert re.search(r"^SystemCallFilter=.*\badjtimex\b.*\bclock_adjtime\b", unit, re.MULTILINE)
    assert not re.search(r"^(ProtectClock=yes|ProcSubset=pid)", unit, re.MULTILINE)


def test_every_port_of_the_sample_has_its_rule() -> None:
    devices = tomllib.loads((ROOT / "config" / "gateway.toml").read_text("utf-8"))["device"]
    ports = {device["port"] for device in devices.values() if "port" in device}
    named = {f"/dev/{name}" for name in re.findall(r'SYMLINK\+="([^"]+)"', RULES.read_text())}
    assert ports == named
