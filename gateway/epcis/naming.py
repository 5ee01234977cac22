"""How this house's things are called in events: canonical Digital Links, private URIs where GS1 has no key for them.

A house that is no member of GS1 has no keys at all: each of its things bears a private URI (domain.md §3).
"""

import re
from typing import Final
from urllib.parse import quote
from uuid import UUID

from gateway.event import Json
from gateway.gs1 import digital_link
from gateway.gs1.identifiers import CodeWrong, entry_id
from gateway.gs1.private_uri import private_uri
from gateway.lot import CartonId, Goods, Lot, LotCode, Sscc, code_of
from gateway.site import Site
from gateway.station import RoomId, StationId

INTAKE = "INTAKE"
PACKING = "PACKING"
DOCK = "DOCK"

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
"""A URI as RFC 3986 has it, without the rarer parts (fragment, IPv6): what a stamp's code may say."""


def place(site: Site, name: str | StationId | RoomId | None) -> dict[str, Json]:
    """Give the site, or a station, room or area of it, as readPoint or bizLocation."""
    if name is None:
        return {"id": site.uri}
    if site.gln is None:
        return {"id": own(site, "location", name.upper())}
    try:
        return {"id": digital_link.location(site.gln, name.upper())}
    except CodeWrong:
        return {"id": own(site, "location", name)}


def party(site: Site) -> str:
    """Give the URI of the house as a party."""
    return own(site, "party", site.id) if site.gln is None else digital_link.party(site.gln)


def device(site: Site, source: str) -> str:
    """Give the URI of a device or one channel of it; a private one where the name does not fit a GIAI."""
    if site.company_prefix is None:
        return own(site, "device", source)
    try:
        return digital_link.device(site.company_prefix, source.upper())
    except CodeWrong:
        return own(site, "device", source)


def lot_class(site: Site, lot: Lot) -> str:
    """Give the URI of a lot as a class of goods: GTIN and lot code."""
    return own(site, "lot", lot.code) if site.gln is None else digital_link.lot_class(lot.gtin, lot.code)


def carton(site: Site, gtin: str, serial: str) -> str:
    """Give the URI of one carton: GTIN and serial."""
    return own(site, "carton", serial) if site.gln is None else digital_link.carton(gtin, serial)


def cartons(site: Site, ids: tuple[CartonId, ...]) -> list[Json]:
    """Give the URIs of cartons."""
    return [carton(site, one.gtin, one.serial) for one in ids]


def pallet(site: Site, code: Sscc) -> str:
    """Give the URI of a pallet: its SSCC."""
    return own(site, "pallet", code) if site.gln is None else digital_link.pallet(code)


def pallet_label(site: Site, code: Sscc) -> str:
    """Give what the QR of a pallet's label says."""
    if site.gln is None:
        return own(site, "pallet", code)
    return str(digital_link.DigitalLink("00", code, domain=site.domain))


def what(site: Site, goods: Goods) -> dict[str, Json]:
    """Give goods as the "what" of an event, kilograms unknown: a class for a lot, an instance for a pallet."""
    if isinstance(goods, Lot):
        return {"quantityList": [{"epcClass": lot_class(site, goods)}]}
    return {"epcList": [pallet(site, goods)]}


def inside(site: Site, lots: tuple[Lot, ...], pallets: tuple[Sscc, ...]) -> dict[str, Json]:
    """Give all goods that are somewhere as the "what" of an event; empty lists are left out."""
    found: dict[str, Json] = {}
    if pallets:
        found["epcList"] = [pallet(site, one) for one in pallets]
    if lots:
        found["quantityList"] = [{"epcClass": lot_class(site, lot)} for lot in lots]
    return found


def named(goods: Goods) -> dict[str, Json]:
    """Give the code of goods under the key projections look for."""
    return {"ph:lot" if isinstance(goods, Lot) else "ph:sscc": code_of(goods)}


def stamp(site: Site, text: str) -> str:
    """Give an official stamp as a URI: what it says where that is one, else a private one that holds its text."""
    return text if _URI.fullmatch(text) else own(site, "stamp", text)


def transaction(site: Site, number: str) -> str:
    """Give the URI of one of our documents (CBV 2.0 §8.5.2: GLN and number)."""
    return own(site, "document", number) if site.gln is None else of_party(site.gln, number)


def of_party(gln: str, number: str) -> str:
    """Give the URI of a document of the party with this GLN."""
    return f"urn:epcglobal:cbv:bt:{gln}:{quote(number, safe='')}"


def packing_run(site: Site, lot: LotCode, station: StationId | None) -> str:
    """Give the URI of the run in which one station packs one lot: the same for each of its cartons."""
    return urn(entry_id(site.uri, f"packing-run|{lot}|{station}"))


def grading_run(site: Site, run: str) -> str:
    """Give the URI of a run of grading, by its number."""
    return urn(entry_id(site.uri, f"grading-run|{run}"))


def urn(id_: UUID) -> str:
    """Give the URI of an id."""
    return f"urn:uuid:{id_}"


def step(site: Site, name: str) -> str:
    """Give the URI of a business step CBV has no word for."""
    return f"{site.namespace}step/{name}"


def own(site: Site, *path: str) -> str:
    """Give a URI under the house's own domain, for what has no GS1 key: farms, areas, rules."""
    return private_uri(site.domain, *path)


def word(name: str) -> str:
    """Give a free name as the tail of a key: `on_delay_s` becomes `onDelayS`, whatever has no place in a URI goes."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", name) or ["x"]
    first, *more = words
    return first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in more)
