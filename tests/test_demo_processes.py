"""The demo's processes are known by their ids, and none outlives it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.demo_config import Pace
from gateway.cli.demo_house import LONGEST_SOCKET_PATH, DemoHouse
from gateway.cli.demo_processes import Child, DemoFailed, run_once, with_us

SLEEPS = ("-c", "import time; print('{\"ready\": 1}', flush=True); time.sleep(600)")
STUBBORN = (
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{}', flush=True); time.sleep(600)",
)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_child_says_when_it_is_ready_and_ends_when_asked(tmp_path: Path) -> None:
    child = await Child.start("sleeper", *SLEEPS, logs=tmp_path, listen=True)
    assert await child.ready() == {"ready": 1}
    assert child.ended is None
    await child.end()
    assert gone(child.pid)


async def test_a_child_that_does_not_want_to_end_is_ended(tmp_path: Path) -> None:
    child = await Child.start("stubborn", *STUBBORN, logs=tmp_path, listen=True)
    await child.ready()
    assert await child.end(within_s=0.2) == -9
    assert gone(child.pid)


async def test_a_child_that_ends_instead_of_being_ready_is_a_failure_with_its_log_named(tmp_path: Path) -> None:
    child = await Child.start("broken", "-c", "raise SystemExit('no scale')", logs=tmp_path, listen=True)
    with pytest.raises(DemoFailed, match=r"broken did not become ready; see .*broken\.log"):
        await child.ready()
    await child.wait()
    assert "no scale" in (tmp_path / "broken.log").read_text()


async def test_a_command_that_fails_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(DemoFailed, match="step ended with 3"):
        await run_once("step", "-c", "raise SystemExit(3)", logs=tmp_path)


async def test_killing_a_child_that_is_gone_already_is_no_failure(tmp_path: Path) -> None:
    child = await Child.start("short", "-c", "", logs=tmp_path)
    await child.wait()
    await child.kill()
    assert child.ended == 0


async def test_a_child_ends_when_the_demo_is_killed(tmp_path: Path) -> None:
    inner = with_us(sys.executable, *SLEEPS)
    outer = f"import subprocess, sys, time; p = subprocess.Popen({inner!r}); print(flush=True); time.sleep(600)"
    demo = await asyncio.create_subprocess_exec(sys.executable, "-c", outer, stdout=subprocess.PIPE, cwd=tmp_path)
    assert demo.stdout is not None
    await demo.stdout.readline()
    assert await demo.stdout.readline() == b'{"ready": 1}\n'
    demo.kill()
    await demo.wait()
    async with asyncio.timeout(30):
        assert await demo.stdout.read() == b"", "the child held the pipe open; now it is closed"


async def test_a_directory_with_an_earlier_day_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").touch()
    with pytest.raises(DemoFailed, match="an earlier day"):
        async with DemoHouse.open(tmp_path, Pace(trucks=(1,), cartons=1), 1, None):
            raise AssertionError("it must not open")


async def test_a_directory_too_deep_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoFailed, match="too long"):
        async with DemoHouse.open(tmp_path / ("d" * LONGEST_SOCKET_PATH), Pace(trucks=(1,), cartons=1), 1, None):
            raise AssertionError("it must not open")
