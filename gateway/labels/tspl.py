"""TSPL: a picture as the job of one label.

    SIZE w mm,h mm · GAP g mm,0 mm · DIRECTION d · REFERENCE 0,0 · SPEED s · DENSITY n · CLS
    BITMAP x,y,<bytes a row>,<rows>,0,<raw bytes>
    PRINT 1,1

Each line ends with CR LF. In BITMAP a 0 burns and a 1 stays white, other than everywhere else: the wrong polarity is a
solid black label. The raw bytes may hold CR LF or a quote; a printer counts them.

Source: TSC TSPL/TSPL2 programming manual, commands of those names; `devices/printers.md` §8.
"""

from decimal import Decimal

from PIL import Image

from gateway.errors import LabelRefused
from gateway.labels.render import WHITE


def encode(
    picture: Image.Image,
    *,
    head_dots: int,
    dots_per_mm: Decimal,
    gap_mm: Decimal,
    direction: int,
    density: int,
    speed: Decimal,
) -> bytes:
    """Give the bytes that print a mode "1" picture once. `speed` in inches a second, `density` 0 to 15.

    Raises:
        LabelRefused: The picture is wider than the head.
    """
    width, height = picture.size
    if width > head_dots:
        raise LabelRefused(f"the label is {width} dots wide, the printer's head only {head_dots}")
    across = -(-width // 8)
    padded = Image.new("1", (across * 8, height), WHITE)
    padded.paste(picture, (0, 0))
    setup = (
        f"SIZE {_mm(width, dots_per_mm)} mm,{_mm(height, dots_per_mm)} mm",
        f"GAP {_plain(gap_mm)} mm,0 mm",
        f"DIRECTION {direction}",
        "REFERENCE 0,0",
        f"SPEED {_plain(speed)}",
        f"DENSITY {density}",
        "CLS",
        f"BITMAP 0,0,{across},{height},0,",
    )
    # Pillow packs a mode "1" picture with white = 1: TSPL's own polarity.
    return "\r\n".join(setup).encode("ascii") + padded.tobytes() + b"\r\nPRINT 1,1\r\n"


def _mm(dots: int, dots_per_mm: Decimal) -> str:
    return _plain(round(dots / dots_per_mm, 1))


def _plain(amount: Decimal) -> str:
    """Write a number without exponent and without zeros at its end, as the manual's examples do."""
    return f"{amount.normalize():f}"
