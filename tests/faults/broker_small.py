"""A broker with a short memory, and a receiver that hangs or is away for longer than it lasts."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from gateway.cli.demo_broker import DemoBroker
from gateway.event import Entry
from gateway.journal import Journal, JournalTable, start_counters
from gateway.mqtt.connection import connect
from tests.brokers import arriving, table, until
from tests.conftest import Time
from tests.faults.kill_rounds import books, receiver_process
from tests.houses import confirmed, record, up, uplink

QUEUE: Final = 10
"""What the broker keeps for a receiver that does not take it; the default of mosquitto is 1,000."""

Absence = Literal["hangs", "gone"]
Whose = Literal["receiver", "broker"]


class ForgetfulBroker(DemoBroker):
    """mosquitto that queues ten messages for a client and drops the rest, as it says it does."""

    def _prepare(self) -> list[str]:
        command = super()._prepare()
        with Path(command[-1]).open("a") as config:
            config.write(f"max_queued_messages {QUEUE}\nmax_inflight_messages {QUEUE}\n")
        return command


@dataclass(frozen=True, slots=True)
class Away:
    """What became of events recorded while nobody stored them: `safe` the uplink held for delivered, too early."""

    recorded: int
    safe_too_early: int
    lost: int


async def receiver_away(
    directory: Path, whose_word: Whose, how: Absence, messages: int, *, kill_broker: bool = False
) -> Away:
    """Record some messages' worth of events while the receiver hangs or is gone, then let it come back.

    With `kill_broker` the broker is killed, with all it holds, before the receiver is back.
    """
    broker = ForgetfulBroker(directory / "broker", "mosquitto")
    await broker.start()
    start_counters(directory)
    try:
        async with Journal.open(directory, JournalTable(), gateway="gw-1", number=0, stamp=Time().stamp) as journal:
            absence = _Absence(journal, broker, directory, whose_word, kill_broker=kill_broker)
            async with up(absence.link):
                await (absence.hung(messages) if how == "hangs" else absence.gone(messages))
            return absence.away()
    finally:
        await broker.stop()


class _Absence:
    def __init__(
        self, journal: Journal, broker: DemoBroker, directory: Path, whose_word: Whose, *, kill_broker: bool
    ) -> None:
        self._journal = journal
        self._broker = broker
        self._directory = directory
        self._database = directory / "receiver.db"
        self._kill_broker = kill_broker
        self._broker_counts = whose_word == "broker"
        self.link = uplink(journal, broker, acknowledge=whose_word, acknowledged_within_s=0.5)
        self._recorded: list[Entry] = []
        self._safe_too_early = 0

    async def hung(self, messages: int) -> None:
        """The receiver is there, and takes nothing."""
        async with receiver_process(self._directory, self._broker.port) as receiver:
            await self._is_heard()
            os.kill(receiver.pid, signal.SIGSTOP)
            await self._meanwhile(messages)
            os.kill(receiver.pid, signal.SIGCONT)
            await self._afterwards()

    async def gone(self, messages: int) -> None:
        """There is no receiver at all."""
        async with receiver_process(self._directory, self._broker.port):
            await self._is_heard()
        await self._meanwhile(messages)
        async with receiver_process(self._directory, self._broker.port):
            await self._afterwards()

    def away(self) -> Away:
        stored = self._stored()
        lost = sum(str(entry.id) not in stored for entry in self._recorded)
        return Away(len(self._recorded), self._safe_too_early, lost)

    def _stored(self) -> set[str]:
        if not books(self._database).events:
            return set()
        with closing(sqlite3.connect(self._database)) as db:
            return {id_ for (id_,) in db.execute("SELECT id FROM place")}

    async def _is_heard(self) -> None:
        """Send until the receiver has one: what it missed while it started is no part of the count."""
        while True:
            (entry,) = await record(self._journal, 1)
            wanted = str(entry.id)
            try:
                async with asyncio.timeout(0.5):
                    await until(lambda: wanted in self._stored(), "the receiver stores")  # noqa: B023 - awaited here
            except TimeoutError:
                continue
            await confirmed(self.link, entry)
            return

    async def _meanwhile(self, messages: int) -> None:
        """Record ten events at a time, each a message of its own if the uplink holds the one before for delivered."""
        before = self.link.status.confirmed.seq
        async with connect(table(self._broker), "watcher") as watcher:
            await watcher.subscribe("packhouse/v1/house-1/gw-1/events/+")
            for _ in range(messages):
                entries = await record(self._journal, 10)
                self._recorded += entries
                if self._broker_counts:
                    await confirmed(self.link, entries[-1])
            heard = 0
            while heard < 4:  # more than once: what nobody confirms goes out again
                heard += len(await arriving(watcher))
        self._safe_too_early = self.link.status.confirmed.seq - before
        if self._kill_broker:
            await self._broker.kill()
            await until(lambda: not self.link.status.connected, "the loss was noticed")
            await self._broker.start()

    async def _afterwards(self) -> None:
        await self._is_heard()
