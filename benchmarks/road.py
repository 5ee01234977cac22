"""From a settled weight to its label: one station, the real journal, and a TCP printer that only listens."""

import asyncio
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from road import PACKING, PackingHouse, packing_house

from gateway.acts import Printout
from gateway.journal import PrintJob
from gateway.labels.template import load_templates
from gateway.printing.jobs import Printing
from gateway.printing.printer import PrinterTable
from gateway.reading import DeviceId, Reading, Weight
from gateway.station import PrinterId

LOADS = 150
P99_MS = 60.0
"""Design §11, on a 2-core machine of the kind the tests run on."""


class Paper:
    """A printer's socket that takes what comes and notes when a job's last byte was there."""

    def __init__(self) -> None:
        self.ended: asyncio.Queue[float] = asyncio.Queue()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        last = 0.0
        while await reader.read(65536):
            last = time.monotonic()
        writer.close()
        if last:
            await self.ended.put(last)


async def one_load(house: PackingHouse, paper: Paper, kg: Decimal) -> tuple[float, float]:
    """Give the seconds from the frame that settles the weight to the disk, and to the label's last byte."""
    await house.shows("pack-scale", "0.00", 3)
    for _ in range(12):
        house.time.passes(0.125)
        began = time.monotonic()
        frame = Weight(kg, "KGM", raw=b"frame")
        before = house.journal.last_seq
        await house.recorder.record(Reading(DeviceId("pack-scale"), house.time.wall, house.time.mono, frame))
        if house.journal.last_seq > before:
            on_disk = time.monotonic()
            return on_disk - began, await paper.ended.get() - began
    raise AssertionError("the load was not captured")


async def measure() -> tuple[list[float], list[float]]:
    paper = Paper()
    server = await asyncio.start_server(paper.take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    printer = PrinterTable(language="tspl", host="127.0.0.1", port=port, head_dots=832, status="none")
    templates = load_templates(ROOT / "config" / "labels", {})
    disk, label = [], []
    with tempfile.TemporaryDirectory() as directory:
        async with packing_house(Path(directory)) as house:
            kept = asyncio.Event()

            async def keep(printout: Printout, job: PrintJob) -> None:
                await house.recorder.keep_printout(printout, job)
                kept.set()

            printing = Printing(
                house.journal,
                {PrinterId(PACKING.printer or ""): printer},
                templates,
                keep,
                lambda *_: None,
            )
            task = asyncio.create_task(printing.run())
            await house.begin_packing("9001.50")
            for load in range(LOADS):
                to_disk, to_paper = await one_load(house, paper, Decimal(1000 + load) / 100)
                disk.append(to_disk)
                label.append(to_paper)
                await kept.wait()  # the next carton waits for the label of the last
                kept.clear()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    server.close()
    return disk, label


def main() -> int:
    disk, label = asyncio.run(measure())
    for name, figures in (("settled -> event on disk", disk), ("settled -> last label byte", label)):
        ranked = sorted(1000 * figure for figure in figures)
        print(f"{name:28} median {statistics.median(ranked):6.1f} ms   p99 {ranked[int(0.99 * len(ranked))]:6.1f} ms")
    p99 = sorted(1000 * figure for figure in label)[int(0.99 * len(label))]
    ok = p99 <= P99_MS
    print(f"{'pass' if ok else 'FAIL'}: settled -> last label byte p99 {p99:.1f} ms (at most {P99_MS:.0f} ms)")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
