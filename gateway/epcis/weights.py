"""Weights as sensor elements: every figure in kilograms, exact, each saying which one it is."""

from datetime import datetime
from decimal import Decimal

from gateway.acts import Weighing
from gateway.epcis import naming
from gateway.epcis.times import local
from gateway.event import Json
from gateway.reading import DeviceId
from gateway.site import Site
from gateway.units import KILOGRAM


def weighed(
    site: Site, scale: DeviceId, at: datetime, *, gross: Decimal, tare: Decimal, net: Decimal, described: bool = False
) -> dict[str, Json]:
    """Give the sensor element of one weighing or of several summed; `described` adds where the scale is described."""
    metadata: dict[str, Json] = {"time": local(at), "deviceID": naming.device(site, scale)}
    if described:
        metadata["deviceMetadata"] = naming.own(site, "devices", scale)
    return {
        "sensorMetadata": metadata,
        "sensorReport": [_mass("gross", gross), _mass("tare", tare), _mass("net", net)],
    }


def quantity(epc_class: str, kg: Decimal) -> dict[str, Json]:
    """Give so much of a class of goods."""
    return {"epcClass": epc_class, "quantity": kg, "uom": KILOGRAM}


def by_hand(load: Weighing) -> dict[str, Json]:
    """Give what marks a weighing that came from a numbered paper form, and why; nothing where a scale sent it."""
    if load.form is None:
        return {}
    form = load.form
    by_hand: dict[str, Json] = {"ph:manual": True, "ph:paperForm": form.number, "ph:reason": form.reason}
    return by_hand if form.entered_by is None else by_hand | {"ph:enteredBy": form.entered_by}


def _mass(kind: str, kg: Decimal) -> dict[str, Json]:
    return {"type": "Mass", "value": kg, "uom": KILOGRAM, "ph:weightKind": kind}
