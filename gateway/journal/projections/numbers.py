"""The highest numbers given out, read back from the codes they went into (design.md §3)."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement

ACT: Final = "act"
CARTON: Final = "carton"
PALLET: Final = "pallet"

_DOCUMENT: Final = re.compile(r"([A-Z])(\d{6})-(\d)(\d{3})")
_SERIAL: Final = re.compile(r"(\d{6})(\d)(\d{5})")


_NUMBERED: Final = {
    "lot-opened": (("lot",), ("receipt",)),
    "inspection": (("ph:inspection", "ph:number"),),
    "dispatch-opened": (("dispatch",),),
}
"""Where the numbers of documents stand in the kinds that give them out."""


def scope(day: str, gateway: str | int) -> str:
    """Give the scope of a number: the date (yymmdd) and the number of the gateway that counts."""
    return f"{day}/{gateway}"


def act(entry: Entry, document: Document) -> Iterator[Statement]:
    """An act without a document number of its own has one of its epoch's; EPCIS bodies prefix its name."""
    for name in ("actNumber", "ph:actNumber"):
        if document.get(name) is not None:
            yield _at_least(ACT, entry.epoch, document.whole(name))


def carton(_: Entry, document: Document) -> Iterator[Statement]:
    """A carton's serial was given out."""
    yield from (_at_least(*number) for number in given_out("carton", document))


def documents(entry: Entry, document: Document) -> Iterator[Statement]:
    """Codes of lots, numbers of receipts, inspections, dispatches and pallets were given out."""
    yield from (_at_least(*number) for number in given_out(entry.kind, document))


def given_out(kind: str, document: Document) -> Iterator[tuple[str, str, int]]:
    """Give the numbers a document bears: what is counted, its scope, the number.

    A carton's serial is yymmdd, gateway number, five digits; lots, receipts, inspections and dispatches are a letter,
    yymmdd, a hyphen, gateway number, three digits. A pallet's SSCC is an extension digit, the company prefix, the
    gateway number, a count and a check digit; its scope is what stands before the count. (Without GS1: gateway, count.)
    """
    if kind == "carton" and (match := _SERIAL.fullmatch(document.text("ph:serial"))):
        day, gateway, number = match.groups()
        yield CARTON, scope(day, gateway), int(number)
    if kind == "pallet-begun":
        code, prefix = document.text("sscc"), document.text_or_none("companyPrefix")
        counted = code[1:-1] if prefix is not None else code
        begins = len(prefix or "") + 1
        yield PALLET, counted[:begins], int(counted[begins:])
    for path in _NUMBERED.get(kind, ()):
        if match := _DOCUMENT.fullmatch(document.text(*path)):
            letter, day, gateway, number = match.groups()
            yield letter, scope(day, gateway), int(number)
    if kind == "grading":
        for place in range(document.length("ph:outputs")):
            if match := _DOCUMENT.fullmatch(document.text("ph:outputs", place, "ph:lot")):
                letter, day, gateway, number = match.groups()
                yield letter, scope(day, gateway), int(number)


def _at_least(name: str, within: str, value: int) -> Statement:
    return (
        "INSERT INTO counter (name, scope, value) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value WHERE excluded.value > value",
        (name, within, value),
    )
