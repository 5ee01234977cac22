"""Which lot or pallet stood in which room, and when: intervals [since, until)."""

from collections.abc import Iterator

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement


def came_in(entry: Entry, document: Document) -> Iterator[Statement]:
    """A stay begins, unless the goods are in that room already."""
    room, goods = document.text("ph:room"), moved(document)
    yield (
        "INSERT INTO occupancy (room, goods, epoch_number, seq, since) SELECT ?, ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM occupancy WHERE room = ? AND goods = ? AND until IS NULL)",
        (room, goods, entry.epoch_number, entry.seq, document.text("eventTime"), room, goods),
    )


def went_out(entry: Entry, document: Document) -> Iterator[Statement]:
    """The stay ends."""
    yield (
        "UPDATE occupancy SET until = ?, out_epoch_number = ?, out_seq = ?"
        " WHERE room = ? AND goods = ? AND until IS NULL",
        (
            document.text("eventTime"),
            entry.epoch_number,
            entry.seq,
            document.text("ph:room"),
            moved(document),
        ),
    )


def moved(document: Document) -> str:
    """Give the lot's code or the pallet's SSCC that an event is about."""
    return document.text_or_none("ph:lot") or document.text("ph:sscc")


def windowed(_: Entry, document: Document) -> Iterator[Statement]:
    """A window of the room was made up to its end; the next one begins there."""
    yield (
        "INSERT INTO room_window (room, until) VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
        (document.text("ph:room"), document.text("eventTime")),
    )
