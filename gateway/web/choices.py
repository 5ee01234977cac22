"""What may be chosen at a station by hand, where nothing was scanned."""

from typing import Any, Final

from gateway.locale.shown import kg
from gateway.station import StationId
from gateway.web.behind import Behind

MOST_CHOICES: Final = 40


def choices(behind: Behind, station: StationId) -> dict[str, Any]:
    """Give what may be chosen at a station where nothing was scanned, each with the request that chooses it."""
    desk = behind.desks().get(station)
    if desk is None:
        return {"lots": [], "crates": []}
    registers = behind.house.registers
    crates = [
        {"name": {"vi": crate.name, "en": crate.name}, "request": {"do": "choose-crate", "crate": code}}
        for code, crate in registers.crate.items()
    ]
    if desk.table.step == "receiving":
        farms = [
            {"name": _both(f"{farm.name} · {farm.area}"), "request": {"do": "open-lot", "farm": card}}
            for card, farm in registers.farm.items()
        ]
        return {"lots": farms, "crates": crates}
    lots = [
        {
            "name": {
                "vi": f"{code} · {product.name.vi} · {kg(book.received_kg - book.packed_kg)}",
                "en": f"{code} · {product.name.en} · {kg(book.received_kg - book.packed_kg)}",
            },
            "request": {"do": "bind-lot", "lot": code},
        }
        for code, book in sorted(behind.house.lots.items(), reverse=True)
        if book.state == "received" and (product := registers.product.get(book.lot.product)) is not None
    ]
    return {"lots": lots[:MOST_CHOICES], "crates": []}


def _both(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}
