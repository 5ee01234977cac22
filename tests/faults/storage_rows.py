"""The storage's rows in the table of `make torture`."""

import asyncio
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.journal import ALONE_KB, TENS_KB, disk, measure
from benchmarks.torture import Fault, Row
from gateway.journal.writer import GROUP
from tests.faults.storage_damage import damages
from tests.faults.storage_power import PATHS, Found, cuts
from tests.faults.storage_refusing import SWITCHED, Refused, full_disk, switched
from tests.faults.storage_slow import PRODUCERS, WRITES_S, slow_card

SEED = 20261127


def power(path: str, scratch: Path, long: bool) -> Iterator[Row]:
    """Four recordings or more, each cut 125 times at most: another run of the writer is another order of writes."""
    told: list[Found] = []
    while sum(one.cuts for one in told) < (500 if long else 8):  # a short log has fewer places to cut at
        turn = len(told)
        told.append(cuts(scratch / f"{path}-{turn}", path, 125 if long else 8, random.Random(SEED + turn)))
    lost, corrupt = sum(one.lost for one in told), sum(one.corrupt for one in told)
    runs = sum(one.cuts for one in told)
    yield Row(f"power cut: {path}", runs, lost, corrupt, "lost 0, corrupt 0", good=lost == corrupt == 0)


def power_control(scratch: Path, long: bool) -> Iterator[Row]:
    for weaker in ("NORMAL", "DELETE"):
        told = cuts(scratch / weaker, "insert", 100 if long else 16, random.Random(SEED), weaker=weaker)
        good = told.lost + told.corrupt > 0
        yield Row(f"  control: {weaker}", told.cuts, told.lost, told.corrupt, "must lose", good=good)


def lying(scratch: Path, long: bool) -> Iterator[Row]:
    for path in ("checkpoint", "insert"):  # what is torn shows at the start; an older sound journal at the next word
        told = cuts(scratch / f"lying-{path}", path, 100 if long else 6, random.Random(SEED), lying=True)
        good = told.unseen == 0 and told.lost + told.detected > 0 and told.slowest_s < 60
        said = (
            f"{told.detected} at start, {told.lost - told.unseen} at the next acknowledgement, {told.slowest_s:.1f} s"
        )
        yield Row(f"lying flush (last 64 writes): {path}", told.cuts, told.lost, told.corrupt, "unseen 0", good, said)


def damage(scratch: Path, long: bool) -> Iterator[Row]:
    told = asyncio.run(damages(scratch / "damage", 500 if long else 40, random.Random(SEED)))
    good = not told.unseen and told.repeated == 0 and told.slowest_s < 60
    measured = f"{told.detected} seen, {told.harmless} in unused bytes, {told.slowest_s:.1f} s"
    yield Row("flipped bits, truncated files", told.runs, None, len(told.unseen), "unseen 0, <= 60 s", good, measured)


def refusing(scratch: Path, long: bool) -> Iterator[Row]:
    for turn in range(5 if long else 1):
        under = scratch / f"full-{turn}"
        under.mkdir()
        yield _row("disk full (ENOSPC, ext4)", asyncio.run(full_disk(under)))
        for name in SWITCHED:
            under = scratch / f"{name}-{turn}"
            under.mkdir()
            yield _row(f"disk refuses: {name}", asyncio.run(switched(under, name)))
    under = scratch / "control"
    under.mkdir()
    told = asyncio.run(full_disk(under, with_ballast=False))
    yield Row(
        "  control: no ballast", told.acknowledged, told.lost, None, "cursors must stop", good=not told.cursors_moved
    )


def _row(name: str, told: Refused) -> Row:
    good = (
        told.lost == 0 and told.refused > 0 and bool(told.said) and told.recovered and told.cursors_moved and told.whole
    )
    return Row(
        name, told.acknowledged, told.lost, int(not told.whole), "lost 0, refused and said, recovers by itself", good
    )


def slow(scratch: Path, long: bool) -> Iterator[Row]:
    seconds = 20.0 if long else 2.0
    told = []
    for group in (GROUP, 1):
        under = scratch / f"slow-{group}"
        under.mkdir()
        told.append(slow_card(under, seconds, group))
    shared, each = told
    good = shared.lost == 0 and shared.whole and shared.per_second >= 5 * each.per_second
    said = f"{shared.per_second:.0f}/s, {shared.per_second / each.per_second:.0f} times as many"
    threshold = "lost 0, >= 5 times a transaction each"
    name = f"slow card ({WRITES_S} writes/s), {PRODUCERS} producers"
    yield Row(name, shared.promised, shared.lost, None, threshold, good, said)
    good, said = each.per_second < WRITES_S, f"{each.per_second:.0f}/s"
    yield Row("  control: a transaction each", each.promised, each.lost, None, "must be slow", good, said)


def device_bytes(scratch: Path, long: bool) -> Iterator[Row]:
    del scratch, long  # the disk and the numbers are the benchmark's
    with disk() as place:
        figures = asyncio.run(measure(place))
    for name, key, most in (("alone", "alone_kb", ALONE_KB), ("in tens", "tens_kb", TENS_KB)):
        said = f"{figures[key]:.2f} kB by {place.counted}"
        yield Row(f"device bytes an event, {name}", 1, None, None, f"<= {most:.0f} kB", figures[key] <= most, said)


ROWS: dict[str, Fault] = {
    **{f"storage power {path}": partial(power, path) for path in PATHS},
    "storage power control": power_control,
    "storage lying": lying,
    "storage damage": damage,
    "storage refusing": refusing,
    "storage slow card": slow,
    "storage bytes": device_bytes,
}
ALONE: frozenset[str] = frozenset({"storage slow card", "storage bytes"})
