"""Runs of grading: what came out of them so far, and what a finished one made of its lot."""

from collections.abc import Iterator

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement


def begun(_: Entry, document: Document) -> Iterator[Statement]:
    """A run begins."""
    yield (
        "INSERT INTO grading_run (run, lot, station) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (document.text("run"), document.text("lot"), document.text_or_none("station")),
    )


def load(_: Entry, document: Document) -> Iterator[Statement]:
    """A load of some grade, or thrown away, came out of a run."""
    run = document.text("run")
    yield "UPDATE grading_run SET loads = loads + 1 WHERE run = ?", (run,)
    yield (
        "INSERT INTO grading_sum (run, grade, ug, loads) SELECT ?1, ?2, ?3, 1"
        " WHERE EXISTS (SELECT 1 FROM grading_run WHERE run = ?1)"
        " ON CONFLICT DO UPDATE SET ug = ug + excluded.ug, loads = loads + 1",
        (run, document.text_or_none("grade") or "", document.micrograms("net")),
    )


def finished(_: Entry, document: Document) -> Iterator[Statement]:
    """A finished run takes its input out of the lot; what came out of it are lots of the same origin."""
    lot, run = document.text("ph:lot"), document.text("ph:run")
    yield (
        "UPDATE lot SET graded_ug = graded_ug + ? WHERE lot = ?",
        (document.micrograms("ph:massBalance", "ph:inputKg"), lot),
    )
    for place in range(document.length("ph:outputs")):
        output = ("ph:outputs", place)
        code, ug = document.text(*output, "ph:lot"), document.micrograms(*output, "ph:kg")
        yield (
            "INSERT INTO lot (lot, gtin, product, area, farm, province, harvested_from, harvested_to, opened_at, state,"
            " received_ug, grade, export, market, product_name, inspection, register_age_h, search)"
            " SELECT ?1, ?2, product, area, farm, province, harvested_from, harvested_to, ?3, 'received', ?4, ?5,"
            " export, market, ?6, inspection, register_age_h, fold(concat_words(?1, farm, area, province, product, ?6))"
            " FROM lot WHERE lot = ?7 ON CONFLICT DO NOTHING",
            (
                code,
                document.text(*output, "ph:gtin"),
                document.text("eventTime"),
                ug,
                document.text(*output, "ph:grade"),
                document.text_or_none(*output, "ph:name"),
                lot,
            ),
        )
        yield (
            "INSERT INTO genealogy (parent, child, ug) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET ug = ug + excluded.ug",
            (lot, code, ug),
        )
    yield "DELETE FROM grading_sum WHERE run = ?", (run,)
    yield "DELETE FROM grading_run WHERE run = ?", (run,)
