"""Power cuts: the disk as it would be found if the power had gone at any moment, rebuilt from its log and looked at."""

import asyncio
import contextlib
import pickle
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from gateway.errors import DiskRefuses, NumberingStopped
from gateway.journal import Cursor, Journal, JournalTable
from gateway.journal.rebuild import differences
from gateway.journal.verify import verify
from gateway.mqtt.acknowledgement import Acknowledgement
from gateway.uplink.judge import Judge
from gateway.uplink.status import Fork
from gateway.uplink.window import Window
from tests.conftest import Time
from tests.faults.storage_disk import FLUSH, MARK, WRITE
from tests.journal_day import note

ROOT: Final = Path(__file__).parents[2]
PATHS: Final = ("insert", "cursor", "checkpoint", "purge", "migration")
MEGABYTES: Final = 64
BLOCK: Final = 4096
SECTOR: Final = 512
TORN: Final = 0.05
LYING: Final = 64
"""Writes a disk that lies about flushes may still lose."""

Log = list[tuple[Any, ...]]


@dataclass
class Found:
    """What a number of cuts came to."""

    cuts: int = 0
    lost: int = 0
    corrupt: int = 0
    detected: int = 0
    unseen: int = 0
    slowest_s: float = 0.0
    stories: list[str] = field(default_factory=list)


def run(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout.strip()


def mend(image: Path) -> None:
    """Check a file system as every boot does."""
    subprocess.run(["e2fsck", "-fy", str(image)], capture_output=True, check=False)


@contextmanager
def mounted(image: Path, at: Path, *options: str) -> Iterator[Path]:
    """Mount an image, mended first where its own superblock was torn; the loop device goes when it is unmounted."""
    at.mkdir(exist_ok=True)
    mount = ("mount", "-o", ",".join(("loop", *options)), image, at)
    try:
        run(*mount)
    except RuntimeError:
        mend(image)
        run(*mount)
    try:
        yield at
    finally:
        run("umount", at)


def recorded(scratch: Path, path: str, weaker: str = "") -> tuple[int, Log]:
    """Let the writer work on a disk that remembers; give the disk's size and its log."""
    served, at, log = scratch / "served", scratch / "at", scratch / "log"
    served.mkdir(parents=True)
    disk = subprocess.Popen([sys.executable, "-m", "tests.faults.storage_disk", served, str(MEGABYTES), log], cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while not (served / "disk").exists():
            if time.monotonic() > deadline or disk.poll() is not None:
                raise RuntimeError("the FUSE disk did not come up")
            time.sleep(0.02)
        run("mkfs.ext4", "-qF", "-m0", "-E", "lazy_itable_init=0,lazy_journal_init=0", served / "disk")
        with mounted(served / "disk", at):
            weaker_word = (weaker,) if weaker else ()
            run_writer(path, at / "data", served / "marks", *weaker_word)
    finally:
        with contextlib.suppress(RuntimeError):
            run("umount", served)
        disk.wait(30)
    with log.open("rb") as file:
        size, entries = pickle.load(file)
    return size, entries


def run_writer(*words: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.storage_writer", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the writer ended: {done.stderr[-2000:]}")


class Cutter:
    """Rebuilds the disk at rising places of its log."""

    def __init__(self, size: int, log: Log, rng: random.Random, *, lying: bool = False) -> None:
        self._log = log
        self._rng = rng
        self._lying = lying
        self._durable = bytearray(size)
        self._applied = 0

    def image(self, cut: int) -> bytes:
        """Give the disk as found after a cut before log entry `cut`; cuts must rise."""
        log = self._log
        if self._lying:  # flushes meant nothing: the last writes are open, the others had the time to arrive
            writes = [place for place in range(self._applied, cut) if log[place][0] == WRITE]
            settled = writes[-LYING] if len(writes) >= LYING else self._applied
        else:
            flushes = (place for place in range(cut - 1, self._applied - 1, -1) if log[place][0] == FLUSH)
            settled = next(flushes, self._applied)
        for entry in log[self._applied : settled]:
            if entry[0] == WRITE:
                self._durable[entry[1] : entry[1] + len(entry[2])] = entry[2]
        self._applied = settled
        found = bytearray(self._durable)
        for entry in log[settled:cut]:
            if entry[0] == WRITE:
                self._perhaps(found, entry[1], entry[2])
        return bytes(found)

    def _perhaps(self, disk: bytearray, offset: int, data: bytes) -> None:
        """Write each block or not, as the disk had come to it; some are torn at a sector."""
        for begin in range(0, len(data), BLOCK):
            block = data[begin : begin + BLOCK]
            if self._rng.random() < TORN:
                block = block[: SECTOR * self._rng.randrange(1, BLOCK // SECTOR)]
            elif self._rng.random() < 0.5:
                continue
            disk[offset + begin : offset + begin + len(block)] = block


def promises(log: Sequence[tuple[Any, ...]]) -> list[list[str]]:
    """Give what was promised so far; the kernel may hand a line over in two pieces."""
    said = b"".join(entry[1] for entry in log if entry[0] == MARK).decode()
    return [line.split() for line in said.split("\n")[:-1]]


def cuts(scratch: Path, path: str, count: int, rng: random.Random, *, weaker: str = "", lying: bool = False) -> Found:
    """Cut the power so many times while the journal is busy with `path`, and look at what is left each time."""
    size, log = recorded(scratch, path, weaker)
    begin = next(
        place for place in range(1, len(log)) if log[place - 1][0] == MARK and ["start"] in promises(log[:place])
    )
    places = sorted(rng.sample(range(begin, len(log)), min(count, len(log) - begin)))
    if lying:  # where it writes little the last promises are the ones to be lost
        places = sorted(rng.choices(range(begin + (len(log) - begin) // 4, len(log)), k=count))
    cutter = Cutter(size, log, rng, lying=lying)
    found = Found()
    image = scratch / "found.img"
    for place in places:
        image.write_bytes(cutter.image(place))
        began = time.monotonic()
        look(image, scratch / "found", promises(log[:place]), found, f"{path} {weaker} cut at {place}", lying=lying)
        found.slowest_s = max(found.slowest_s, time.monotonic() - began)
        found.cuts += 1
    image.unlink(missing_ok=True)
    return found


def look(image: Path, at: Path, promised: list[list[str]], found: Found, story: str, *, lying: bool = False) -> None:
    """Mount what the cut left and start a gateway's journal on it."""
    try:
        try:
            with mounted(image, at):
                wrong = asyncio.run(_start_on(at / "data", promised, found))
        except DiskRefuses:  # ext4 found its own structure wrong: refused, until the next boot has mended it
            mend(image)
            with mounted(image, at):
                wrong = asyncio.run(_start_on(at / "data", promised, found))
    except (RuntimeError, OSError, DiskRefuses) as error:  # the file system itself is gone: nobody can miss it
        found.detected += 1
        if not lying:
            found.corrupt += 1
            found.stories.append(f"{story}: {error}")
        return
    if wrong:
        found.stories.append(f"{story}: {wrong}")


async def _start_on(data: Path, promised: list[list[str]], found: Found) -> str:
    table = JournalTable()
    async with Journal.open(
        data, table, gateway="gw-1", number=0, stamp=Time(boot="after").stamp, check_after_s=600
    ) as journal:
        state = journal.state()
        if state.trouble or state.set_aside or journal.epoch_number != 1:
            found.corrupt += 1
            found.detected += 1
            await journal.record(note(999_999))  # work goes on, in a new epoch
            return f"trouble {state.trouble!r}, epoch {journal.epoch_number}"
        missing = await _missing(journal, promised)
        seen = await _shown_by_acknowledgement(journal, promised)
        try:
            serial = await journal.counters.carton(date(2026, 11, 21))
        except NumberingStopped as error:  # the counter file is gone, and no entry names a number: a person is asked
            found.corrupt += 1
            found.detected += 1
            return str(error)
        if ["number", serial] in promised:
            missing.append(f"serial {serial} was given out again")
        (entry,) = await journal.record(note(999_999))
        assert entry.seq == state.last_seq + 1
    verdict = verify(data)
    with closing(sqlite3.connect(data / "journal.db")) as connection:
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
    if not verdict.whole or sound != "ok":
        found.corrupt += 1
        return f"{verdict.first} {sound}"
    with contextlib.suppress(ValueError):  # purged: cannot be derived any more
        assert differences(data) == {}
    if missing:
        found.lost += 1
        found.unseen += not seen
    return ", ".join(missing[:3])


async def _shown_by_acknowledgement(journal: Journal, promised: list[list[str]]) -> bool:
    """Tell whether the receiver's next word about the last entry shows that ours is not the same journal."""
    last = [words for words in promised if words[0] == "entry"][-1]
    window = Window(await journal.cursor("uplink"), 10.0)
    said = Acknowledgement(last[1], int(last[2]), bytes.fromhex(last[4]))
    return isinstance(await Judge(journal, window, journal.public_key).hear(said, live=True, now=0.0), Fork)


async def _missing(journal: Journal, promised: list[list[str]]) -> list[str]:
    there = {(entry.epoch, entry.seq): entry for entry in await journal.entries(Cursor(), 1_000_000)}
    cursor = await journal.cursor("uplink")
    missing = []
    for words in promised:
        match words:
            case ["entry", epoch, seq, id_, _]:
                entry = there.get((epoch, int(seq)))
                if entry is None or str(entry.id) != id_:
                    missing.append(f"entry {seq}")
                elif entry.body is None and int(seq) > cursor.seq:
                    missing.append(f"the body of entry {seq}, which nobody has confirmed")
            case ["cursor", seq] if cursor.seq < int(seq):
                missing.append(f"cursor {seq}")
    return missing
