"""The rows of bad links, black holes, blackouts and forks in the table of `make torture`."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.torture import Fault, Row
from tests.brokers import running, until
from tests.faults.link_blackout import NoCgroup, blackout, little_memory
from tests.faults.link_drain import an_uplink, drain, journal_in, province
from tests.faults.link_fork import put_an_old_copy_back
from tests.faults.link_relay import FAIR, PERFECT, RURAL

WIRE_RATIO = 0.25
LINES = (("256 kbit/s, 200 ms, 1 % loss", RURAL, 300.0), ("1 Mbit/s, 100 ms", FAIR, 900.0))
KEEPALIVE_S = 4.0
LIVE_P95_S = 5.0
MEMORY_MB = 96


def lines(scratch: Path, long: bool) -> Iterator[Row]:
    for number, (name, line, wanted) in enumerate(LINES):
        told = asyncio.run(drain(_made(scratch / f"line-{number}"), line, 12_000 if long else 5000))
        good = told.lost == 0 and told.wire_ratio <= WIRE_RATIO and told.per_second >= wanted
        carried = told.wire_bytes * 8 / told.seconds / line.bits_s
        measured = (
            f"{told.per_second:.0f}/s, {told.wire_ratio:.3f}, {told.wire_bytes / told.events:.0f} bytes an event,"
            f" {carried:.0%} of the line used"
        )
        threshold = f"lost 0, >= {wanted:.0f} events/s, wire <= {WIRE_RATIO} of raw"
        yield Row(f"link {name}", told.events, told.lost, None, threshold, good, measured)


async def _noticed_after_s(directory: Path) -> float:
    """Give the seconds from a black hole's beginning to its being noticed."""
    loop = asyncio.get_running_loop()
    async with journal_in(directory) as journal, province(directory, PERFECT) as line:
        link = an_uplink(journal, line.port, keepalive_s=KEEPALIVE_S)
        async with running(link.run(), "uplink"):
            await until(lambda: link.status.connected, "connected")
            line.swallow = True
            began = loop.time()
            await until(lambda: not link.status.connected, "the black hole was noticed")
            return loop.time() - began


def black_hole(scratch: Path, long: bool) -> Iterator[Row]:
    runs = 5 if long else 1
    took_s = max(asyncio.run(_noticed_after_s(_made(scratch / f"hole-{turn}"))) for turn in range(runs))
    threshold = f"noticed within 1.5 keepalives ({1.5 * KEEPALIVE_S:.0f} s)"
    yield Row("black-holed TCP", runs, None, None, threshold, took_s <= 1.5 * KEEPALIVE_S, f"{took_s:.1f} s")


def day_without_link(scratch: Path, long: bool) -> Iterator[Row]:
    backlog = 200_000 if long else 5000
    with ExitStack() as stack:
        try:
            group = stack.enter_context(little_memory(MEMORY_MB))
        except NoCgroup:
            group = None
        told = asyncio.run(blackout(_made(scratch / "blackout"), FAIR, backlog, group))
    memory = f"peak {told.peak_mb:.0f} MB" if told.peak_mb is not None else "memory not limited here"
    measured = f"drained in {told.seconds:.0f} s, live p95 {told.live_p95_s():.1f} s of {len(told.live_s)}, {memory}"
    good = told.lost == 0 and told.live_p95_s() <= LIVE_P95_S and told.peak_mb is not None
    threshold = f"lost 0, live p95 <= {LIVE_P95_S:.0f} s, in {MEMORY_MB} MB"
    yield Row("24 h blackout", backlog, told.lost, None, threshold, good, measured)


def fork(scratch: Path, long: bool) -> Iterator[Row]:
    for turn in range(5 if long else 1):
        try:
            told = asyncio.run(put_an_old_copy_back(_made(scratch / f"fork-{turn}"), "receiver"))
        except pytest.fail.Exception as error:  # what was waited for never came
            yield Row("fork: an old copy put back", 1, None, None, "lost 0, noticed", good=False, measured=str(error))
            return
        good = told.lost == 0 and told.noticed > 0
        measured = f"noticed {told.noticed}, epochs {told.epochs}"
        yield Row("fork: an old copy put back", told.recorded, told.lost, None, "lost 0, noticed", good, measured)
    told = asyncio.run(put_an_old_copy_back(_made(scratch / "control"), "broker"))
    yield Row("  control: PUBACK is enough", told.recorded, told.lost, None, "must lose", good=told.lost > 0)


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True)
    return directory


ROWS: dict[str, Fault] = {"link": lines, "black hole": black_hole, "blackout": day_without_link, "fork": fork}
ALONE: frozenset[str] = frozenset({"link", "black hole", "blackout"})
