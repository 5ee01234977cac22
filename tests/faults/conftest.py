"""What a fault needs of the machine; what is missing is a skip with its reason, or a failure with FAULTS=required."""

import os
import shutil
from pathlib import Path

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reason for reason in skipped if "fault tool" in reason):
        terminalreporter.write_line(f"NOT TESTED HERE: {reason.removeprefix('Skipped: ')}")


def need(*tools: str, root: bool = False, devices: tuple[str, ...] = ()) -> None:
    """Skip, or fail with FAULTS=required, when a tool, a device or the right to use it is missing."""
    missing = [
        tool for tool in tools if shutil.which(tool, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None
    ]
    missing += [device for device in devices if not Path(device).exists()]
    missing += ["root"] if root and os.geteuid() != 0 else []
    if missing:
        (pytest.fail if os.environ.get("FAULTS") == "required" else pytest.skip)(
            f"fault tool missing: {', '.join(missing)}"
        )


@pytest.fixture
def loop_disks() -> None:
    """Disks of our own: loop devices and ext4."""
    need("mkfs.ext4", "mount", "umount", root=True, devices=("/dev/loop-control",))


@pytest.fixture
def fuse_disks(loop_disks: None) -> None:
    """Disks that remember, or refuse: FUSE."""
    need("fusermount3", root=True, devices=("/dev/fuse",))
    pytest.importorskip("mfusepy", reason="fault tool missing: mfusepy (libfuse3)", exc_type=(ImportError, OSError))
