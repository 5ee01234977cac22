"""What makes an event EPCIS beyond its shape: words of the vocabulary bare, our own prefixed, ilmd where it may stand.

The schema says most of this, too, but only where somebody runs it; and it takes a prefix nobody declared.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.epcis.document import OWN_PREFIX, check_prefixes
from gateway.event import Json


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS: Final = _words("""
    accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
    retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
    unloading unpacking void_shipping
""")
DISPOSITIONS: Final = _words("""
    active available completeness_inferred completeness_verified conformant container_closed container_open damaged
    destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
    mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed
    recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown
""")
"""The words of CBV 2.0; every other step or disposition must be a full URI."""

_COMMON: Final = _words("""
    type eventID eventTime eventTimeZoneOffset errorDeclaration bizStep disposition readPoint bizLocation
    bizTransactionList sourceList destinationList sensorElementList
""")
_OF_PARENTS: Final = _COMMON | _words("action parentID childEPCs childQuantityList")

FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ObjectEvent": _COMMON | _words("action epcList quantityList persistentDisposition ilmd"),
        "AggregationEvent": _OF_PARENTS,
        "AssociationEvent": _OF_PARENTS,
        "TransformationEvent": _COMMON
        | _words("transformationID inputEPCList inputQuantityList outputEPCList outputQuantityList")
        | _words("persistentDisposition ilmd"),
    }
)
"""The fields of each type of event we write; whatever else stands in one is an extension, and has a prefix."""

_DECLARATION: Final = frozenset({"declarationTime", "reason", "correctiveEventIDs"})


def check_sound(event: Mapping[str, Json]) -> None:
    """Look at an event as no schema is there to.

    Raises:
        ValueError: A word, a key, a prefix or ilmd is not what or where EPCIS has it.
    """
    type_ = event.get("type")
    if type_ not in FIELDS:
        raise ValueError(f"no type of event we write: {type_!r}")
    check_prefixes(event)
    _check_keys(type_, event, FIELDS[str(type_)])
    _check_word("bizStep", event, BIZ_STEPS)
    _check_word("disposition", event, DISPOSITIONS)
    if "ilmd" in event:
        if type_ == "ObjectEvent" and event.get("action") != "ADD":
            raise ValueError("ilmd stands with ADD and in transformations only")
        _check_keys("ilmd", event["ilmd"], ())
    if "errorDeclaration" in event:
        _check_keys("errorDeclaration", event["errorDeclaration"], _DECLARATION)
    for name, value in event.items():
        if value == [] and not name.startswith(f"{OWN_PREFIX}:"):
            raise ValueError(f"{name}: an empty list is left out")


def _check_keys(what: object, table: Json | Mapping[str, Json], known: Collection[str]) -> None:
    keys: Iterable[str] = table if isinstance(table, Mapping) else ()
    for key in keys:
        if ":" not in key and key not in known:
            raise ValueError(f"{what}: {key!r} is no field of it, and has no prefix")


def _check_word(field: str, event: Mapping[str, Json], words: Collection[str]) -> None:
    word = event.get(field)
    if word is None or word in words:
        return
    if not str(word).startswith(("https://", "http://")):
        raise ValueError(f"{field}: {word!r} is neither a bare word of CBV nor a full URI")
