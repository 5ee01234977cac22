"""What each station would know if it had not been restarted: its lot, its operator, its last load on disk."""

from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement

_LAST_LOAD: Final = (
    "INSERT INTO last_load (station, serial, lot, net, at, boot) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " serial = excluded.serial, lot = excluded.lot, net = excluded.net, at = excluded.at, boot = excluded.boot"
)


def bound(_: Entry, document: Document) -> Iterator[Statement]:
    """From now on, here, this lot; or none any more."""
    yield (
        "INSERT INTO binding (station, lot, since, operator, reason) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " lot = excluded.lot, since = excluded.since, operator = excluded.operator, reason = excluded.reason",
        (
            document.text("station"),
            document.text_or_none("lot"),
            document.text("since"),
            document.text_or_none("operator"),
            document.text("reason"),
        ),
    )


def signed_in(_: Entry, document: Document) -> Iterator[Statement]:
    """Who works here; or nobody any more."""
    yield (
        "INSERT INTO operator (station, operator) VALUES (?, ?) ON CONFLICT DO UPDATE SET operator = excluded.operator",
        (document.text("station"), document.text_or_none("operator")),
    )


def gate_load(entry: Entry, document: Document) -> Iterator[Statement]:
    """The last load weighed at a gate or a grading table; one noted late from a paper form is none of a station's."""
    if document.text_or_none("paperForm") is not None:
        return
    yield (
        _LAST_LOAD,
        (
            document.text("station"),
            None,
            document.text("lot"),
            f"{document.amount('net'):f}",
            document.text("at"),
            entry.boot,
        ),
    )


def carton(entry: Entry, document: Document) -> Iterator[Statement]:
    """The last carton weighed at a packing station; neither a corrected one nor one from a paper form is."""
    if document.whole_or_none("ph:revision") or document.text_or_none("ph:paperForm") is not None:
        return
    yield (
        _LAST_LOAD,
        (
            document.text("ph:station"),
            document.text("ph:serial"),
            document.text("ph:lot"),
            f"{document.amount('ilmd', 'ph:netWeightKg'):f}",
            document.text("eventTime"),
            entry.boot,
        ),
    )
