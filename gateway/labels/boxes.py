"""What stands on a label: boxes in millimetres and what each of them holds."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from gateway.settings import Amount, Settings

LEAST_MODULE_DOTS: Final = 4
LEAST_MODULE_MM: Final = Decimal("0.396")
"""GS1's smallest module at retail (domain.md §5); below 4 whole dots, blurred prints stop reading (printers.md §7)."""

LEAST_BAR_MM: Final = Decimal("0.25")
"""GS1-128's thinnest bar in general distribution of small items; on logistic units it is 0.495 mm."""

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


class Code(Box):
    """`[[code]]`: a GS1-128 or GS1 DataMatrix of an element string, its quiet zone within the box.

    `module_mm` is the width of a bar or square; nothing narrower is taken. `text_mm` is the size of the element string
    under the bars, as GS1 wants it beside a linear symbol; none where it is left out.
    """

    carrier: Literal["gs1-128", "gs1-datamatrix"]
    field: str
    module_mm: Annotated[Amount, Field(ge=LEAST_BAR_MM)]
    text_mm: TextSize | None = None
    optional: bool = False

    @property
    def quiet_modules(self) -> int:
        """Modules that stay white beside the symbol: 10 left and right of bars, 2 all round a DataMatrix (GS1: 1)."""
        return 10 if self.carrier == "gs1-128" else 2

    @model_validator(mode="after")
    def _squares_are_readable(self) -> "Code":
        if self.carrier == "gs1-datamatrix" and self.module_mm < LEAST_MODULE_MM:
            raise ValueError(f"a DataMatrix needs modules of {LEAST_MODULE_MM} mm or more")
        return self


class Text(Box):
    """`[[text]]`: one field (or one of the template's own `texts`) alone in a box.

    It is drawn at `size_mm`, or as much smaller as it must be down to `least_mm`, in at most `lines` lines. An optional
    one may be missing, and words that are optional may be empty: a market's, for instance, everywhere else.
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


def least_module(dots_per_mm: Decimal) -> int:
    """Give the fewest whole dots a QR module may have on a printer."""
    return max(LEAST_MODULE_DOTS, int((LEAST_MODULE_MM * dots_per_mm).to_integral_value(ROUND_CEILING)))
