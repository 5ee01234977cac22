"""What many tests stand on: a real journal in a directory of its own, with time handed in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gateway.event import Stamp
from gateway.journal import Journal, JournalTable, start_counters

# Time is a hang guard in these tests, never a figure: a busy machine must not fail them.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

BOOT = "0b5e0c51-93a1-4a63-9a0f-6b1f3a1d2c00"


class Time:
    """Time that goes on only when told to; a stamp is one millisecond after the one before."""

    def __init__(self, wall_ms: int = 1_795_230_000_000, boot: str = BOOT) -> None:  # 2026-11-21 10:00 +07:00
        self.wall_ms = wall_ms
        self.mono_ms = 60_000
        self.boot = boot

    def stamp(self) -> Stamp:
        self.go_on(1)
        return Stamp(boot=self.boot, mono_ms=self.mono_ms, wall_ms=self.wall_ms, clock="synced")

    def go_on(self, milliseconds: int) -> None:
        self.mono_ms += milliseconds
        self.wall_ms += milliseconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def journal(tmp_path: Path, time: Time) -> AsyncIterator[Journal]:
    """An open journal in `tmp_path`, counters started, gateway `gw-1` with number 0."""
    start_counters(tmp_path)
    async with Journal.open(tmp_path, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as opened:
        yield opened
