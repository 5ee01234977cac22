"""Application identifiers of a packing house: what each value looks like, and what may and must stand beside it.

Facts of the GS1 Barcode Syntax Dictionary (2026-01-27), those of domain.md §5 alone; a test compares every row with it.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.gs1.identifiers import CHARACTERS_82, CodeWrong, check_digit


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier, in the dictionary's own notation.

    `parts` make up the value (`N6,yymmd0`: six digits that are a date). Of each group in `needs` one must stand on the
    same item, `01+10` meaning both; nothing in `excludes` may. `in_query`: a Digital Link may hold it as an attribute.
    """

    parts: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...] = ()
    excludes: tuple[str, ...] = ()
    in_query: bool = True


def _row(parts: str, needs: str = "", excludes: str = "", *, in_query: bool = True) -> Identifier:
    groups = tuple(tuple(group.split(",")) for group in needs.split())
    return Identifier(tuple(parts.split()), groups, tuple(excludes.split()), in_query)


_ITEM: Final = "01,02,8006,8026"
_BATCH: Final = "01,02,03,8006,8026"

IDENTIFIERS: Final[Mapping[str, Identifier]] = MappingProxyType(
    {
        "00": _row("N18,csum"),
        "01": _row("N14,csum", excludes="255 37"),
        "02": _row("N14,csum", "37", "01 03"),
        "10": _row("X..20", _BATCH),
        "11": _row("N6,yymmd0", _BATCH),
        "12": _row("N6,yymmd0", "8020"),
        "13": _row("N6,yymmd0", _BATCH),
        "15": _row("N6,yymmd0", _BATCH),
        "16": _row("N6,yymmd0", _BATCH),
        "17": _row("N6,yymmd0", "01,02,03,255,8006,8026"),
        "20": _row("N2", _ITEM),
        "21": _row("X..20", "01,03,8006", "235", in_query=False),
        "22": _row("X..20", "01", in_query=False),
        "240": _row("X..30", _ITEM),
        "251": _row("X..30", "01,8006"),
        "254": _row("X..20", "414", in_query=False),
        "30": _row("N..8", "01,02"),
        "310n": _row("N6", "01,02", "310n"),
        "320n": _row("N6", "01,02", "320n"),
        "330n": _row("N6", "00,01", "330n"),
        "37": _row("N..8", "00 02,8026"),
        "410": _row("N13,csum"),
        "413": _row("N13,csum"),
        "414": _row("N13,csum"),
        "416": _row("N13,csum"),
        "417": _row("N13,csum"),
        "422": _row("N3", _ITEM, "426"),
        "423": _row("N3 [N3] [N3] [N3] [N3]", "01,02", "426"),
        "424": _row("N3", "01,02", "426"),
        "425": _row("N3 [N3] [N3] [N3] [N3]", "01,02", "426"),
        "426": _row("N3", "01,02"),
        "427": _row("X..3", "01,02 422"),
        "4324": _row("N6,yymmd0 N4,hhmi", "00"),
        "4325": _row("N6,yymmd0 N4,hhmi", "00"),
        "4326": _row("N6,yymmdd", "00"),
        "4331": _row("N6 [X1],hyphen", "00", "4330"),
        "4333": _row("N6 [X1],hyphen", "00", "4332"),
        "7003": _row("N6,yymmdd N4,hhmi", "01,02"),
        "7006": _row("N6,yymmdd", "01,02"),
        "7007": _row("N6,yymmdd [N6],yymmdd", "01,02"),
        "7011": _row("N6,yymmdd [N4],hhmi", "01,02"),
        "703n": _row("N3 X..27", "01,02"),
        "723n": _row("X2 X..28", "01,8004"),
        "8004": _row("X..30"),
        "8008": _row("N6,yymmdd N2,hh [N2],mi [N2],ss", "01,02"),
        "90": _row("X..30"),
        "9n": _row("X..90"),
    }
)
"""By identifier, `n` standing for any last digit: the decimals of a weight, the number of a processor."""

FIXED: Final = re.compile(r"0[0-4]|1[1-9]|20|3[1-6]\d\d|41\d")
"""Identifiers whose values have one length, so that nothing need part them from what follows.

Source: GS1 General Specifications, figure 7.8.5-2; flag `*` of the dictionary.
"""

_PART: Final = re.compile(r"(?P<kind>[NX])(?P<upto>\.\.)?(?P<length>\d+)")
_DIGITS: Final = frozenset("0123456789")


def family(ai: str) -> str:
    """Give the name an identifier has in IDENTIFIERS: `310n` for 3102, itself where it stands for itself."""
    return ai if ai in IDENTIFIERS else f"{ai[:-1]}n"


def check_value(ai: str, value: str) -> None:
    """Look at one value; an identifier this house has no use for passes.

    Raises:
        CodeWrong: Its length, a sign in it, its check digit or a date in it is wrong.
    """
    known = IDENTIFIERS.get(family(ai))
    rest = value
    for part in known.parts if known else ():
        form, _, tests = part.partition(",")
        if form.startswith("[") and not rest:
            break
        piece, rest = _cut(ai, value, rest, form.strip("[]"))
        for test in filter(None, tests.split(",")):
            _TESTS[test](ai, piece)
    if known and rest:
        raise CodeWrong(f"({ai}) {value!r} is too long")


def check_beside(found: Collection[str], elsewhere: Collection[str] = ()) -> None:
    """Look at what stands together on one item; `elsewhere` names identifiers in its other symbols.

    Raises:
        CodeWrong: One lacks its companion, or stands beside another that may not be there.
    """
    present = {*found, *elsewhere}
    families = present | {family(ai) for ai in present}
    for ai in sorted(found):
        known = IDENTIFIERS.get(family(ai), _UNKNOWN)
        for other in known.excludes:
            if any(one != ai and other in (one, family(one)) for one in present):
                raise CodeWrong(
                    "two net weights" if other == "310n" else f"({ai}) and ({other}) may not stand together"
                )
        for group in known.needs:
            if not any(families.issuperset(both.split("+")) for both in group):
                raise CodeWrong(f"({ai}) needs ({') or ('.join(group)}) beside it")


_UNKNOWN: Final = Identifier(())


def _cut(ai: str, value: str, rest: str, form: str) -> tuple[str, str]:
    """Take the part of a value that has this form off its beginning."""
    part = _PART.fullmatch(form)
    assert part is not None, form
    length = int(part["length"])
    piece = rest[:length]
    if not piece or (len(piece) < length and not part["upto"]):
        raise CodeWrong(f"({ai}) {value!r} is too short")
    if not (_DIGITS if part["kind"] == "N" else CHARACTERS_82).issuperset(piece):
        allowed = "digits" if part["kind"] == "N" else "signs of GS1 set 82"
        raise CodeWrong(f"({ai}) {value!r}: only {allowed} may stand there")
    return piece, rest[length:]


def _check_digit(ai: str, digits: str) -> None:
    if digits[-1] != check_digit(digits[:-1]):
        raise CodeWrong(f"({ai}) {digits}: wrong check digit, should be {check_digit(digits[:-1])}")


def _day(first: int) -> Callable[[str, str], None]:
    """Refuse an impossible day; day 00, where it is allowed, is the end of the month (read, never written)."""

    def check(ai: str, text: str) -> None:
        year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
        if not 1 <= month <= 12 or not first <= day <= monthrange(2000 + year, month)[1]:
            raise CodeWrong(f"({ai}){text} is no date")

    return check


def _below(*limits: int) -> Callable[[str, str], None]:
    def check(ai: str, text: str) -> None:
        pairs = (int(text[place : place + 2]) for place in range(0, len(text), 2))
        if any(number >= limit for number, limit in zip(pairs, limits, strict=True)):
            raise CodeWrong(f"({ai}){text} is no time")

    return check


def _hyphen(ai: str, text: str) -> None:
    if text != "-":
        raise CodeWrong(f"({ai}) ends with {text!r}: only '-', for below zero, may stand there")


_TESTS: Final[Mapping[str, Callable[[str, str], None]]] = {
    "csum": _check_digit,
    "yymmd0": _day(0),
    "yymmdd": _day(1),
    "hhmi": _below(24, 60),
    "hh": _below(24),
    "mi": _below(60),
    "ss": _below(60),
    "hyphen": _hyphen,
}
