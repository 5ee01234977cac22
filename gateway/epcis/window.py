"""What a room's sensors said in a span of time, and the goods inside at its end: EPCIS example 09."""

from gateway.acts import RoomWindow, Statistics
from gateway.epcis import naming, series
from gateway.event import Event, Json
from gateway.site import Site


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
        "sensorElementList": series.elements(site, heard or fact.statistics, fact.start, fact.end, "window-stats"),
        "ph:room": fact.room,
        "ph:lots": [lot.code for lot in fact.lots],
        "ph:sampleCount": sum(one.samples for one in fact.statistics),
        "ph:expectedSampleCount": sum(one.expected for one in fact.statistics),
        "ph:coverage": [_coverage(one) for one in fact.statistics],
    }
    if fact.pallets:
        document["ph:pallets"] = list(fact.pallets)
    return document | naming.inside(site, fact.lots, fact.pallets)


def _coverage(one: Statistics) -> dict[str, Json]:
    return {
        "ph:source": one.source,
        "ph:quantity": one.quantity,
        "ph:sampleCount": one.samples,
        "ph:expectedSampleCount": one.expected,
    }
