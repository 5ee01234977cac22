"""Print jobs: each printer follows the journal's queue, and every label ends in exactly one Printout or a question."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic

from gateway.acts import Printout, PrintState
from gateway.errors import JournalError, LabelRefused, Refused
from gateway.labels.boxes import Mark
from gateway.labels.template import Template
from gateway.lot import OperatorId
from gateway.printing.printer import Outcome, PrinterTable, ask, send
from gateway.printing.queue import J, Job, PrintJournal
from gateway.printing.status import PrinterStatus
from gateway.station import PrinterId

log = logging.getLogger(__name__)

_LAST_LABEL_S: Final = 30.0
"""How long a daemon that was told to stop still waits for a label on its way; past it, the next start asks about it."""

_INTERRUPTED: Final = "the gateway stopped while this label was on its way"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait between tries while a printer cannot print, and how often an idle one is asked; seconds."""

    first_s: float = 0.5
    longest_s: float = 5.0
    idle_s: float = 30.0


class _Cancelled(Exception):
    """The label was taken out of the queue before its first byte left: by a person, or with the act it belonged to."""


class Printing(Generic[J]):
    """All printers of the house: one task each, and one worker thread that draws for all of them.

    `keep` journals a Printout; `show` is told of a printer's status whenever it changes. `usual` names the templates
    that stations print on a printer: they are drawn once before the first label is waited for.
    `begin` stands in for the journal's, where others decide about waiting labels too. `marks` stand on every label.
    """

    def __init__(
        self,
        journal: PrintJournal[J],
        printers: Mapping[PrinterId, PrinterTable],
        templates: Mapping[str, Template],
        keep: Callable[[Printout, J], Awaitable[None]],
        show: Callable[[PrinterId, PrinterStatus], None],
        *,
        patience: Patience = Patience(),
        usual: Mapping[PrinterId, Collection[str]] = MappingProxyType({}),
        begin: Callable[[str], Awaitable[bool]] | None = None,
        marks: tuple[Mark, ...] = (),
    ) -> None:
        self._journal = journal
        self._printers = printers
        self._templates = templates
        self._keep = keep
        self._show = show
        self._patience = patience
        self._usual = usual
        self._begins = begin or journal.begin_print
        self._marks = marks
        self._shown: dict[PrinterId, PrinterStatus] = {}
        self._begun: set[str] = set()
        self._cancelled: set[str] = set()

    async def queue(self, printer: PrinterId | None = None) -> Sequence[J]:
        """Give the labels of a printer, or of all, that are not settled: waiting, on their way, asked about.

        The oldest comes first, which is the one that prints next. Each says its state, serial, station, and when it
        was asked for.
        """
        jobs = await self._journal.print_jobs("queued", "sending", "unknown")
        return [job for job in jobs if printer is None or job.printer == printer]

    async def cancel(self, job_id: str, *, reason: str, by: OperatorId | None) -> None:
        """Have a label never printed: one that waits, or one asked about; journaled as void, with reason and person.

        Raises:
            Refused: It is on its way or settled: what has begun cannot be called back.
            JournalError: The disk refused; the label is as it was.
        """
        if job_id in self._begun or job_id in self._cancelled:
            raise Refused("printing")
        self._cancelled.add(job_id)  # from here on its first byte does not leave
        try:
            job = await self._settleable(job_id)
            await self._keep(_printout(job, Outcome("void", "operator", PrinterStatus.UNKNOWN, reason), by), job)
        except (JournalError, Refused):
            self._cancelled.discard(job_id)
            raise

    async def _settleable(self, job_id: str) -> J:
        """Give a job a person may settle.

        Raises:
            Refused: It is not there, on its way, or settled.
        """
        for job in await self._journal.print_jobs("queued", "unknown"):
            if job.job == job_id:
                return job
        raise Refused("printing")

    async def run(self) -> None:
        """Settle what an earlier run left, then print for as long as there are printers; ends by being cancelled.

        A label that has begun when the cancellation comes is finished first.
        """
        await self._settle()
        worker = ThreadPoolExecutor(1, thread_name_prefix="labels")
        try:
            async with asyncio.TaskGroup() as group:
                for printer, table in self._printers.items():
                    group.create_task(self._follow(printer, table, worker), name=f"printer {printer}")
        finally:
            worker.shutdown(wait=False, cancel_futures=True)

    async def _settle(self) -> None:
        """Ask about labels that were on their way when the gateway stopped; void those for printers now gone."""
        for job in await self._journal.print_jobs("sending"):
            await self._write_down(job, "unknown", _INTERRUPTED)
        for job in await self._journal.print_jobs("queued"):
            if job.printer not in self._printers:
                await self._write_down(job, "void", f"the config has no printer {job.printer!r} any more")

    async def _follow(self, printer: PrinterId, table: PrinterTable, worker: ThreadPoolExecutor) -> None:
        """Print a printer's queue in order, for ever. A job that could not begin stays first in it."""
        self._tell(printer, PrinterStatus.UNKNOWN)
        loop = asyncio.get_running_loop()
        usual = [self._templates[name] for name in self._usual.get(printer, ()) if name in self._templates]
        warm = loop.run_in_executor(worker, _warm, table, usual)
        pause_s = self._patience.first_s
        drawn: tuple[str, bytes] | None = None
        await warm
        await self._look(printer, table)
        while True:
            seen = self._journal.last_seq
            job = next((job for job in await self._journal.print_jobs("queued") if job.printer == printer), None)
            if job is None:
                await self._idle(printer, table, seen)
                continue
            if drawn is None or drawn[0] != job.job:
                label = await self._draw(job, table, worker)
                if label is None:
                    continue
                drawn = (job.job, label)
            if await self._finish(self._print(job, table, drawn[1])):
                pause_s, drawn = self._patience.first_s, None
            else:
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, self._patience.longest_s)

    async def _idle(self, printer: PrinterId, table: PrinterTable, seen: int) -> None:
        """Sleep until the journal grows; ask a printer that answers now and then meanwhile."""
        try:
            async with asyncio.timeout(self._patience.idle_s):
                await self._journal.wait_beyond(seen)
        except TimeoutError:
            await self._look(printer, table)

    async def _look(self, printer: PrinterId, table: PrinterTable) -> None:
        if table.status == "full":
            self._tell(printer, await ask(table))

    async def _draw(self, job: J, table: PrinterTable, worker: ThreadPoolExecutor) -> bytes | None:
        """Give the job's bytes; None when it has no label that may leave, which is then written down."""
        entry = await self._journal.entry(job.entry_id)
        template = self._templates.get(job.template)
        if entry is None or entry.body is None:
            why = "its entry is no longer in the journal"
        elif template is None:
            why = f"the config has no label template {job.template!r} any more"
        else:
            try:
                return await asyncio.get_running_loop().run_in_executor(
                    worker, _draw, entry.kind, entry.body, job, template, table, self._marks
                )
            except LabelRefused as refusal:
                why = str(refusal)
        await self._write_down(job, "void", why)
        return None

    async def _begin(self, job: str) -> None:
        """Have it on disk that a label's first byte is about to leave; from here on it cannot be cancelled."""
        if job in self._cancelled:
            raise _Cancelled
        self._begun.add(job)
        try:
            may = await self._begins(job)
        except JournalError:
            self._begun.discard(job)
            raise
        if not may:
            self._begun.discard(job)
            raise _Cancelled

    async def _print(self, job: J, table: PrinterTable, label: bytes) -> bool:
        """Try to print; say whether the job has left the queue."""
        try:
            outcome = await send(table, label, lambda: self._begin(job.job))
        except _Cancelled:
            return False
        except JournalError as error:
            log.warning(
                "%s: the journal does not take the begin of job %s, nothing sent: %s", job.printer, job.job, error
            )
            return False
        self._tell(job.printer, outcome.status, outcome.reason)
        if outcome.state == "queued":
            return False
        await self._keep_until_kept(job, outcome)
        return True

    async def _finish(self, printing: Awaitable[bool]) -> bool:
        """See a label through to its end, also when the daemon is told to stop in the middle of it."""
        task = asyncio.ensure_future(printing)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            try:
                async with asyncio.timeout(_LAST_LABEL_S):
                    await task
            except TimeoutError:
                log.warning("stopped with a label still on its way")
            raise

    async def _write_down(self, job: J, state: PrintState, why: str) -> None:
        if job.job in self._cancelled:
            return  # a person was quicker
        await self._keep_until_kept(job, Outcome(state, "none", PrinterStatus.UNKNOWN, why))

    async def _keep_until_kept(self, job: J, outcome: Outcome) -> None:
        """Journal what became of a label; the printer waits while the journal refuses, for nothing may be forgotten."""
        if outcome.state != "done":
            log.warning("%s: label of job %s is %s: %s", job.printer, job.job, outcome.state, outcome.reason)
        printout = _printout(job, outcome)
        pause_s = self._patience.first_s
        while True:
            try:
                await self._keep(printout, job)
            except JournalError as error:
                log.warning("%s: the printout of job %s cannot be kept yet: %s", job.printer, job.job, error)
            else:
                self._begun.discard(job.job)
                return
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self._patience.longest_s)

    def _tell(self, printer: PrinterId, status: PrinterStatus, why: str = "") -> None:
        if self._shown.get(printer) is status:
            return
        self._shown[printer] = status
        log.info("%s: %s%s", printer, status, f" ({why})" if why else "")
        self._show(printer, status)


def _printout(job: Job, outcome: Outcome, by: OperatorId | None = None) -> Printout:
    return Printout(
        job=job.job,
        label=job.template,
        serial=job.serial,
        printer=job.printer,
        state=outcome.state,
        evidence=outcome.evidence,
        reason=outcome.reason,
        by=by,
    )


def _warm(table: PrinterTable, templates: Sequence[Template]) -> None:
    """Load what drawing needs, in the worker thread, before the first label is waited for."""
    from gateway.printing import drawing  # Pillow, zint, zxing-cpp: only where something is printed

    drawing.warm(table, templates)


def _draw(  # noqa: PLR0917 - handed over to another thread, by place
    kind: str, body: bytes, job: Job, template: Template, table: PrinterTable, always: tuple[Mark, ...]
) -> bytes:
    from gateway.printing import drawing  # see _warm

    marks: tuple[Mark, ...] = (*always, "reprint") if job.reprint_of else always
    return drawing.label_bytes(kind, body, template, table, marks=marks, paper=job.paper)
