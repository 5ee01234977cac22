"""A lot goes through the door of a cold room: EPCIS example 08 (in), the move of example 11 (out)."""

from gateway.acts import RoomMove
from gateway.epcis import naming
from gateway.event import Event, Json
from gateway.site import Site


def body(event: Event, fact: RoomMove, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event; how much of the lot moves is not known at a door."""
    inwards = fact.direction == "in"
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "storing" if inwards else "staging_outbound",
        "disposition": "sellable_not_accessible" if inwards else "sellable_accessible",
        "quantityList": [{"epcClass": naming.lot_class(fact.lot)}],
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, fact.room if inwards else naming.DOCK),
        "ph:operatorId": fact.by,
        "ph:lot": fact.lot.code,
        "ph:room": fact.room,
        "ph:direction": fact.direction,
    }
