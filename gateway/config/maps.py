"""The register maps of this house, `maps/*.toml` and `maps/scales/*.toml` beside the config file, line by line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from gateway.config.document import Document, read
from gateway.config.map_words import manual_address
from gateway.config.mistakes import Mistake
from gateway.config.refused import refusals
from gateway.drivers.register_map import RegisterMap
from gateway.drivers.weight_map import FOLDER, WeightMap
from gateway.settings import Settings

_AS_IN_MANUALS: Final = (range(30_001, 40_000), range(40_001, 50_000))
"""3xxxx input registers, 4xxxx holding registers; hardly any device has that many on the wire."""


def read_maps(directory: Path) -> list[Mistake]:
    """Give everything that is wrong with the house's own maps, used or not."""
    return [
        mistake
        for folder, kind in ((directory, RegisterMap), (directory / FOLDER, WeightMap))
        for path in sorted(folder.glob("*.toml"))
        for mistake in _wrong(path, f"{directory.name}/{path.relative_to(directory)}", kind)
    ]


def _wrong(path: Path, name: str, kind: type[Settings]) -> Iterator[Mistake]:
    document = read(path, name)
    yield from document.mistakes
    if document.mistakes and not document.data:
        return
    try:
        kind.model_validate(document.data)
    except ValidationError as error:
        for place, what in refusals(kind, document.data, error):
            yield document.mistake(place, what)
    yield from _counted_as_in_manuals(document)


def _counted_as_in_manuals(document: Document) -> Iterator[Mistake]:
    for key, address in _addresses(document):
        if isinstance(address, int) and any(address in numbers for numbers in _AS_IN_MANUALS):
            yield document.mistake(key, manual_address(address), notice=True)


def _addresses(document: Document) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield the addresses of values and flags as they stand in the file."""
    points = document.data.get("point")
    for at, point in enumerate(points if isinstance(points, list) else ()):
        if isinstance(point, dict):
            yield ("point", at, "address"), point.get("address")
    for table in ("weight", "status"):
        if isinstance(own := document.data.get(table), dict):
            yield (table, "address"), own.get("address")


def told_twice(mistake: Mistake, of_maps: list[Mistake]) -> bool:
    """Whether a device complains of a map whose mistakes are already told line by line."""
    return any(mistake.words.en.startswith(f"{other.file}: ") for other in of_maps if not other.notice)
