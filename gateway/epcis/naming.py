"""How this house's things are called in events: canonical Digital Links, private URIs where GS1 has no key for them."""

from urllib.parse import quote
from uuid import UUID

from gateway.event import Json
from gateway.gs1 import digital_link
from gateway.gs1.identifiers import CodeWrong, entry_id
from gateway.lot import Lot, LotCode
from gateway.site import Site
from gateway.station import RoomId, StationId

INTAKE = "INTAKE"
PACKING = "PACKING"
DOCK = "DOCK"


def place(site: Site, name: str | StationId | RoomId | None) -> dict[str, Json]:
    """Give the site, or a station, room or area of it, as readPoint or bizLocation."""
    if name is None:
        return {"id": digital_link.location(site.gln)}
    try:
        return {"id": digital_link.location(site.gln, name.upper())}
    except CodeWrong:
        return {"id": own(site, "location", name)}


def device(site: Site, source: str) -> str:
    """Give the URI of a device or one channel of it; a private one where the name does not fit a GIAI."""
    try:
        return digital_link.device(site.company_prefix, source.upper())
    except CodeWrong:
        return own(site, "device", source)


def lot_class(lot: Lot) -> str:
    """Give the URI of a lot as a class of goods: GTIN and lot code."""
    return digital_link.lot_class(lot.gtin, lot.code)


def transaction(site: Site, number: str) -> str:
    """Give the URI of one of our documents (CBV 2.0 §8.5.2: GLN and number)."""
    return f"urn:epcglobal:cbv:bt:{site.gln}:{quote(number, safe='')}"


def packing_run(site: Site, lot: LotCode, station: StationId | None) -> str:
    """Give the URI of the run in which one station packs one lot: the same for each of its cartons."""
    return urn(entry_id(site.uri, f"packing-run|{lot}|{station}"))


def urn(id_: UUID) -> str:
    """Give the URI of an id."""
    return f"urn:uuid:{id_}"


def own(site: Site, *path: str) -> str:
    """Give a URI under the house's own domain, for what has no GS1 key: farms, areas, rules."""
    return "/".join([f"https://{site.domain}", *(quote(part, safe="") for part in path)])
