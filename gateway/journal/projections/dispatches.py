"""Vehicles: being loaded, gone, called back; and what is on them."""

import json
from collections.abc import Iterator

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement


def opened(entry: Entry, document: Document) -> Iterator[Statement]:
    """A vehicle is being loaded, or something more is said about it."""
    yield (
        "INSERT INTO dispatch (number, state, customer, customer_name, customer_address, customer_gln, vehicle,"
        " container, seal, market, po, documents, station, at, epoch_number, seq)"
        " VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " customer = excluded.customer, customer_name = excluded.customer_name,"
        " customer_address = excluded.customer_address, customer_gln = excluded.customer_gln,"
        " vehicle = excluded.vehicle, container = excluded.container, seal = excluded.seal, market = excluded.market,"
        " po = excluded.po, documents = excluded.documents, station = excluded.station",
        (
            document.text("dispatch"),
            document.text("customer", "id"),
            document.text("customer", "name"),
            document.text_or_none("customer", "address"),
            document.text_or_none("customer", "gln"),
            document.text_or_none("vehicle"),
            document.text_or_none("container"),
            document.text_or_none("seal"),
            document.text_or_none("market"),
            document.text_or_none("po"),
            json.dumps(document.get("documents") or {}, ensure_ascii=False, sort_keys=True),
            document.text_or_none("station"),
            document.text("eventTime"),
            entry.epoch_number,
            entry.seq,
        ),
    )


def loaded(_: Entry, document: Document) -> Iterator[Statement]:
    """Goods stand on the vehicle."""
    number, goods = document.text("dispatch"), document.text("goods")
    yield (
        "INSERT INTO dispatch_goods (dispatch, goods) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (number, goods),
    )
    yield "UPDATE pallet SET dispatch = ? WHERE sscc = ?", (number, goods)


def unloaded(_: Entry, document: Document) -> Iterator[Statement]:
    """Goods were taken off the vehicle again."""
    number, goods = document.text("dispatch"), document.text("goods")
    yield "DELETE FROM dispatch_goods WHERE dispatch = ? AND goods = ?", (number, goods)
    yield "UPDATE pallet SET dispatch = NULL WHERE sscc = ? AND dispatch = ?", (goods, number)


def left(entry: Entry, document: Document) -> Iterator[Statement]:
    """The vehicle left with everything on it."""
    number = document.text("ph:dispatch")
    yield (
        "UPDATE dispatch SET state = 'left', at = ?, net_ug = ?, station = NULL, epoch_number = ?, seq = ?"
        " WHERE number = ?",
        (
            document.text("eventTime"),
            document.micrograms("ph:netWeightKg"),
            entry.epoch_number,
            entry.seq,
            number,
        ),
    )
    for sscc in document.texts("ph:pallets"):
        yield "UPDATE pallet SET state = 'dispatched', dispatch = ? WHERE sscc = ?", (number, sscc)
        yield "UPDATE carton SET state = 'dispatched', dispatch = ? WHERE pallet = ?", (number, sscc)
        yield "INSERT INTO dispatch_goods (dispatch, goods) VALUES (?, ?) ON CONFLICT DO NOTHING", (number, sscc)
    for place in range(document.length("ph:shippedLots") if document.get("ph:shippedLots") is not None else 0):
        lot, ug = (
            document.text("ph:shippedLots", place, "ph:lot"),
            document.micrograms("ph:shippedLots", place, "ph:kg"),
        )
        yield "UPDATE lot SET dispatched_ug = dispatched_ug + ? WHERE lot = ?", (ug, lot)
        yield (
            "INSERT INTO dispatch_goods (dispatch, goods, ug) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET ug = excluded.ug",
            (number, lot, ug),
        )


def recalled(_: Entry, document: Document) -> Iterator[Statement]:
    """Everything comes back: the shipment was called off on its way."""
    yield from back(document.text("ph:dispatch"), "recalled")


def back(number: str, state: str) -> Iterator[Statement]:
    """What a vehicle took is in the house again, and free to leave with another one."""
    yield "UPDATE dispatch SET state = ? WHERE number = ?", (state, number)
    yield (
        "UPDATE carton SET state = 'packed', dispatch = NULL WHERE dispatch = ? AND pallet IN" + _PALLETS,
        (
            number,
            number,
        ),
    )
    yield "UPDATE pallet SET state = 'closed', dispatch = NULL WHERE dispatch = ?", (number,)
    yield (
        "UPDATE lot SET dispatched_ug = dispatched_ug - shipped.ug FROM"
        " (SELECT goods, ug FROM dispatch_goods WHERE dispatch = ? AND ug IS NOT NULL) AS shipped"
        " WHERE lot.lot = shipped.goods",
        (number,),
    )


_PALLETS = " (SELECT goods FROM dispatch_goods WHERE dispatch = ?)"
