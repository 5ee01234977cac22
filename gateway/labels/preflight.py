"""The last look before a label leaves: layout rules on the picture itself, then read back as a scanner would."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import zxingcpp
from PIL import Image, ImageChops

from gateway.errors import LabelRefused
from gateway.labels.boxes import Place, least_module
from gateway.labels.codes import Carrier
from gateway.labels.render import DOTS_PER_MM, WHITE, Label

_FORMATS: Final = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "gs1-128": zxingcpp.BarcodeFormat.Code128,
    "gs1-datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
}
_IDENTIFIERS: Final = {"gs1-128": "]C1", "gs1-datamatrix": "]d2"}
"""AIM identifiers of the GS1 carriers: FNC1 in first place, without which a scanner takes it for any text."""


def inspect(label: Label, *, dots_per_mm: Decimal = DOTS_PER_MM) -> None:
    """Let a label pass that is drawn within its boxes and whose symbols read as exactly what they must say.

    Raises:
        LabelRefused: It breaks a rule, or reads as something else; the message says which.
    """
    picture = label.picture
    least = least_module(dots_per_mm)
    if label.symbol.module < least:
        raise LabelRefused(f"a QR module is {label.symbol.module} dots, it needs {least}")
    for symbol in label.symbols:
        if not Place(0, 0, *picture.size).holds(symbol.place):
            raise LabelRefused(f"the quiet zone of the {symbol.carrier} reaches beyond the label")
        if (found := _ink(picture.crop(symbol.place.box), [_within(symbol.bars, symbol.place)])) is not None:
            raise LabelRefused(f"there is ink in the quiet zone of the {symbol.carrier}, at {found[:2]} of it")
    if (found := _ink(picture, label.boxes)) is not None:
        raise LabelRefused(f"there is ink outside the template's boxes, at {found[:2]}")
    read, wanted = read_back(picture, [symbol.carrier for symbol in label.symbols]), [s.text for s in label.symbols]
    if sorted(read) != sorted(wanted):
        raise LabelRefused(f"the drawn label reads as {read!r}, not as {wanted!r}")
    other = by_zbar(picture.crop(label.symbol.place.box))
    if other not in ([], [label.symbol.text]):
        raise LabelRefused(f"the drawn label reads as {other!r}, not as {[label.symbol.text]!r}")


def read_back(picture: Image.Image, carriers: Sequence[Carrier] = ("qr",)) -> list[str]:
    """Give the texts of all symbols of these kinds that zxing-cpp reads in an upright picture.

    GS1 symbols are given as element strings with their AIs in brackets; one that is not marked as GS1 is none.
    """
    codes = zxingcpp.read_barcodes(
        picture.convert("L"),
        formats=zxingcpp.BarcodeFormats([_FORMATS[carrier] for carrier in set(carriers)]),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return [
        str(code.text)
        for code in codes
        if code.format == _FORMATS["qr"] or code.symbology_identifier in _IDENTIFIERS.values()
    ]


def by_zbar(picture: Image.Image) -> list[str]:
    """Give the texts of all QR symbols that zbar reads, where it is there; a second pair of eyes, which may be blind.

    That it reads nothing stops no label: zxing-cpp has read it. That it reads something else does.
    """
    try:
        from pyzbar import pyzbar  # of the camera extra; not every house has it
    except ImportError:
        return []
    codes = pyzbar.decode(picture.convert("L"), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode("utf-8", "replace") for code in codes]


def _within(inner: Place, outer: Place) -> Place:
    return Place(inner.left - outer.left, inner.top - outer.top, inner.right - outer.left, inner.bottom - outer.top)


def _ink(picture: Image.Image, but_for: Sequence[Place]) -> tuple[int, int, int, int] | None:
    """Give the bounds of all ink outside some places; None when there is none."""
    rest = picture.copy()
    for place in but_for:
        rest.paste(WHITE, place.box)
    return ImageChops.invert(rest).getbbox()
