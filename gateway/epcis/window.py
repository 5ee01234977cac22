"""What a room's sensors said in a span of time, and the lots inside at its end: EPCIS example 09."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from urllib.parse import urlencode

from gateway.acts import RoomWindow, Statistics
from gateway.epcis import naming
from gateway.epcis.times import local
from gateway.event import Event, Json
from gateway.site import Site

_FINEST = Decimal("0.001")


def body(_event: Event, fact: RoomWindow, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event.

    Statistics without a sample are counted in `ph:coverage` and report nothing, since a gap is not "in range"; only
    when no source of the room was heard at all does each say so, as a fault.

    Raises:
        ValueError: There is not one source, so there is no window.
    """
    if not fact.statistics:
        raise ValueError(f"a window of {fact.room} without a single source")
    heard = [one for one in fact.statistics if one.samples]
    document: dict[str, Json] = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "sensor_reporting",
        "readPoint": naming.place(site, fact.room),
        "bizLocation": naming.place(site, fact.room),
        "sensorElementList": [
            _element(fact, source, list(of_source), site)
            for source, of_source in groupby(
                sorted(heard or fact.statistics, key=lambda one: one.source), key=lambda one: one.source
            )
        ],
        "ph:room": fact.room,
        "ph:lots": [lot.code for lot in fact.lots],
        "ph:sampleCount": sum(one.samples for one in fact.statistics),
        "ph:expectedSampleCount": sum(one.expected for one in fact.statistics),
        "ph:coverage": [_coverage(one) for one in fact.statistics],
    }
    if fact.lots:
        document["quantityList"] = [{"epcClass": naming.lot_class(lot)} for lot in fact.lots]
    return document


def _element(fact: RoomWindow, source: str, statistics: list[Statistics], site: Site) -> dict[str, Json]:
    span = urlencode({"from": _utc(fact.start), "to": _utc(fact.end)}, safe=":")
    return {
        "sensorMetadata": {
            "startTime": local(fact.start),
            "endTime": local(fact.end),
            "deviceID": naming.device(site, source),
            "rawData": f"{naming.own(site, 'readings', source)}?{span}",
            "dataProcessingMethod": f"{site.namespace}method/window-stats",
        },
        "sensorReport": [_report(one) for one in statistics],
    }


def _report(one: Statistics) -> dict[str, Json]:
    if not one.samples:
        return {"type": one.quantity, "exception": "ERROR_CONDITION"}
    report: dict[str, Json] = {"type": one.quantity}
    figures = {
        "minValue": one.minimum,
        "maxValue": one.maximum,
        "meanValue": _rounded(one.mean),
        "sDev": _rounded(one.deviation),
    }
    report |= {name: figure for name, figure in figures.items() if figure is not None}
    if one.unit is not None:
        report["uom"] = one.unit
    return report


def _coverage(one: Statistics) -> dict[str, Json]:
    return {
        "ph:source": one.source,
        "ph:quantity": one.quantity,
        "ph:sampleCount": one.samples,
        "ph:expectedSampleCount": one.expected,
    }


def _rounded(figure: Decimal | None) -> Decimal | None:
    """Round what was computed, not measured, to a thousandth: finer than any sensor here."""
    return figure.quantize(_FINEST).normalize() + 0 if figure is not None else None


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
