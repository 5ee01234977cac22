"""Templates: labels as data, in millimetres, read from TOML and checked before the first label is drawn."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import combinations
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError, model_validator

from gateway.errors import ConfigError
from gateway.labels.fields import FIELDS, OPTIONAL, Kind
from gateway.settings import Amount, Settings

LEAST_MODULE_DOTS: Final = 4
LEAST_MODULE_MM: Final = Decimal("0.396")
"""GS1's smallest module at retail (domain.md §5); below 4 whole dots, blurred prints stop reading (printers.md §7)."""

LEAST_TEXT_MM: Final = Decimal("1.75")
"""The smallest text whose Vietnamese marks stayed readable at 8 dots/mm: 14 dots (printers.md §5)."""

QUIET_MODULES: Final = 4

Weight = Literal["medium", "semibold"]
Mark = Literal["reprint", "practice"]
Millimetres = Annotated[Amount, Field(ge=0)]
TextSize = Annotated[Amount, Field(ge=LEAST_TEXT_MM)]


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle in dots; right and bottom are the first dots outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Dots across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Dots down."""
        return self.bottom - self.top

    @property
    def box(self) -> tuple[int, int, int, int]:
        """As Pillow wants it."""
        return (self.left, self.top, self.right, self.bottom)

    def holds(self, other: "Place") -> bool:
        """Say whether `other` lies wholly inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Box(Settings):
    """A rectangle of the label, from its left upper corner, in mm."""

    x_mm: Millimetres
    y_mm: Millimetres
    width_mm: Annotated[Amount, Field(gt=0)]
    height_mm: Annotated[Amount, Field(gt=0)]

    def place(self, dots_per_mm: Decimal) -> Place:
        """Give the rectangle in a printer's dots."""
        return Place(
            round(self.x_mm * dots_per_mm),
            round(self.y_mm * dots_per_mm),
            round((self.x_mm + self.width_mm) * dots_per_mm),
            round((self.y_mm + self.height_mm) * dots_per_mm),
        )

    def overlaps(self, other: "Box") -> bool:
        """Say whether the two share any area."""
        return (
            self.x_mm < other.x_mm + other.width_mm
            and other.x_mm < self.x_mm + self.width_mm
            and self.y_mm < other.y_mm + other.height_mm
            and other.y_mm < self.y_mm + self.height_mm
        )


class Qr(Settings):
    """`[qr]`: a square for the symbol and its quiet zone; `module_mm` is the wish, less is taken down to 4 dots."""

    field: str = "uri"
    x_mm: Millimetres
    y_mm: Millimetres
    size_mm: Annotated[Amount, Field(gt=0)]
    module_mm: Annotated[Amount, Field(ge=LEAST_MODULE_MM)]

    @property
    def square(self) -> Box:
        """The square as a box."""
        return Box(x_mm=self.x_mm, y_mm=self.y_mm, width_mm=self.size_mm, height_mm=self.size_mm)


class Text(Box):
    """`[[text]]`: one field (or one of the template's own `texts`) alone in a box.

    It is drawn at `size_mm`, or as much smaller as it must be down to `least_mm`, in at most `lines` lines.
    """

    field: str | None = None
    words: str | None = None
    size_mm: TextSize
    least_mm: TextSize = LEAST_TEXT_MM
    weight: Weight = "semibold"
    align: Literal["left", "centre", "right"] = "left"
    lines: Annotated[int, Field(ge=1, le=4)] = 1
    optional: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Text":
        if (self.field is None) == (self.words is None):
            raise ValueError("needs either field or words")
        return self


class Row(Settings):
    """One line of a column: a caption on the left (from `texts`, under the field's name), the field on the right."""

    field: str
    optional: bool = False


class Column(Box):
    """`[[column]]`: captions and values, a row each `row_mm`, all of one size; a missing optional row closes up."""

    row_mm: Annotated[Amount, Field(gt=0)]
    size_mm: TextSize
    least_mm: TextSize = LEAST_TEXT_MM
    rows: Annotated[tuple[Row, ...], Field(strict=False, min_length=1)]


class MarkBox(Box):
    """`[mark]`: room for IN LẠI or LÀM THỬ, white on black; empty on an ordinary label."""

    size_mm: TextSize


class Rule(Box):
    """`[[rule]]`: a black bar."""


class Template(Settings):
    """One file of `config/labels/`: a label's size, its boxes and its words.

    `texts` holds the captions by field name, the marks' words (`reprint`, `practice`), and whatever `words` name.
    """

    kind: Kind
    width_mm: Annotated[Amount, Field(gt=0)]
    height_mm: Annotated[Amount, Field(gt=0)]
    texts: dict[str, str]
    qr: Qr
    mark: MarkBox
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
            elif optional and field not in OPTIONAL:
                yield f"{field} is never missing: it cannot be optional"
        wanted = {row.field for column in self.column for row in column.rows}
        wanted |= {text.words for text in self.text if text.words} | {"reprint", "practice"}
        yield from (f"texts has no {name}" for name in sorted(wanted - self.texts.keys()))

    def _fields(self) -> Iterator[tuple[str, bool]]:
        yield self.qr.field, False
        yield from ((text.field, text.optional) for text in self.text if text.field)
        yield from ((row.field, row.optional) for column in self.column for row in column.rows)

    def _boxes(self) -> Iterator[tuple[str, Box]]:
        yield "qr", self.qr.square
        yield "mark", self.mark
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

    `file` names another template file in place of `config/labels/<name>.toml`.
    """

    file: str | None = None
    texts: dict[str, str] = Field(default_factory=dict)


def least_module(dots_per_mm: Decimal) -> int:
    """Give the fewest whole dots a QR module may have on a printer."""
    return max(LEAST_MODULE_DOTS, int((LEAST_MODULE_MM * dots_per_mm).to_integral_value(ROUND_CEILING)))


def too_wide(template: Template, head_dots: int, dots_per_mm: Decimal) -> str | None:
    """Say why a template does not go through a printer's head; None when it does."""
    width, _ = template.size(dots_per_mm)
    if width <= head_dots:
        return None
    return f"the label is {width} dots wide, the printer's head only {head_dots}; choose a narrower template"


def read_template(path: Path, texts: Mapping[str, str] | None = None) -> Template:
    """Read one template; `texts` replaces words of it.

    Raises:
        ConfigError: The file cannot be read, or holds mistakes; all of them, one a line.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from error
    own = table.get("texts", {})
    unknown = [name for name in texts or {} if name not in own]
    if unknown:
        raise ConfigError("\n".join(f"{path.name}: the template has no text {name!r} to replace" for name in unknown))
    if texts:
        table["texts"] = {**own, **texts}
    try:
        return Template.model_validate(table)
    except ValidationError as error:
        raise ConfigError("\n".join(_lines(path.name, error))) from error


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
            templates[name] = read_template(path, tables[name].texts if name in tables else None)
        except ConfigError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return templates
