"""Every way a printer can fail, at every moment of a label: it is printed once, or a person is asked. Nothing third."""

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from firmware_mock.printers.condition import Condition
from firmware_mock.printers.escpos import EscPos
from firmware_mock.printers.machine import Machine
from firmware_mock.printers.paper import Outcome, Reader
from firmware_mock.printers.tspl import Tspl
from firmware_mock.printers.zpl import Zpl
from gateway.printing.jobs import Printing
from gateway.printing.printer import PrinterTable
from tests.label_queue import HANG_S, IMPATIENT, PRINTER, TEMPLATES, SmallJournal

LANGUAGES: Final[dict[str, tuple[Callable[[], Reader], dict[str, Any]]]] = {
    "tspl": (lambda: Tspl(832), {"language": "tspl"}),
    "tspl, letters": (lambda: Tspl(832), {"language": "tspl", "letters": True}),
    "escpos": (lambda: EscPos(832), {"language": "escpos", "feed_mm": 3}),
    "escpos, process id": (lambda: EscPos(832), {"language": "escpos", "feed_mm": 3, "process_id": True}),
    "zpl": (lambda: Zpl(832), {"language": "zpl", "compressed": False}),
}
MOMENTS: Final = {"before": 0, "first byte": 1, "middle": 6_000, "last byte": 11_900, "printing": None}
LABEL_BYTES: Final = 12_000
"""The least a label of 50 x 30 mm has in any language; the tripwires above lie within it."""

SECONDS_OF_FAULT: Final = 1.5


@dataclass
class Rig:
    """One printer, one job, one fault at one moment."""

    language: str
    fault: str
    moment: str
    out: list[str] = field(default_factory=list)
    torn: int = 0

    def __post_init__(self) -> None:
        make, self._settings = LANGUAGES[self.language]
        self._make = make
        self.condition = Condition()
        self._tripped = asyncio.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        self._listener.setblocking(False)
        self._port = self._listener.getsockname()[1]
        self._seen = 0

    async def run(self) -> "Rig":
        """Print one label through the fault, and let what remains in the machine come out."""
        self.journal = journal = SmallJournal()
        job = journal.carton(1)
        self.uri = journal.uri(job)
        table = PrinterTable.model_validate(
            {"host": "127.0.0.1", "port": self._port, "head_dots": 832, "timeout_s": 0.5} | self._settings
        )
        with tempfile.TemporaryDirectory() as directory:
            self.machine = self._fresh(Path(directory))
            self._work = asyncio.create_task(self.machine.work(self._listener))
            if self.moment == "before":
                self._begin()
            faults = asyncio.create_task(self._break_and_mend(Path(directory)))
            printing = Printing(journal, {PRINTER: table}, TEMPLATES, journal.keep, lambda *_: None, patience=IMPATIENT)
            task = asyncio.create_task(printing.run())
            await journal.kept(1)
            await faults
            async with asyncio.timeout(HANG_S):
                while self.machine.waiting:  # noqa: ASYNC110 - the machine is another house's, it wakes nobody here
                    await asyncio.sleep(0.02)
            for each in (task, self._work):
                each.cancel()
            await asyncio.gather(task, self._work, return_exceptions=True)
        (self.printout,) = journal.printouts
        return self

    def _fresh(self, directory: Path) -> Machine:
        return Machine(
            Tripwire(self._make(), self._count),
            self.condition,
            directory=directory,
            dots_a_second=4000,
            buffer=65536,
            answers="all",
            tell=self._told,
        )

    def _count(self, size: int) -> None:
        self._seen += size
        at = MOMENTS[self.moment]
        # A status query before the label is no byte of it; none is as long as this.
        if at is not None and self._seen > at + 40:
            self._begin()

    def _told(self, event: dict[str, object]) -> None:
        if self.moment == "printing" and "printing" in event:
            self._begin()
        if "torn" in event:
            self.torn += 1
        if "label" in event:
            self.out += event["label"]["codes"]  # type: ignore[index] # the mock's own shape

    def _begin(self) -> None:
        if self._tripped.is_set():
            return
        self._tripped.set()
        match self.fault:
            case "paper out" | "cover open" | "overheated":
                setattr(
                    self.condition,
                    {"paper out": "paper_out", "cover open": "cover_open"}.get(self.fault, self.fault),
                    True,
                )
            case "mute":
                self.machine.muted = True
            case "late":
                self.machine.late_s = 1.3
            case "stall":
                self.machine.go_on.clear()
            case "cut":
                self.machine.disconnect_after = 1
            case "junk":
                for junk in (
                    b"\x00",
                    b"\x12",
                    b"\x04\x20",
                    b"\x02@@@@\x03\r\n",
                    b"\x10\x00\x00\x00",
                    bytes(range(256)),
                ):
                    self.machine.say(junk)
            case "power":
                self._work.cancel()
            case "second client":
                self._rival = socket.create_connection(("127.0.0.1", self._port))

    async def _break_and_mend(self, directory: Path) -> None:
        async with asyncio.timeout(HANG_S):
            await self._tripped.wait()
        await asyncio.sleep(SECONDS_OF_FAULT)  # how long a fault lasts is part of it
        match self.fault:
            case "paper out" | "cover open" | "overheated":
                self.condition.paper_out = self.condition.cover_open = self.condition.overheated = False
            case "power":
                with contextlib.suppress(asyncio.CancelledError):
                    await self._work
                self._listener.close()  # a machine that was cut before it began did not
                self._listener = socket.create_server(("127.0.0.1", self._port), backlog=1)
                self._listener.setblocking(False)
                self.machine = self._fresh(directory)
                self._work = asyncio.create_task(self.machine.work(self._listener))
            case "second client":
                self._rival.close()
        self.machine.muted, self.machine.late_s = False, 0.0
        self.machine.go_on.set()
        self.machine.notice()

    @property
    def row(self) -> str:
        papers = "1 label" if self.out else "torn paper" if self.torn and "escpos" in self.language else "no paper"
        asked = "asked about" if self.printout.state == "unknown" else "printed once"
        return f"{self.language:20} {self.fault:14} {self.moment:11} {asked:12} {self.printout.evidence:16} {papers}"


class Tripwire:
    """A language that tells how many bytes have come."""

    def __init__(self, inner: Reader, count: Callable[[int], None]) -> None:
        self._inner = inner
        self._count = count

    def feed(self, data: bytes) -> Iterator[Outcome]:
        self._count(len(data))
        yield from self._inner.feed(data)

    def end(self) -> Iterator[Outcome]:
        yield from self._inner.end()


FAULTS: Final = (
    "paper out",
    "cover open",
    "overheated",
    "mute",
    "late",
    "stall",
    "cut",
    "junk",
    "power",
    "second client",
)


async def fault_table(language: str) -> list[Rig]:
    """Try every fault at every moment, all side by side: each waits far more than it works."""
    rigs = [Rig(language, fault, moment) for fault in FAULTS for moment in MOMENTS]
    return list(await asyncio.gather(*(rig.run() for rig in rigs)))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_interruption_ends_in_exactly_one_of_printed_once_and_asked_about(language: str) -> None:
    for rig in await fault_table(language):
        assert rig.printout.state in ("done", "unknown"), rig.row
        assert len(rig.journal.begun) == 1, rig.row
        assert rig.out in ([], [rig.uri]), rig.row
        if rig.printout.state == "done":
            assert rig.out == [rig.uri], rig.row
