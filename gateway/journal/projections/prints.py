"""Labels: asked for in the event's own transaction, ended by a printout. `sending` is not here (print_attempt)."""

from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement
from gateway.journal.rows import PLACES_OF_ID

OF_JOB: Final = f"(epoch_number, seq) IN ({PLACES_OF_ID})"
"""The row of a job, found by its entry's id, parameter number {0}: an index of its own would cost a page a label."""


def queued(entry: Entry, document: Document) -> Iterator[Statement]:
    """An event that names a printer asks for one label; its job bears the entry's id."""
    printer = document.text_or_none("ph:printerId")
    if printer is None:
        return
    yield (
        "INSERT INTO print_job (job, epoch_number, seq, entry_id, kind, printer, template, serial, station, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued')",
        (
            str(entry.id),
            entry.epoch_number,
            entry.seq,
            str(entry.id),
            entry.kind,
            printer,
            document.text("ph:labelTemplate"),
            document.text_or_none("ph:serial"),
            document.text_or_none("ph:station"),
        ),
    )


def asked_again(entry: Entry, document: Document) -> Iterator[Statement]:
    """A reprint is a job of its own: the words and the template of the one it repeats, maybe another printer."""
    yield (
        "INSERT INTO print_job"
        " (job, epoch_number, seq, entry_id, kind, printer, template, serial, station, state, reprint_of)"
        " SELECT ?1, ?2, ?3, entry_id, kind, ?4, template, serial, COALESCE(?5, station), 'queued', job"
        f" FROM print_job WHERE {OF_JOB.format(6)}",
        (
            str(entry.id),
            entry.epoch_number,
            entry.seq,
            document.text("printer"),
            document.text_or_none("station"),
            document.text("of"),
        ),
    )


def ended(_: Entry, document: Document) -> Iterator[Statement]:
    """What became of a label: done, unknown until a person says, or void."""
    yield f"UPDATE print_job SET state = ?1 WHERE {OF_JOB.format(2)}", (document.text("state"), document.text("job"))
