"""Labels: from an event on disk to a printer's last byte; a thousand read three ways; every fault of a printer.

python benchmarks/labels.py [labels to read, instead of a thousand]
"""

import asyncio
import json
import logging
import multiprocessing
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import Time
from journal_day import carton, lot_opened, printout
from label_damage import DAMAGES, IN_A_FINDER, damaged, two_read
from label_readers import READERS
from test_printing_faults import LANGUAGES, fault_table

from gateway.acts import Printout
from gateway.event import Draft
from gateway.journal import Journal, JournalTable, PrintJob, canonical, start_counters
from gateway.labels.render import Label, render
from gateway.labels.template import load_templates
from gateway.labels.trial import SAMPLES
from gateway.printing.drawing import label_bytes
from gateway.printing.jobs import Printing
from gateway.printing.printer import PrinterTable
from gateway.station import PrinterId

P99_MS = 40.0
WARM = 5
PRINTED = 150
READ = 1000
TEMPLATES = load_templates(ROOT / "config" / "labels")
CARTON = json.loads((ROOT / "tests" / "golden" / "labels" / "carton.json").read_text("utf-8"), parse_float=Decimal)


class Ready:
    """A TSPL printer that is always ready, prints at once, and notes when the last byte of a label was there."""

    def __init__(self) -> None:
        self.ended: asyncio.Queue[float] = asyncio.Queue()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tail, told = b"", False
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                tail = (tail + data)[-64:]
                if tail.endswith(b"\x1b!?"):
                    writer.write(b"\x00")
                if b"PRINT 1,1\r\n" in tail and not told:
                    told = True
                    self.ended.put_nowait(time.monotonic())
        writer.close()


async def to_last_byte() -> list[float]:
    """Give, for each label, the seconds from the event on disk to the printer's last byte."""
    paper = Ready()
    server = await asyncio.start_server(paper.take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    table = PrinterTable(language="tspl", host="127.0.0.1", port=port, head_dots=832)
    seconds = []
    with tempfile.TemporaryDirectory() as directory:
        start_counters(Path(directory))
        async with Journal.open(
            Path(directory), JournalTable(), gateway="gw-1", number=0, stamp=Time().stamp
        ) as journal:
            kept = asyncio.Event()

            async def keep(done: Printout, _: PrintJob) -> None:
                await journal.record(printout(done.job, done.state))
                kept.set()

            templates = {"carton": TEMPLATES["carton-50x30"]}
            printing = Printing(
                journal,
                {PrinterId("labels"): table},
                templates,
                keep,
                lambda *_: None,
                usual={PrinterId("labels"): ["carton"]},
            )
            task = asyncio.create_task(printing.run())
            await journal.record(lot_opened("H261121-0001", "R261121-0001"))
            for number in range(WARM + PRINTED):
                await journal.record(a_carton(number))
                on_disk = time.monotonic()
                seconds.append(await paper.ended.get() - on_disk)
                await kept.wait()
                kept.clear()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    server.close()
    return seconds[WARM:]


def a_carton(number: int) -> Draft:
    """Give a carton whose label says all that a label can."""
    serial = f"2611211{number:05}"
    draft = carton("H261121-0001", serial, Decimal("10.20"))
    uri = CARTON["ilmd"]["ph:labelUri"].replace("261121000001", serial)
    ilmd = {**draft.body["ilmd"], **CARTON["ilmd"], "ph:labelUri": uri}
    return replace(draft, body={**draft.body, "ph:gtin": CARTON["ph:gtin"], "ilmd": ilmd})


def drawing_ms() -> float:
    """Give the CPU milliseconds from an entry's body to a printer's bytes, fonts and first times aside."""
    table = PrinterTable(language="tspl", host="127.0.0.1", head_dots=832)
    template = TEMPLATES["carton-50x30"]
    bodies = [canonical(a_carton(number).body) for number in range(WARM + PRINTED)]
    for body in bodies[:WARM]:
        label_bytes("carton", body, template, table)
    before_s = time.thread_time()
    for body in bodies[WARM:]:
        label_bytes("carton", body, template, table)
    return 1000 * (time.thread_time() - before_s) / PRINTED


def a_label(number: int) -> Label:
    """Give one of a thousand labels, no two alike: cartons of 50 x 30 and of 80 x 50 mm in turn."""
    serial, lot = f"2611210{number * 7919 % 100_000:05}", f"{number % 1000:04}"
    sample = dict(SAMPLES["carton"])
    sample |= {"serial": serial, "uri": sample["uri"].replace("261121000001", serial).replace("0042", lot)}
    return render(TEMPLATES[("carton-50x30", "carton-80x50")[number % 2]], sample)


def read_one(number: int) -> tuple[list[str], list[str]]:
    """Give who does not read a label as it was drawn, and after which damage fewer than two read it."""
    label = a_label(number)
    text = label.symbol.text
    blind = [name for name, read in READERS.items() if read(label.picture) != [text]]
    return blind, [damage for damage in (*DAMAGES, IN_A_FINDER) if not two_read(damaged(label, damage, number), text)]


def reading(labels: int) -> bool:
    """Print what became of so many labels; say whether all is well."""
    with multiprocessing.Pool() as pool:
        found = pool.map(read_one, range(labels), chunksize=20)
    well = True
    for name in READERS:
        lost = sum(name in blind for blind, _ in found)
        well &= lost == 0
        print(f"{'pass' if not lost else 'FAIL'}: {labels - lost} of {labels} labels read by {name} at 1:1")
    for damage in DAMAGES:
        lost = sum(damage in hurt for _, hurt in found)
        well &= lost == 0
        print(
            f"{'pass' if not lost else 'FAIL'}: {labels - lost} of {labels} labels read by two of three after: {damage}"
        )
    lost = sum(IN_A_FINDER in hurt for _, hurt in found)
    print(f"      {labels - lost} of {labels} labels read by two of three after: {IN_A_FINDER} (no figure is asked)")
    return well


async def faults() -> bool:
    """Print the fault table of the virtual printers; say whether every row ends as it must."""
    well = True
    for language in LANGUAGES:
        for rig in await fault_table(language):
            right = rig.out in ([], [rig.uri]) and (rig.printout.state == "unknown" or rig.out == [rig.uri])
            well &= right
            print(f"{'pass' if right else 'FAIL'}: {rig.row}")
    return well


def main() -> int:
    logging.disable(logging.WARNING)  # each fault is one
    before_s = time.process_time()
    ranked = sorted(1000 * seconds for seconds in asyncio.run(to_last_byte()))
    cpu_ms = 1000 * (time.process_time() - before_s) / (WARM + PRINTED)
    p99 = ranked[int(0.99 * len(ranked))]
    quick = p99 <= P99_MS
    print(f"event on disk -> last label byte: median {statistics.median(ranked):.1f} ms, worst {ranked[-1]:.1f} ms")
    print(
        f"CPU a label, event and printout with it: {cpu_ms:.1f} ms; to draw, read back, encode: {drawing_ms():.1f} ms"
    )
    print(f"{'pass' if quick else 'FAIL'}: event on disk -> last label byte p99 {p99:.1f} ms (at most {P99_MS:.0f} ms)")
    read = reading(int(sys.argv[1]) if len(sys.argv) > 1 else READ)
    ended = asyncio.run(faults())
    return 0 if quick and read and ended else 1


if __name__ == "__main__":
    sys.exit(main())
