"""What became of a station's labels, and the questions only a person can answer."""

from collections.abc import Sequence

from gateway.acts import Printout, PrintState, Reprint
from gateway.errors import Refused
from gateway.event import Fact
from gateway.journal import SLIP, Journal, PrintJob, parse
from gateway.lot import OperatorId
from gateway.record.display import Shown
from gateway.station import PrinterId, Show


class LabelBook:
    """The print jobs of one station, as far as its people must know them."""

    def __init__(self) -> None:
        self.questions: dict[str, PrintJob] = {}
        """Jobs of which nobody knows whether the label came out, oldest first."""
        self._latest: dict[str, PrintJob] = {}
        self._waiting: set[str] = set()

    @property
    def waiting(self) -> tuple[str, ...]:
        """The jobs of labels that have not left the printer yet."""
        return tuple(sorted(self._waiting))

    def begin(self, job: PrintJob, state: PrintState) -> None:
        """Take in a newest label of the station; the papers of one entry stand side by side, by name."""
        if any(other.entry_id != job.entry_id for other in self._latest.values()):
            self._latest.clear()
        self._latest[job.paper] = job
        self.note(job, state)

    def note(self, job: PrintJob, state: PrintState) -> None:
        """Take in what became of a label."""
        if state == "unknown":
            self.questions[job.job] = job
        else:
            self.questions.pop(job.job, None)
        if state in ("queued", "sending"):
            self._waiting.add(job.job)
        else:
            self._waiting.discard(job.job)

    def forget_all_but(self, open_jobs: Sequence[PrintJob]) -> None:
        """Drop questions that were answered, and labels that wait no more."""
        self._waiting &= {job.job for job in open_jobs}
        ids = {job.job for job in open_jobs if job.state == "unknown"}
        self.questions = {id_: job for id_, job in self.questions.items() if id_ in ids}

    def asked(self) -> Shown | None:
        """Give the oldest question as the station shows it; None with none open."""
        job = next(iter(self.questions.values()), None)
        if job is None:
            return None
        if job.paper == SLIP:
            return Shown(Show.PRINT_UNKNOWN, "print_unknown_slip")
        if job.paper:
            return Shown(Show.PRINT_UNKNOWN, "print_unknown_lot", {"lot": job.paper})
        return Shown(Show.PRINT_UNKNOWN, "print_unknown_tag" if job.kind == "receipt" else "print_unknown")

    def answer(self, *, came_out: bool, by: OperatorId | None, slip: bool = False) -> Sequence[Fact]:
        """Give the facts that close the oldest question; with none open, that print the latest labels once more.

        `slip` is about the weigh slip alone; without it, the latest labels are all others of their entry.

        Raises:
            Refused: Nothing is asked, and there is no label to print again, or it is still on its way.
        """
        job = next((job for job in self.questions.values() if job.paper == SLIP or not slip), None)
        if job is None:
            return self._again(came_out=came_out, by=by, slip=slip)
        printer = PrinterId(job.printer)
        if came_out:
            return [Printout(job.job, job.template, job.serial, printer, "done", "operator", "came out", by)]
        return [
            Printout(job.job, job.template, job.serial, printer, "void", "operator", "did not come out", by),
            _reprint(job, "did not come out", by),
        ]

    def _again(self, *, came_out: bool, by: OperatorId | None, slip: bool) -> Sequence[Fact]:
        wanted = [job for paper, job in self._latest.items() if (paper == SLIP) == slip]
        if came_out or not wanted:
            raise Refused("label_none")
        if any(job.job in self._waiting for job in wanted):
            raise Refused("printing")
        return [_reprint(job, "asked", by) for job in wanted]


async def still_true(journal: Journal, job_id: str) -> bool:
    """Say whether a label may be printed again: what it says was not declared in error, its pallet is as it was.

    Raises:
        JournalError: The journal cannot be read.
    """
    job = await journal.print_job(job_id)
    if job is None or await journal.is_declared(str(job.entry_id)):
        return False
    if job.kind != "pallet":
        return True
    entry, pallet = await journal.entry(job.entry_id), await journal.pallet(job.serial or "")
    if entry is None or entry.body is None or pallet is None or pallet.state not in ("closed", "dispatched"):
        return False
    body = parse(entry.body)
    return (body.get("ph:cartonCount"), body.get("ph:netWeightKg")) == (pallet.cartons, pallet.net_kg)


def _reprint(job: PrintJob, reason: str, by: OperatorId | None) -> Reprint:
    return Reprint(job.job, job.serial, PrinterId(job.printer), reason, by)
