"""The rows of killed gateways in the table of `make torture`."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from benchmarks.torture import Fault, Row
from tests.faults.kill_rounds import rounds

SEED = 20261123


def killed(scratch: Path, long: bool) -> Iterator[Row]:
    told = asyncio.run(rounds(_made(scratch / "killed"), 200 if long else 20, SEED))
    measured = (
        f"{told.promised} promised, {told.broker_restarts} broker restarts, {told.stored_twice} stored twice,"
        f" at most {max(told.doubled)} delivered twice after a kill, {sum(told.doubled)} in all"
    )
    threshold = "lost 0, doubles 0, twice <= window + 1 cursor interval"
    yield Row("kill -9 of the gateway", told.kills, told.lost, int(not told.whole), threshold, told.good, measured)


def control(scratch: Path, long: bool) -> Iterator[Row]:
    del long
    told = asyncio.run(rounds(_made(scratch / "control"), 4, SEED, writes_behind=True))
    yield Row("  control: promises before it writes", told.kills, told.lost, None, "must lose", good=told.lost > 0)


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


ROWS: dict[str, Fault] = {"kill -9": killed, "kill -9 control": control}
