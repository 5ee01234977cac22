"""The last look before a label leaves: layout rules on the picture itself, then read back as a scanner would."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import zxingcpp
from PIL import Image, ImageChops

from gateway.errors import LabelRefused
from gateway.labels.render import DOTS_PER_MM, WHITE, Label
from gateway.labels.template import Place, least_module

_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def inspect(label: Label, text: str, *, dots_per_mm: Decimal = DOTS_PER_MM) -> None:
    """Let a label pass that is drawn within its boxes and whose QR reads as exactly `text`.

    Raises:
        LabelRefused: It breaks a rule, or reads as something else; the message says which.
    """
    symbol, picture = label.symbol, label.picture
    least = least_module(dots_per_mm)
    if symbol.module < least:
        raise LabelRefused(f"a QR module is {symbol.module} dots, it needs {least}")
    if not Place(0, 0, *picture.size).holds(symbol.place):
        raise LabelRefused("the QR's quiet zone of 4 modules reaches beyond the label")
    if (found := _ink(picture.crop(symbol.place.box), [_within(symbol.bars, symbol.place)])) is not None:
        raise LabelRefused(f"there is ink in the QR's quiet zone, at {found[:2]} of it")
    if (found := _ink(picture, label.boxes)) is not None:
        raise LabelRefused(f"there is ink outside the template's boxes, at {found[:2]}")
    read = read_back(picture)
    if read != [text]:
        raise LabelRefused(f"the drawn QR reads as {read!r}, not as {text!r}")


def read_back(picture: Image.Image) -> list[str]:
    """Give the texts of all QR symbols zxing-cpp reads in an upright picture."""
    codes = zxingcpp.read_barcodes(
        picture.convert("L"),
        formats=_QR,
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return [str(code.text) for code in codes]


def _within(inner: Place, outer: Place) -> Place:
    return Place(inner.left - outer.left, inner.top - outer.top, inner.right - outer.left, inner.bottom - outer.top)


def _ink(picture: Image.Image, but_for: Sequence[Place]) -> tuple[int, int, int, int] | None:
    """Give the bounds of all ink outside some places; None when there is none."""
    rest = picture.copy()
    for place in but_for:
        rest.paste(WHITE, place.box)
    return ImageChops.invert(rest).getbbox()
