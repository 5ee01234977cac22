"""The frame round events: JSON-LD context, declared prefixes, and the EPCISDocument a repository takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from gateway.epcis.times import local
from gateway.event import Json

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""The JSON-LD context of EPCIS 2.0; ours beside it adds the one prefix of our own words."""

OWN_PREFIX: Final = "ph"

PREFIXES_OF_CONTEXT: Final = frozenset({"cbv", "cbvmda", "epcis", "gs1", "rdfs", "owl", "xsd", "dcterms"})
"""Prefixes the EPCIS context itself declares; declaring one again is refused by some repositories."""

EPCIS_KINDS: Final = frozenset(
    {
        "harvest-lot",
        "receipt",
        "inspection",
        "grading",
        "carton",
        "stamp",
        "pallet",
        "unpack",
        "room-in",
        "room-out",
        "window",
        "alarm",
        "hold",
        "release",
        "destroy",
        "dispatch",
        "void-shipping",
        "error-declaration",
    }
)
"""Kinds of entries whose body is an EPCIS event; every other kind is an audit record.

An error declaration of an audit record is one itself (`is_event` tells them apart).
"""


def is_event(body: Mapping[str, Json]) -> bool:
    """Tell whether a body is an EPCIS event, which says its type; an audit record says its kind."""
    return str(body.get("type", "")).endswith("Event")


_LEAVES: Final = (str, int, Decimal, type(None))
"""What holds no keys, and is most of a document."""


def wrap(events: Sequence[Mapping[str, Json]], created_at: datetime, namespace: str) -> dict[str, Json]:
    """Give the EPCISDocument that holds these bare events; it declares the prefixes used and no others.

    Raises:
        ValueError: An event uses a prefix that is neither ours nor the context's.
    """
    check_prefixes(events)
    context: list[Json] = [CONTEXT]
    if OWN_PREFIX in prefixes(events):
        context.append({OWN_PREFIX: namespace})
    return {
        "@context": context,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": local(created_at),
        "epcisBody": {"eventList": [dict(event) for event in events]},
    }


def check_prefixes(document: object, declared: Iterable[str] = (OWN_PREFIX,)) -> None:
    """Look at every key of a document, which the schema does not do.

    Raises:
        ValueError: A key has a prefix that is not declared.
    """
    unknown = set(prefixes(document)) - PREFIXES_OF_CONTEXT - set(declared)
    if unknown:
        raise ValueError(f"prefixes used but not declared: {', '.join(sorted(unknown))}")


def prefixes(document: object) -> Iterator[str]:
    """Yield the prefix of every prefixed key, at any depth."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            prefix, colon, _ = str(key).partition(":")
            if colon:
                yield prefix
            if not isinstance(value, _LEAVES):
                yield from prefixes(value)
    elif isinstance(document, list | tuple):
        for item in document:
            if not isinstance(item, _LEAVES):
                yield from prefixes(item)
