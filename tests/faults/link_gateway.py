"""A gateway with a backlog that goes on recording: `python -m tests.faults.link_gateway DIRECTORY PORT EVERY_S`.

It sends what the journal holds, records one carton each so many seconds, and prints `live ID` for each; until its input
ends.
"""

import asyncio
import sys
from pathlib import Path

from tests.brokers import running
from tests.faults.link_drain import an_uplink, cartons, journal_in

LIVE_FROM = 900_000
"""Cartons recorded live are numbered from here, so that none is in the backlog."""


async def main(directory: Path, port: int, every_s: float) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_reader(0, over.set)
    async with journal_in(directory) as journal:
        link = an_uplink(journal, port)
        async with running(link.run(), "uplink"):
            for carton in cartons(LIVE_FROM):
                (entry,) = await journal.record(carton)
                print("live", entry.id, flush=True)
                try:
                    async with asyncio.timeout(every_s):
                        await over.wait()
                except TimeoutError:
                    continue
                return


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
