"""What a settings class refuses, in words: where pydantic's errors become mistakes a technician can mend."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from gateway.config import words
from gateway.config.mistakes import Words, did_you_mean

Path = tuple[str | int, ...]

_SECRETS: Final = re.compile(r"(^|_)(password|passwd|secret|token|pin|passphrase)$")
_KEY_FIRST: Final = re.compile(r"((?:[\w-]+\.)*[\w-]+): (.+)", re.DOTALL)
_WANTED: Final = {
    "int_type": words.INTEGER,
    "int_from_float": words.INTEGER,
    "float_type": words.NUMBER,
    "decimal_type": words.NUMBER,
    "string_type": words.STRING,
    "bool_type": words.BOOLEAN,
    "dict_type": words.TABLE,
    "model_type": words.TABLE,
    "model_attributes_type": words.TABLE,
    "list_type": words.ARRAY,
    "tuple_type": words.ARRAY,
    "date_type": words.DATE,
    "date_from_datetime_parsing": words.DATE,
}
_EDGES: Final = ("ge", "gt", "le", "lt")
_BEYOND: Final = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


class Refusal(NamedTuple):
    """A place in a table, and what is wrong there."""

    path: Path
    words: Words


def refusals(table: type[BaseModel], data: Mapping[str, Any], error: ValidationError) -> Iterator[Refusal]:
    """Say everything `table` found wrong with `data`; paths are as in the file, below the table."""
    for detail in error.errors(include_url=False):
        path = tuple(_existing(data, detail["loc"], keep_last=detail["type"] == "missing"))
        yield _refusal(table, path, detail)


def _refusal(table: type[BaseModel], path: Path, detail: ErrorDetails) -> Refusal:
    kind, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    around, kin = _annotation(table, path[:-1]), _annotation(table, path)
    if kind == "extra_forbidden":
        return Refusal(path, _unknown(path, around))
    if kind == "missing":
        return Refusal(path, words.missing(str(path[-1])))
    if kind == "literal_error":
        return Refusal(path, words.no_such_value(found, _choices(kin)))
    if kind == "string_pattern_mismatch":
        return Refusal(path, words.wrong_form(found, str(context["pattern"])))
    if kind in ("value_error", "assertion_error"):
        return _said_by_owner(path, str(context["error"]), found)
    if kind in _BEYOND:
        return Refusal(path, words.out_of_range(_edges(kin), found))
    if wanted := _WANTED.get(kind) or (words.NUMBER if kind == "is_instance_of" else None):
        return Refusal(path, _wrong_type(wanted, found))
    return Refusal(path, Words(detail["msg"], detail["msg"]))


def _existing(data: Any, location: Sequence[str | int], *, keep_last: bool) -> Iterator[str | int]:
    """Leave out of a location what is not in the file: pydantic names the branch of a union there."""
    for depth, part in enumerate(location):
        here = isinstance(part, str) and isinstance(data, Mapping) and part in data
        here = here or (isinstance(part, int) and isinstance(data, list) and part < len(data))
        if here:
            data = data[part]
            yield part
        elif keep_last and depth == len(location) - 1:
            yield part


def _unknown(path: Path, around: Sequence[Any]) -> Words:
    key = str(path[-1])
    if _SECRETS.search(key):
        return words.SECRET
    known = {name for model in _models(around) for name in model.model_fields}
    return words.UNKNOWN_KEY + did_you_mean(key, known)


def _said_by_owner(path: Path, message: str, found: object) -> Refusal:
    """Take a validator's own sentence; one that begins with a key speaks of that key below the table."""
    if match := _KEY_FIRST.fullmatch(message):
        keys = match.group(1).split(".")
        if isinstance(found, Mapping):
            path, message = (*path, *keys), match.group(2)
    return Refusal(path, words.from_owner(message, found))


def _wrong_type(wanted: Words, found: object) -> Words:
    if isinstance(found, str) and wanted is not words.STRING:
        if re.fullmatch(r"[+-]?\d+,\d+", found):
            return words.decimal_comma(found)
        if re.fullmatch(r"[+-]?\d+(\.\d+)?", found):
            return words.without_quotes(found)
    return words.wrong_type(wanted, _called(found))


def _called(found: object) -> Words:
    """Name the TOML type of a value, and the value where it is short."""
    match found:
        case bool():
            return Words(str(found).lower(), str(found).lower())
        case int():
            return words.INTEGER + Words(f" {found}", f" {found}")
        case Decimal() | float():
            return words.NUMBER + Words(f" {found}", f" {found}")
        case str():
            return words.STRING + Words(f" '{found}'", f" '{found}'")
        case list() | tuple():
            return words.ARRAY
        case datetime() | date() | time():
            return words.DATE
    return words.TABLE


def _annotation(table: type[BaseModel], path: Path) -> list[Any]:
    """Follow a path through annotations: everything that may stand there, with its metadata still on it."""
    standing: list[Any] = [table]
    for part in path:
        standing = [inner for one in _plain(standing) for inner in _below(one, part)]
    return standing


def _below(annotation: Any, part: str | int) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(part))
        return [field] if field else []
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if isinstance(part, str) and origin is dict:
        return [arguments[1]]
    return [arguments[0]] if isinstance(part, int) and origin in (list, tuple) else []


def _plain(annotations: Sequence[Any]) -> Iterator[Any]:
    """Unwrap fields, Annotated and unions."""
    for one in annotations:
        if isinstance(one, FieldInfo):
            yield from _plain([one.annotation])
        elif hasattr(one, "__metadata__"):
            yield from _plain([one.__origin__])
        elif get_origin(one) in (Union, UnionType):
            yield from _plain(get_args(one))
        else:
            yield one


def _models(annotations: Sequence[Any]) -> Iterator[type[BaseModel]]:
    for one in _plain(annotations):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one


def _choices(annotations: Sequence[Any]) -> list[str]:
    return [str(value) for one in _plain(annotations) if get_origin(one) is Literal for value in get_args(one)]


def _edges(annotations: Sequence[Any]) -> dict[str, Any]:
    """Collect the bounds a number must keep, wherever they are written in its annotation."""
    found: dict[str, Any] = {}
    for one in annotations:
        metadata: Sequence[Any] = ()
        inner: Sequence[Any] = ()
        if isinstance(one, FieldInfo):
            metadata, inner = one.metadata, [one.annotation]
        elif hasattr(one, "__metadata__"):
            metadata, inner = one.__metadata__, [one.__origin__]
        elif get_origin(one) in (Union, UnionType):
            inner = get_args(one)
        for mark in metadata:
            marks = mark.metadata if isinstance(mark, FieldInfo) else [mark]
            found |= {edge: getattr(each, edge) for each in marks for edge in _EDGES if hasattr(each, edge)}
        found = _edges(inner) | found
    return found
