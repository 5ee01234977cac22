"""Drawing: a template and its fields become one 1-bit picture at the printer's own dots."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Final

from PIL import Image, ImageDraw

from gateway.errors import LabelRefused
from gateway.labels.boxes import Column, Mark, Place, Text, Weight
from gateway.labels.codes import Symbol, draw_code, draw_qr
from gateway.labels.fonts import FACES, ONE_BIT, cap_height, drawable, face_of, ink, inked, missing_letters
from gateway.labels.template import Template

BLACK: Final = 0
WHITE: Final = 255
"""White in Pillow's mode "1" as it keeps it: with 1, its own inversion goes wrong."""
DOTS_PER_MM: Final = Decimal(8)
_LINE_PITCH: Final = 1.22
"""Base line to base line, in letter sizes: a hook below and a tilde over a hat above do not meet."""

_BOX: Final = {"x_mm", "y_mm", "width_mm", "height_mm"}

_WRAP_BELOW: Final = 0.85
"""A text on one line may be this much smaller than it could be before it is broken."""

_CAPTION_GAP: Final = 0.3
"""The least room between a caption and its value, in letter sizes."""


@dataclass(frozen=True, slots=True)
class Label:
    """A drawn label: `picture` has mode "1" (0 = black); outside `boxes` there is to be no ink. The QR comes first."""

    picture: Image.Image
    symbols: tuple[Symbol, ...]
    boxes: tuple[Place, ...]

    @property
    def symbol(self) -> Symbol:
        """The QR."""
        return self.symbols[0]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with the left end of its base line."""

    text: str
    weight: Weight
    size: int
    x: int
    y: int


def render(
    template: Template,
    fields: Mapping[str, str],
    *,
    marks: Collection[Mark] = (),
    dots_per_mm: Decimal = DOTS_PER_MM,
) -> Label:
    """Draw a label.

    Raises:
        LabelRefused: A field is missing, has a letter the font lacks, or does not fit; or the QR's modules would be
            smaller than a scanner needs.
    """
    picture = Image.new("1", template.size(dots_per_mm), WHITE)
    draw = ImageDraw.Draw(picture)
    draw.fontmode = ONE_BIT
    boxes = [rule.place(dots_per_mm) for rule in template.rule]
    for bar in boxes:
        _fill(draw, bar)
    for text in template.text:
        boxes.append(text.place(dots_per_mm))
        write(draw, _text_lines(template, text, fields, boxes[-1], dots_per_mm))
    for column in template.column:
        boxes.append(column.place(dots_per_mm))
        write(draw, _column_lines(template, column, fields, boxes[-1], dots_per_mm))
    if marks:
        boxes.append(template.mark.place(dots_per_mm))
        words = " · ".join(template.texts[mark] for mark in sorted(marks, reverse=True))
        text = Text(words="mark", align="centre", **template.mark.model_dump())
        _fill(draw, boxes[-1])
        write(draw, fitted(text, "mark", drawable(words), boxes[-1], dots_per_mm), WHITE)
    symbols = [draw_qr(picture, template.qr, fields, dots_per_mm)]
    for box in template.code:
        drawn = draw_code(picture, box, fields, dots_per_mm)
        if drawn is None:
            continue
        code, below = drawn
        symbols.append(code)
        if box.text_mm is not None:
            text = Text(words="code", align="centre", size_mm=box.text_mm, **box.model_dump(include=_BOX))
            boxes.append(below)
            write(draw, fitted(text, box.field, code.text, below, dots_per_mm))
    boxes += [code.place for code in symbols]
    return Label(picture, tuple(symbols), tuple(boxes))


def _fill(draw: ImageDraw.ImageDraw, place: Place) -> None:
    draw.rectangle((place.left, place.top, place.right - 1, place.bottom - 1), fill=BLACK)


def write(draw: ImageDraw.ImageDraw, lines: Sequence[Line], colour: int = BLACK) -> None:
    """Draw lines of text."""
    for line in lines:
        place = ink(line.text, line.weight, line.size)
        draw.bitmap((line.x + place.left, line.y + place.top), inked(line.text, line.weight, line.size), fill=colour)


def _said(fields: Mapping[str, str], name: str, *, optional: bool) -> str | None:
    """Give a field as it is drawn; None when it may be missing and is."""
    text = drawable(fields.get(name, ""))
    if not text:
        if optional:
            return None
        raise LabelRefused(f"{name} is missing; this template needs it")
    if face_of(text) is None:
        missing = min((missing_letters(text, face) for face in FACES), key=len)
        raise LabelRefused(f"{name}: the label's font has no {' '.join(missing)} (in {text!r})")
    return text


def _text_lines(
    template: Template, text: Text, fields: Mapping[str, str], place: Place, dots_per_mm: Decimal
) -> list[Line]:
    source, name = (fields, text.field) if text.field is not None else (template.texts, text.words or "")
    said = _said(source, name, optional=text.optional)
    return [] if said is None else fitted(text, name, said, place, dots_per_mm)


def fitted(text: Text, name: str, said: str, place: Place, dots_per_mm: Decimal) -> list[Line]:
    """Give the lines at the largest size at which they fit their box, on as few lines as that size allows."""
    largest, least = _sizes(text, dots_per_mm)
    for size in range(largest, least - 1, -1):
        for count in range(1, text.lines + 1):
            parts = _wrapped(said, count, text.weight, size, place.width)
            if parts is None or (count > 1 and size > _WRAP_BELOW * largest):
                continue
            lines = _set(parts, text, size, place)
            if all(place.holds(_inked(line)) for line in lines):
                return lines
    raise LabelRefused(
        f"{name}: {said!r} does not fit its box, even at {least} dots; shorten it or take a larger label"
    )


def _sizes(box: Text | Column, dots_per_mm: Decimal) -> tuple[int, int]:
    """Give the largest and the least size in whole dots."""
    largest = round(box.size_mm * dots_per_mm)
    return largest, min(largest, int(box.least_mm * dots_per_mm))


def _wrapped(said: str, count: int, weight: Weight, size: int, width: int) -> list[str] | None:
    """Break a text at its ordinary spaces into `count` lines of at most `width` dots, as even as they can be."""
    if _width(said, weight, size) > (width + size) * count:
        return None
    words = said.split(" ")
    best: list[str] | None = None
    for breaks in combinations(range(1, len(words)), count - 1):
        lines = [" ".join(words[start:end]) for start, end in pairwise((0, *breaks, len(words)))]
        longest = max(_width(line, weight, size) for line in lines)
        if longest <= width:
            best, width = lines, longest - 1
    return best


def _set(parts: Sequence[str], text: Text, size: int, place: Place) -> list[Line]:
    """Place lines in their box: the capitals in its middle, moved where a mark or a hook would leave it."""
    capital, pitch = cap_height(text.weight, size), round(_LINE_PITCH * size)
    block = capital + pitch * (len(parts) - 1)
    first = place.top + (place.height - block) // 2 + capital
    above, below = -ink(parts[0], text.weight, size).top, ink(parts[-1], text.weight, size).bottom
    first = min(first, place.bottom - below - pitch * (len(parts) - 1))
    first = max(first, place.top + above)
    return [
        Line(part, text.weight, size, _start(part, text, size, place), first + pitch * number)
        for number, part in enumerate(parts)
    ]


def _start(part: str, text: Text, size: int, place: Place) -> int:
    spare = place.width - _width(part, text.weight, size)
    return (
        place.left + {"left": 0, "centre": spare // 2, "right": spare}[text.align] - ink(part, text.weight, size).left
    )


def _width(text: str, weight: Weight, size: int) -> int:
    return ink(text, weight, size).width


def _inked(line: Line) -> Place:
    place = ink(line.text, line.weight, line.size)
    return Place(line.x + place.left, line.y + place.top, line.x + place.right, line.y + place.bottom)


def _column_lines(
    template: Template, column: Column, fields: Mapping[str, str], place: Place, dots_per_mm: Decimal
) -> list[Line]:
    """Give the rows of a column, all at the largest size at which each fits: captions left, values right."""
    said = [(row.field, _said(fields, row.field, optional=row.optional)) for row in column.rows]
    rows = [(name, drawable(template.texts[name]), value) for name, value in said if value is not None]
    edges = [place.top + int(column.row_mm * number * dots_per_mm) for number in range(len(rows) + 1)]
    largest, least = _sizes(column, dots_per_mm)
    why = ""
    for size in range(largest, least - 1, -1):
        lines: list[Line] = []
        why = ""
        for (top, bottom), (name, caption, value) in zip(pairwise(edges), rows, strict=True):
            row = Place(place.left, top, place.right, bottom)
            pair = _pair(caption, value, size, row)
            if not _fits(pair, size, row):
                why = f"{name}: {caption!r} {value!r} does not fit its row"
                break
            lines += pair
        else:
            return lines
    raise LabelRefused(f"{why}, even at {least} dots; shorten it or take a larger label")


def _pair(caption: str, value: str, size: int, row: Place) -> tuple[Line, Line]:
    base = row.top + (row.height + cap_height("semibold", size)) // 2
    return (
        Line(caption, "medium", size, row.left - ink(caption, "medium", size).left, base),
        Line(value, "semibold", size, row.right - ink(value, "semibold", size).right, base),
    )


def _fits(pair: tuple[Line, Line], size: int, row: Place) -> bool:
    caption, value = (_inked(line) for line in pair)
    return row.holds(caption) and row.holds(value) and value.left - caption.right >= _CAPTION_GAP * size
