"""Symbols on a label: a code's picture at whole dots a module, in the middle of its box, its quiet zone round it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from PIL import Image

from gateway.errors import LabelRefused
from gateway.labels import qr
from gateway.labels.boxes import QUIET_MODULES, Code, Place, Qr, least_module

Carrier = Literal["qr", "gs1-128", "gs1-datamatrix"]

_TEXT_ROOM: Final = Decimal("1.35")
"""Height that the text under a symbol takes, in letter sizes: the capitals and some white above and below them."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol on a label: `place` includes the quiet zone of `quiet` dots; a module is `module` whole dots."""

    carrier: Carrier
    place: Place
    bars: Place
    modules: int
    module: int
    text: str

    @property
    def quiet(self) -> tuple[int, int]:
        """White dots on the left and above: bars have none above."""
        return self.bars.left - self.place.left, self.bars.top - self.place.top


def draw_qr(picture: Image.Image, box: Qr, fields: Mapping[str, str], dots_per_mm: Decimal) -> Symbol:
    """Draw the QR in the middle of its square, at the wished module size or the largest below it that fits.

    Raises:
        LabelRefused: The field is missing, or its modules would be smaller than a scanner needs.
    """
    text = fields.get(box.field, "")
    if not text:
        raise LabelRefused(f"{box.field} is missing; the QR needs it")
    modules = qr.symbol(text)
    square = box.square.place(dots_per_mm)
    across = modules.width + 2 * QUIET_MODULES
    module = min(round(box.module_mm * dots_per_mm), square.width // across)
    least = least_module(dots_per_mm)
    if module < least:
        raise LabelRefused(
            f"a QR module would be {module} dots, it needs {least}: {len(text)} characters in {box.size_mm} mm; "
            "take a larger label or a shorter domain"
        )
    quiet = QUIET_MODULES * module
    bars = _middle(square, modules.width * module, modules.width * module)
    place = Place(bars.left - quiet, bars.top - quiet, bars.right + quiet, bars.bottom + quiet)
    _paste(picture, modules, bars)
    return Symbol("qr", place, bars, modules.width, module, text)


def draw_code(
    picture: Image.Image, box: Code, fields: Mapping[str, str], dots_per_mm: Decimal
) -> tuple[Symbol, Place] | None:
    """Draw a GS1 symbol in its box; give it and the room that is left under it for its text, None when it may lack.

    Raises:
        LabelRefused: The field is missing or no element string, or the symbol is larger than its box.
    """
    text = fields.get(box.field, "")
    if not text:
        if box.optional:
            return None
        raise LabelRefused(f"{box.field} is missing; this template needs it")
    from gateway.labels import gs1_symbols  # zint: only where a template has such a symbol

    modules = gs1_symbols.symbol(box.carrier, text)
    place = box.place(dots_per_mm)
    module = round(box.module_mm * dots_per_mm)
    quiet = box.quiet_modules * module
    line = 0 if box.text_mm is None else round(box.text_mm * _TEXT_ROOM * dots_per_mm)
    room = Place(place.left, place.top, place.right, place.bottom - line)
    width, height = modules.width * module, modules.height * module
    linear = box.carrier == "gs1-128"
    if linear:
        height = room.height
    wide, high = width + 2 * quiet, height + (0 if linear else 2 * quiet)
    if wide > room.width or high > room.height:
        raise LabelRefused(
            f"{box.field}: the {box.carrier} of {text!r} is {wide} x {high} dots with its quiet zone, its box only "
            f"{room.width} x {room.height}; take a larger label or a smaller module"
        )
    bars = _middle(room, width, height)
    above = 0 if linear else quiet
    _paste(picture, modules, bars)
    whole = Place(bars.left - quiet, bars.top - above, bars.right + quiet, bars.bottom + above)
    return Symbol(box.carrier, whole, bars, modules.width, module, text), Place(
        place.left, room.bottom, place.right, place.bottom
    )


def _middle(room: Place, width: int, height: int) -> Place:
    left, top = room.left + (room.width - width) // 2, room.top + (room.height - height) // 2
    return Place(left, top, left + width, top + height)


def _paste(picture: Image.Image, modules: Image.Image, bars: Place) -> None:
    picture.paste(modules.resize((bars.width, bars.height), Image.Resampling.NEAREST), (bars.left, bars.top))
