"""A register as it comes down: one whole document, numbered, checked, and kept as it came until a newer one is good.

`{"name": "areas", "version": 7, "issued": "2026-11-21T05:00:00+07:00", "rows": {"VN-XXOR-0000": {…}}}`
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from gateway.gs1.identifiers import CodeWrong, gln, gtin14
from gateway.registers import Registers
from gateway.registers.rows import Area, Crate, Customer, Facility, Farm, Late, Operator, Product
from gateway.registers.table import Downlinked

LARGEST: Final = 1024 * 1024
"""Bytes of a document: no packet of ours is larger."""

TABLES: Final[Mapping[Downlinked, str]] = MappingProxyType(
    {
        "areas": "area",
        "facilities": "facility",
        "products": "product",
        "customers": "customer",
        "farms": "farm",
        "crates": "crate",
        "people": "operator",
    }
)
"""The table of `local/*.toml` each register is."""

_AHEAD: Final = timedelta(hours=1)
_YEARS: Final = range(2000, 3000)


class RegisterRefused(ValueError):
    """A document that cannot be taken over; the one in use serves on."""


def _moment(value: object) -> object:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError("a time needs its offset")
    if isinstance(moment, datetime) and moment.year not in _YEARS:
        raise ValueError("is no time of ours")  # the zero of some clock, and what no other offset can write
    return moment


class RegisterDocument(Late):
    """What all registers have in common. The rows are the whole register: what is not among them is not in it."""

    version: Annotated[int, Field(ge=1, le=2**53)]
    issued: Annotated[datetime, BeforeValidator(_moment)]


class Areas(RegisterDocument):
    """Growing areas by code."""

    name: Literal["areas"]
    rows: dict[str, Area]


class Facilities(RegisterDocument):
    """Packing facilities by code."""

    name: Literal["facilities"]
    rows: dict[str, Facility]


class Products(RegisterDocument):
    """Products by id."""

    name: Literal["products"]
    rows: dict[str, Product]


class Customers(RegisterDocument):
    """Customers by id."""

    name: Literal["customers"]
    rows: dict[str, Customer]


class Farms(RegisterDocument):
    """Farm households by what their card says."""

    name: Literal["farms"]
    rows: dict[str, Farm]


class Crates(RegisterDocument):
    """Crate types by code."""

    name: Literal["crates"]
    rows: dict[str, Crate]


class People(RegisterDocument):
    """People by what their badge says."""

    name: Literal["people"]
    rows: dict[str, Operator]


Document = Annotated[Areas | Facilities | Products | Customers | Farms | Crates | People, Field(discriminator="name")]
DOCUMENT: Final[TypeAdapter[Document]] = TypeAdapter(Document, config=ConfigDict(defer_build=True))


@dataclass(frozen=True, slots=True)
class Sent:
    """A sound document: the rows as they stand in `Registers`, and what tells two of them apart."""

    name: Downlinked
    version: int
    issued: datetime
    rows: Mapping[str, Any]
    digest: str
    """SHA-256 of the rows: the same rows have the same, whenever they were issued."""


def read(name: str, payload: bytes, *, member: bool = False) -> Sent:
    """Read what came on the topic of a register; a `member` of GS1 needs the GTINs of its products.

    Raises:
        RegisterRefused: It is no document of that register; says where and why.
    """
    if len(payload) > LARGEST:
        raise RegisterRefused(f"{len(payload)} bytes; at most {LARGEST}")
    try:
        told = json.loads(payload, parse_float=Decimal, parse_constant=_no_number)
        document = DOCUMENT.validate_python(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the document"
        raise RegisterRefused(f"{where}: {first['msg']} ({error.error_count()} mistakes)") from None
    except (ValueError, RecursionError) as error:
        raise RegisterRefused(f"no JSON: {error}") from None
    if document.name != name:
        raise RegisterRefused(f"name: says {document.name!r} on the topic of {name!r}")
    for key, row in document.rows.items():
        _check_row(key, row, member=member)
    rows = json.dumps(told["rows"], sort_keys=True, ensure_ascii=False, default=str).encode()
    return Sent(document.name, document.version, document.issued, document.rows, hashlib.sha256(rows).hexdigest())


def check_follows(sent: Sent, before: Sent | None, now: datetime | None) -> bool:
    """Say whether a document changes anything; `now` is None while the clock cannot be trusted.

    Raises:
        RegisterRefused: It is older than the one in use, is another of the same version, or comes from the future.
    """
    if now is not None and sent.issued > now + _AHEAD:
        raise RegisterRefused(f"issued: {sent.issued.isoformat()} is yet to come")
    if before is None:
        return True
    if sent.version < before.version:
        raise RegisterRefused(f"version: {sent.version} is older than {before.version}, which is in use")
    if sent.version == before.version and sent.digest != before.digest:
        raise RegisterRefused(f"version: {sent.version} is in use with other rows; a change needs a new version")
    return sent.version > before.version or sent.issued > before.issued


def merged(local: Registers, sent: Iterable[Sent], wins: Iterable[Downlinked], *, member: bool = True) -> Registers:
    """Unite registers row by row; where both have a key, the row that came down stands if its register is in `wins`.

    A house that is no member of GS1 (`member` false) has no use for GTINs: they are left out.
    """
    winners = frozenset(wins)
    changed: dict[str, Any] = {}
    for one in sent:
        table = TABLES[one.name]
        rows = one.rows if member or one.name != "products" else _without_gtins(one.rows)
        own: Mapping[str, Any] = getattr(local, table)
        changed[table] = {**own, **rows} if one.name in winners else {**rows, **own}
    return local.model_copy(update=changed)


def kept(directory: Path, *, member: bool = False) -> dict[Downlinked, Sent]:
    """Read the documents kept in a directory, each in the file of its name; one that is damaged is passed over."""
    found: dict[Downlinked, Sent] = {}
    for name in get_args(Downlinked):
        try:
            found[name] = read(name, (directory / f"{name}.json").read_bytes(), member=member)
        except (OSError, RegisterRefused):
            continue
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _check_row(key: str, row: object, *, member: bool) -> None:
    """Look for what no single field shows.

    Raises:
        RegisterRefused: A check digit is wrong, a GTIN is missing, limits stand in the wrong order, a name is empty or
            longer than a code.
    """
    if not key or len(key) > _LONGEST_KEY:
        raise RegisterRefused(f"rows: {key!r}: a name has 1 to {_LONGEST_KEY} letters")
    try:
        match row:
            case Product():
                for code in row.gtins:
                    gtin14(code)
                if member and not all((row.gtin_lot, row.gtin_carton, *(grade.gtin for grade in row.grade.values()))):
                    raise RegisterRefused(f"rows.{key}: this house needs gtin_lot, gtin_carton and each grade's gtin")
                if row.min_kg >= row.max_kg:
                    raise RegisterRefused(f"rows.{key}: min_kg is not below max_kg")
            case Customer(gln=str(code)):
                gln(code)
    except CodeWrong as error:
        raise RegisterRefused(f"rows.{key}: {error}") from None


_LONGEST_KEY: Final = 64


def _without_gtins(rows: Mapping[str, Product]) -> dict[str, Product]:
    return {
        key: row.model_copy(
            update={
                "gtin_lot": "",
                "gtin_carton": "",
                "grade": {name: grade.model_copy(update={"gtin": ""}) for name, grade in row.grade.items()},
            }
        )
        for key, row in rows.items()
    }
