"""Time: what this machine believes, and how far that can be trusted."""

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from gateway.event import ClockQuality, Stamp
from gateway.locale.shown import LOCAL
from gateway.settings import Seconds, Settings

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")

DRIFT: Final = 100e-6
"""How fast a clock nobody corrects may go wrong: 100 ppm, four times what a Pi's crystal usually does."""

SAME_BASE_S: Final = 2.0
"""Two runs of one boot count as the same clock when their wall times agree this well."""


class ClockTable(Settings):
    """`[clock]`: `trust` for hosts that keep time by other means; `battery` when a real-time clock is fitted."""

    trust: bool = False
    battery: bool = False
    look_every_s: Seconds = 10.0


@dataclass(frozen=True, slots=True)
class Synchronisation:
    """What the kernel says of its clock: whether something disciplines it, and the largest error, in seconds."""

    synced: bool
    error_s: float


class _Timex(ctypes.Structure):
    """The beginning of struct timex (adjtimex(2)); the rest is room."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("room", ctypes.c_long * 32),
    )


_STA_UNSYNC: Final = 0x40


def ask_kernel() -> Synchronisation:
    """Ask the kernel about its clock.

    Source: adjtimex(2). STA_UNSYNC comes back by itself some nine hours after the last NTP answer.
    """
    timex = _Timex()
    state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    return Synchronisation(state >= 0 and not timex.status & _STA_UNSYNC, timex.maxerror / 1e6)


def boot_id() -> str:
    """Name this boot of the machine (the kernel's random id)."""
    return _BOOT_ID.read_text("ascii").strip()


class Clock:
    """The gateway's time: never before its floor, with a quality, and one correction a boot.

    `floor` is the latest time this gateway is known to have lived through (build, last entry on disk). Until the
    first synchronisation the time runs on the monotonic clock alone: steps of the wall clock do not reach it, so that
    one offset corrects everything recorded before. `base_s` (wall minus monotonic time) and `was_synced` are what
    an earlier run in this boot recorded; an unsynchronised clock that was set by hand since then is another clock,
    and gets another boot id.
    """

    def __init__(
        self,
        table: ClockTable,
        *,
        floor: datetime,
        boot: str,
        base_s: float | None = None,
        was_synced: bool = False,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        kernel: Callable[[], Synchronisation] = ask_kernel,
    ) -> None:
        self._table = table
        self._wall = wall
        self.monotonic = monotonic
        self._kernel = kernel
        self._was_synced = was_synced
        self._confirmed = False
        wall_s, mono_s = wall(), monotonic()
        self._base_s = max(wall_s, floor.timestamp()) - mono_s
        if base_s is not None and not was_synced:
            # A wall clock before the floor was never asked, so it cannot tell that somebody has set it.
            unasked = wall_s < floor.timestamp() <= base_s + mono_s
            if unasked or self._in_sync(kernel()) or abs(base_s - self._base_s) <= SAME_BASE_S:
                self._base_s = base_s
            else:
                boot = str(uuid5(NAMESPACE_OID, f"{boot} {self._base_s:.0f}"))
        self.boot = boot
        self._synced_at: float | None = None
        self._error_s: float | None = None
        self.quality: ClockQuality = "unsynced"
        self._owed_ms: int | None = None
        self._ask()
        if base_s is None:
            self._owed_ms = (
                None  # there is nothing yet to correct; else the first synchronisation came between two runs
            )

    def look(self) -> int | None:
        """Ask again whether the clock is synchronised.

        Returns:
            The milliseconds to add to this boot's earlier times, once: at its first synchronisation. Else None.
        """
        self._ask()
        owed_ms, self._owed_ms = self._owed_ms, None
        return owed_ms

    def _in_sync(self, kernel: Synchronisation) -> bool:
        return self._table.trust or kernel.synced

    def _ask(self) -> None:
        kernel = self._kernel()
        if self._in_sync(kernel):
            if not self._was_synced:
                self._was_synced = True
                self._owed_ms = round((self._wall() - self.monotonic() - self._base_s) * 1000)
            self._synced_at, self._error_s = self.monotonic(), kernel.error_s if kernel.synced else None
            self.quality = "synced"
        elif self._was_synced or self._table.battery:
            self.quality = "holdover"
        else:
            self.quality = "confirmed" if self._confirmed else "unsynced"

    def confirm(self) -> None:
        """A person said the date is right: good until the boot ends."""
        self._confirmed = True
        self._ask()

    @property
    def dated(self) -> bool:
        """Whether a date may be written on a label."""
        return self.quality != "unsynced"

    @property
    def error_s(self) -> float | None:
        """How wrong the time may be at most, in seconds, growing since the last synchronisation; None if unknown."""
        if self._synced_at is None or self._error_s is None:
            return None
        return self._error_s + DRIFT * (self.monotonic() - self._synced_at)

    def _seconds(self) -> float:
        if self._was_synced or self._table.battery:
            return self._wall()
        return self._base_s + self.monotonic()

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return datetime.fromtimestamp(self._seconds(), UTC)

    def at(self, monotonic: float) -> datetime:
        """When `monotonic` (seconds, of this boot) was, by the clock of now."""
        return self.now() - timedelta(seconds=max(0.0, self.monotonic() - monotonic))

    def today(self) -> date:
        """The local date, for labels and codes."""
        return self.now().astimezone(LOCAL).date()

    def stamp(self) -> Stamp:
        """When, for an entry; may be called from any thread."""
        return Stamp(self.boot, int(self.monotonic() * 1000), int(self._seconds() * 1000), self.quality)
