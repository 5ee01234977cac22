"""Everything that can go wrong, many times over: one table of faults with counts, thresholds and pass or fail."""

import argparse
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]


@dataclass(frozen=True)
class Row:
    """One line of the table; `lost` and `corrupt` are None where the fault has no such count."""

    fault: str
    runs: int
    lost: int | None
    corrupt: int | None
    threshold: str
    good: bool
    measured: str = ""


Fault = Callable[[Path, bool], Iterable[Row]]
"""Runs in a directory of its own; True asks for the long numbers."""

MODULES = (
    "tests.faults.storage_rows",
    "tests.faults.link_rows",
    "tests.faults.simulation_rows",
    "tests.faults.clock_rows",
    "tests.faults.broker_rows",
    "tests.faults.kill_rows",
)
"""Each module there is has `ROWS: dict[str, Fault]`, and may have `ALONE`: the names of those that measure time."""


def faults() -> tuple[dict[str, Fault], frozenset[str]]:
    """Give all faults by name, and which of them bear no other work beside them."""
    found: dict[str, Fault] = {}
    alone: frozenset[str] = frozenset()
    for name in MODULES:
        if (ROOT / Path(*name.split("."))).with_suffix(".py").exists():
            module = importlib.import_module(name)
            found |= module.ROWS
            alone |= getattr(module, "ALONE", frozenset())
    return found, alone


def shown(row: Row) -> str:
    lost, corrupt = ("-" if count is None else str(count) for count in (row.lost, row.corrupt))
    verdict = "pass" if row.good else "FAIL"
    threshold = f"{row.threshold} ({row.measured})" if row.measured else row.threshold
    return f"{row.fault:52} | {row.runs:6} | {lost:>5} | {corrupt:>7} | {threshold:60} | {verdict}"


def told(name: str, fault: Fault, scratch: Path, *, long: bool) -> Iterator[Row]:
    """Give the rows as they come; a tool that is missing, or broke, is a row too and never passed over."""
    try:
        yield from fault(scratch, long)
    except (RuntimeError, OSError, ImportError) as error:
        yield Row(name, 0, None, None, f"not run: {error}", good=False)


def tried(name: str, *, long: bool) -> tuple[list[Row], float]:
    """Try one fault; give its rows and the seconds it took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        rows = list(told(name, faults()[0][name], Path(scratch), long=long))
    return rows, time.monotonic() - began


def outcomes(names: list[str], *, long: bool, jobs: int) -> Iterator[tuple[str, list[Row], float]]:
    """Try all of them: those that only count side by side, then those that measure time one by one."""
    _, alone = faults()
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        under_way = {pool.submit(tried, name, long=long): name for name in names if name not in alone}
        for done in as_completed(under_way):
            yield under_way[done], *done.result()
    for name in names:
        if name in alone:
            yield name, *tried(name, long=long)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="*", help="only faults whose name holds one of these words")
    parser.add_argument("--short", action="store_true", help="the numbers of `make test`")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many that only count, side by side")
    asked = parser.parse_args()
    names = [name for name in faults()[0] if not asked.fault or any(word in name for word in asked.fault)]
    print(f"{'fault':52} | {'runs':>6} | {'lost':>5} | {'corrupt':>7} | {'threshold':60} | result")
    failed = 0
    for name, rows, seconds in outcomes(names, long=not asked.short, jobs=asked.jobs):
        for row in rows:
            failed += not row.good
            print(shown(row), flush=True)
        print(f"  {name}: {seconds:.0f} s", file=sys.stderr, flush=True)
    print(f"{failed} failed" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
