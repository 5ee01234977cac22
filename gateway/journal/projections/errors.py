"""Error declarations: what an entry did to the projections is undone; what says it right is an entry of its own."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gateway.event import Entry
from gateway.journal.projections import dispatches, goods, pallets
from gateway.journal.projections.document import Document, Statement
from gateway.journal.projections.goods import LATEST_INSPECTION
from gateway.journal.projections.prints import OF_ENTRY

_DECLARATION: Final = "errorDeclaration"
_URN: Final = "urn:uuid:"


def declared(entry: Entry, document: Document) -> Iterator[Statement]:
    """An entry is in error, from now on."""
    id_, kind = document.text("eventID").removeprefix(_URN), document.text(_DECLARATION, "ph:kind")
    yield (
        "INSERT INTO declared (entry_id, kind, n, reason, epoch_number, seq) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (
            id_,
            kind,
            document.text(_DECLARATION, "ph:n"),
            document.text(_DECLARATION, "reason"),
            entry.epoch_number,
            entry.seq,
        ),
    )
    yield from _UNDO.get(kind, _nothing)(entry, document)
    # all its papers, and whatever repeats them; those that are open are few
    yield "UPDATE print_job SET state = 'void' WHERE state IN ('queued', 'unknown') AND entry_id = ?", (id_,)


def about(entry: Entry, document: Document) -> Iterator[Statement]:
    """A declaration is about what its original is about; a carton's own row is enough."""
    if document.text(_DECLARATION, "ph:kind") not in ("carton", "stamp"):
        yield from goods.about(entry, document)


def _nothing(_: Entry, __: Document) -> Iterator[Statement]:
    return iter(())


def _corrected(document: Document) -> bool:
    return bool(document.texts(_DECLARATION, "correctiveEventIDs"))


def _carton(entry: Entry, document: Document) -> Iterator[Statement]:
    """Its kilograms come back to the lot; a corrected carton stays on its pallet, any other leaves it."""
    serial = document.text("ph:serial")
    net = document.micrograms("ilmd", "ph:netWeightKg")
    yield "UPDATE lot SET packed_ug = packed_ug - ? WHERE lot = ?", (net, document.text("ph:lot"))
    if _corrected(document):
        yield (
            "UPDATE pallet SET net_ug = net_ug - ? WHERE sscc = (SELECT pallet FROM carton WHERE serial = ?)",
            (net, serial),
        )
        yield pallets.LABEL_OUTDATED.format("(SELECT pallet FROM carton WHERE serial = ?)"), (serial,)
    else:
        yield from pallets.left(entry, document, serial)
    yield "UPDATE carton SET state = 'void' WHERE serial = ?", (serial,)


def _receipt(_: Entry, document: Document) -> Iterator[Statement]:
    lot, net = document.text("ph:lot"), document.micrograms("quantityList", 0, "quantity")
    yield "UPDATE lot SET received_ug = received_ug - ? WHERE lot = ?", (net, lot)
    if not _corrected(document):
        yield "UPDATE lot SET state = 'closed' WHERE lot = ?", (lot,)


def _inspection(_: Entry, document: Document) -> Iterator[Statement]:
    yield "UPDATE inspection SET void = 1 WHERE number = ?", (document.text("ph:inspection", "ph:number"),)
    yield LATEST_INSPECTION, (document.text("ph:lot"),)


def _grading(_: Entry, document: Document) -> Iterator[Statement]:
    """What was taken out of the lot is in it again; the lots that came out of it never were."""
    lot = document.text("ph:lot")
    yield (
        "UPDATE lot SET graded_ug = graded_ug - ? WHERE lot = ?",
        (document.micrograms("ph:massBalance", "ph:inputKg"), lot),
    )
    for place in range(document.length("ph:outputs")):
        child = document.text("ph:outputs", place, "ph:lot")
        ug = document.micrograms("ph:outputs", place, "ph:kg")
        yield "UPDATE lot SET received_ug = received_ug - ?, state = 'closed' WHERE lot = ?", (ug, child)
        yield "DELETE FROM genealogy WHERE parent = ? AND child = ?", (lot, child)


def _room_in(_: Entry, document: Document) -> Iterator[Statement]:
    id_ = document.text("eventID").removeprefix(_URN)
    yield f"DELETE FROM occupancy WHERE {OF_ENTRY.format(1)}", (id_,)


def _room_out(_: Entry, document: Document) -> Iterator[Statement]:
    id_ = document.text("eventID").removeprefix(_URN)
    out = OF_ENTRY.format(1).replace("(epoch_number, seq) IN", "(out_epoch_number, out_seq) IN", 1)
    yield f"UPDATE occupancy SET until = NULL, out_epoch_number = NULL, out_seq = NULL WHERE {out}", (id_,)


def _destroy(_: Entry, document: Document) -> Iterator[Statement]:
    lot, sscc = document.text_or_none("ph:lot"), document.text_or_none("ph:sscc")
    if lot is not None:
        yield "UPDATE lot SET destroyed_ug = destroyed_ug - ? WHERE lot = ?", (document.micrograms("ph:kg"), lot)
    elif sscc is not None:
        yield "UPDATE pallet SET state = 'closed' WHERE sscc = ?", (sscc,)
        yield "UPDATE carton SET state = 'packed' WHERE pallet = ?", (sscc,)


def _dispatch(_: Entry, document: Document) -> Iterator[Statement]:
    yield from dispatches.back(document.text("ph:dispatch"), "void")


_UNDO: Final[Mapping[str, Callable[[Entry, Document], Iterator[Statement]]]] = {
    "carton": _carton,
    "receipt": _receipt,
    "inspection": _inspection,
    "grading": _grading,
    "room-in": _room_in,
    "room-out": _room_out,
    "destroy": _destroy,
    "dispatch": _dispatch,
}
