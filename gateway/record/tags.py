"""What the tags of lots say."""

from decimal import Decimal

from gateway.gs1.digital_link import lot_tag_uri
from gateway.lot import Lot
from gateway.record.house import House


def tag_uri(house: House, lot: Lot, net: Decimal) -> str:
    """Give what a lot tag's QR says; a mass beyond AI 310n's six digits stands on the tag in words only."""
    domain, origin = house.site.domain, lot.origin
    days = {"harvested_from": origin.harvested_from, "harvested_to": origin.harvested_to}
    try:
        return lot_tag_uri(domain, lot.gtin, lot.code, net=net, **days)
    except ValueError:
        return lot_tag_uri(domain, lot.gtin, lot.code, net=None, **days)
