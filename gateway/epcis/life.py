"""Which events belong to one lot's life: what it came from, what was done to it, and everything it became."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from gateway.event import Json

_BEFORE: Final = frozenset(
    {"harvest-lot", "receipt", "inspection", "grading", "hold", "release", "room-in", "room-out", "error-declaration"}
)
"""Kinds that tell where an ancestor's goods came from; what else became of an ancestor is another lot's life."""


class Life:
    """Sees the events of a journal in order, and tells those of one lot and all it became."""

    def __init__(self, lot: str, ancestors: Collection[str] = ()) -> None:
        self._before = frozenset(ancestors)
        self._members = {lot}

    def has(self, kind: str, event: Mapping[str, Json]) -> bool:
        """Tell whether an event belongs to this life; what comes out of it belongs to it from then on."""
        members = self._members
        if event.get("type") == "TransformationEvent":
            became = set(_names(event, "outputEPCList", "outputQuantityList"))
            if members & set(_names(event, "inputEPCList", "inputQuantityList")):
                members |= became
                return True
            return bool(members & became)
        named = set(_names(event, "epcList", "quantityList", "childEPCs", "childQuantityList", "parentID"))
        if event.get("type") == "AggregationEvent" and event.get("action") == "ADD" and members & named:
            members |= set(_names(event, "parentID"))
        return bool(members & named) or (kind in _BEFORE and bool(self._before & named))


def _names(event: Mapping[str, Json], *lists: str) -> Iterator[str]:
    """Yield the codes things are named by: the last part of their URI, a lot's code, a serial, an SSCC."""
    for key in lists:
        found = event.get(key)
        for one in found if isinstance(found, list) else [found]:
            uri = one.get("epcClass") if isinstance(one, dict) else one
            if isinstance(uri, str):
                yield unquote(uri.rpartition("/")[2])
