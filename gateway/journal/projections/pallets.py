"""Pallets: begun, stacked carton by carton, closed, taken apart."""

from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement

OFF: Final = (
    "UPDATE pallet SET cartons = cartons - 1, net_ug = net_ug - (SELECT ug FROM carton WHERE serial = ?1)"
    " WHERE sscc = (SELECT pallet FROM carton WHERE serial = ?1)"
)
"""One carton less on the pallet it stands on; parameter: its serial. Its own row is changed after this."""

LABEL_OUTDATED: Final = (
    "UPDATE print_job SET state = 'void' WHERE state IN ('queued', 'unknown') AND kind = 'pallet' AND serial = {0}"
)
"""A label of a pallet that has not come out says what is not so any more; {0} is its SSCC."""


def begun(entry: Entry, document: Document) -> Iterator[Statement]:
    """A pallet has its number, and nothing on it."""
    yield (
        "INSERT INTO pallet (sscc, state, station, begun_at, epoch_number, seq) VALUES (?, 'open', ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET state = 'open', station = excluded.station",
        (
            document.text("sscc"),
            document.text_or_none("station"),
            document.text("eventTime"),
            entry.epoch_number,
            entry.seq,
        ),
    )
    yield LABEL_OUTDATED.format("?"), (document.text("sscc"),)


def carton_on(_: Entry, document: Document) -> Iterator[Statement]:
    """A carton stands on an open pallet."""
    sscc, serial = document.text("sscc"), document.text("serial")
    yield (
        "UPDATE pallet SET cartons = cartons + 1, net_ug = net_ug + (SELECT ug FROM carton WHERE serial = ?)"
        " WHERE sscc = ?",
        (serial, sscc),
    )
    yield "UPDATE carton SET pallet = ? WHERE serial = ?", (sscc, serial)


def carton_off(_: Entry, document: Document) -> Iterator[Statement]:
    """A carton does not stand on an open pallet any more; it never left with it, so no stay is told."""
    yield OFF, (document.text("serial"),)
    yield "UPDATE carton SET pallet = NULL WHERE serial = ?", (document.text("serial"),)


def built(entry: Entry, document: Document) -> Iterator[Statement]:
    """A pallet is closed; its cartons were put on it one by one."""
    yield (
        "UPDATE pallet SET state = 'closed', station = NULL, gross_ug = COALESCE(?, gross_ug), epoch_number = ?,"
        " seq = ? WHERE sscc = ?",
        (document.micrograms_or_none("ph:grossWeightKg"), entry.epoch_number, entry.seq, document.text("ph:sscc")),
    )


def taken_apart(entry: Entry, document: Document) -> Iterator[Statement]:
    """Cartons came off a closed pallet; without any it is no more. What it weighed in all is not known any more."""
    sscc = document.text("ph:sscc")
    for serial in document.texts("ph:serials"):
        yield from left(entry, document, serial)
    yield (
        "UPDATE pallet SET state = CASE WHEN cartons = 0 AND state = 'closed' THEN 'apart' ELSE state END,"
        " gross_ug = NULL WHERE sscc = ?",
        (sscc,),
    )
    yield LABEL_OUTDATED.format("?"), (sscc,)


def left(entry: Entry, document: Document, serial: str) -> Iterator[Statement]:
    """A carton's stay on its pallet has ended."""
    yield (
        "INSERT INTO pallet_stay (serial, sscc, epoch_number, seq, until)"
        " SELECT serial, pallet, ?, ?, ? FROM carton WHERE serial = ? AND pallet IS NOT NULL",
        (entry.epoch_number, entry.seq, document.text("eventTime"), serial),
    )
    yield OFF, (serial,)
    yield "UPDATE carton SET pallet = NULL WHERE serial = ?", (serial,)
