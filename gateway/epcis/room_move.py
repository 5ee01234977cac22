"""Goods go through the door of a cold room: EPCIS example 08 (in), 11 (out, with their own history)."""

from gateway.acts import Beyond, History, RoomMove
from gateway.epcis import naming, series
from gateway.epcis.times import local
from gateway.event import Event, Json
from gateway.site import Site


def body(event: Event, fact: RoomMove, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event; how much of a lot moves is not known at a door."""
    inwards = fact.direction == "in"
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "storing" if inwards else "staging_outbound",
        "disposition": "sellable_not_accessible" if inwards else "sellable_accessible",
        **naming.what(site, fact.goods),
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, fact.room if inwards else naming.DOCK),
        "ph:operatorId": fact.by,
        **naming.named(fact.goods),
        "ph:room": fact.room,
        "ph:direction": fact.direction,
        **(_history(site, fact.history) if fact.history is not None else {}),
    }


def _history(site: Site, history: History) -> dict[str, Json]:
    """Give what the sensors said while the goods were inside; a source that was never heard reports nothing."""
    heard = [one for one in history.statistics if one.samples]
    told: dict[str, Json] = {
        "ph:since": local(history.since),
        "ph:coverage": series.rounded(history.coverage),
    }
    if heard:
        told["sensorElementList"] = series.elements(site, heard, history.since, history.until, "residence-stats")
    above = [one.above_s for one in history.beyond if one.above_s is not None]
    below = [one.below_s for one in history.beyond if one.below_s is not None]
    if above:
        told["ph:secondsAboveLimit"] = max(above)
    if below:
        told["ph:secondsBelowLimit"] = max(below)
    if history.beyond:
        told["ph:beyond"] = [_beyond(one) for one in history.beyond]
    return told


def _beyond(one: Beyond) -> dict[str, Json]:
    seconds: dict[str, Json] = {"ph:secondsAbove": one.above_s, "ph:secondsBelow": one.below_s}
    return {
        "ph:rule": one.rule,
        "ph:ruleVersion": one.version,
        "ph:source": one.source,
        "ph:quantity": one.quantity,
        **{key: value for key, value in seconds.items() if value is not None},
    }
