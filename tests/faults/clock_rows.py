"""The rows of wrong clocks in the table of `make torture`."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from benchmarks.torture import Fault, Row
from tests.faults.clock_stories import MOST_WRONG_S, STORIES, tell


def wrong(scratch: Path, long: bool) -> Iterator[Row]:
    del long
    for number, name in enumerate(STORIES):
        told = asyncio.run(tell(name, scratch / f"wrong-{number}"))
        measured = f"{told.corrected} corrected, {told.most_wrong_s:.3f} s wrong at most"
        threshold = f"unique, in order, <= {MOST_WRONG_S:.0f} s, no guessed date"
        yield Row(f"clock: {name}", 1, None, None, threshold, not told.mistakes, measured)


def control(scratch: Path, long: bool) -> Iterator[Row]:
    del long
    for number, name in enumerate(STORIES):
        told = asyncio.run(tell(name, scratch / f"believes-{number}", believes_the_wall=True))
        yield Row(f"  control: believes its wall clock, {name}", 1, None, None, "must be found", bool(told.mistakes))


ROWS: dict[str, Fault] = {"clock": wrong, "clock control": control}
