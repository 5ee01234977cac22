"""The JSON Schema for editors takes the sample and refuses what `gateway check` refuses within a table."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gateway.__main__ import main
from gateway.config.json_schema import json_schema
from gateway.config.schema import TABLES

SAMPLE = Path(__file__).parents[1] / "config" / "gateway.toml"


def plain(value: Any) -> Any:
    """Give TOML as JSON knows it: dates are texts."""
    match value:
        case dict():
            return {key: plain(one) for key, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case bool() | int() | float() | str():
            return value
    return str(value)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema()


@pytest.fixture
def sample() -> dict[str, Any]:
    return plain(tomllib.loads(SAMPLE.read_text("utf-8")))


def test_schema_is_one_and_has_every_table(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(TABLES)


def test_sample_fits(schema: dict[str, Any], sample: dict[str, Any]) -> None:
    jsonschema.validate(sample, schema)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file["site"].pop("name"),
        lambda file: file["device"]["cold-rooms"].update(bauds=9600),
        lambda file: file["device"]["cold-rooms"].update(driver="modbus"),
        lambda file: file["device"]["cold-rooms"]["unit"]["cr1-front"].update(id=300),
        lambda file: file["device"]["gate-scale"].update(protocol="mt_sicks"),
        lambda file: file.update(stations={}),
        lambda file: file.pop("broker"),
    ],
)
def test_mistake_within_a_table_is_refused(
    schema: dict[str, Any], sample: dict[str, Any], spoil: Callable[[dict[str, Any]], object]
) -> None:
    spoil(sample)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(sample, schema)


def test_command_prints_it_without_a_config(capsys: pytest.CaptureFixture[str], schema: dict[str, Any]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", "--schema"])
    assert not ended.value.code
    assert json.loads(capsys.readouterr().out) == schema
