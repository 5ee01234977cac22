"""A lot is sorted into lots by grade; what is lost is said. EPCIS example 04."""

from gateway.acts import Graded, Grading
from gateway.epcis import naming
from gateway.epcis.harvest_lot import COUNTRY
from gateway.epcis.weights import quantity
from gateway.event import Event, Json
from gateway.site import Site


def body(event: Event, fact: Grading, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event; kilograms are those of the act, which balance exactly."""
    document: dict[str, Json] = {
        "type": "TransformationEvent",
        "transformationID": naming.grading_run(site, fact.run),
        "inputQuantityList": [quantity(naming.lot_class(site, fact.lot), fact.input_kg)],
        "bizStep": "commissioning",
        "disposition": "in_progress",
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.PACKING),
        "ilmd": _master_data(fact),
        "ph:operatorId": fact.by,
        "ph:run": fact.run,
        "ph:lot": fact.lot.code,
        "ph:massBalance": _balance(fact),
        "ph:outputs": [_output(one) for one in fact.outputs],
    }
    if fact.outputs:
        document["outputQuantityList"] = [quantity(naming.lot_class(site, one.lot), one.kg) for one in fact.outputs]
    optional: dict[str, Json] = {"ph:printerId": fact.printer, "ph:labelTemplate": fact.template}
    return document | {key: value for key, value in optional.items() if value is not None}


def _master_data(fact: Grading) -> dict[str, Json]:
    origin = fact.lot.origin
    ilmd: dict[str, Json] = {
        "cbvmda:countryOfOrigin": COUNTRY,
        "ph:product": fact.lot.product,
        "ph:harvestDate": origin.harvested_to.isoformat(),
    }
    optional: dict[str, Json] = {"ph:growingAreaCode": origin.area, "ph:variety": fact.variety}
    return ilmd | {key: value for key, value in optional.items() if value is not None}


def _balance(fact: Grading) -> dict[str, Json]:
    balance: dict[str, Json] = {
        "ph:inputKg": fact.input_kg,
        "ph:outputKg": sum((one.kg for one in fact.outputs), start=fact.input_kg * 0),
        "ph:lossKg": fact.loss_kg,
    }
    if fact.lost_unseen:
        balance["ph:lossUnseenKg"] = fact.lost_unseen
    return balance


def _output(one: Graded) -> dict[str, Json]:
    return {
        "ph:lot": one.lot.code,
        "ph:gtin": one.lot.gtin,
        "ph:grade": one.lot.grade,
        "ph:kg": one.kg,
        "ph:name": one.name,
        "ph:labelUri": one.label_uri,
    }
