"""A day without a link: what gathered drains, while what happens now is not kept waiting, in little memory."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.cli.demo_processes import with_us
from tests.faults.kill_rounds import ROOT
from tests.faults.link_drain import fill, journal_in, province
from tests.faults.link_relay import Line

LIVE_EVERY_S: Final = 0.5
JOIN: Final = 'echo $$ > "$0/cgroup.procs" && exec "$@"'


@dataclass(frozen=True, slots=True)
class Blackout:
    """What came of it; `live_s` are the seconds from a live event's disk to the receiver's, while the backlog drained.

    `peak_mb` is None where no memory could be limited.
    """

    backlog: int
    lost: int
    doubles: int
    seconds: float
    live_s: tuple[float, ...]
    peak_mb: float | None

    def live_p95_s(self) -> float:
        return sorted(self.live_s)[int(0.95 * (len(self.live_s) - 1))]


class NoCgroup(OSError):
    """This machine does not let us limit a process's memory."""


@contextmanager
def little_memory(megabytes: int) -> Iterator[Path]:
    """Make a memory cgroup of our own, version 1 or 2.

    Raises:
        NoCgroup: It cannot be made here.
    """
    for root, limit in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        group = Path(root) / f"blackout-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / limit).write_text(str(megabytes * 1024 * 1024))
        except OSError:
            group.rmdir()
            continue
        try:
            yield group
        finally:
            group.rmdir()
        return
    raise NoCgroup("no memory cgroup can be made here")


def peak_mb(group: Path) -> float:
    for name in ("memory.max_usage_in_bytes", "memory.peak"):
        if (group / name).exists():
            return int((group / name).read_text()) / 1024 / 1024
    raise NoCgroup("the cgroup does not tell its peak")


async def blackout(directory: Path, line: Line, backlog: int, group: Path | None = None) -> Blackout:
    """Gather a backlog, then connect; live events go on meanwhile."""
    loop = asyncio.get_running_loop()
    home, database = directory / "home", directory / "receiver.db"
    async with journal_in(home) as journal:
        await fill(journal, backlog)
        everything = {str(entry_id) for entry_id in await asyncio.to_thread(_journal_ids, home)}
    async with province(directory, line) as between:
        began = loop.time()
        command = [sys.executable, "-m", "tests.faults.link_gateway", str(home), str(between.port), str(LIVE_EVERY_S)]
        if group is not None:
            command = ["/bin/sh", "-c", JOIN, str(group), *command]
        process = await asyncio.create_subprocess_exec(
            *with_us(*command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdin is not None
        watched = Watched(database)
        reading = asyncio.create_task(watched.listen(process), name="live events")
        try:
            while watched.stored < backlog + watched.arrived:
                if process.returncode is not None:
                    raise RuntimeError(f"the gateway ended with {process.returncode}")
                await asyncio.sleep(0.05)
                await watched.look()
            seconds = loop.time() - began
            while watched.waiting:  # the last live ones, recorded while we looked
                await asyncio.sleep(0.05)
                await watched.look()
        finally:
            process.stdin.close()
            await process.wait()
            await reading
        peak = peak_mb(group) if group is not None else None
    with closing(sqlite3.connect(database)) as db:
        at_receiver = {id_ for (id_,) in db.execute("SELECT id FROM event")}
        (doubles,) = db.execute("SELECT sum(deliveries) - count(*) FROM place").fetchone()
    return Blackout(backlog, len(everything - at_receiver), doubles, seconds, tuple(watched.live_s), peak)


def _journal_ids(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "journal.db")) as db:
        return [id_ for (id_,) in db.execute("SELECT id FROM entry")]


class Watched:
    """Which live events the receiver has, and how long each took."""

    def __init__(self, database: Path) -> None:
        self._db = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self.waiting: dict[str, float] = {}
        self.live_s: list[float] = []
        self.stored = 0

    @property
    def arrived(self) -> int:
        return len(self.live_s)

    async def listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.waiting[line.decode().split()[1]] = asyncio.get_running_loop().time()
        self._db.close()

    async def look(self) -> None:
        now = asyncio.get_running_loop().time()
        for id_, began in list(self.waiting.items()):
            if self._db.execute("SELECT 1 FROM event WHERE id = ?", (id_,)).fetchone():
                self.live_s.append(now - began)
                del self.waiting[id_]
        (self.stored,) = self._db.execute("SELECT count(*) FROM event").fetchone()
