"""A lot is inspected: accepted, rejected, or accepted with a condition. EPCIS example 03."""

from typing import Final

from gateway.acts import Inspection
from gateway.epcis import naming
from gateway.epcis.times import local
from gateway.event import Event, Json
from gateway.site import Site

_STANDING: Final = {"accepted": ("conformant", "non_conformant"), "rejected": ("non_conformant", "conformant")}
"""What a result makes of a lot, and what it is then no longer; a condition is neither."""

_SENSED: Final = {"temperatureC": ("Temperature", "CEL"), "humidityPercent": ("RelativeHumidity", "P1")}
"""Measurements EPCIS has a type for, by the word their name becomes, with type and unit."""

_TAKEN: Final = frozenset({"number", "result", "inspectorId", "sampleCount", "note"})


def body(event: Event, fact: Inspection, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "disposition": "in_progress",
        **_standing(fact),
        **naming.what(site, fact.lot),
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.INTAKE),
        "bizTransactionList": [{"type": "testres", "bizTransaction": naming.transaction(site, fact.number)}],
        **_sensed(event, fact),
        "ph:operatorId": fact.by,
        "ph:lot": fact.lot.code,
        **({"ph:revision": fact.revision} if fact.revision else {}),
        "ph:inspection": _found(fact),
    }


def _standing(fact: Inspection) -> dict[str, Json]:
    if fact.result not in _STANDING:
        return {}
    now, no_longer = _STANDING[fact.result]
    standing: dict[str, Json] = {"set": [now]}
    if fact.revision:  # the lot was found otherwise before
        standing["unset"] = [no_longer]
    return {"persistentDisposition": standing}


def _found(fact: Inspection) -> dict[str, Json]:
    found: dict[str, Json] = {"ph:number": fact.number, "ph:result": fact.result, "ph:inspectorId": fact.by}
    if fact.samples is not None:
        found["ph:sampleCount"] = fact.samples
    for name, amount in fact.measurements.items():
        key = naming.word(name)
        found[f"ph:{key}" if key not in _TAKEN else f"ph:measured{key[:1].upper()}{key[1:]}"] = amount
    if fact.note:
        found["ph:note"] = fact.note
    return found


def _sensed(event: Event, fact: Inspection) -> dict[str, Json]:
    reports: list[Json] = []
    for name, amount in fact.measurements.items():
        if (known := _SENSED.get(naming.word(name))) is not None:
            quantity, unit = known
            reports.append({"type": quantity, "value": amount, "uom": unit})
    if not reports:
        return {}
    return {"sensorElementList": [{"sensorMetadata": {"time": local(event.occurred_at)}, "sensorReport": reports}]}
