"""Official stamps are bound to a carton, as the opaque texts they are: EPCIS example 06."""

from gateway.acts import StampsBound
from gateway.epcis import naming
from gateway.event import Event, Json
from gateway.site import Site


def body(event: Event, fact: StampsBound, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event."""
    return {
        "type": "AssociationEvent",
        "action": "ADD",
        "parentID": naming.carton(site, fact.gtin, fact.serial),
        "childEPCs": [naming.stamp(site, text) for text in fact.stamps],
        "bizStep": "installing",
        "disposition": "active",
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.PACKING),
        "ph:operatorId": fact.by,
        "ph:gtin": fact.gtin,
        "ph:serial": fact.serial,
        "ph:stamps": list(fact.stamps),
        "ph:n": fact.n,
    }
