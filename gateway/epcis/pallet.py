"""Cartons become a pallet, or come off it again: EPCIS example 07, and the taking apart of it."""

from gateway.acts import PalletBuilt, PalletTakenApart
from gateway.epcis import naming
from gateway.event import Event, Json
from gateway.site import Site


def built(event: Event, fact: PalletBuilt, site: Site) -> dict[str, Json]:
    """Give what is particular to an aggregation; the children are those added now, counts and masses the whole."""
    document: dict[str, Json] = {
        "type": "AggregationEvent",
        "action": "ADD",
        "parentID": naming.pallet(site, fact.sscc),
        "childEPCs": naming.cartons(site, fact.cartons),
        "bizStep": "packing",
        "disposition": "container_closed",
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.PACKING),
        "ph:operatorId": fact.by,
        "ph:sscc": fact.sscc,
        "ph:n": fact.n,
        "ph:gtin": fact.gtin,
        "ph:serials": [carton.serial for carton in fact.cartons],
        "ph:lots": list(fact.lots),
        "ph:cartonCount": fact.count,
        "ph:netWeightKg": fact.net,
        "ph:packDate": fact.packed_on.isoformat(),
        "ph:productName": fact.product_name,
        "ph:labelUri": naming.pallet_label(site, fact.sscc),
    }
    optional: dict[str, Json] = {
        "ph:grossWeightKg": fact.gross,
        "ph:growingAreaCode": ", ".join(fact.areas) or None,
        "ph:bestBeforeDate": fact.best_before.isoformat() if fact.best_before else None,
        "ph:variety": fact.variety,
        "ph:market": fact.market,
        "ph:packingFacilityCode": fact.facility,
        "ph:printerId": fact.printer,
        "ph:labelTemplate": fact.template,
    }
    return document | {key: value for key, value in optional.items() if value is not None}


def taken_apart(event: Event, fact: PalletTakenApart, site: Site) -> dict[str, Json]:
    """Give what is particular to the end of an aggregation, as far as these cartons go."""
    return {
        "type": "AggregationEvent",
        "action": "DELETE",
        "parentID": naming.pallet(site, fact.sscc),
        "childEPCs": naming.cartons(site, fact.cartons),
        "bizStep": "unpacking",
        "disposition": "in_progress",
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.PACKING),
        "ph:operatorId": fact.by,
        "ph:sscc": fact.sscc,
        "ph:n": fact.n,
        "ph:serials": [carton.serial for carton in fact.cartons],
        "ph:left": fact.left,
        "ph:reason": fact.reason,
    }
