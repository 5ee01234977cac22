"""The highest numbers given out, read back from the codes they went into (design.md §3)."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement

ACT: Final = "act"
CARTON: Final = "carton"

_DOCUMENT: Final = re.compile(r"([A-Z])(\d{6})-(\d)(\d{3})")
_SERIAL: Final = re.compile(r"(\d{6})(\d)(\d{5})")


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


def lot_and_receipt(_: Entry, document: Document) -> Iterator[Statement]:
    """A lot's code and its receipt's were given out."""
    yield from (_at_least(*number) for number in given_out("lot-opened", document))


def given_out(kind: str, document: Document) -> Iterator[tuple[str, str, int]]:
    """Give the numbers a document bears: what is counted, its scope, the number.

    A carton's serial is yymmdd, gateway number, five digits; lots and receipts are a letter, yymmdd, a hyphen, gateway
    number, three digits.
    """
    if kind == "carton" and (match := _SERIAL.fullmatch(document.text("ph:serial"))):
        day, gateway, number = match.groups()
        yield CARTON, scope(day, gateway), int(number)
    for name in ("lot", "receipt") if kind == "lot-opened" else ():
        if match := _DOCUMENT.fullmatch(document.text(name)):
            letter, day, gateway, number = match.groups()
            yield letter, scope(day, gateway), int(number)


def _at_least(name: str, within: str, value: int) -> Statement:
    return (
        "INSERT INTO counter (name, scope, value) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value WHERE excluded.value > value",
        (name, within, value),
    )
