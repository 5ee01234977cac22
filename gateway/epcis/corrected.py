"""An event as it would read had the clock been right: bodies never change, views and exports apply the offset."""

from datetime import datetime, timedelta
from typing import Final

from gateway.epcis.times import local
from gateway.event import Json

_MS: Final = timedelta(milliseconds=1)
_OF_SENSORS: Final = ("time", "startTime", "endTime")


def corrected(body: dict[str, Json], offset_ms: int) -> dict[str, Json]:
    """Give an event with its times put right by `offset_ms`, and that many under `ph:clockOffsetMs`.

    Times a person wrote on a paper form (`ph:manual`) come from no clock of this machine, and stay. Dates on labels
    stay too: they are what the paper says.
    """
    if not offset_ms or body.get("ph:manual") is True:
        return body
    document = {**body, "eventTime": _moved(body["eventTime"], offset_ms), "ph:clockOffsetMs": offset_ms}
    elements = body.get("sensorElementList")
    if isinstance(elements, list):
        document["sensorElementList"] = [_sensed(element, offset_ms) for element in elements]
    return document


def corrected_declaration(body: dict[str, Json], of_original_ms: int, offset_ms: int) -> dict[str, Json]:
    """Give an error declaration put right: what it repeats as the original is, the rest by its own clock's offset."""
    declaration = body["errorDeclaration"]
    assert isinstance(declaration, dict), "an error declaration is what its kind says"
    document = corrected({key: value for key, value in body.items() if key != "errorDeclaration"}, of_original_ms)
    moved = declaration
    if offset_ms:
        moved = {**declaration, "declarationTime": _moved(declaration["declarationTime"], offset_ms)}
    return {**document, "errorDeclaration": moved}


def _sensed(element: Json, offset_ms: int) -> Json:
    if not isinstance(element, dict) or not isinstance(metadata := element.get("sensorMetadata"), dict):
        return element
    moved: dict[str, Json] = {key: _moved(metadata[key], offset_ms) for key in _OF_SENSORS if key in metadata}
    return {**element, "sensorMetadata": {**metadata, **moved}}


def _moved(written: Json, offset_ms: int) -> str:
    return local(datetime.fromisoformat(str(written)) + offset_ms * _MS)
