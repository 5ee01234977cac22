"""Which lot stood in which room, and when: intervals [since, until)."""

from collections.abc import Iterator

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement


def came_in(entry: Entry, document: Document) -> Iterator[Statement]:
    """A stay begins, unless the lot is in that room already."""
    room, lot = document.text("ph:room"), document.text("ph:lot")
    yield (
        "INSERT INTO occupancy (room, lot, epoch_number, seq, since) SELECT ?, ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM occupancy WHERE room = ? AND lot = ? AND until IS NULL)",
        (room, lot, entry.epoch_number, entry.seq, document.text("eventTime"), room, lot),
    )


def went_out(_: Entry, document: Document) -> Iterator[Statement]:
    """The stay ends."""
    yield (
        "UPDATE occupancy SET until = ? WHERE room = ? AND lot = ? AND until IS NULL",
        (document.text("eventTime"), document.text("ph:room"), document.text("ph:lot")),
    )


def windowed(_: Entry, document: Document) -> Iterator[Statement]:
    """A window of the room was made up to its end; the next one begins there."""
    yield (
        "INSERT INTO room_window (room, until) VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
        (document.text("ph:room"), document.text("eventTime")),
    )
