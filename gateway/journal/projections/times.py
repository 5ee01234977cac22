"""Boots, and what became known of their clocks."""

from collections.abc import Iterator

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement


def first_seen(entry: Entry, _: Document) -> Iterator[Statement]:
    """A boot begins with its first entry."""
    yield (
        "INSERT INTO boot (boot, epoch_number, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (entry.boot, entry.epoch_number, entry.seq),
    )


def confirmed(entry: Entry, document: Document) -> Iterator[Statement]:
    """A person said that the date is right; it holds for the boot it was said in."""
    yield (
        "INSERT INTO date_confirmed (boot, day, operator) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET day = excluded.day, operator = excluded.operator",
        (entry.boot, document.text("day"), document.text_or_none("operator")),
    )


def corrected(_: Entry, document: Document) -> Iterator[Statement]:
    """How far a boot's wall times were off; its first correction is the one that counts."""
    yield (
        "UPDATE boot SET offset_ms = ? WHERE boot = ? AND offset_ms IS NULL",
        (document.whole("offsetMs"), document.text("boot")),
    )


def requested(entry: Entry, document: Document) -> Iterator[Statement]:
    """Somebody asked for this under a key of their own; asked again, the answer is the same."""
    if entry.kind == "error-declaration":  # what it repeats was asked for by somebody else
        key = document.text_or_none("errorDeclaration", "ph:request")
    else:
        key = document.text_or_none("request") or document.text_or_none("ph:request")
    if key is not None:
        yield (
            "INSERT INTO request (request, epoch_number, seq, last_seq) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq WHERE epoch_number = excluded.epoch_number",
            (key, entry.epoch_number, entry.seq, entry.seq),
        )
