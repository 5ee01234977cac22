"""Everything that can go wrong, many times over: one table of faults with counts, thresholds and pass or fail."""

import argparse
import importlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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
"""Each module there is has `ROWS: dict[str, Fault]`."""


def faults() -> dict[str, Fault]:
    found: dict[str, Fault] = {}
    for name in MODULES:
        if (ROOT / Path(*name.split("."))).with_suffix(".py").exists():
            found |= importlib.import_module(name).ROWS
    return found


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="*", help="only faults whose name holds one of these words")
    parser.add_argument("--short", action="store_true", help="the numbers of `make test`")
    asked = parser.parse_args()
    chosen = {
        name: fault for name, fault in faults().items() if not asked.fault or any(word in name for word in asked.fault)
    }
    print(f"{'fault':52} | {'runs':>6} | {'lost':>5} | {'corrupt':>7} | {'threshold':60} | result")
    failed = 0
    for name, fault in chosen.items():
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
            for row in told(name, fault, Path(scratch), long=not asked.short):
                failed += not row.good
                print(shown(row), flush=True)
        print(f"  {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"{failed} failed" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
