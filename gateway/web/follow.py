"""The page follows the journal as the uplink does: what is on disk is added up for those who look."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from gateway.event import Entry
from gateway.locale.shown import LOCAL
from gateway.station import StationId
from gateway.web.behind import Behind
from gateway.web.tally import KINDS, LATEST, Tally

PAGE: Final = 200
MOST_BACK: Final = 20_000
"""How many entries are looked through at the start, newest first, for today's loads and each station's last."""

Stir = Callable[[Iterable[StationId]], None]


async def follow(behind: Behind, tally: Tally, stir: Stir) -> None:
    """Take in the past day, then each entry once it is on disk; ends by being cancelled."""
    today = behind.clock.now().astimezone(LOCAL).date()
    tally.begin_day(today)
    for entry in await _past(behind):
        tally.take(entry)
        await asyncio.sleep(0)  # the scales are heard in between
    stir(behind.board.stations)
    while True:
        await behind.journal.wait_beyond(tally.cursor)
        entries = await behind.journal.entries(tally.cursor, PAGE)
        changed = set(tally.begin_day(behind.clock.now().astimezone(LOCAL).date()))
        for entry in entries:
            changed.update(tally.take(entry))
        stir(changed)
        if len(entries) == PAGE:
            await asyncio.sleep(0)


async def _past(behind: Behind) -> list[Entry]:
    """Give today's entries that count, and as many more as the stations' last loads need, the oldest first."""
    since_ms = _midnight_ms(behind)
    wanted = {station for station, desk in behind.desks().items() if desk.table.scale}
    found: list[Entry] = []
    enough, seen, before = LATEST * len(wanted), 0, None
    while seen < MOST_BACK:
        page = await behind.journal.latest(before, PAGE)
        if not page:
            break
        seen += len(page)
        counted = [entry for entry in page if entry.kind in KINDS]
        found += counted
        before = page[-1]
        if before.wall_ms < since_ms and sum(e.kind in ("carton", "weighing") for e in found) >= enough:
            break
        await asyncio.sleep(0)
    found.reverse()
    return found


def _midnight_ms(behind: Behind) -> int:
    now = behind.clock.now().astimezone(LOCAL)
    return int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
