"""One way to write a document down: RFC 8785 canonical JSON with exact decimals."""

import json
from decimal import Decimal
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
    return rfc8785.dumps(_plain(document))


def parse(text: bytes) -> dict[str, Json]:
    """Read a JSON object; numbers with a fraction or an exponent are Decimal, never float.

    Raises:
        ValueError: Not JSON, not an object, or NaN or Infinity in it.
    """
    document = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    if not isinstance(document, dict):
        raise ValueError("a document is a JSON object")  # noqa: TRY004 - what was read is wrong, not how it is called
    return cast("dict[str, Json]", document)


def _plain(value: object) -> Any:
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal():
            return _number(value)
        case dict():
            return {_key(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    raise ValueError(f"a document cannot hold {type(value).__name__} {value!r}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"a key must be text, not {key!r}")  # noqa: TRY004 - one kind of error for a bad document
    return key


def _number(value: Decimal) -> float | int:
    if not value.is_finite():
        raise ValueError(f"{value} is no JSON number")
    digits = "".join(map(str, value.as_tuple().digits)).strip("0")
    if len(digits) > DIGITS:
        raise ValueError(f"{value} has more than {DIGITS} significant digits")
    number = float(value)
    if Decimal(repr(number)) != value:  # beyond the range of a double
        raise ValueError(f"{value} cannot be written as a JSON number")
    return number


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")
