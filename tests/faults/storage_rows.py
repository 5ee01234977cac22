"""The storage's rows in the table of `make torture`."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.torture import Fault, Row
from tests.faults.storage_damage import damages
from tests.faults.storage_power import PATHS, Found, cuts
from tests.faults.storage_refusing import SWITCHED, Refused, full_disk, switched

SEED = 20261127


def power(scratch: Path, long: bool) -> Iterator[Row]:
    """Four recordings or more, each cut 125 times at most: another run of the writer is another order of writes."""
    for path in PATHS:
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


ROWS: dict[str, Fault] = {
    "storage power": power,
    "storage power control": power_control,
    "storage lying": lying,
    "storage damage": damage,
    "storage refusing": refusing,
}
