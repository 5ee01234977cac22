"""What the tests of printing share: a journal as printing sees it."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.acts import Printout, PrintState
from gateway.errors import DiskRefuses
from gateway.event import Entry
from gateway.labels.template import load_templates
from gateway.printing.jobs import Patience
from gateway.station import PrinterId

HERE = Path(__file__).parent
TEMPLATES = load_templates(HERE.parent / "config" / "labels")
CARTON = json.loads((HERE / "golden" / "labels" / "carton.json").read_text("utf-8"), parse_float=Decimal)
PRINTER = PrinterId("pack-printer")
IMPATIENT = Patience(first_s=0.01, longest_s=0.02, idle_s=5.0)
HANG_S = 20.0


@dataclass(frozen=True)
class Job:
    job: str
    entry_id: uuid.UUID
    printer: PrinterId = PRINTER
    template: str = "carton-50x30"
    serial: str | None = None
    state: PrintState = "queued"
    reprint_of: str | None = None
    paper: str = ""


class SmallJournal:
    """The journal as printing sees it: jobs in order, entries by id, and what became of every label."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.bodies: dict[uuid.UUID, tuple[str, bytes]] = {}
        self.printouts: list[Printout] = []
        self.begun: list[str] = []
        self.last_seq = 0
        self.refuses = 0
        self._grown = asyncio.Condition()

    def carton(self, number: int, **job: Any) -> Job:
        """Put a carton and its print job down."""
        body = json.loads(json.dumps(CARTON, default=str))
        serial = f"2611210{number:05}"
        uri = CARTON["ilmd"]["ph:labelUri"].replace("261121000001", serial)
        body["ph:serial"] = serial
        body["ilmd"] |= {"ph:labelUri": uri, "ph:netWeightKg": 10.2}
        return self.add("carton", body, serial=serial, **job)

    def add(self, kind: str, body: dict[str, Any], **job: Any) -> Job:
        id_ = uuid.uuid4()
        self.bodies[id_] = (kind, json.dumps(body, ensure_ascii=False).encode())
        self.jobs[str(id_)] = Job(str(id_), id_, **job)
        self.last_seq += 1
        return self.jobs[str(id_)]

    def uri(self, job: Job) -> str:
        text: str = json.loads(self.bodies[job.entry_id][1])["ilmd"]["ph:labelUri"]
        return text

    async def grow(self) -> None:
        async with self._grown:
            self._grown.notify_all()

    async def print_jobs(self, *states: PrintState) -> Sequence[Job]:
        return [job for job in self.jobs.values() if job.state in states]

    async def begin_print(self, job: str) -> bool:
        if self.refuses:
            self.refuses -= 1
            raise DiskRefuses("read-only file system")
        if self.jobs[job].state != "queued":
            return False
        self.begun.append(job)
        self.jobs[job] = replace(self.jobs[job], state="sending")
        return True

    async def entry(self, id: uuid.UUID) -> Entry | None:
        kind, body = self.bodies[id]
        return Entry(1, "e", 1, id, kind, "b", 0, 0, "synced", b"", b"", b"", body)

    async def wait_beyond(self, seq: int) -> None:
        async with self._grown:
            await self._grown.wait_for(lambda: self.last_seq > seq)

    async def keep(self, printout: Printout, job: Job) -> None:
        assert printout.job == job.job
        self.printouts.append(printout)
        self.jobs[job.job] = replace(self.jobs[job.job], state=printout.state)
        self.last_seq += 1
        await self.grow()

    async def kept(self, count: int) -> list[Printout]:
        """Wait for so many printouts."""
        async with asyncio.timeout(HANG_S), self._grown:
            await self._grown.wait_for(lambda: len(self.printouts) >= count)
        return self.printouts
