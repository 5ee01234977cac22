"""What a label says: the fields of a journal entry's body, written as people read them."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal
from urllib.parse import unquote

from gateway.errors import LabelRefused
from gateway.event import Json
from gateway.gs1.digital_link import ai_date, lot_class, parse, weight
from gateway.gs1.identifiers import CodeWrong
from gateway.labels.elements import element_string, from_link

Kind = Literal["carton", "lot", "receipt", "pallet", "test"]
"""What labels are of: a packed carton, a lot, a closed receipt (weigh slip), a pallet; the test label is of nothing."""

LABELS_OF: Final[Mapping[str, frozenset[Kind]]] = {
    "carton": frozenset({"carton"}),
    "receipt": frozenset({"lot", "receipt"}),
    "grading": frozenset({"lot"}),
    "pallet": frozenset({"pallet"}),
}
"""Which labels an entry of a kind can fill."""

REQUIRED: Final[Mapping[Kind, frozenset[str]]] = {
    "carton": frozenset({"product", "lot", "serial", "net", "packed", "uri"}),
    "lot": frozenset({"product", "lot", "net", "uri"}),
    "receipt": frozenset({"product", "lot", "net", "receipt", "uri"}),
    "pallet": frozenset({"sscc", "packed", "uri"}),
    "test": frozenset({"printer", "language", "head", "printed", "uri"}),
}
"""The fields every label of a kind has, by the names templates use."""

OPTIONAL: Final[Mapping[Kind, frozenset[str]]] = {
    "carton": frozenset({"gtin", "elements", "harvested", "best_before", "area", "facility"}),
    "lot": frozenset({"gtin", "elements", "harvested", "area", "crates", "receipt", "grade"}),
    "receipt": frozenset(
        {"gtin", "elements", "harvested", "area", "crates", "loads", "gross", "tare", "deduction", "weighed", "farm"}
    ),
    "pallet": frozenset(
        {"sscc_elements", "unit_elements", "contents", "product", "cartons", "net", "gross", "lots", "facility", "area"}
    ),
    "test": frozenset(),
}
"""Fields an entry may lack; a template says for each whether the label may.

GTINs and element strings lack in a house that is no member of GS1: no symbol but the QR carries its codes.
"""

FIELDS: Final[Mapping[Kind, frozenset[str]]] = {kind: REQUIRED[kind] | OPTIONAL[kind] for kind in REQUIRED}
"""The names a template may use, by kind."""

OF_GS1: Final = frozenset({"gtin", "elements", "sscc_elements", "unit_elements", "contents"})
"""Fields the labels of a house that is no member of GS1 do without; their QR holds a private URI."""

NO_BREAK: Final = "\u00a0"
THOUSANDS: Final = "\u202f"

_GTIN_IN_EPC: Final = re.compile(r"/01/(?P<gtin>\d{14})(?=/|$)")
_NAMED: Final = 2
_MOST_CARTONS: Final = 10**8
_NET_IN_LINK = re.compile(r"[?&]310(?P<decimals>\d)=(?P<digits>\d{6})(?:&|$)")


def fields_of(kind: str, body: Mapping[str, Json], paper: str = "") -> dict[str, str]:
    """Give the fields of the labels of an entry, by name; text is NFC. `paper` is the code of a graded lot.

    The net weight has as many decimals as the scale sent: they are read from the Digital Link (AI 310n), since a JSON
    number keeps no trailing zeros. So paper and QR cannot differ.

    Raises:
        LabelRefused: No label belongs to this kind, or the body lacks something every such label must say.
    """
    if kind not in LABELS_OF:
        raise LabelRefused(f"an entry of kind {kind!r} has no label")
    fields = _graded(body, paper) if kind == "grading" else _READ[kind](body)
    for name in sorted(_NEVER_MISSING[kind]):
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
        "elements": _elements(uri),
    }


def _receipt(body: Mapping[str, Json]) -> dict[str, str]:
    uri = _text(body, "ph:labelUri")
    net = _kilograms(_received(body), uri)
    decimals = len(net.removesuffix(f"{NO_BREAK}kg").partition(",")[2])
    return {
        "product": _text(body, "ph:productName"),
        "lot": _text(body, "ph:lot"),
        "gtin": _text(body, "ph:gtin"),
        "net": net,
        "gross": _weighed(body, "gross", decimals),
        "tare": _weighed(body, "tare", decimals),
        "deduction": _plain_kilograms(body, "ph:deductionKg", decimals),
        "weighed": _moment(_text(_measured(body), "time") or _text(body, "eventTime")),
        "harvested": _day(body, "ph:harvestDate"),
        "area": _text(body, "ph:growingAreaCode"),
        "farm": _farm(body),
        "receipt": _text(body, "ph:receipt"),
        "crates": _text(body, "ph:crateCount"),
        "loads": _text(body, "ph:loads"),
        "uri": uri,
        "elements": _elements(uri),
    }


def _graded(body: Mapping[str, Json], lot: str) -> dict[str, str]:
    """Give what the tag of one lot says that a grading made.

    Raises:
        LabelRefused: The grading made no such lot.
    """
    outputs = body.get("ph:outputs")
    rows = [row for row in outputs if isinstance(row, dict)] if isinstance(outputs, list) else []
    row = next((row for row in rows if row.get("ph:lot") == lot), None)
    if row is None:
        raise LabelRefused(f"no lot {lot!r} came out of this grading")
    gtin, ilmd = _text(row, "ph:gtin"), _table(body, "ilmd")
    uri = _text(row, "ph:labelUri") or (_of_set_82(lambda: lot_class(gtin, lot)) if gtin else "")
    return {
        "product": _text(row, "ph:name") or _text(body, "ph:productName"),
        "lot": lot,
        "gtin": gtin,
        "net": _kilograms(_amount(row, "ph:kg"), uri),
        "grade": _text(row, "ph:grade"),
        "harvested": _day(ilmd, "ph:harvestDate") or _day(body, "ph:harvestDate"),
        "area": _text(ilmd, "ph:growingAreaCode") or _text(body, "ph:growingAreaCode"),
        "crates": _text(row, "ph:crates"),
        "uri": uri,
        "elements": _elements(uri),
    }


def _pallet(body: Mapping[str, Json]) -> dict[str, str]:
    unit = _text(body, "parentID")
    sscc = unit.rpartition("/")[2]
    uri = _text(body, "ph:labelUri") or unit
    if not sscc or not uri.endswith(f"/{sscc}"):
        raise LabelRefused(f"the QR would say {uri!r}, the entry is of {unit!r}")
    count = _amount(body, "ph:cartonCount")
    lots = _listed(body, "ph:lots") or _listed(body, "ph:lot")
    packed = _text(body, "ph:packDate") or _text(body, "eventTime")[:10]
    return {
        **(_unit_elements(body, sscc, count, lots, packed) if unit.endswith(f"/00/{sscc}") else {}),
        "sscc": sscc,
        "product": _text(body, "ph:productName"),
        "cartons": "" if count is None else str(count),
        "net": _plain_kilograms(body, "ph:netWeightKg"),
        "gross": _plain_kilograms(body, "ph:grossWeightKg"),
        "lots": _first_of(lots),
        "packed": _day({"day": packed}, "day"),
        "facility": _text(body, "ph:packingFacilityCode"),
        "area": _first_of(_text(body, "ph:growingAreaCode").split(", ")),
        "uri": uri,
    }


Elements = list[tuple[str, str]]


def _unit_elements(
    body: Mapping[str, Json], sscc: str, count: Decimal | None, lots: Sequence[str], packed: str
) -> dict[str, str]:
    """Give what the symbols of a pallet say: its SSCC alone, what it holds beside it, and all of it in one."""
    holds, gross = _contents(body, count), _gross(body)
    whole = [("00", sscc), *holds, *gross, *_dated(packed, holds), *_of_lot(lots, holds)]
    return {
        "sscc_elements": _of_set_82(lambda: element_string([("00", sscc)])),
        "contents": _of_set_82(lambda: element_string(holds or gross, beside=("00",))),
        "unit_elements": _of_set_82(lambda: element_string(whole)),
    }


def _contents(body: Mapping[str, Json], count: Decimal | None) -> Elements:
    """Give what a pallet of one GTIN holds, (02) and (37); nothing for a mixed one.

    Raises:
        LabelRefused: It holds no whole number of cartons that a symbol can say.
    """
    gtin = _text(body, "ph:gtin") or _one_gtin(body)
    if count is None or not gtin:
        return []
    if count != count.to_integral_value() or not 0 < count < _MOST_CARTONS:
        raise LabelRefused(f"(37) {count}: a pallet holds 1 to 99 999 999 cartons")
    digits = str(int(count))
    # An even number of digits is shorter in Code 128, and means the same.
    return [("02", gtin), ("37", digits.zfill(len(digits) + len(digits) % 2))]


def _one_gtin(body: Mapping[str, Json]) -> str:
    """Give the GTIN of all cartons on a pallet, "" where they have several."""
    children = body.get("childEPCs")
    found = {_GTIN_IN_EPC.search(str(child)) for child in children} if isinstance(children, list) else set()
    gtins = {match["gtin"] if match else "" for match in found}
    return gtins.pop() if len(gtins) == 1 else ""


def _gross(body: Mapping[str, Json]) -> Elements:
    """Give a pallet's gross mass, (330n); nothing where nobody weighed it, or it is beyond six digits."""
    gross = _amount(body, "ph:grossWeightKg")
    if gross is None:
        return []
    try:
        return [weight("330", gross)]
    except ValueError:
        return []


def _dated(packed: str, holds: Elements) -> Elements:
    """Give the day a pallet was put together, (13): of what it holds, never alone."""
    try:
        return [("13", ai_date(date.fromisoformat(packed)))] if holds else []
    except ValueError:
        raise LabelRefused(f"ph:packDate: {packed!r} is no date") from None


def _of_lot(lots: Sequence[str], holds: Elements) -> Elements:
    """Give the lot of all that a pallet holds, (10)."""
    return [("10", lots[0])] if holds and len(lots) == 1 else []


def _first_of(names: Sequence[str]) -> str:
    """Write names as far as a label has room: two, and how many more there are, which its link leads to."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" +{more}" if more > 0 else "")


def _listed(body: Mapping[str, Json], key: str) -> list[str]:
    value = body.get(key)
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []


def _elements(uri: str) -> str:
    """Give what a Digital Link says as an element string; nothing for an address that holds no GS1 key.

    Raises:
        LabelRefused: It holds a wrong one, or what no element string can.
    """
    try:
        parse(uri)
    except CodeWrong as error:
        raise LabelRefused(str(error)) from error
    except ValueError:
        return ""
    return _of_set_82(lambda: from_link(uri))


def _of_set_82(make: Callable[[], str]) -> str:
    """Make an element string.

    Raises:
        LabelRefused: It cannot be made.
    """
    try:
        return make()
    except ValueError as error:
        raise LabelRefused(str(error)) from error


def _measured(body: Mapping[str, Json]) -> Mapping[str, Json]:
    """Give when and by what a receipt was weighed."""
    elements = body.get("sensorElementList")
    first = elements[0] if isinstance(elements, list) and elements else None
    return _table(first, "sensorMetadata") if isinstance(first, dict) else {}


def _weighed(body: Mapping[str, Json], kind: str, decimals: int) -> str:
    """Give one mass of a receipt, with the decimals its net mass is written with."""
    elements = body.get("sensorElementList")
    first = elements[0] if isinstance(elements, list) and elements else None
    reports = first.get("sensorReport") if isinstance(first, dict) else None
    for report in reports if isinstance(reports, list) else ():
        if isinstance(report, dict) and report.get("ph:weightKind") == kind:
            amount = _amount(report, "value")
            return "" if amount is None else _written(amount, decimals)
    return ""


def _plain_kilograms(body: Mapping[str, Json], key: str, decimals: int = 0) -> str:
    amount = _amount(body, key)
    return "" if amount is None else _written(amount, decimals)


def _written(amount: Decimal, decimals: int) -> str:
    """Write kilograms with at least so many decimals; never fewer than the amount has."""
    own = max(0, -int(amount.as_tuple().exponent))
    if own < decimals:
        amount = amount.quantize(Decimal(1).scaleb(-decimals))
    return f"{decimal_comma(amount)}{NO_BREAK}kg"


def _farm(body: Mapping[str, Json]) -> str:
    """Give the farm's id out of its private URI; its name stays in the house."""
    sources = body.get("sourceList")
    for source in sources if isinstance(sources, list) else ():
        uri = _text(source, "source") if isinstance(source, dict) else ""
        if "/farm/" in uri:
            return unquote(uri.rpartition("/")[2])
    return ""


def _moment(text: str) -> str:
    """Write an ISO time as dd/mm/yyyy HH:MM, in the offset it is written with: the house's own.

    Raises:
        LabelRefused: It is no time.
    """
    if not text:
        return ""
    try:
        return f"{datetime.fromisoformat(text):%d/%m/%Y %H:%M}"
    except ValueError:
        raise LabelRefused(f"{text!r} is no time") from None


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


_READ: Final[Mapping[str, Callable[[Mapping[str, Json]], dict[str, str]]]] = {
    "carton": _carton,
    "receipt": _receipt,
    "pallet": _pallet,
}
_NEVER_MISSING: Final[Mapping[str, frozenset[str]]] = {
    "carton": REQUIRED["carton"],
    "receipt": REQUIRED["receipt"],
    "grading": REQUIRED["lot"],
    "pallet": REQUIRED["pallet"],
}
