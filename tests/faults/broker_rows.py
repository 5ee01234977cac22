"""The rows of forgetful brokers and absent receivers in the table of `make torture`."""

import asyncio
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from benchmarks.torture import Fault, Row
from tests.faults.broker_small import QUEUE, Absence, receiver_away

MESSAGES = 4 * QUEUE


def away(scratch: Path, long: bool) -> Iterator[Row]:
    absences: tuple[Absence, ...] = ("hangs", "gone")
    for how, kill_broker in product(absences, (False, True)):
        told = []
        for turn in range(10 if long else 1):
            under = scratch / f"{how}-{kill_broker}-{turn}"
            under.mkdir()
            told.append(asyncio.run(receiver_away(under, "receiver", how, MESSAGES, kill_broker=kill_broker)))
        lost, early = sum(one.lost for one in told), sum(one.safe_too_early for one in told)
        name = f"receiver {how} beyond the queue{', broker kill -9' if kill_broker else ''}"
        measured = f"{sum(one.recorded for one in told)} recorded"
        yield Row(name, len(told), lost, None, "lost 0, none confirmed early", lost == early == 0, measured)


def control(scratch: Path, long: bool) -> Iterator[Row]:
    del long
    absences: tuple[Absence, ...] = ("hangs", "gone")
    for how in absences:
        under = scratch / f"control-{how}"
        under.mkdir()
        told = asyncio.run(receiver_away(under, "broker", how, MESSAGES))
        yield Row(f"  control: PUBACK is enough, receiver {how}", 1, told.lost, None, "must lose", good=told.lost > 0)


ROWS: dict[str, Fault] = {"broker and receiver away": away, "broker control": control}
