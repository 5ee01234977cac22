"""Single cartons: one row each, what pallet they stand on, what stamps they bear."""

from collections.abc import Iterator

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement


def packed(entry: Entry, document: Document) -> Iterator[Statement]:
    """A carton takes its net weight out of the lot; a corrected one stays where it stands, with its new weight."""
    net, lot = document.micrograms("ilmd", "ph:netWeightKg"), document.text("ph:lot")
    serial, revision = document.text("ph:serial"), document.whole_or_none("ph:revision") or 0
    yield "UPDATE lot SET packed_ug = packed_ug + ? WHERE lot = ?", (net, lot)
    yield (
        "INSERT INTO carton (serial, gtin, lot, ug, state, revision, epoch_number, seq)"
        " VALUES (?, ?, ?, ?, 'packed', ?, ?, ?) ON CONFLICT DO UPDATE SET ug = excluded.ug, state = excluded.state,"
        " revision = excluded.revision, epoch_number = excluded.epoch_number, seq = excluded.seq",
        (serial, document.text("ph:gtin"), lot, net, revision, entry.epoch_number, entry.seq),
    )
    if revision:
        yield (
            "UPDATE pallet SET net_ug = net_ug + ? WHERE sscc = (SELECT pallet FROM carton WHERE serial = ?)",
            (net, serial),
        )


def stamped(entry: Entry, document: Document) -> Iterator[Statement]:
    """Official stamps are on a carton from now on."""
    for stamp in document.texts("ph:stamps"):
        yield (
            "INSERT INTO stamp (stamp, serial, epoch_number, seq) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (stamp, document.text("ph:serial"), entry.epoch_number, entry.seq),
        )


def from_paper(entry: Entry, document: Document) -> Iterator[Statement]:
    """A numbered form was taken down: it is not taken down twice."""
    form = document.text_or_none("ph:paperForm") or document.text_or_none("paperForm")
    if form is not None:
        yield (
            "INSERT INTO paper_form (form, epoch_number, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (form, entry.epoch_number, entry.seq),
        )
