"""How fast a backlog drains over bad links, how soon a black hole is noticed, and what a blackout costs.

    python benchmarks/uplink.py [--long]

The same measurements stand in the table of `make torture`; --long takes its numbers, 200,000 events among them.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from gateway.cli.demo_broker import find_mosquitto
from tests.faults.link_rows import black_hole, day_without_link, lines


def main() -> int:
    if find_mosquitto() is None:
        print("skip  uplink: mosquitto is not installed")
        return 0
    failed = 0
    for measure in (lines, black_hole, day_without_link):
        with tempfile.TemporaryDirectory(prefix="uplink-") as scratch:
            for row in measure(Path(scratch), "--long" in sys.argv):
                failed += not row.good
                print(
                    f"{'pass' if row.good else 'FAIL'}  {row.fault:<34} {row.measured}   ({row.threshold})", flush=True
                )
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
