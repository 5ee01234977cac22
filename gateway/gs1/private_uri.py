"""URIs under the house's own domain, for what has no GS1 key.

Farms, areas and rules have none, and nothing has one in a house that is no member of GS1 (domain.md §3). Such a URI
holds neither weights nor dates, and no symbol but a QR carries it.

    https://{domain}/{site | lot | carton | pallet | location | party | device | document | farm | area}/{name}
"""

import re
from typing import Final
from urllib.parse import quote, unquote

from gateway.gs1.codes import CartonCode, Code, LotTag, PalletCode
from gateway.gs1.identifiers import CodeWrong, carton_number, lot_code

_ONE_NAME: Final = re.compile(r"(?P<kind>lot|carton|pallet)/(?P<name>[^/?#]+)/?(?:[?#].*)?")

_PALLET: Final = re.compile(r"[0-9]{12}")


def private_uri(domain: str, *path: str) -> str:
    """Give the URI of a thing of this house; `path` is its kind and its name."""
    return "/".join([f"https://{domain}", *(quote(part, safe="") for part in path)])


def read_private(uri: str, domain: str) -> Code | None:
    """Say which lot, carton or pallet of this house a URI names; None when it is none of them. Their GTIN is empty.

    Raises:
        CodeWrong: It names one by a code that cannot be.
    """
    scheme, _, rest = uri.partition("://")
    begin = f"{domain}/"
    if scheme.lower() not in {"http", "https"} or rest[: len(begin)].lower() != begin.lower():
        return None
    found = _ONE_NAME.fullmatch(rest[len(begin) :])
    if found is None:
        return None
    try:
        name = unquote(found["name"], errors="strict")
    except UnicodeDecodeError:
        raise CodeWrong(f"{uri!r}: is not UTF-8 behind its percent signs") from None
    match found["kind"]:
        case "lot":
            return LotTag("", lot_code(name))
        case "carton":
            return CartonCode("", carton_number(name))
        case _:
            if not _PALLET.fullmatch(name):
                raise CodeWrong(f"pallet {name!r}: must be 12 digits")
            return PalletCode(name)
