"""Goods are set apart, given free again, or destroyed, each decided by a person."""

from gateway.acts import Destroyed, Held, Released
from gateway.epcis import naming
from gateway.epcis.weights import quantity
from gateway.event import Event, Json
from gateway.lot import Lot
from gateway.site import Site


def held(event: Event, fact: Held, site: Site) -> dict[str, Json]:
    """Give what is particular to a hold: the goods stay where they are, and may not be used."""
    return _decided(event, fact, site, step="holding", disposition="non_sellable_other")


def released(event: Event, fact: Released, site: Site) -> dict[str, Json]:
    """Give what is particular to a release, for which CBV has no step: the goods are as any others in the house."""
    return _decided(event, fact, site, step=naming.step(site, "releasing"), disposition="sellable_not_accessible")


def destroyed(event: Event, fact: Destroyed, site: Site) -> dict[str, Json]:
    """Give what is particular to a destruction: so many kg of a lot, or a pallet with all its cartons."""
    goods = fact.goods
    what: dict[str, Json] = (
        {"quantityList": [quantity(naming.lot_class(site, goods), fact.kg)]}
        if isinstance(goods, Lot)
        else {"epcList": [naming.pallet(site, goods), *naming.cartons(site, fact.cartons)]}
    )
    document: dict[str, Json] = {
        "type": "ObjectEvent",
        "action": "DELETE",
        "bizStep": "destroying",
        "disposition": "destroyed",
        **what,
        "readPoint": naming.place(site, event.station),
        "ph:operatorId": fact.by,
        **naming.named(goods),
        "ph:n": fact.n,
        "ph:kg": fact.kg,
        "ph:reason": fact.reason,
    }
    if not isinstance(goods, Lot):
        document["ph:serials"] = [carton.serial for carton in fact.cartons]
    return document


def _decided(event: Event, fact: Held | Released, site: Site, *, step: str, disposition: str) -> dict[str, Json]:
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": step,
        "disposition": disposition,
        **naming.what(site, fact.goods),
        "readPoint": naming.place(site, event.station),
        "ph:operatorId": fact.by,
        **naming.named(fact.goods),
        "ph:n": fact.n,
        "ph:reason": fact.reason,
    }
