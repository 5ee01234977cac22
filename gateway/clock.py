"""Time: what this machine believes, and how far that can be trusted."""

import ctypes
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from gateway.event import ClockQuality, Stamp
from gateway.locale.shown import LOCAL
from gateway.settings import Seconds, Settings

_STA_UNSYNC: Final = 0x40
_ADJTIMEX_STATUS_OFFSET: Final = 5  # longs before `status` in struct timex: modes, offset, freq, maxerror, esterror
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class ClockTable(Settings):
    """`[clock]`: `trust` for hosts that keep time by other means; `battery` when a real-time clock is fitted."""

    trust: bool = False
    battery: bool = False
    look_every_s: Seconds = 10.0


def kernel_says_synchronised() -> bool:
    """Ask the kernel whether something disciplines its clock (adjtimex, STA_UNSYNC clear).

    Source: adjtimex(2). The flag comes back by itself some nine hours after the last NTP answer.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    timex = (ctypes.c_long * 64)()  # larger than struct timex on every 64-bit Linux; modes = 0 only reads
    state = libc.adjtimex(ctypes.byref(timex))
    status = ctypes.cast(timex, ctypes.POINTER(ctypes.c_int))[2 * _ADJTIMEX_STATUS_OFFSET]
    return state >= 0 and not status & _STA_UNSYNC


def boot_id() -> str:
    """Name this boot of the machine (the kernel's random id)."""
    return _BOOT_ID.read_text("ascii").strip()


class Clock:
    """The gateway's time: never before its floor, with a quality, and one correction a boot.

    `floor` is the latest time this gateway is known to have lived through (build, last entry on disk).
    """

    def __init__(
        self,
        table: ClockTable,
        *,
        floor: datetime,
        boot: str,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        synchronised: Callable[[], bool] = kernel_says_synchronised,
    ) -> None:
        self._table = table
        self._wall = wall
        self.monotonic = monotonic
        self._synchronised = synchronised
        self.boot = boot
        self._was_synced = False
        self._confirmed = False
        self._lead_s = max(0.0, floor.timestamp() - wall())
        self.quality: ClockQuality = "unsynced"
        self._base = wall() + self._lead_s - monotonic()
        self.look()

    def look(self) -> int | None:
        """Ask again whether the clock is synchronised.

        Returns:
            The milliseconds to add to this boot's earlier times, once: at its first synchronisation. Else None.
        """
        synced = self._table.trust or self._synchronised()
        offset_ms: int | None = None
        if synced and not self._was_synced:
            self._lead_s = 0.0
            self._was_synced = True
            offset_ms = round((self._wall() - self.monotonic() - self._base) * 1000)
        if synced:
            self.quality = "synced"
        elif self._was_synced or self._table.battery:
            self.quality = "holdover"
        else:
            self.quality = "confirmed" if self._confirmed else "unsynced"
        return offset_ms

    def confirm(self) -> None:
        """A person said the date is right: good until the boot ends."""
        self._confirmed = True
        self.look()

    @property
    def dated(self) -> bool:
        """Whether a date may be written on a label."""
        return self.quality != "unsynced"

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return datetime.fromtimestamp(self._wall() + self._lead_s, UTC)

    def at(self, monotonic: float) -> datetime:
        """When `monotonic` (seconds, of this boot) was, by the clock of now."""
        return self.now() - timedelta(seconds=max(0.0, self.monotonic() - monotonic))

    def today(self) -> date:
        """The local date, for labels and codes."""
        return self.now().astimezone(LOCAL).date()

    def stamp(self) -> Stamp:
        """When, for an entry."""
        wall_ms = int((self._wall() + self._lead_s) * 1000)
        return Stamp(self.boot, int(self.monotonic() * 1000), wall_ms, self.quality)
