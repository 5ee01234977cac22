"""A vehicle leaves for a customer (EPCIS example 12), or is called back on its way."""

from gateway.acts import Customer, Dispatch, DispatchRecalled
from gateway.epcis import naming
from gateway.epcis.weights import quantity
from gateway.event import Event, Json
from gateway.gs1 import digital_link
from gateway.site import Site


def body(event: Event, fact: Dispatch, site: Site) -> dict[str, Json]:
    """Give what is particular to a shipment: what is on it, whose papers, from whom, to whom, and how it travels."""
    owner, location = _receiver(site, fact.customer)
    journey = fact.journey
    documents: dict[str, Json] = {f"ph:{naming.word(name)}": text for name, text in journey.documents.items()}
    document: dict[str, Json] = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
        **_load(site, fact),
        "readPoint": naming.place(site, event.station or naming.DOCK),
        "bizTransactionList": _papers(site, fact),
        "sourceList": [
            {"type": "possessing_party", "source": naming.party(site)},
            {"type": "location", "source": site.uri},
        ],
        "destinationList": [
            {"type": "owning_party", "destination": owner},
            {"type": "location", "destination": location},
        ],
        "ph:operatorId": fact.by,
        "ph:dispatch": fact.number,
        "ph:customer": _customer(fact.customer),
        "ph:pallets": list(fact.pallets),
        "ph:shippedLots": [{"ph:lot": one.lot.code, "ph:kg": one.kg} for one in fact.lots],
        "ph:netWeightKg": fact.net,
        "ph:documents": documents,
    }
    optional: dict[str, Json] = {
        "ph:vehiclePlate": journey.vehicle,
        "ph:containerNumber": journey.container,
        "ph:sealNumber": journey.seal,
        "ph:market": journey.market,
        "ph:po": journey.po,
        "ph:phytosanitaryCertificate": documents.get("ph:phytosanitaryCertificate"),
        "ph:revision": fact.revision or None,
    }
    return document | {key: value for key, value in optional.items() if value is not None}


def recalled(event: Event, fact: DispatchRecalled, site: Site) -> dict[str, Json]:
    """Give what is particular to a shipment called off after it had left: everything on it comes back."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "void_shipping",
        "disposition": "in_progress",
        **naming.inside(site, fact.lots, fact.pallets),
        "readPoint": naming.place(site, event.station or naming.DOCK),
        "bizTransactionList": [_advice(site, fact.number)],
        "ph:operatorId": fact.by,
        "ph:dispatch": fact.number,
        "ph:pallets": list(fact.pallets),
        "ph:lots": [lot.code for lot in fact.lots],
        "ph:n": fact.n,
        "ph:reason": fact.reason,
    }


def _load(site: Site, fact: Dispatch) -> dict[str, Json]:
    load = naming.inside(site, (), fact.pallets)
    if fact.lots:
        load["quantityList"] = [quantity(naming.lot_class(site, one.lot), one.kg) for one in fact.lots]
    return load


def _advice(site: Site, number: str) -> Json:
    return {"type": "desadv", "bizTransaction": naming.transaction(site, number)}


def _papers(site: Site, fact: Dispatch) -> list[Json]:
    papers = [_advice(site, fact.number)]
    if fact.journey.po is not None:
        customer = fact.customer
        order = (
            naming.of_party(customer.gln, fact.journey.po)
            if customer.gln is not None
            else naming.own(site, "customer", customer.id, "order", fact.journey.po)
        )
        papers.append({"type": "po", "bizTransaction": order})
    return papers


def _receiver(site: Site, customer: Customer) -> tuple[str, str]:
    """Give the customer as a party and as a place; most have no GLN, so their id in our register stands for both."""
    if customer.gln is None:
        uri = naming.own(site, "customer", customer.id)
        return uri, uri
    return digital_link.party(customer.gln), digital_link.location(customer.gln)


def _customer(customer: Customer) -> dict[str, Json]:
    told: dict[str, Json] = {"ph:id": customer.id, "ph:name": customer.name}
    optional: dict[str, Json] = {"ph:address": customer.address, "ph:gln": customer.gln}
    return told | {key: value for key, value in optional.items() if value is not None}
