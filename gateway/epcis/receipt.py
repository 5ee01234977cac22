"""A receipt is closed at the gate: what was received, from whom, gross, tare and net. EPCIS example 02."""

from gateway.acts import Receipt
from gateway.epcis import before_harvest, naming
from gateway.epcis.weights import quantity, weighed
from gateway.event import Event, Json
from gateway.lot import Origin
from gateway.site import Site


def body(event: Event, fact: Receipt, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event."""
    lot, origin = fact.lot, fact.lot.origin
    document: dict[str, Json] = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "disposition": "in_progress",
        "quantityList": [quantity(naming.lot_class(site, lot), fact.net)],
        "readPoint": naming.place(site, event.station),
        "bizLocation": naming.place(site, naming.INTAKE),
        "bizTransactionList": [{"type": "recadv", "bizTransaction": naming.transaction(site, fact.number)}],
        "destinationList": [
            {"type": "possessing_party", "destination": naming.party(site)},
            {"type": "location", "destination": site.uri},
        ],
        "sensorElementList": [
            weighed(
                site,
                fact.scale,
                fact.weighed_at,
                gross=fact.gross,
                tare=fact.tare,
                net=fact.gross - fact.tare,  # what the scale says; what is deducted stands beside, never in it
                described=True,
            )
        ],
        "ph:operatorId": fact.by,
        "ph:lot": lot.code,
        "ph:gtin": lot.gtin,
        "ph:receipt": fact.number,
        "ph:loads": fact.loads,
        "ph:crateCount": fact.crates,
        "ph:productName": fact.product_name,
        "ph:harvestDate": origin.harvested_to.isoformat(),
        "ph:labelUri": fact.label_uri,
    }
    optional: dict[str, Json] = {
        "sourceList": _sources(site, origin) or None,
        "ph:variety": fact.variety,
        "ph:growingAreaCode": origin.area,
        "ph:printerId": fact.printer,
        "ph:labelTemplate": fact.template,
        "ph:slipPrinterId": fact.slip_printer,
        "ph:slipTemplate": fact.slip_template,
        "ph:deductionKg": fact.deduction or None,
        "ph:deductionReason": fact.deduction_reason,
        "ph:vehiclePlate": fact.vehicle,
        "ph:crateCounts": dict(fact.crate_counts) or None,
        "ph:export": lot.export or None,
        "ph:market": lot.market,
        "ph:registerAgeHours": fact.register_age_h,
        "ph:revision": fact.revision or None,
        **before_harvest.told(fact.declaration, fact.certificates),
    }
    return document | {key: value for key, value in optional.items() if value is not None}


def _sources(site: Site, origin: Origin) -> list[Json]:
    """Give farm and growing area as private URIs: neither has a GLN."""
    sources: list[Json] = []
    if origin.farm is not None:
        sources.append({"type": "possessing_party", "source": naming.own(site, "farm", origin.farm)})
    if origin.area is not None:
        sources.append({"type": "location", "source": naming.own(site, "area", origin.area)})
    return sources
