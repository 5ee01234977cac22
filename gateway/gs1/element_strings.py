"""Element strings as symbols carry them: written so that no reader could refuse or misread one."""

from collections.abc import Collection, Iterable
from typing import Final

from gateway.gs1.application_identifiers import FIXED, check_beside, check_value
from gateway.gs1.identifiers import CodeWrong

Element = tuple[str, str]
"""An application identifier and its value."""

GS: Final = "\x1d"
"""Ends a value of varying length that is not the last (FNC1 as scanners send it)."""

_KEYS: Final = ("00", "01", "02")
_END_OF_MONTH: Final = "00"
_DAYS: Final = frozenset({"11", "12", "13", "15", "16", "17"})
_UNREADABLE: Final = frozenset("()")
"""In text form brackets name an identifier; a value with one could not be told apart from it."""


def element_string(elements: Iterable[Element], *, beside: Collection[str] = ()) -> str:
    """Give the data of a symbol, FNC1 as GS; `beside` names identifiers in the other symbols of the same label.

    Raises:
        CodeWrong: A value or the company it keeps is wrong.
    """
    pieces = [(f"{ai}{value}", FIXED.fullmatch(ai) is None) for ai, value in in_order(elements, beside)]
    return "".join(f"{piece}{GS}" if open_end else piece for piece, open_end in pieces).removesuffix(GS)


def readable(elements: Iterable[Element], *, beside: Collection[str] = ()) -> str:
    """Give an element string as people write it and zint takes it: `(01)99521234000054(3102)001025`.

    Raises:
        CodeWrong: As above, or a value has a bracket in it.
    """
    ordered = in_order(elements, beside)
    for ai, value in ordered:
        if not _UNREADABLE.isdisjoint(value):
            raise CodeWrong(f"({ai}) {value!r} cannot be written with brackets round identifiers")
    return "".join(f"({ai}){value}" for ai, value in ordered)


def in_order(elements: Iterable[Element], beside: Collection[str] = ()) -> list[Element]:
    """Give elements in the order symbols carry them, all checked: the key, then fixed lengths, then the others.

    Raises:
        CodeWrong: One is wrong, comes twice, lacks its companion, or is a date that only says a month.
    """
    given = list(elements)
    names = [ai for ai, _ in given]
    for ai, value in given:
        if not value:
            raise CodeWrong(f"({ai}) has no value")
        check_value(ai, value)
        if ai in _DAYS and value.endswith(_END_OF_MONTH):
            raise CodeWrong(f"({ai}){value}: the end of a month is read so, never written")
        if names.count(ai) > 1:
            raise CodeWrong(f"({ai}) twice")
    check_beside(names, beside)
    return sorted(given, key=lambda element: (FIXED.fullmatch(element[0]) is None, element[0] not in _KEYS))
