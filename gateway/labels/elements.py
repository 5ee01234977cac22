"""GS1 element strings for linear and DataMatrix symbols, as people write them: `(01)99521234000054(3102)001025`."""

import re
from collections.abc import Iterable
from typing import Final

from gateway.gs1 import digital_link
from gateway.gs1.identifiers import CHARACTERS_82

_FIXED: Final = re.compile(r"0[0-4]|1[1-9]|20|3[1-6]\d\d|41\d")
"""AIs whose values have one length, so that nothing need part them from what follows.

Source: GS1 General Specifications, figure 7.8.5-2.
"""

_UNREADABLE: Final = frozenset("()")
"""In text form brackets name an AI; a value with one could not be told apart from it."""


def element_string(pairs: Iterable[tuple[str, str]]) -> str:
    """Give AIs and values in the order symbols carry them: those of fixed length first.

    Raises:
        ValueError: A value has signs outside GS1 set 82, or a bracket.
    """
    ordered = sorted(pairs, key=lambda pair: (_FIXED.fullmatch(pair[0]) is None, pair[0] not in ("00", "01", "02")))
    for ai, value in ordered:
        if not value or not CHARACTERS_82.issuperset(value) or not _UNREADABLE.isdisjoint(value):
            raise ValueError(f"({ai}) {value!r} cannot stand in an element string")
    return "".join(f"({ai}){value}" for ai, value in ordered)


def from_link(uri: str) -> str:
    """Give what a Digital Link says as an element string, so that two symbols of a label cannot differ.

    Raises:
        ValueError: It is no Digital Link, or holds a value an element string cannot.
    """
    link = digital_link.parse(uri)
    return element_string([(link.key, link.value), *link.attributes.items(), *link.qualifiers])
