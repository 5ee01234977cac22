"""Disks that refuse: full, read-only, failing; each with the journal's promises held against what is left."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.errors import DiskRefuses, JournalFull
from gateway.event import Entry
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.faults.storage_power import ROOT, mounted, run
from tests.journal_day import note

MEGABYTES: Final = 48
SWITCHED: Final = ("EROFS", "EIO", "ENOSPC")


@dataclass
class Refused:
    """What came of it: acknowledged and missing, whether it was said, whether it recovered by itself."""

    acknowledged: int = 0
    refused: int = 0
    lost: int = 0
    said: str = ""
    cursors_moved: bool = False
    recovered: bool = False
    whole: bool = False


@contextmanager
def small_disk(scratch: Path) -> Iterator[Path]:
    """A real ext4 of a few megabytes."""
    image = scratch / "small.img"
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 1024 * 1024)
    run("mkfs.ext4", "-qF", "-m0", image)
    with mounted(image, scratch / "small") as at:
        yield at


@contextmanager
def failing_disk(scratch: Path) -> Iterator[tuple[Path, Path]]:
    """A directory that fails on demand; give it and the switch."""
    at, behind, switch = scratch / "failing", scratch / "behind", scratch / "switch"
    at.mkdir()
    behind.mkdir()
    disk = subprocess.Popen([sys.executable, "-m", "tests.faults.storage_failing", at, behind, switch], cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while not at.is_mount():
            if time.monotonic() > deadline or disk.poll() is not None:
                raise RuntimeError("the failing disk did not come up")
            time.sleep(0.02)
        yield at, switch
    finally:
        switch.unlink(missing_ok=True)
        with contextlib.suppress(RuntimeError):
            run("umount", "-l", at)
        disk.wait(30)


def open_journal(data: Path):  # type: ignore[no-untyped-def]
    return Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=Time().stamp, check_after_s=600)


async def record(journal: Journal, numbers: range, told: Refused, text: str = "") -> list[Entry]:
    """Record until the disk refuses; give what was acknowledged."""
    taken: list[Entry] = []
    try:
        for number in numbers:
            taken += await journal.record(note(number, text=text and f"{number}{text}"))
    except (DiskRefuses, JournalFull) as error:
        told.refused += 1
        told.said = told.said or str(error)
    told.acknowledged += len(taken)
    return taken


async def settled(journal: Journal, *, error: bool) -> None:
    """Wait until the journal says that the disk refuses, or that it does not any more: nobody helps it."""
    async with asyncio.timeout(60):
        while bool(journal.state().error) != error:  # noqa: ASYNC110 - the state is all a station sees
            await asyncio.sleep(0.05)


async def missing(journal: Journal, taken: list[Entry]) -> int:
    return len([entry for entry in taken if await journal.entry(entry.id) != entry])


async def full_disk(scratch: Path, *, with_ballast: bool = True) -> Refused:
    """Fill a real disk behind the journal's back, then make room again."""
    told = Refused()
    with small_disk(scratch) as disk:
        data, filler = disk / "data", disk / "filler"
        data.mkdir()
        start_counters(data)
        async with open_journal(data) as journal:
            taken = await record(journal, range(20), told)
            async with asyncio.timeout(30):
                while not (data / "journal.ballast").exists():  # noqa: ASYNC110 - made in the writer's own time
                    await asyncio.sleep(0.05)
            await asyncio.to_thread(_fill, filler)
            if not with_ballast:  # the control: what the ballast is there for
                (data / "journal.ballast").unlink()
                await asyncio.to_thread(_fill, disk / "filler-2")
            taken += await record(journal, range(100, 2_000), told, text="x" * 20_000)
            await settled(journal, error=True)
            taken += await record(journal, range(3_000, 3_010), told, text="x" * 20_000)
            told.cursors_moved = await _moves_cursor(journal)
            filler.unlink()
            (disk / "filler-2").unlink(missing_ok=True)
            await settled(journal, error=False)
            more = await record(journal, range(5_000, 5_010), told)
            told.recovered = len(more) == 10 and (data / "journal.ballast").exists()
            told.lost = await missing(journal, taken + more)
        told.whole = verify(data).whole
    return told


async def _moves_cursor(journal: Journal) -> bool:
    """Ask for more than one commit: with no room at all the first may still fit into the log's last block."""
    try:
        for seq in range(1, 40):
            await journal.move_cursor("uplink", Cursor(1, seq % 20))
            await journal.begin_print(f"{seq:0500}")
    except DiskRefuses:
        return False
    return True


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(65536)):
            pass


async def switched(scratch: Path, name: str) -> Refused:
    """Let every change of the disk fail for a while."""
    told = Refused()
    with failing_disk(scratch) as (data, switch):
        start_counters(data)
        async with open_journal(data) as journal:
            taken = await record(journal, range(20), told)
            switch.write_text(name)
            taken += await record(journal, range(100, 110), told)
            await settled(journal, error=True)
            epoch = journal.epoch
            switch.unlink()
            await settled(journal, error=False)
            taken += await record(journal, range(200, 210), told)
            told.lost = await missing(journal, taken)
            told.recovered = told.acknowledged == 30 and journal.epoch == epoch
        told.cursors_moved = True
        told.whole = verify(data).whole
    return told
