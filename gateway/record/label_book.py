"""What became of a station's labels, and the questions only a person can answer."""

from collections.abc import Sequence

from gateway.acts import Printout, PrintState, Reprint
from gateway.errors import Refused
from gateway.event import Fact
from gateway.journal import PrintJob
from gateway.lot import OperatorId
from gateway.station import PrinterId


class LabelBook:
    """The print jobs of one station, as far as its people must know them."""

    def __init__(self) -> None:
        self.questions: dict[str, PrintJob] = {}
        """Jobs of which nobody knows whether the label came out, oldest first."""
        self._latest: PrintJob | None = None
        self._waiting = False
        self._open: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many labels of the station have not left the printer yet."""
        return len(self._open)

    def begin(self, job: PrintJob, state: PrintState) -> None:
        """Take in the newest label of the station."""
        self._latest = job
        self.note(job, state)

    def note(self, job: PrintJob, state: PrintState) -> None:
        """Take in what became of a label."""
        if state in ("queued", "sending"):
            self._open.add(job.job)
        else:
            self._open.discard(job.job)
        if state == "unknown":
            self.questions[job.job] = job
        else:
            self.questions.pop(job.job, None)
        if self._latest is not None and self._latest.job == job.job:
            self._waiting = state in ("queued", "sending")

    def forget_all_but(self, open_jobs: Sequence[PrintJob]) -> None:
        """Drop questions that were answered, and labels that wait no more."""
        self._open &= {job.job for job in open_jobs}
        ids = {job.job for job in open_jobs if job.state == "unknown"}
        self.questions = {id_: job for id_, job in self.questions.items() if id_ in ids}

    def answer(self, *, came_out: bool, by: OperatorId | None) -> Sequence[Fact]:
        """Give the facts that close the oldest question; with none open, that print the latest label once more.

        Raises:
            Refused: Nothing is asked, and there is no label to print again, or it is still on its way.
        """
        if not self.questions:
            if came_out or self._latest is None:
                raise Refused("label_none")
            if self._waiting:
                raise Refused("printing")
            return [_reprint(self._latest, "asked", by)]
        job = next(iter(self.questions.values()))
        printer = PrinterId(job.printer)
        if came_out:
            return [Printout(job.job, job.template, job.serial, printer, "done", "operator", "came out", by)]
        return [
            Printout(job.job, job.template, job.serial, printer, "void", "operator", "did not come out", by),
            _reprint(job, "did not come out", by),
        ]


def _reprint(job: PrintJob, reason: str, by: OperatorId | None) -> Reprint:
    return Reprint(job.job, job.serial, PrinterId(job.printer), reason, by)
