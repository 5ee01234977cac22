"""A small gateway to be killed: the real journal and the real uplink, recording cartons as fast as it is let.

    python -m tests.faults.kill_gateway DIRECTORY PORT [--writes-behind]

It imports everything once, then forks a gateway for each line it reads (the line names the boot), so that hundreds of
kills cost no start of an interpreter. Each gateway prints `gateway PID`, then `entry ID EPOCH SEQ` for each entry: what
it printed it has promised. When the gateway is gone, `ended` is printed. `--writes-behind` is the control: a gateway
that promises first and keeps up to 64 entries in memory.
"""

import asyncio
import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from gateway.event import Draft
from gateway.journal import Journal, JournalTable
from gateway.mqtt import BrokerTable
from gateway.uplink import Uplink
from tests.conftest import Time
from tests.houses import SITE
from tests.journal_day import carton

DAY: Final = date(2026, 11, 21)
PRODUCERS: Final = 3
PAUSE_S: Final = 0.004
"""Between two cartons of a producer: faster than any scale, slow enough for the uplink to be under way too."""
BEHIND: Final = 64


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # one write: a kill never leaves half a line


async def pack(journal: Journal) -> None:
    while True:
        serial = await journal.counters.carton(DAY)
        number = await journal.counters.act()
        (entry,) = await journal.record(carton("H261121-0001", serial, Decimal("10.25"), act=number))
        say("entry", entry.id, entry.epoch, entry.seq)
        await asyncio.sleep(PAUSE_S)


async def pack_and_write_behind(journal: Journal) -> None:
    waiting: list[Draft] = []
    while True:
        serial = await journal.counters.carton(DAY)
        draft = carton("H261121-0001", serial, Decimal("10.25"), act=await journal.counters.act())
        waiting.append(draft)
        say("entry", draft.id, journal.epoch, 0)
        if len(waiting) == BEHIND:
            await journal.record(*waiting)
            waiting.clear()
        await asyncio.sleep(PAUSE_S)


async def main(directory: Path, port: int, boot: str, *, writes_behind: bool) -> None:
    time = Time(boot=boot)
    table = BrokerTable.model_validate({"host": "127.0.0.1", "port": port, "acknowledge": "receiver"})
    async with Journal.open(
        directory, JournalTable(checkpoint_every=50), gateway="gw-1", number=0, stamp=time.stamp
    ) as journal:
        uplink = Uplink(
            journal, table, SITE, "gw-1", public_key=journal.public_key, describe=lambda: {"version": "0.1.0"}
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(uplink.run(), name="uplink")
            for _ in range(1 if writes_behind else PRODUCERS):
                group.create_task(pack_and_write_behind(journal) if writes_behind else pack(journal), name="packing")


def serve(directory: Path, port: int, *, writes_behind: bool) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            say("gateway", os.getpid())
            asyncio.run(main(directory, port, line.strip(), writes_behind=writes_behind))
            os._exit(1)  # it never ends by itself
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), writes_behind="--writes-behind" in sys.argv)
