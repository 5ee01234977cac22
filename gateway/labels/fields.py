"""What a label says: the fields of a journal entry's body, written as people read them."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from gateway.errors import LabelRefused
from gateway.event import Json

Kind = Literal["carton", "receipt"]
"""The kinds of journal entries that have a label: a packed carton, a closed receipt (its lot tag)."""

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "carton": frozenset(
        {
            "product",
            "lot",
            "serial",
            "gtin",
            "net",
            "packed",
            "harvested",
            "best_before",
            "area",
            "facility",
            "uri",
        }
    ),
    "receipt": frozenset(
        {
            "product",
            "lot",
            "gtin",
            "net",
            "harvested",
            "area",
            "receipt",
            "crates",
            "uri",
        }
    ),
}
"""The names a template may use, by kind."""

OPTIONAL: Final = frozenset({"best_before", "area", "facility", "harvested", "crates"})
"""Fields an entry may lack; a template says for each whether the label may."""

NO_BREAK: Final = "\u00a0"
THOUSANDS: Final = "\u202f"

_NET_IN_LINK = re.compile(r"[?&]310(?P<decimals>\d)=(?P<digits>\d{6})(?:&|$)")


def fields_of(kind: str, body: Mapping[str, Json]) -> dict[str, str]:
    """Give the fields of the label that belongs to an entry, by name; text is NFC.

    The net weight has as many decimals as the scale sent: they are read from the Digital Link (AI 310n), since a JSON
    number keeps no trailing zeros. So paper and QR cannot differ.

    Raises:
        LabelRefused: No label belongs to this kind, or the body lacks something every such label must say.
    """
    if kind not in _READ:
        raise LabelRefused(f"an entry of kind {kind!r} has no label")
    fields = _READ[kind](body)
    for name in sorted(FIELDS[kind] - OPTIONAL):
        if not fields.get(name):
            raise LabelRefused(f"the {kind} entry does not say its {name}, which its label must show")
    return {name: unicodedata.normalize("NFC", text) for name, text in fields.items() if text}


def _carton(body: Mapping[str, Json]) -> dict[str, str]:
    ilmd = _table(body, "ilmd")
    uri = _text(ilmd, "ph:labelUri")
    return {
        "product": _text(ilmd, "ph:productName"),
        "lot": _text(ilmd, "cbvmda:lotNumber"),
        "serial": _text(body, "ph:serial"),
        "gtin": _text(body, "ph:gtin"),
        "net": _kilograms(_amount(ilmd, "ph:netWeightKg"), uri),
        "packed": _day(ilmd, "ph:packDate"),
        "harvested": _day(ilmd, "ph:harvestDate"),
        "best_before": _day(ilmd, "cbvmda:bestBeforeDate"),
        "area": _text(ilmd, "ph:growingAreaCode"),
        "facility": _text(ilmd, "ph:packingFacilityCode"),
        "uri": uri,
    }


def _receipt(body: Mapping[str, Json]) -> dict[str, str]:
    uri = _text(body, "ph:labelUri")
    return {
        "product": _text(body, "ph:productName"),
        "lot": _text(body, "ph:lot"),
        "gtin": _text(body, "ph:gtin"),
        "net": _kilograms(_received(body), uri),
        "harvested": _day(body, "ph:harvestDate"),
        "area": _text(body, "ph:growingAreaCode"),
        "receipt": _text(body, "ph:receipt"),
        "crates": _text(body, "ph:crateCount"),
        "uri": uri,
    }


def _received(body: Mapping[str, Json]) -> Decimal | None:
    """Give the receipt's net mass in kg: the quantity of its one lot."""
    quantities = body.get("quantityList")
    first = quantities[0] if isinstance(quantities, list) and quantities else None
    return _amount(first, "quantity") if isinstance(first, dict) else None


def _kilograms(net: Decimal | None, uri: str) -> str:
    if net is None:
        return ""
    found = _NET_IN_LINK.search(uri)
    if found:
        coded = Decimal(found["digits"]).scaleb(-int(found["decimals"]))
        if coded != net:
            raise LabelRefused(f"the QR would say {coded} kg where the entry says {net} kg")
        net = coded
    return f"{decimal_comma(net)}{NO_BREAK}kg"


def decimal_comma(amount: Decimal) -> str:
    """Write an amount as people here read it: decimal comma, all its decimals, groups of three from 10 000 up."""
    sign, digits, point = "−" if amount < 0 else "", f"{abs(amount):f}", ""
    whole, point, fraction = digits.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", THOUSANDS)
    return f"{sign}{whole}{',' if point else ''}{fraction}"


def _table(body: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, Json], key: str) -> str:
    value = body.get(key)
    return "" if value is None else str(value)


def _amount(body: Mapping[str, Json], key: str) -> Decimal | None:
    value = body.get(key)
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def _day(body: Mapping[str, Json], key: str) -> str:
    """Write an ISO date as dd/mm/yyyy.

    Raises:
        LabelRefused: It is no date.
    """
    text = _text(body, key)
    if not text:
        return ""
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        raise LabelRefused(f"{key}: {text!r} is no date") from None


_READ: Final[Mapping[str, Callable[[Mapping[str, Json]], dict[str, str]]]] = {"carton": _carton, "receipt": _receipt}
