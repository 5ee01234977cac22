"""A carton is packed and labelled: so much of a lot becomes one serialised carton. EPCIS example 05."""

from gateway.acts import Carton
from gateway.epcis import naming
from gateway.epcis.harvest_lot import COUNTRY
from gateway.epcis.weights import by_hand, quantity, weighed
from gateway.event import Event, Json
from gateway.site import Site


def body(event: Event, fact: Carton, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event."""
    load, lot = fact.weighing, fact.lot
    document: dict[str, Json] = {
        "type": "TransformationEvent",
        "transformationID": naming.packing_run(site, lot.code, event.station),
        "inputQuantityList": [quantity(naming.lot_class(site, lot), load.net)],
        "outputEPCList": [naming.carton(site, fact.gtin, fact.serial)],
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.PACKING),
        "ilmd": _master_data(fact),
        "sensorElementList": [weighed(site, load.scale, load.at, gross=load.gross, tare=load.tare, net=load.net)],
        "ph:operatorId": load.by,
        "ph:lot": lot.code,
        "ph:gtin": fact.gtin,
        "ph:serial": fact.serial,
        "ph:display": load.display,
        "ph:unitShown": load.unit_shown,
        "ph:rawFrame": load.raw.hex(),
        "ph:restEvidence": load.rest,
    }
    optional: dict[str, Json] = {
        **by_hand(load),
        "ph:revision": fact.revision or None,
        "ph:tolerance": load.tolerance,
        "ph:scaleInterval": load.interval,
        "ph:scaleVerifiedUntil": load.verified_until.isoformat() if load.verified_until else None,
        "ph:printerId": fact.printer,
        "ph:labelTemplate": fact.template,
    }
    return document | {key: value for key, value in optional.items() if value is not None}


def _master_data(fact: Carton) -> dict[str, Json]:
    origin = fact.lot.origin
    ilmd: dict[str, Json] = {
        "cbvmda:lotNumber": fact.lot.code,
        "cbvmda:countryOfOrigin": COUNTRY,
        "ph:productName": fact.product_name,
        "ph:packDate": fact.packed_on.isoformat(),
        "ph:harvestDate": origin.harvested_to.isoformat(),
        "ph:netWeightKg": fact.weighing.net,
        "ph:labelUri": fact.label_uri,
    }
    optional: dict[str, Json] = {
        "cbvmda:bestBeforeDate": fact.best_before.isoformat() if fact.best_before else None,
        "ph:grade": fact.lot.grade,
        "ph:variety": fact.variety,
        "ph:growingAreaCode": origin.area,
        "ph:packingFacilityCode": fact.facility,
    }
    return ilmd | {key: value for key, value in optional.items() if value is not None}
