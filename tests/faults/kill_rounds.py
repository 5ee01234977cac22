"""Rounds of kill -9: a gateway that records and sends, killed at seeded moments, while the broker is killed as well."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from gateway.cli.demo_broker import DemoBroker, demo_broker
from gateway.cli.demo_processes import Child, with_us
from gateway.journal import Journal, JournalTable, start_counters
from gateway.journal.verify import verify
from gateway.receiver import Statistics, statistics
from gateway.uplink.window import MESSAGES, MOST_ENTRIES
from tests.conftest import Time
from tests.houses import confirmed, note, up, uplink

ROOT: Final = Path(__file__).parents[2]
WINDOW: Final = MESSAGES * MOST_ENTRIES
CURSOR_S: Final = 1.0
"""How often the uplink writes its cursor: what was confirmed since then may come twice."""
LONGEST_LIFE_S: Final = 1.5
RESTART_BROKER_EVERY: Final = 5


@dataclass(slots=True)
class Killed:
    """What the rounds came to; `doubled` and `allowed` are deliveries, from one kill to the next."""

    kills: int = 0
    broker_restarts: int = 0
    promised: int = 0
    lost: int = 0
    stored_twice: int = 0
    strangers: int = 0
    conflicts: int = 0
    whole: bool = False
    doubled: list[int] = field(default_factory=list)
    allowed: list[int] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing lost, stored twice or invented, and no more sent twice than a window and a cursor interval."""
        return (
            self.promised > self.kills
            and self.lost == self.stored_twice == self.strangers == self.conflicts == 0
            and self.whole
            and all(doubled <= allowed for doubled, allowed in zip(self.doubled, self.allowed, strict=True))
        )


class Nursery:
    """The process that forks gateways."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.promised: set[UUID] = set()

    async def live_and_die(self, boot: str, lines: int, longest_s: float) -> int:
        """Let one gateway promise so often, or live so long, then kill it; give how often it did in its last second."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        loop = asyncio.get_running_loop()
        self._process.stdin.write(f"{boot}\n".encode())
        pid, heard, dies_at = 0, [], loop.time() + 60.0
        killed = False
        while True:
            try:
                async with asyncio.timeout_at(None if killed else dies_at):
                    words = (await self._process.stdout.readline()).decode().split()
            except TimeoutError:
                words = []
            match words:
                case ["gateway", number]:
                    pid, dies_at = int(number), loop.time() + longest_s
                case ["entry", id_, *_]:
                    self.promised.add(UUID(id_))
                    heard.append(loop.time())
                case ["ended"]:
                    assert killed, f"the gateway of {boot} ended by itself"
                    return sum(at > heard[-1] - CURSOR_S for at in heard)
                case [] if pid == 0:
                    raise AssertionError("no gateway was forked")
            if not killed and (len(heard) >= lines or loop.time() >= dies_at):
                killed = True
                os.kill(pid, signal.SIGKILL)

    async def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


@asynccontextmanager
async def nursery(directory: Path, port: int, *options: str) -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        *with_us(sys.executable, "-m", "tests.faults.kill_gateway", str(directory), str(port), *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    gateways = Nursery(process)
    try:
        yield gateways
    finally:
        await gateways.end()


@asynccontextmanager
async def receiver_process(directory: Path, port: int) -> AsyncIterator[Child]:
    """Run `gateway receive` as a process of its own, into `receiver.db`."""
    child = await Child.start(
        "receiver", "-m", "gateway", "receive", "--host", "127.0.0.1", "--port", str(port),
        "--database", str(directory / "receiver.db"), logs=directory,
    )  # fmt: skip
    try:
        yield child
    finally:
        await child.end()


def books(database: Path) -> Statistics:
    return statistics(database) if database.exists() else Statistics(0, 0, 0, {}, (), (), {}, (), {})


async def rounds(directory: Path, kills: int, seed: int, *, writes_behind: bool = False) -> Killed:
    """Kill a gateway so many times, its broker every few times, then let it come to rest and count."""
    rng = random.Random(seed)
    start_counters(directory)
    database = directory / "receiver.db"
    told = Killed()
    doubles = 0
    async with demo_broker(directory / "broker", "mosquitto") as broker, receiver_process(directory, broker.port):
        async with nursery(directory, broker.port, *(["--writes-behind"] if writes_behind else [])) as gateways:
            for number in range(kills):
                allowed = WINDOW
                if number % RESTART_BROKER_EVERY == RESTART_BROKER_EVERY - 1:
                    await (broker.kill() if rng.random() < 0.7 else broker.stop())
                    await broker.start()
                    told.broker_restarts += 1
                    allowed += WINDOW
                # one in four dies while it opens, connects or catches up; the others while they record
                longest_s = rng.uniform(0.0, 0.3) if rng.random() < 0.25 else LONGEST_LIFE_S
                allowed += await gateways.live_and_die(f"boot-{number}", rng.randint(5, 300), longest_s)
                told.kills += 1
                told.doubled.append(books(database).doubles - doubles)
                told.allowed.append(allowed)
                doubles += told.doubled[-1]
            promised = gateways.promised
        await _come_to_rest(directory, broker)
    told.doubled.append(books(database).doubles - doubles)
    told.allowed.append(WINDOW)
    _count(told, promised, directory, database)
    return told


async def _come_to_rest(directory: Path, broker: DemoBroker) -> None:
    """Open the journal once more and send until the receiver has confirmed the last entry."""
    async with Journal.open(directory, JournalTable(), gateway="gw-1", number=0, stamp=Time().stamp) as journal:
        (entry,) = await journal.record(note("the last one"))
        link = uplink(journal, broker)
        async with up(link):
            await confirmed(link, entry)


def _count(told: Killed, promised: set[UUID], directory: Path, database: Path) -> None:
    with closing(sqlite3.connect(directory / "journal.db")) as db:
        in_journal = {UUID(id_) for (id_,) in db.execute("SELECT id FROM entry")}
    with closing(sqlite3.connect(database)) as db:
        at_receiver = [UUID(id_) for (id_,) in db.execute("SELECT id FROM place")]
    told.promised = len(promised)
    told.lost = len((promised | in_journal) - set(at_receiver)) + len(promised - in_journal)
    told.stored_twice = len(at_receiver) - len(set(at_receiver))
    told.strangers = len(set(at_receiver) - in_journal)
    told.conflicts = len(books(database).conflicts)
    told.whole = verify(directory).whole
