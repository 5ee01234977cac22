"""A station as the page shows it: what the panel says, and what only a page has room for."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from gateway.board import as_json
from gateway.locale import sentence
from gateway.record.desk import Desk
from gateway.record.practice import STEPS
from gateway.station import StationId
from gateway.web.behind import Behind
from gateway.web.tally import Done, Sum, Tally, confirmed

Json = dict[str, Any]


class StationViews:
    """Writes the stations' views; slow parts are written once and kept until they change."""

    def __init__(self, behind: Behind, tally: Tally) -> None:
        self._behind = behind
        self._tally = tally
        self._marks: dict[StationId, tuple[int, ...]] = {}

    def view(self, station: StationId) -> Json | None:
        """Give a station's view; None when the config knows it no more."""
        behind = self._behind
        view, desk = behind.board.stations.get(station), behind.desk(station)
        if view is None or desk is None:
            return None
        words = sentence(view.sentence, **view.values)
        printer = behind.board.printers.get(view.printer) if view.printer else None
        person = behind.house.registers.operator.get(view.operator or "")
        told, practises = as_json(view, printer), behind.practises(station)
        if told["weight"] is not None and told["weight"]["unit"] == "kg":
            told["weight"] |= _net(desk, Decimal(told["weight"]["amount"]))
        return told | {
            "sentence_id": view.sentence,
            "sentence": {"vi": list(words.vi), "en": words.en},
            "operator_name": person.name if person else None,
            "by_hand": desk.table.capture.mode == "manual",
            "product_names": _product(desk, view.lot),
            "goods": _goods(desk, view.lot),
            "target": _target(desk, view.lot),
            "recent": [] if practises else self._recent(station),
            "totals": {
                "lot": _sum(Sum() if practises else self._tally.of_lot(station, view.lot)),
                "shift": _sum(Sum() if practises else self._tally.of_shift(station)),
            },
            "queue": len(desk.labels.waiting),
            "waiting": list(desk.labels.waiting),
            "scan": _scan(desk),
            "scale": desk.pan is not None,
            "practice": practises,
            "practice_possible": behind.practice is not None and desk.table.step in STEPS,
        }

    def _recent(self, station: StationId) -> list[Json]:
        latest = self._tally.latest(station)
        marks = self._marks_of(latest)
        self._marks[station] = marks
        return [_done(done, mark) for done, mark in zip(latest, marks, strict=True)]

    def _marks_of(self, latest: Iterable[Done]) -> tuple[int, ...]:
        status = self._behind.uplink()
        return tuple(confirmed(done.at, status.taken, status.confirmed) for done in latest)

    def moved(self) -> list[StationId]:
        """Give the stations whose last loads are safer, or less, than was last said."""
        return [station for station, said in self._marks.items() if self._marks_of(self._tally.latest(station)) != said]


def _done(done: Done, mark: int) -> Json:
    return {
        "id": done.id,
        "serial": done.serial,
        "number": done.number,
        "lot": done.lot,
        "kg": str(done.kg),
        "at": done.when.isoformat(timespec="milliseconds"),
        "label": done.label,
        "void": done.void,
        "confirm": mark,
    }


def _sum(total: Sum) -> Json:
    return {"count": total.count, "kg": str(total.kg)}


def _net(desk: Desk, gross: Decimal) -> Json:
    """Give what is left of a live weight without the tare that would be taken off, and that tare."""
    tare = desk.tare_kg()
    return {"net": str(gross - tare), "tare": str(tare)}


def _scan(desk: Desk) -> Json | None:
    """Give the last code this station's scanner read; the page tells a new one by its number."""
    if not desk.scans:
        return None
    return {"number": desk.scans, "data": desk.scanned, "refused": desk.notices.scan_refused}


def _product(desk: Desk, lot: str | None) -> Json | None:
    book = desk.house.lots.get(lot) if lot else None  # type: ignore[call-overload]  # a LotCode
    product = desk.house.registers.product.get(book.lot.product) if book else None
    return {"vi": product.name.vi, "en": product.name.en} if product else None


def _goods(desk: Desk, lot: str | None) -> Json | None:
    """Give what stands on the lot's card beside its code."""
    book = desk.house.lots.get(lot) if lot else None  # type: ignore[call-overload]  # a LotCode
    if book is None:
        return None
    return {
        "area": book.lot.origin.area,
        "farm": book.lot.origin.farm,
        "facility": desk.house.site.facility,
        "received_kg": str(book.received_kg),
        "packed_kg": str(book.packed_kg),
        "state": book.state,
    }


def _target(desk: Desk, lot: str | None) -> Json | None:
    """Give the product's limits in kg, None without a lot; a gate has none."""
    book = desk.house.lots.get(lot) if lot else None  # type: ignore[call-overload]  # a LotCode
    product = desk.house.registers.product.get(book.lot.product) if book else None
    if product is None or desk.table.step != "packing":
        return None
    target = product.target_kg
    return {
        "min": str(product.min_kg),
        "max": str(product.max_kg),
        "target": None if target is None else str(target),
        "low": None if target is None else str(target - product.under_kg),
        "high": None if target is None else str(target + product.over_kg),
    }
