"""A harvest lot comes into being at the gate, with the mass received: EPCIS example 01."""

from gateway.acts import HarvestLot
from gateway.epcis import before_harvest, naming
from gateway.epcis.weights import quantity
from gateway.event import Event, Json
from gateway.lot import Lot
from gateway.site import Site

COUNTRY = "VN"


def body(event: Event, fact: HarvestLot, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event."""
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "quantityList": [quantity(naming.lot_class(site, fact.lot), fact.net)],
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.INTAKE),
        "ilmd": _master_data(fact, fact.lot),
        "ph:lot": fact.lot.code,
        **({"ph:revision": fact.revision} if fact.revision else {}),
    }


def _master_data(fact: HarvestLot, lot: Lot) -> dict[str, Json]:
    origin = lot.origin
    ilmd: dict[str, Json] = {
        "cbvmda:lotNumber": lot.code,
        "cbvmda:countryOfOrigin": COUNTRY,
        "cbvmda:harvestStartDate": origin.harvested_from.isoformat(),
        "cbvmda:harvestEndDate": origin.harvested_to.isoformat(),
        "ph:product": lot.product,
        "ph:productName": fact.product_name,
    }
    if fact.variety is not None:
        ilmd["ph:variety"] = fact.variety
    if origin.area is not None:
        ilmd["ph:growingAreaCode"] = origin.area
    if origin.farm is not None:
        ilmd["ph:farmer"] = {"ph:farmerId": origin.farm}  # the name is personal data: ids only
    if origin.province is not None:
        ilmd["ph:provinceCode"] = origin.province
    if lot.export:
        ilmd["ph:export"] = True
    optional: dict[str, Json] = {"ph:market": lot.market, "ph:registerAgeHours": fact.register_age_h}
    told = before_harvest.told(fact.declaration, fact.certificates)
    return ilmd | {key: value for key, value in optional.items() if value is not None} | told
