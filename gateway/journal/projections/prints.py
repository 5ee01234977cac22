"""Labels: asked for in the event's own transaction, ended by a printout. `sending` is not here (print_attempt)."""

from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement
from gateway.journal.rows import PLACES_OF_ID

SLIP: Final = "slip"
"""The name of a receipt's second paper, the weigh slip; its first, the lot tag, has none."""

LABELLED: Final = frozenset({"carton", "receipt", "grading", "pallet", "reprint"})
"""The kinds of entries that may ask for papers."""

OF_ENTRY: Final = f"(epoch_number, seq) IN ({PLACES_OF_ID})"
"""The rows an entry asked for, found by its id or that of one of its jobs, parameter number {0}: an index of their own
would cost a page a label."""

OF_JOB: Final = f"{OF_ENTRY} AND job = ?{{0}}"
"""The row of a job."""


def queued(entry: Entry, document: Document) -> Iterator[Statement]:
    """An event that names a printer asks for a label, whose job bears the entry's id; it may ask for a slip beside."""
    printer, slips = document.text_or_none("ph:printerId"), document.text_or_none("ph:slipPrinterId")
    if printer is not None:
        yield _asked(entry, document, "", printer, document.text("ph:labelTemplate"))
    if slips is not None:
        yield _asked(entry, document, SLIP, slips, document.text("ph:slipTemplate"))


def lot_tags(entry: Entry, document: Document) -> Iterator[Statement]:
    """A grading that names a printer asks for a tag of each lot that came out of it, named by the lot's code."""
    printer = document.text_or_none("ph:printerId")
    if printer is None:
        return
    for number in range(document.length("ph:outputs")):
        lot = document.text("ph:outputs", number, "ph:lot")
        yield _asked(entry, document, lot, printer, document.text("ph:labelTemplate"))


def _asked(entry: Entry, document: Document, paper: str, printer: str, template: str) -> Statement:
    return (
        "INSERT INTO print_job (job, epoch_number, seq, entry_id, kind, printer, template, serial, station, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued')",
        (
            f"{entry.id}.{paper}" if paper else str(entry.id),
            entry.epoch_number,
            entry.seq,
            str(entry.id),
            entry.kind,
            printer,
            template,
            document.text_or_none("ph:serial") or document.text_or_none("ph:sscc"),
            document.text_or_none("ph:station"),
        ),
    )


def asked_again(entry: Entry, document: Document) -> Iterator[Statement]:
    """A reprint is a job of its own: paper, words and template of the one it repeats, maybe another printer."""
    yield (
        "INSERT INTO print_job"
        " (job, epoch_number, seq, entry_id, kind, printer, template, serial, station, state, reprint_of)"
        " SELECT ?1 || substr(job, 37), ?2, ?3, entry_id, kind, ?4, template, serial, COALESCE(?5, station),"
        f" 'queued', job FROM print_job WHERE {OF_JOB.format(6)}",
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
    yield (
        f"UPDATE print_job SET state = ?1, evidence = ?3 WHERE {OF_JOB.format(2)}",
        (document.text("state"), document.text("job"), document.text_or_none("evidence")),
    )
