"""A lot goes through the door of a cold room: EPCIS example 08 (in), the move of example 11 (out)."""

from gateway.acts import RoomMove
from gateway.epcis import naming
from gateway.event import Event, Json
from gateway.gs1 import digital_link
from gateway.lot import Lot, code_of
from gateway.site import Site


def body(event: Event, fact: RoomMove, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event; how much of the lot moves is not known at a door."""
    inwards, goods = fact.direction == "in", fact.goods
    is_lot = isinstance(goods, Lot)
    what: dict[str, Json] = (
        {"quantityList": [{"epcClass": naming.lot_class(goods)}]}
        if isinstance(goods, Lot)
        else {"epcList": [digital_link.pallet(goods)]}
    )
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "storing" if inwards else "staging_outbound",
        "disposition": "sellable_not_accessible" if inwards else "sellable_accessible",
        **what,
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, fact.room if inwards else naming.DOCK),
        "ph:operatorId": fact.by,
        "ph:lot" if is_lot else "ph:sscc": code_of(goods),
        "ph:room": fact.room,
        "ph:direction": fact.direction,
    }
