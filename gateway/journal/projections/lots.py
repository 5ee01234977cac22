"""A lot's life, in exact kilograms, and what became of it."""

from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement

_INSERT: Final = (
    "INSERT INTO lot (lot, gtin, product, area, farm, province, harvested_from, harvested_to, opened_at, state,"
    " export, market, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?10, ?11,"
    " fold(concat_words(?1, ?5, ?4, ?6, ?3))) ON CONFLICT DO NOTHING"
)


def opened(_: Entry, document: Document) -> Iterator[Statement]:
    """A lot is open from the scan of the farm's card on, and so is its receipt."""
    yield (
        _INSERT,
        (
            document.text("lot"),
            document.text("gtin"),
            document.text("product"),
            document.text_or_none("area"),
            document.text_or_none("farm"),
            document.text_or_none("province"),
            document.text("harvestedFrom"),
            document.text("harvestedTo"),
            document.text("openedAt"),
            int(document.get("export") is True),
            document.text_or_none("market"),
        ),
    )
    yield (
        "INSERT INTO receipt (receipt, lot, station) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (document.text("receipt"), document.text("lot"), document.text_or_none("station")),
    )


def load(_: Entry, document: Document) -> Iterator[Statement]:
    """A load at the gate adds to its open receipt; the lot has received it when the receipt is closed."""
    yield (
        "UPDATE receipt SET loads = loads + 1, gross_ug = gross_ug + ?, tare_ug = tare_ug + ?, net_ug = net_ug + ?,"
        " crates = crates + ? WHERE receipt = ?",
        (
            document.micrograms("gross"),
            document.micrograms("tare"),
            document.micrograms("net"),
            document.whole("crates"),
            document.text("receipt"),
        ),
    )
    crate = document.text_or_none("crate")
    if crate is not None:
        yield (
            "INSERT INTO receipt_crate (receipt, crate, count) SELECT ?1, ?2, ?3"
            " WHERE EXISTS (SELECT 1 FROM receipt WHERE receipt = ?1)"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count",
            (document.text("receipt"), crate, document.whole("crates")),
        )


def noted(_: Entry, document: Document) -> Iterator[Statement]:
    """Something was said about an open receipt."""
    yield (
        "UPDATE receipt SET vehicle = ?, deduction_ug = ?, deduction_reason = ? WHERE receipt = ?",
        (
            document.text_or_none("vehicle"),
            document.micrograms("deduction"),
            document.text_or_none("deductionReason"),
            document.text("receipt"),
        ),
    )


def harvested(_: Entry, document: Document) -> Iterator[Statement]:
    """A harvest lot nobody opened at a gate of this journal (its file was lost, or the lot came otherwise)."""
    gtin, _sep, _lot = document.text("quantityList", 0, "epcClass").partition("/01/")[2].partition("/10/")
    yield (
        _INSERT,
        (
            document.text("ph:lot"),
            gtin,
            document.text("ilmd", "ph:product"),
            document.text_or_none("ilmd", "ph:growingAreaCode"),
            document.text_or_none("ilmd", "ph:farmer", "ph:farmerId"),
            document.text_or_none("ilmd", "ph:provinceCode"),
            document.text("ilmd", "cbvmda:harvestStartDate"),
            document.text("ilmd", "cbvmda:harvestEndDate"),
            document.text("eventTime"),
            int(document.get("ilmd", "ph:export") is True),
            document.text_or_none("ilmd", "ph:market"),
        ),
    )
    yield (
        "UPDATE lot SET product_name = ?1, register_age_h = ?2,"
        " search = fold(concat_words(lot, farm, area, province, product, ?1)) WHERE lot = ?3",
        (
            document.text_or_none("ilmd", "ph:productName"),
            document.whole_or_none("ilmd", "ph:registerAgeHours"),
            document.text("ph:lot"),
        ),
    )


def received(_: Entry, document: Document) -> Iterator[Statement]:
    """A closed receipt is the sum of its loads: the lot has received it."""
    yield (
        "UPDATE lot SET received_ug = received_ug + ?, state = CASE state WHEN 'open' THEN 'received' ELSE state END"
        " WHERE lot = ?",
        (document.micrograms("quantityList", 0, "quantity"), document.text("ph:lot")),
    )
    yield "DELETE FROM receipt WHERE receipt = ?", (document.text("ph:receipt"),)
    yield "DELETE FROM receipt_crate WHERE receipt = ?", (document.text("ph:receipt"),)
    vehicle = document.text_or_none("ph:vehiclePlate")
    if vehicle is not None:
        yield (
            "UPDATE lot SET search = fold(concat_words(lot, farm, area, province, product, product_name, ?))"
            " WHERE lot = ?",
            (vehicle, document.text("ph:lot")),
        )


def closed(_: Entry, document: Document) -> Iterator[Statement]:
    """A closed lot takes and gives nothing more; a receipt of it that was never weighed is gone with it."""
    yield "UPDATE lot SET state = 'closed' WHERE lot = ?", (document.text("lot"),)
    yield "DELETE FROM receipt WHERE lot = ?", (document.text("lot"),)


def reopened(_: Entry, document: Document) -> Iterator[Statement]:
    """A closed lot may be worked on again."""
    yield "UPDATE lot SET state = 'received' WHERE lot = ? AND state = 'closed'", (document.text("lot"),)
