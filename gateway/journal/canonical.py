"""One way to write a document down: RFC 8785 canonical JSON with exact decimals."""

import json
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NoReturn, cast

import rfc8785

from gateway.event import Json

DIGITS: Final = 15
"""Significant digits every JSON reader keeps: a double holds any decimal of up to 15 exactly enough to give it back."""


def canonical(document: Json) -> bytes:
    """Give the RFC 8785 bytes of a document; Decimals become JSON numbers with the very same value.

    Raises:
        ValueError: A number of more than 15 significant digits, a float, bytes, or a key that is no text.
    """
    return _written(document)[0]


def written(document: dict[str, Json]) -> tuple[bytes, dict[str, Json]]:
    """Give the RFC 8785 bytes of a document, and what `parse` reads in them: the same document, nothing of it shared.

    Raises:
        ValueError: As `canonical`.
    """
    body, read_back = _written(document)
    return body, parse(body) if read_back is None else read_back


@lru_cache(maxsize=256)
def quoted(text: str) -> str:
    """Give a text as RFC 8785 writes it, in its quotation marks; for the few that come again and again."""
    return _ENCODER.encode(text)


def _written(document: Json) -> tuple[bytes, Any]:
    """Give the bytes, and what is to be read in them; None where that has to be seen."""
    odd: list[object] = []
    read_back = _read_back(document, odd)
    return (rfc8785.dumps(_floats(read_back)), None) if odd else (_ENCODER.encode(read_back).encode(), read_back)


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False, default=float
)
"""Written in C, it gives the bytes of RFC 8785 ten times as fast, but for a few odd things.

These are numbers with an exponent, whole numbers beyond 2^53 (which RFC 8785 refuses), and the order of keys beyond the
basic plane. What it does not know, Decimals, are floats to it.
"""

SAFE: Final = 2**53 - 1
"""The highest whole number RFC 8785 writes."""


def parse(text: bytes) -> dict[str, Json]:
    """Read a JSON object; numbers with a fraction or an exponent are Decimal, never float.

    Raises:
        ValueError: Not JSON, not an object, or NaN or Infinity in it.
    """
    document = _DECODER.decode(text.decode(json.detect_encoding(text), "surrogatepass"))
    if not isinstance(document, dict):
        raise ValueError("a document is a JSON object")  # noqa: TRY004 - what was read is wrong, not how it is called
    return cast("dict[str, Json]", document)


def _read_back(value: object, odd: list[object]) -> Any:
    """Give a copy as `parse` would; what the quick encoder would write otherwise is noted in `odd`."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if isinstance(value, dict):
        fields: dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise ValueError(f"a key must be text, not {key!r}")  # noqa: TRY004 - one kind of error for a bad document
            if not key.isascii():
                odd.append(key)
            fields[key] = item if type(item) is str else _read_back(item, odd)
        return fields
    if isinstance(value, Decimal):
        number = _number(value)
        if isinstance(number, int):
            return number
        text = repr(number)
        if "e" in text or abs(number) > SAFE:
            odd.append(number)
        return Decimal(text)
    if isinstance(value, int):
        if abs(value) > SAFE:
            odd.append(value)
        return int(value)
    if isinstance(value, (list, tuple)):
        return [_read_back(item, odd) for item in value]
    raise ValueError(f"a document cannot hold {kind.__name__} {value!r}")


def _floats(value: Any) -> Any:
    """Give a document with floats for Decimals, as the slow encoder wants it."""
    if isinstance(value, dict):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _number(value: Decimal) -> float | int:
    if not value.is_finite():
        raise ValueError(f"{value} is no JSON number")
    if len(str(value)) > DIGITS and len("".join(map(str, value.as_tuple().digits)).strip("0")) > DIGITS:
        raise ValueError(f"{value} has more than {DIGITS} significant digits")
    number = float(value)
    if Decimal(repr(number)) != value:  # beyond the range of a double
        raise ValueError(f"{value} cannot be written as a JSON number")
    return int(number) if number.is_integer() and abs(number) <= SAFE else number


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)
