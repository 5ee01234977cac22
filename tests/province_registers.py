"""Makes docs/province/registers.schema.json: `python -m tests.province_registers` (a changed contract)."""

import json
from pathlib import Path
from typing import Any

from gateway.registers.downlink import DOCUMENT

FILE = Path(__file__).parent.parent / "docs" / "province" / "registers.schema.json"

_KEYWORDS = {"ge": "minimum", "gt": "exclusiveMinimum"}
_NUMBER = [{"type": "number"}, {"type": "string"}]


def made() -> str:
    """Give the schema of all registers that may come down, made of the classes that read them."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A register, retained on {root}/v1/{site}/register/{name}",
        **_plain(DOCUMENT.json_schema()),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _plain(schema: Any) -> Any:
    """Say it as JSON Schema does: amounts are numbers, bounds are keywords of the standard."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: value for key, value in schema.items() if key != "discriminator"}
    if isinstance(plain.get("title"), str) and "properties" not in plain:
        del plain["title"]
    if plain.get("anyOf") == _NUMBER:
        del plain["anyOf"]
        plain["type"] = "number"
        places = plain.pop("decimal_places", None)
        if places is not None:
            plain["multipleOf"] = round(10**-places, places)
        if "default" in plain:
            plain["default"] = int(plain["default"])
    return {_KEYWORDS.get(key, key): _plain(value) for key, value in plain.items()}


if __name__ == "__main__":
    FILE.write_text(made(), "utf-8")
