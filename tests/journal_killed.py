"""A gateway that records for ever, as a process to be killed: `python -m tests.journal_killed DIRECTORY ROUND`.

It prints `ready`, then a line for each number handed out and each entry acknowledged: what it printed it has promised.
"""

import asyncio
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from gateway.journal import Journal, JournalTable
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note

DAY = date(2026, 11, 21)
PRODUCERS = 4


def say(*words: object) -> None:
    print(*words, flush=True)


async def pack(journal: Journal) -> None:
    while True:
        serial = await journal.counters.carton(DAY)
        say("number", "carton", serial)
        number = await journal.counters.act()
        say("number", "act", journal.epoch, number)
        (entry,) = await journal.record(carton("H261121-0001", serial, Decimal("10.25"), act=number))
        say("entry", entry.id, entry.epoch, entry.seq)


async def open_lots(journal: Journal) -> None:
    for _ in range(150):
        lot = await journal.counters.document("H", DAY)
        slip = await journal.counters.document("R", DAY)
        count = await journal.counters.count("room-in")
        say("number", "document", lot)
        say("number", "document", slip)
        say("number", "count", count)
        act = await journal.counters.act()
        say("number", "act", journal.epoch, act)
        for entry in await journal.record(lot_opened(lot, slip), note(act, text=f"{journal.epoch} {act} {lot}")):
            say("entry", entry.id, entry.epoch, entry.seq)


async def main(directory: Path, boot: str) -> None:
    time = Time(boot=boot)
    table = JournalTable(checkpoint_every=20)
    async with Journal.open(directory, table, gateway="gw-1", number=0, stamp=time.stamp) as journal:
        say("ready")
        await asyncio.gather(open_lots(journal), *(pack(journal) for _ in range(PRODUCERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), f"boot-{sys.argv[2]}"))
