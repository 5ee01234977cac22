"""A fork: an old copy of the journal is put back, and two histories go by one name."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gateway.cli.demo_broker import demo_broker
from gateway.event import Entry
from gateway.uplink import Fork
from tests.brokers import until
from tests.faults.kill_rounds import books, receiver_process
from tests.faults.link_drain import journal_in
from tests.houses import confirmed, record, up, uplink

BEFORE, GOES_ON, ON_THE_COPY = 30, 50, 80


@dataclass(frozen=True, slots=True)
class Forked:
    """What became of all that was ever recorded, on the copy and on what it replaced."""

    recorded: int
    lost: int
    noticed: int
    epochs: int
    pending: int


async def put_an_old_copy_back(directory: Path, whose_word: Literal["receiver", "broker"]) -> Forked:
    """Copy the journal's directory, go on, put the copy back, record on it, and reconnect."""
    home, copy = directory / "home", directory / "copy"
    forks: list[Fork] = []
    recorded: list[Entry] = []
    database = directory / "receiver.db"

    def stored() -> set[str]:
        with closing(sqlite3.connect(database)) as db:
            return {id_ for (id_,) in db.execute("SELECT id FROM event")}

    async with demo_broker(directory / "broker", "mosquitto") as broker, receiver_process(directory, broker.port):
        await until(database.exists, "the receiver is there")
        for count in (BEFORE, GOES_ON):
            async with journal_in(home) as journal:
                link = uplink(journal, broker)
                async with up(link):
                    recorded += await record(journal, count)
                    await confirmed(link, recorded[-1])
            if not copy.exists():
                shutil.copytree(home, copy)
        shutil.rmtree(home)
        copy.rename(home)
        async with journal_in(home) as journal:
            recorded += await record(journal, ON_THE_COPY)
            link = uplink(journal, broker, forks, acknowledge=whose_word)
            async with up(link):
                if whose_word == "broker":
                    await confirmed(link, recorded[-1])
                else:
                    wanted = {str(entry.id) for entry in recorded}
                    await until(lambda: wanted <= stored(), "all of both histories is at the receiver")
                    await until(lambda: link.status.backlog == 0, "and confirmed")
            epochs = journal.epoch_number
    return Forked(
        recorded=len(recorded),
        lost=len({str(entry.id) for entry in recorded} - stored()),
        noticed=len(forks),
        epochs=epochs,
        pending=books(database).pending,
    )
