"""A card that takes 50 writes a second: ten producers on an ext4 whose loop device is throttled by a cgroup.

`python -m tests.faults.storage_slow DIRECTORY SECONDS GROUP` is the process in that cgroup: it records for so long, at
most so many events in a transaction (the negative control: 1), and tells how many it was promised.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.journal import Journal, JournalTable, start_counters, writer
from gateway.journal.verify import verify
from tests.conftest import Time
from tests.faults.kill_rounds import ROOT
from tests.faults.storage_power import mounted, run
from tests.houses import note

WRITES_S: Final = 50
PRODUCERS: Final = 10
MEGABYTES: Final = 64
JOIN: Final = 'echo $$ > "$0/cgroup.procs" && exec "$@"'


class NoThrottle(OSError):
    """This machine does not let us slow a disk down."""


@dataclass(frozen=True, slots=True)
class Slow:
    """What ten producers came to on a slow card: events promised, lost of them, and a second."""

    promised: int
    lost: int
    seconds: float
    whole: bool

    @property
    def per_second(self) -> float:
        return self.promised / self.seconds


@contextmanager
def slowed(device: Path) -> Iterator[Path]:
    """Make a cgroup, version 1 or 2, in which a block device takes WRITES_S writes a second.

    Raises:
        NoThrottle: It cannot be made here.
    """
    number = device.stat().st_rdev
    disk = f"{os.major(number)}:{os.minor(number)}"
    for root, limit, words in (
        ("/sys/fs/cgroup/blkio", "blkio.throttle.write_iops_device", f"{disk} {WRITES_S}"),
        ("/sys/fs/cgroup", "io.max", f"{disk} wiops={WRITES_S}"),
    ):
        group = Path(root) / f"slow-card-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / limit).write_text(words)
        except OSError:
            group.rmdir()
            continue
        try:
            yield group
        finally:
            group.rmdir()
        return
    raise NoThrottle("no cgroup here slows a disk down")


def slow_card(scratch: Path, seconds: float, group: int = writer.GROUP) -> Slow:
    """Let ten producers record on a slow card, and look afterwards whether everything promised is there."""
    image, at = scratch / "card.img", scratch / "card"
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 1024 * 1024)
    run("mkfs.ext4", "-qF", "-m0", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    with mounted(image, at):
        device = Path(subprocess.check_output(["findmnt", "-no", "SOURCE", at], text=True).strip())
        with slowed(device) as cgroup:
            words = [sys.executable, "-m", "tests.faults.storage_slow", str(at / "data"), str(seconds), str(group)]
            done = subprocess.run(
                ["/bin/sh", "-c", JOIN, str(cgroup), *words], cwd=ROOT, capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise RuntimeError(f"the producers ended: {done.stderr[-2000:]}")
        promised, took_s = done.stdout.split()
        verdict = verify(at / "data")
    checkpoints = int(promised) // JournalTable().checkpoint_every + 10
    lost = max(0, int(promised) - verdict.entries)
    return Slow(int(promised), lost, float(took_s), verdict.whole and verdict.entries <= int(promised) + checkpoints)


async def record(directory: Path, seconds: float) -> tuple[int, float]:
    """Give how many events were promised, and in what time."""
    start_counters(directory)
    promised = 0

    async def produce() -> None:
        nonlocal promised
        while time.monotonic() < ends:
            await journal.record(note())
            promised += 1

    time_now = Time()
    async with Journal.open(
        directory, JournalTable(), gateway="gw-1", number=0, stamp=time_now.stamp, check_after_s=3600
    ) as journal:
        began = time.monotonic()
        ends = began + seconds
        await asyncio.gather(*(produce() for _ in range(PRODUCERS)))
        return promised, time.monotonic() - began


if __name__ == "__main__":
    writer.GROUP = int(sys.argv[3])  # type: ignore[misc]  # the negative control: a transaction each
    print(*asyncio.run(record(Path(sys.argv[1]), float(sys.argv[2]))))
