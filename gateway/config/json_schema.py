"""The config file as a JSON Schema, for editors that complete and check while somebody types."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gateway.config.schema import CHOSEN, NAMED, OPTIONAL, REQUIRED, SINGLE, settings_class

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Give the schema of the whole file; names across tables are what `gateway check` knows besides."""
    single = {name: settings_class(reference) for name, reference in {**SINGLE, **OPTIONAL}.items()}
    named = {name: settings_class(reference) for name, reference in NAMED.items()}
    chosen = {name: [settings_class(one) for one in classes.values()] for name, (_, classes) in CHOSEN.items()}
    every: list[type[BaseModel]] = [
        *single.values(),
        *named.values(),
        *(one for some in chosen.values() for one in some),
    ]
    mode: JsonSchemaMode = "validation"
    refs, shared = models_json_schema([(model, mode) for model in every])

    def of(model: type[BaseModel]) -> dict[str, Any]:
        return dict(refs[model, mode])

    tables: dict[str, Any] = {name: of(model) for name, model in single.items()}
    tables |= {name: {"type": "object", "additionalProperties": of(model)} for name, model in named.items()}
    for name, models in chosen.items():
        key = CHOSEN[name][0]
        either = {"oneOf": [of(model) for model in models], "required": [key]}
        tables[name] = {"type": "object", "additionalProperties": either}
    return {
        "$schema": _DIALECT,
        "title": "gateway.toml",
        "type": "object",
        "properties": tables,
        "required": list(REQUIRED),
        "additionalProperties": False,
        **shared,
    }
