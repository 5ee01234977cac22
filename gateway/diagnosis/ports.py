"""What keeps a serial port from being opened, as far as this machine can tell."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.diagnosis.finding import Finding, finding

GRABBERS: Final = ("brltty", "ModemManager")
"""Programs of desktop systems that take CH340 and ACM ports for braille displays and modems."""

_PTYS: Final = "/dev/pts/"
"""Of a pty, whoever simulates the device has this end open too: that alone takes it from nobody."""


def examine_port(about: str, path: str, *, proc: Path = Path("/proc"), dev: Path = Path("/dev")) -> list[Finding]:
    """Say why a port cannot be used; an empty list when nothing speaks against it."""
    found: list[Finding] = []
    known = ", ".join(stable_names(dev)) or "-"
    if not os.path.exists(path):
        if re.fullmatch(r".*/tty(USB|ACM)\d+", path):
            found.append(finding("renumbered", about, path, known=known))
        else:
            found.append(finding("port-missing", about, path, known=known))
    elif not os.access(path, os.R_OK | os.W_OK):
        found.append(finding("no-permission", about, path, group=_group(path)))
    elif not os.path.realpath(path).startswith(_PTYS) and (holder := holder_of(path, proc)):
        found.append(finding("port-taken", about, path, holder=holder))
    return found


def twins(dev: Path = Path("/dev")) -> list[Finding]:
    """Say which adapters share one name, so that only one of them can be reached by it."""
    by_id, by_path = dev / "serial" / "by-id", dev / "serial" / "by-path"
    nameless = [link for link in _links(by_id) if re.search(r"1a86_USB2\.0-Ser|_0001-if00", link.name)]
    if nameless and len({os.path.realpath(link) for link in _links(by_path)}) > len(
        {os.path.realpath(link) for link in _links(by_id)}
    ):
        return [finding("twin-adapters", str(nameless[0]))]
    return []


def grabbers(proc: Path = Path("/proc")) -> list[Finding]:
    """Say which running programs are known to take ports that are not theirs."""
    running = {name for _, name in _processes(proc)}
    return [finding("grabber", name, level="notice", holder=name) for name in GRABBERS if name in running]


def stable_names(dev: Path = Path("/dev")) -> list[str]:
    """Give the names under which serial ports can be configured on this machine."""
    return [str(link) for kind in ("by-id", "by-path") for link in _links(dev / "serial" / kind)]


def stable_name(path: str, dev: Path = Path("/dev")) -> str:
    """Give the stable name of a port, or the path itself when it has none."""
    target = os.path.realpath(path)
    if re.fullmatch(r"/dev/tty(USB|ACM)\d+", path):
        return next((name for name in stable_names(dev) if os.path.realpath(name) == target), path)
    return path


def holder_of(path: str, proc: Path = Path("/proc")) -> str:
    """Name the other program that has a port open; empty when there is none that may be seen."""
    target = os.path.realpath(path)
    for number, name in _processes(proc):
        if number == os.getpid():
            continue
        try:
            held = [os.readlink(link) for link in (proc / str(number) / "fd").iterdir()]
        except OSError:  # it ended meanwhile, or belongs to somebody else
            continue
        if target in held:
            return f"{name} ({number})"
    return ""


def _processes(proc: Path) -> Iterator[tuple[int, str]]:
    for directory in proc.iterdir():
        if directory.name.isdecimal():
            try:
                yield int(directory.name), (directory / "comm").read_text("utf-8", "replace").strip()
            except OSError:
                continue


def _links(directory: Path) -> list[Path]:
    return sorted(directory.iterdir()) if directory.is_dir() else []


def _group(path: str) -> str:
    if "/input/" in path:
        return "input"
    return "lp" if "/lp" in path else "dialout"
