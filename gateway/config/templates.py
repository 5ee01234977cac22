"""The label templates a house prints: those that come with the gateway, then its own in `labels/`, then `[label.*]`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from gateway.config import words
from gateway.config.document import Document, read
from gateway.config.mistakes import Mistake, did_you_mean
from gateway.config.refused import refusals

if TYPE_CHECKING:
    from gateway.labels.template import LabelTable, Template

SHIPPED: Final = Path(__file__).parents[2] / "config" / "labels"
"""The templates that come with the gateway."""


def read_templates(
    directory: Path, labels: "Mapping[str, LabelTable]", document: Document
) -> "tuple[dict[str, Template], list[Mistake]]":
    """Read every template by its file's name; a house's own file takes the place of a shipped one of the same name."""
    from gateway.labels.template import Template  # only a house that prints needs templates

    files = {path.stem: path for folder in (SHIPPED, directory) for path in sorted(folder.glob("*.toml"))}
    for name, table in labels.items():
        if table.file:
            own = directory / table.file
            files[name] = own if own.exists() else SHIPPED / table.file
    templates: dict[str, Template] = {}
    mistakes = list(_unknown(labels, files, document))
    for name, path in files.items():
        source = read(path, f"{directory.name}/{path.name}")
        mistakes += source.mistakes
        if not source.data:
            continue
        if name in labels:
            mistakes += _reworded(source.data, labels[name], name, document)
        try:
            templates[name] = Template.model_validate(source.data)
        except ValidationError as error:
            mistakes += (source.mistake(place, what) for place, what in refusals(Template, source.data, error))
    return templates, mistakes


def _unknown(labels: "Mapping[str, LabelTable]", files: Mapping[str, Path], document: Document) -> Iterator[Mistake]:
    for name in labels.keys() - files.keys():
        yield document.mistake(("label", name), words.no_such_name(words.TEMPLATE, name, files))


def _reworded(template: dict[str, Any], label: "LabelTable", name: str, document: Document) -> Iterator[Mistake]:
    """Put this house's words, or a market's, in place of the template's; only words it has can be replaced."""
    from gateway.labels.template import reword

    markets = template.get("market", {})
    if label.market is not None and label.market not in markets:
        yield document.mistake(("label", name, "market"), words.no_such_name(words.MARKET, label.market, markets))
    own = template.setdefault("texts", {})
    for text in label.texts.keys() - own.keys():
        yield document.mistake(("label", name, "texts", text), words.UNKNOWN_KEY + did_you_mean(text, own))
    reword(template, label)
