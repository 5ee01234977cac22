"""What the journal's entries amount to: lots, rooms, stations, numbers, labels. Pure: an entry in, statements out.

The same functions run in an entry's own transaction and in a rebuild from the first entry, so both agree.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gateway.event import Entry, Json
from gateway.journal.canonical import parse
from gateway.journal.projections import (
    alarms,
    cartons,
    dispatches,
    errors,
    goods,
    grading,
    lots,
    numbers,
    pallets,
    prints,
    rooms,
    stations,
    times,
)
from gateway.journal.projections.document import Document, Statement

__all__ = ["TABLES", "Statement", "apply"]

TABLES: Final = (
    *("boot", "date_confirmed", "lot", "carton", "genealogy", "receipt", "receipt_crate", "grading_run", "grading_sum"),
    *("inspection", "pallet", "pallet_stay", "dispatch", "dispatch_goods", "goods_entry", "declared", "stamp"),
    *("paper_form", "request", "binding", "operator", "last_load", "occupancy", "room_window", "alarm", "counter"),
    "print_job",
)
"""The tables derived here, and nowhere else."""

Apply = Callable[[Entry, Document], Iterator[Statement]]

_OF_EVERY_KIND: Final[tuple[Apply, ...]] = (times.first_seen, numbers.act, times.requested)
_OF_KIND: Final[Mapping[str, tuple[Apply, ...]]] = {
    "lot-opened": (lots.opened, numbers.documents, goods.about),
    "weighing": (lots.load, stations.gate_load, cartons.from_paper, goods.about),
    "receipt-noted": (lots.noted,),
    "harvest-lot": (lots.harvested, goods.about),
    "receipt": (lots.received, prints.queued, goods.about),
    "inspection": (goods.inspected, numbers.documents, goods.about),
    "grading-begun": (grading.begun, goods.about),
    "grading-load": (grading.load, stations.gate_load, cartons.from_paper),
    "grading": (grading.finished, numbers.documents, prints.lot_tags, goods.about),
    "carton": (cartons.packed, stations.carton, numbers.carton, cartons.from_paper, prints.queued),
    "stamp": (cartons.stamped,),
    "lot-closed": (lots.closed, goods.about),
    "lot-reopened": (lots.reopened, goods.about),
    "pallet-begun": (pallets.begun, numbers.documents, goods.about),
    "carton-on-pallet": (pallets.carton_on,),
    "carton-off-pallet": (pallets.carton_off,),
    "pallet": (pallets.built, prints.queued, goods.about),
    "unpack": (pallets.taken_apart, goods.about),
    "hold": (goods.held, goods.about),
    "release": (goods.released, goods.about),
    "destroy": (goods.destroyed, goods.about),
    "dispatch-opened": (dispatches.opened, numbers.documents, goods.about),
    "goods-on-vehicle": (dispatches.loaded, goods.about),
    "goods-off-vehicle": (dispatches.unloaded, goods.about),
    "dispatch": (dispatches.left, goods.about),
    "void-shipping": (dispatches.recalled, goods.about),
    "error-declaration": (errors.declared, errors.about),
    "binding": (stations.bound,),
    "operator": (stations.signed_in,),
    "room-in": (rooms.came_in, goods.about),
    "room-out": (rooms.went_out, goods.about),
    "window": (rooms.windowed,),
    "alarm": (alarms.changed,),
    "printout": (prints.ended,),
    "reprint": (prints.asked_again,),
    "date-confirmed": (times.confirmed,),
    "clock-correction": (times.corrected,),
}


def apply(entry: Entry, body: dict[str, Json] | None = None) -> list[Statement]:
    """Give the statements that bring the projections up to this entry; none but the act's number once it has no body.

    `body` is what the entry's bytes say, where somebody has read them already.

    Raises:
        ValueError: The body is not what its kind must be.
    """
    if body is None:
        body = {} if entry.body is None else parse(entry.body)
    document = Document(entry.kind, body)
    of_kind = _OF_KIND.get(entry.kind, ()) if entry.body is not None else ()
    return [statement for part in (*_OF_EVERY_KIND, *of_kind) for statement in part(entry, document)]
