"""What is known of goods as such: which entries are about them, whether they are held, and what was destroyed."""

from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement

_LOT: Final = ("ph:lot", "lot")
_OTHERS: Final = ("ph:sscc", "sscc", "ph:dispatch", "dispatch")


def about(entry: Entry, document: Document) -> Iterator[Statement]:
    """An entry is about the lots, pallets and the dispatch it names; of single cartons their own row tells."""
    for goods in dict.fromkeys(named(document)):
        yield (
            "INSERT INTO goods_entry (goods, epoch_number, seq, kind) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (goods, entry.epoch_number, entry.seq, entry.kind),
        )


def named(document: Document) -> Iterator[str]:
    """Give the lots, pallets and dispatches a document names as its own."""
    for name in (*_LOT, *_OTHERS):
        if (code := document.text_or_none(name)) is not None:
            yield code
    if (goods := document.text_or_none("goods")) is not None:
        yield goods
    yield from document.texts("ph:pallets")
    for path in ("ph:outputs", "ph:shippedLots"):
        for place in range(document.length(path) if document.get(path) is not None else 0):
            yield document.text(path, place, "ph:lot")


def held(_: Entry, document: Document) -> Iterator[Statement]:
    """Goods are set apart."""
    yield from _hold(document, document.text("ph:reason"))


def released(_: Entry, document: Document) -> Iterator[Statement]:
    """Held goods are free again."""
    yield from _hold(document, None)


def _hold(document: Document, reason: str | None) -> Iterator[Statement]:
    lot, sscc = document.text_or_none("ph:lot"), document.text_or_none("ph:sscc")
    if lot is not None:
        yield "UPDATE lot SET held = ? WHERE lot = ?", (reason, lot)
    elif sscc is not None:
        yield "UPDATE pallet SET held = ? WHERE sscc = ?", (reason, sscc)


def destroyed(_: Entry, document: Document) -> Iterator[Statement]:
    """So many kg of a lot are no more, or a pallet with its cartons."""
    lot, sscc = document.text_or_none("ph:lot"), document.text_or_none("ph:sscc")
    if lot is not None:
        yield "UPDATE lot SET destroyed_ug = destroyed_ug + ? WHERE lot = ?", (document.micrograms("ph:kg"), lot)
    elif sscc is not None:
        yield "UPDATE pallet SET state = 'destroyed' WHERE sscc = ?", (sscc,)
        yield "UPDATE carton SET state = 'destroyed' WHERE pallet = ?", (sscc,)


def inspected(entry: Entry, document: Document) -> Iterator[Statement]:
    """A lot was inspected; the last inspection that stands counts."""
    lot = document.text("ph:lot")
    yield (
        "INSERT INTO inspection (number, lot, result, at, revision, epoch_number, seq) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET result = excluded.result, revision = excluded.revision, void = 0,"
        " epoch_number = excluded.epoch_number, seq = excluded.seq",
        (
            document.text("ph:inspection", "ph:number"),
            lot,
            document.text("ph:inspection", "ph:result"),
            document.text("eventTime"),
            document.whole_or_none("ph:revision") or 0,
            entry.epoch_number,
            entry.seq,
        ),
    )
    yield LATEST_INSPECTION, (lot,)


LATEST_INSPECTION: Final = (
    "UPDATE lot SET inspection = (SELECT result FROM inspection WHERE inspection.lot = lot.lot AND void = 0"
    " ORDER BY epoch_number DESC, seq DESC LIMIT 1) WHERE lot = ?"
)
