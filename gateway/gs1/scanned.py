"""What a scanned barcode says: element strings and Digital Links read and checked, anything else left as a local code.

biip splits element strings; what it does not check is checked here (domain.md §6): check digits it only reports,
companion identifiers, `?10=` in a URI, identifiers that come twice, a separator the scanner lost.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

from gateway.gs1 import digital_link
from gateway.gs1.application_identifiers import check_beside, check_value
from gateway.gs1.codes import CartonCode, Code, LocalCode, LotTag, PalletCode
from gateway.gs1.element_strings import GS, Element
from gateway.gs1.identifiers import CodeWrong, gtin14
from gateway.gs1.private_uri import read_private

REPLACEMENTS: Final = ("\\x1d", "^]", "|", "{GS}")
"""What scanners send instead of GS; no sign of these is in GS1 set 82, so none can be part of a value."""

ELEMENT_STRINGS: Final = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
"""Symbols that hold application identifiers and nothing else (ISO/IEC 15424)."""

TRADE_ITEMS: Final = frozenset({"]E0", "]E4", "]I1"})
"""Symbols that hold a bare GTIN: EAN-13 and UPC-A, EAN-8, ITF-14."""

_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-m]")
_LIKELY_ELEMENTS: Final = re.compile(r"01\d{14}|00\d{18}|\(\d{2,4}\)")
_READABLE: Final = re.compile(r"\((\d{2,4})\)([^(]+)")

# biip takes the second day of a harvest range (7007) for an hour and refuses it: days are judged here
_CONFIG: Final = ParseConfig(gs1_element_strings_verify_date=False)

_UNIT: Final = frozenset({"00"})
"""A logistic unit's key, which stands in a symbol of its own (domain.md §5): no companion of a symbol that is read."""


class Scanned(Protocol):
    """A barcode as a scanner sent it; `symbology` is its AIM identifier, where the scanner sends one."""

    @property
    def data(self) -> str: ...  # noqa: D102 - ISO/IEC 15424's own word

    @property
    def symbology(self) -> str | None: ...  # noqa: D102 - as above


def read(scan: Scanned, private_domain: str | None = None) -> Code:
    """Say what a scanned code means; a house without GS1 gives the domain its private URIs stand under.

    Raises:
        CodeWrong: It is a GS1 code with a wrong check digit, an impossible date or a missing companion.
    """
    symbology, data = _symbology(scan)
    if not data:
        raise CodeWrong("an empty code")
    if re.match(r"(?i)https?://", data):
        return _read_uri(data, private_domain)
    if symbology in TRADE_ITEMS:
        gtin14(data)
        return LocalCode(data)
    text = data
    for replacement in REPLACEMENTS:
        text = text.replace(replacement, GS)
    text = text.strip(GS)
    if symbology in ELEMENT_STRINGS or _LIKELY_ELEMENTS.match(text):
        return _meaning(_checked(_elements(text)), data)
    return LocalCode(data)


def _symbology(scan: Scanned) -> tuple[str | None, str]:
    """Give the AIM identifier, wherever it is, and the data without it and without what the scanner puts round it."""
    data = scan.data.strip("\r\n\t ")
    if scan.symbology:
        return scan.symbology, data.removeprefix(scan.symbology)
    found = _AIM.match(data)
    return (found[0], data[3:]) if found else (None, data)


def _read_uri(data: str, private_domain: str | None) -> Code:
    if private_domain is not None and (own := read_private(data, private_domain)) is not None:
        return own
    try:
        link = digital_link.parse(data)
    except CodeWrong:
        raise
    except ValueError:
        return LocalCode(data)  # a stamp's address, or any other: an opaque text
    attributes = [(ai, value) for ai, value in link.attributes.items() if _is_identifier(ai)]
    key_value = gtin14(link.value) if link.key == "01" else link.value
    pairs = [(link.key, key_value), *link.qualifiers, *attributes]
    return _meaning(_checked([_element(ai, value) for ai, value in pairs]), data)


def _elements(text: str) -> list[Element]:
    if text.startswith("("):
        if _READABLE.sub("", text):
            raise CodeWrong(f"{text!r} is no element string")
        return [_element(ai, value) for ai, value in _READABLE.findall(text)]
    return list(_split(text))


def _split(text: str) -> Iterator[Element]:
    """Yield the elements of an element string: each ends by its length or, if that varies, with GS or the end."""
    while text:
        try:
            element = GS1ElementString.extract(text, config=_CONFIG)
        except ParseError as error:
            raise CodeWrong(str(error)) from error
        text = text[len(element) :]
        if text and element.ai.separator_required and not text.startswith(GS):
            raise CodeWrong(f"({element.ai.ai}){element.value} runs on: a separator was lost")
        text = text.lstrip(GS)
        yield element.ai.ai, element.value


def _element(ai: str, value: str) -> Element:
    try:
        element = GS1ElementString.parse(ai + value, config=_CONFIG)
    except ParseError as error:
        raise CodeWrong(str(error)) from error
    if element.ai.ai != ai:
        raise CodeWrong(f"({ai}) is no application identifier")
    return ai, value


def _is_identifier(text: str) -> bool:
    try:
        return GS1ApplicationIdentifier.extract(text).ai == text
    except ParseError:
        return False


def _checked(elements: Sequence[Element]) -> dict[str, str]:
    """Check what concerns values and what stands beside them; give the values by identifier."""
    found: dict[str, str] = {}
    for ai, value in elements:
        _check_value(ai, value)
        if found.setdefault(ai, value) != value:
            raise CodeWrong(f"({ai}) twice: {found[ai]} and {value}")
    check_beside(found, _UNIT)
    return found


def _check_value(ai: str, value: str) -> None:
    check_value(ai, value)
    if ai == "7007" and value[6:] and value[6:] < value[:6]:
        raise CodeWrong(f"(7007){value} ends before it begins")


def _meaning(found: dict[str, str], data: str) -> Code:
    if "00" in found:
        return PalletCode(found["00"])
    gtin = found.get("01")
    if gtin is not None and "21" in found:
        return CartonCode(gtin, found["21"], found.get("10"))
    if gtin is not None and "10" in found:
        return LotTag(gtin, found["10"])
    return LocalCode(data)  # sound, but nothing this house acts on: a product alone, a place, a party
