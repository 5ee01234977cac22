"""Templates: labels as data, in millimetres, read from TOML and checked before the first label is drawn."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from gateway.errors import ConfigError
from gateway.labels.boxes import Box, Code, Column, MarkBox, Qr, Rule, Text
from gateway.labels.fields import FIELDS, OPTIONAL, Kind
from gateway.settings import Amount, Settings


class Market(Settings):
    """`[market.<name>]`: the words that are other on goods for one market."""

    texts: dict[str, str]


class Template(Settings):
    """One file of `config/labels/`: a label's size, its boxes and its words.

    `texts` holds the captions by field name, the marks' words (`reprint`, `practice`), and whatever `words` name.
    """

    kind: Kind
    width_mm: Annotated[Amount, Field(gt=0)]
    height_mm: Annotated[Amount, Field(gt=0)]
    texts: dict[str, str]
    market: dict[str, Market] = Field(default_factory=dict)
    qr: Qr
    mark: MarkBox
    code: Annotated[tuple[Code, ...], Field(strict=False)] = ()
    text: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    column: Annotated[tuple[Column, ...], Field(strict=False)] = ()
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _is_sound(self) -> "Template":
        mistakes = [*self._unknown_names(), *self._bad_boxes()]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def _unknown_names(self) -> Iterator[str]:
        known = FIELDS[self.kind]
        for field, optional in self._fields():
            if field not in known:
                yield f"a {self.kind} has no field {field!r}; it has {', '.join(sorted(known))}"
            elif optional and field not in OPTIONAL[self.kind]:
                yield f"{field} is never missing: it cannot be optional"
        wanted = {row.field for column in self.column for row in column.rows}
        wanted |= {text.words for text in self.text if text.words} | {"reprint", "practice"}
        yield from (f"texts has no {name}" for name in sorted(wanted - self.texts.keys()))
        for market, table in self.market.items():
            yield from (
                f"texts has no {name}, which market {market} changes" for name in table.texts.keys() - self.texts.keys()
            )

    def _fields(self) -> Iterator[tuple[str, bool]]:
        yield self.qr.field, False
        yield from ((code.field, code.optional) for code in self.code)
        yield from ((text.field, text.optional) for text in self.text if text.field)
        yield from ((row.field, row.optional) for column in self.column for row in column.rows)

    def _boxes(self) -> Iterator[tuple[str, Box]]:
        yield "qr", self.qr.square
        yield "mark", self.mark
        yield from ((f"code {code.field}", code) for code in self.code)
        yield from ((f"text {text.field or text.words}", text) for text in self.text)
        yield from ((f"column {number}", column) for number, column in enumerate(self.column, 1))
        yield from ((f"rule {number}", rule) for number, rule in enumerate(self.rule, 1))

    def _bad_boxes(self) -> Iterator[str]:
        for name, box in self._boxes():
            if box.x_mm + box.width_mm > self.width_mm or box.y_mm + box.height_mm > self.height_mm:
                yield f"{name} reaches beyond the label"
        for (name, box), (other_name, other) in combinations(self._boxes(), 2):
            if box.overlaps(other):
                yield f"{name} and {other_name} overlap"
        for number, column in enumerate(self.column, 1):
            if column.row_mm * len(column.rows) > column.height_mm:
                yield f"column {number} is too low for its {len(column.rows)} rows"

    def size(self, dots_per_mm: Decimal) -> tuple[int, int]:
        """Give width and height in a printer's dots."""
        return round(self.width_mm * dots_per_mm), round(self.height_mm * dots_per_mm)


class LabelTable(Settings):
    """`[label.<name>]`: words of one template that are other in this house or for this market.

    `file` names another template file in place of `config/labels/<name>.toml`; so one file serves several labels.
    `market` takes the words the template has for a market; `texts` come on top.
    """

    file: str | None = None
    market: str | None = None
    texts: dict[str, str] = Field(default_factory=dict)


def too_wide(template: Template, head_dots: int, dots_per_mm: Decimal) -> str | None:
    """Say why a template does not go through a printer's head; None when it does."""
    width, _ = template.size(dots_per_mm)
    if width <= head_dots:
        return None
    return f"the label is {width} dots wide, the printer's head only {head_dots}; choose a narrower template"


def read_template(path: Path, label: LabelTable | None = None) -> Template:
    """Read one template, with the words `label` gives in place of its own.

    Raises:
        ConfigError: The file cannot be read, or holds mistakes; all of them, one a line.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from error
    if label is not None and (mistakes := [*market_mistakes(table, label), *reword(table, label)]):
        raise ConfigError("\n".join(f"{path.name}: {mistake}" for mistake in mistakes))
    try:
        return Template.model_validate(table)
    except ValidationError as error:
        raise ConfigError("\n".join(_lines(path.name, error))) from error


def market_mistakes(table: Mapping[str, Any], label: LabelTable) -> Iterator[str]:
    """Say that a template, as read from TOML, has no words for the market a label is for."""
    markets = table.get("market", {})
    if label.market is not None and label.market not in markets:
        yield f"the template has no market {label.market!r}; it has {', '.join(sorted(markets)) or 'none'}"


def reword(table: dict[str, Any], label: LabelTable) -> list[str]:
    """Put a label's words in place of a template's, as read from TOML; say which words it does not have."""
    own = table.setdefault("texts", {})
    own.update(table.get("market", {}).get(label.market, {}).get("texts", {}))
    own.update((name, label.texts[name]) for name in label.texts.keys() & own.keys())
    return [f"the template has no text {name!r} to replace" for name in label.texts.keys() - own.keys()]


def _lines(name: str, error: ValidationError) -> Iterator[str]:
    for mistake in error.errors(include_url=False):
        key = ".".join(str(part) for part in mistake["loc"])
        what = re.sub(r"Decimal\('([^']*)'\)", r"\1", mistake["msg"])
        yield f"{name}: {key + ': ' if key else ''}{what}"


def load_templates(directory: Path, tables: Mapping[str, LabelTable] | None = None) -> dict[str, Template]:
    """Read every template of a directory by its file's name, with the words and files `[label.*]` gives in their place.

    Raises:
        ConfigError: Any of them holds mistakes; all of them, one a line.
    """
    tables = tables or {}
    files = {path.stem: path for path in sorted(directory.glob("*.toml"))}
    files |= {name: directory / table.file for name, table in tables.items() if table.file}
    mistakes = [
        f"label.{name}: no template of that name; there are {', '.join(files)}" for name in tables if name not in files
    ]
    templates = {}
    for name, path in files.items():
        try:
            templates[name] = read_template(path, tables.get(name))
        except ConfigError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return templates
