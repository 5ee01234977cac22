"""GS1 Digital Link URIs: those on our labels, and the canonical ones events are written with.

    https://{domain}/01/{gtin14}[/22/..][/10/{lot}][/21/{serial}]?{ai}={value}&...

Source: GS1 Digital Link Standard, URI Syntax 1.4; domain.md §5.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from gateway.gs1.application_identifiers import IDENTIFIERS, family
from gateway.gs1.identifiers import CodeWrong, giai, gln, gtin14, location_extension, sscc
from gateway.gs1.private_uri import private_uri

CANONICAL: Final = "id.gs1.org"

QUALIFIERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"01": ("22", "10", "21"), "00": (), "414": ("254",), "417": (), "8004": ()}
)
"""The keys we read and write, each with the qualifiers its path may hold, in their only order."""

_FORMS = {
    "01": re.compile(r"[0-9]{8}|[0-9]{12,14}"),
    "00": re.compile(r"[0-9]{18}"),
    "414": re.compile(r"[0-9]{13}"),
    "417": re.compile(r"[0-9]{13}"),
    "8004": re.compile(r".+"),
}

_WEIGHT_DIGITS = 6
_MOST_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a URI says: a key, its qualifiers in order, and attributes (the query) by application identifier."""

    key: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    domain: str = CANONICAL

    def __str__(self) -> str:
        path = "".join(f"/{ai}/{_encoded(value)}" for ai, value in ((self.key, self.value), *self.qualifiers))
        query = "&".join(f"{ai}={_encoded(self.attributes[ai])}" for ai in sorted(self.attributes))
        return f"https://{self.domain}{path}{'?' if query else ''}{query}"

    def get(self, ai: str) -> str | None:
        """Give the value of an application identifier wherever it stands; None when it is not there."""
        return {**self.attributes, **dict(self.qualifiers), self.key: self.value}.get(ai)


def carton_uri(
    domain: str, gtin: str, lot: str, serial: str, *, net: Decimal, packed_on: date, best_before: date | None = None
) -> str:
    """Give the URI in a carton's QR; `net` in kg with the scale's decimals. A private one where there is no GTIN.

    Raises:
        ValueError: A code is wrong, or the weight does not fit its six digits.
    """
    if not gtin:
        return private_uri(domain, "carton", serial)
    attributes = dict([weight("310", net)])
    attributes["13"] = ai_date(packed_on)
    if best_before is not None:
        attributes["15"] = ai_date(best_before)
    return str(DigitalLink("01", gtin14(gtin), (("10", lot), ("21", serial)), attributes, domain))


def lot_tag_uri(
    domain: str, gtin: str, lot: str, *, net: Decimal | None, harvested_from: date, harvested_to: date
) -> str:
    """Give the URI in a lot tag's QR; `net` in kg with the scale's decimals, None while nothing is weighed.

    It is a private one where there is no GTIN.

    Raises:
        ValueError: A code is wrong, or the weight does not fit its six digits.
    """
    if not gtin:
        return private_uri(domain, "lot", lot)
    attributes = dict([weight("310", net)]) if net is not None else {}
    days = (harvested_from, harvested_to) if harvested_from != harvested_to else (harvested_to,)
    attributes["7007"] = "".join(map(ai_date, days))
    return str(DigitalLink("01", gtin14(gtin), (("10", lot),), attributes, domain))


def lot_class(gtin: str, lot: str) -> str:
    """Give the canonical URI of a lot: GTIN and lot, the finest key of a quantity."""
    return str(DigitalLink("01", gtin14(gtin), (("10", lot),)))


def carton(gtin: str, serial: str) -> str:
    """Give the canonical URI of one carton: GTIN and serial, no lot."""
    return str(DigitalLink("01", gtin14(gtin), (("21", serial),)))


def pallet(code: str) -> str:
    """Give the canonical URI of a logistic unit."""
    return str(DigitalLink("00", sscc(code)))


def location(site_gln: str, extension: str | None = None) -> str:
    """Give the canonical URI of a site, or of a place within it."""
    qualifiers = (("254", location_extension(extension)),) if extension is not None else ()
    return str(DigitalLink("414", gln(site_gln), qualifiers))


def party(party_gln: str) -> str:
    """Give the canonical URI of a party."""
    return str(DigitalLink("417", gln(party_gln)))


def device(company_prefix: str, reference: str) -> str:
    """Give the canonical URI of a device."""
    return str(DigitalLink("8004", giai(company_prefix, reference)))


def weight(ai: str, kg: Decimal) -> tuple[str, str]:
    """Give a weight in kg as AI and value; `ai` is "310" (net) or "330" (gross), the decimals are those of `kg`.

    Raises:
        ValueError: Below zero, no number, more than 5 decimals, or more than 6 digits.
    """
    if not kg.is_finite() or kg < 0:
        raise ValueError(f"{kg} kg is no weight for a label")
    exponent = kg.as_tuple().exponent
    decimals = max(0, -int(exponent))
    digits = str(int(kg.scaleb(decimals)))
    if decimals > _MOST_DECIMALS or len(digits) > _WEIGHT_DIGITS:
        raise ValueError(f"{kg} kg does not fit the six digits of AI ({ai}{decimals})")
    return f"{ai}{decimals}", digits.zfill(_WEIGHT_DIGITS)


def ai_date(day: date) -> str:
    """Give a date as YYMMDD."""
    return f"{day:%y%m%d}"


def parse(uri: str) -> DigitalLink:
    """Read a Digital Link URI; query keys that are no application identifiers (linkType) are passed over.

    Raises:
        CodeWrong: It is a URI with a GS1 key, but not a valid one.
        ValueError: It is no Digital Link at all.
    """
    parts = urlsplit(uri)
    if parts.scheme.lower() not in {"https", "http"} or not parts.netloc:
        raise ValueError(f"{uri!r} is no web address")
    segments = parts.path.split("/")[1:]
    start = next((place for place, pair in enumerate(pairwise(segments)) if _is_key(*pair)), None)
    if start is None:
        raise ValueError(f"{uri!r} holds no GS1 key")
    domain = "/".join([parts.netloc.lower(), *segments[:start]])
    segments = [_decoded(uri, segment) for segment in segments[start:]]
    if len(segments) % 2 or not all(segments):
        raise CodeWrong(f"{uri!r}: a key or qualifier has no value")
    (key, value), *qualifiers = zip(segments[::2], segments[1::2], strict=True)
    _check_order(uri, [ai for ai, _ in qualifiers], QUALIFIERS[key])
    return DigitalLink(key, value, tuple(qualifiers), _attributes(uri, parts.query.split("&"), key), domain)


def _is_key(ai: str, value: str) -> bool:
    """Whether two segments are a key and its value, and not just any address with a 01 in it."""
    return ai in _FORMS and _FORMS[ai].fullmatch(value) is not None


def _check_order(uri: str, found: list[str], allowed: Iterable[str]) -> None:
    in_order = iter(allowed)
    for ai in found:
        if ai not in in_order:  # consumes what it passes, so that each qualifier comes once and in order
            raise CodeWrong(f"{uri!r}: ({ai}) may not stand there")


def _attributes(uri: str, pairs: Iterable[str], key: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for pair in pairs:
        ai, equals, encoded = pair.partition("=")
        if not equals or not ai.isascii() or not ai.isdigit():
            continue
        value = _decoded(uri, encoded)
        known = IDENTIFIERS.get(family(ai))
        if ai == key or ai in QUALIFIERS[key] or (known is not None and not known.in_query):
            raise CodeWrong(f"{uri!r}: ({ai}) belongs in the path")
        if attributes.setdefault(ai, value) != value:
            raise CodeWrong(f"{uri!r}: ({ai}) twice with different values")
    return attributes


def _encoded(value: str) -> str:
    return quote(value, safe="")


def _decoded(uri: str, text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise CodeWrong(f"{uri!r}: is not UTF-8 behind its percent signs") from None
