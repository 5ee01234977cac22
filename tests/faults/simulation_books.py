"""What must hold at the end of a simulated day: the journal, the receiver and what the workers were told agree."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from gateway.event import Entry
from gateway.journal.canonical import parse
from gateway.receiver import statistics
from tests.faults.clock_stories import Written

BEYOND_A_DATE: Final = {"carton", "receipt", "harvest-lot", "lot-opened", "room-in", "room-out"}
"""What is never written while nobody knows the date."""

Bodies = Mapping[UUID, Mapping[str, Any]]


def mistakes_in(
    entries: list[Entry],
    began: dict[str, datetime],
    cartons: Mapping[str, Decimal],
    receipts: Mapping[str, Sequence[Decimal]],
    receiver: Path,
) -> list[str]:
    """Name everything that is wrong.

    `began` says when each boot began, in truth; `cartons` and `receipts` are the workers' tallies: serials with kg, and
    the gross masses of each receipt.
    """
    bodies = {entry.id: parse(entry.body) for entry in entries if entry.body is not None}
    serials = [bodies[entry.id]["ph:serial"] for entry in entries if entry.kind == "carton"]
    return [
        *_of_cartons(entries, bodies, cartons),
        *_of_receipts(entries, bodies, receipts),
        *_of_receiver(entries, receiver),
        *Written(entries, bodies, serials, began).judge().mistakes,
        *(
            f"{entry.seq}: a {entry.kind} while nobody knew the date"
            for entry in entries
            if entry.clock == "unsynced" and entry.kind in BEYOND_A_DATE
        ),
    ]


def _of_cartons(entries: Sequence[Entry], bodies: Bodies, told: Mapping[str, Decimal]) -> Iterator[str]:
    """Every carton confirmed is written once with its weight, and each is of a lot received and bound there."""
    written: dict[str, Decimal] = {}
    received: set[str] = set()
    bound: dict[str, str | None] = {}
    for entry in entries:
        body = bodies[entry.id]
        match entry.kind:
            case "receipt":
                received.add(body["ph:lot"])
            case "binding":
                bound[body["station"]] = body["lot"]
            case "carton":
                lot, serial, station = body["ph:lot"], body["ph:serial"], body["ph:station"]
                written[serial] = body["ilmd"]["ph:netWeightKg"]
                if lot not in received or bound.get(station) != lot:
                    yield f"{serial} of lot {lot}, which is not received, or not bound at {station}"
    for serial in told.keys() | written.keys():
        if told.get(serial) != written.get(serial):
            yield f"{serial}: told {told.get(serial)}, written {written.get(serial)}"


def _of_receipts(entries: Sequence[Entry], bodies: Bodies, told: Mapping[str, Sequence[Decimal]]) -> Iterator[str]:
    """Every receipt is the exact sum of its loads, and its loads are those that were confirmed."""
    loads: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        body = bodies[entry.id]
        if entry.kind == "weighing":
            loads.setdefault(body["receipt"], []).append(body)
        elif entry.kind == "receipt":
            net = body["quantityList"][0]["quantity"]
            if net != sum(load["net"] for load in loads.get(body["ph:receipt"], ())):
                yield f"{body['ph:receipt']}: {net} is not the sum of its loads"
    for number in loads.keys() | told.keys():
        written = [load["gross"] for load in loads.get(number, ())]
        if written != told.get(number, []):
            yield f"{number}: told {told.get(number)}, written {written}"


def _of_receiver(entries: Sequence[Entry], database: Path) -> Iterator[str]:
    books = statistics(database)
    if books.events != len(entries) or books.missing or books.conflicts:
        yield f"receiver: {books.events} of {len(entries)}, {books.missing} missing, {books.conflicts}"
