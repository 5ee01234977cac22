"""What the journal's entries amount to: lots, rooms, stations, numbers, labels. Pure: an entry in, statements out.

The same functions run in an entry's own transaction and in a rebuild from the first entry, so both agree.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gateway.event import Entry
from gateway.journal.canonical import parse
from gateway.journal.projections import alarms, lots, numbers, prints, rooms, stations, times
from gateway.journal.projections.document import Document, Statement

__all__ = ["TABLES", "Statement", "apply"]

TABLES: Final = (
    "boot",
    "date_confirmed",
    "lot",
    "carton",
    "genealogy",
    "receipt",
    "binding",
    "operator",
    "last_load",
    "occupancy",
    "room_window",
    "alarm",
    "counter",
    "print_job",
)
"""The tables derived here, and nowhere else."""

Apply = Callable[[Entry, Document], Iterator[Statement]]

_OF_EVERY_KIND: Final[tuple[Apply, ...]] = (times.first_seen, numbers.act)
_OF_KIND: Final[Mapping[str, tuple[Apply, ...]]] = {
    "lot-opened": (lots.opened, numbers.lot_and_receipt),
    "weighing": (lots.load, stations.gate_load),
    "harvest-lot": (lots.harvested,),
    "receipt": (lots.received, prints.queued),
    "carton": (lots.packed, stations.carton, numbers.carton, prints.queued),
    "lot-closed": (lots.closed,),
    "binding": (stations.bound,),
    "operator": (stations.signed_in,),
    "room-in": (rooms.came_in,),
    "room-out": (rooms.went_out,),
    "window": (rooms.windowed,),
    "alarm": (alarms.changed,),
    "grading": (prints.lot_tags,),
    "pallet": (prints.queued,),
    "printout": (prints.ended,),
    "reprint": (prints.asked_again,),
    "date-confirmed": (times.confirmed,),
    "clock-correction": (times.corrected,),
}


def apply(entry: Entry) -> list[Statement]:
    """Give the statements that bring the projections up to this entry; none but the act's number once it has no body.

    Raises:
        ValueError: The body is not what its kind must be.
    """
    document = Document(entry.kind, {} if entry.body is None else parse(entry.body))
    of_kind = _OF_KIND.get(entry.kind, ()) if entry.body is not None else ()
    return [statement for part in (*_OF_EVERY_KIND, *of_kind) for statement in part(entry, document)]
