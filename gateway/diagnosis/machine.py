"""What is wrong with the machine itself: disk, clock, certificates, supply."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gateway.clock import ask_kernel
from gateway.diagnosis.finding import Finding, Level, finding
from gateway.mqtt.certificates import EXPIRES_SOON

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from gateway.mqtt.broker import BrokerTable

FULL: Final = 0.95
_UNDER_VOLTAGE_NOW_OR_SINCE_START: Final = 0x10001
_THROTTLED: Final = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")


def disk(directory: Path, usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage) -> list[Finding]:
    """Say whether the disk of a directory is full or does not take anything."""
    there = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    total, used, free = usage(there)
    found = []
    if total and used / (used + free) >= FULL:
        found.append(finding("disk-full", str(directory), percent=round(100 * used / (used + free))))
    if os.statvfs(there).f_flag & os.ST_RDONLY:
        found.append(finding("disk-read-only", str(directory)))
    return found


def clock(
    *,
    trusted: bool,
    now: datetime,
    built: datetime,
    synchronised: Callable[[], bool] = lambda: ask_kernel().synced,
) -> list[Finding]:
    """Say whether the clock is kept, and whether it is plainly wrong: before this release was built."""
    found = []
    if now < built:
        found.append(finding("clock-wrong", "clock", now.isoformat(timespec="minutes"), days=(built - now).days + 1))
    elif not trusted and not synchronised():
        found.append(finding("clock-unsynced", "clock", level="notice"))
    return found


def certificates(broker: "BrokerTable", now: datetime) -> list[Finding]:
    """Say which certificates end soon, have ended, or have not begun: then it is rather the clock."""
    found: list[Finding] = []
    for path in (broker.certificate, broker.ca):
        if path is not None and path.is_file():
            found += certificate(path, now)
    return found


def held_in(path: Path) -> "list[Certificate]":
    """Read the certificates in one PEM file; none from a file that cannot be read, of which `gateway check` speaks."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return []


def last_days(broker: "BrokerTable") -> dict[str, datetime]:
    """Give when each of the broker's certificate files ends: of several in one, the first to do so."""
    found = {}
    for path in (broker.certificate, broker.ca):
        held = held_in(path) if path is not None and path.is_file() else []
        if path is not None and held:
            found[path.name] = min(one.not_valid_after_utc for one in held)
    return found


def certificate(path: Path, now: datetime) -> list[Finding]:
    """Look at the certificates in one PEM file."""
    found = []
    for one in held_in(path):
        ends, begins = one.not_valid_after_utc, one.not_valid_before_utc
        left = ends - now
        if now < begins:
            found.append(finding("clock-wrong", str(path), begins.isoformat(), days=(begins - now).days + 1))
        elif left < EXPIRES_SOON:
            level: Level = "fault" if left.days < 0 else "notice"
            found.append(
                finding("certificate-expires", str(path), level=level, date=ends.strftime("%d/%m/%Y"), days=left.days)
            )
    return found


def supply(throttled: Path = _THROTTLED) -> list[Finding]:
    """Ask a Raspberry Pi whether its supply was too weak since it started."""
    try:
        flags = int(throttled.read_text("ascii"), 16)
    except (OSError, ValueError):
        return []  # no Raspberry Pi
    return [finding("under-voltage", "supply", f"{flags:#x}")] if flags & _UNDER_VOLTAGE_NOW_OR_SINCE_START else []


def utc_now() -> datetime:
    """The system's own time: what TLS and everybody else here goes by."""
    return datetime.now(UTC)
