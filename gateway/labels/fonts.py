"""Be Vietnam Pro at the printer's dots: which letters it has, and where their ink falls."""

import unicodedata
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from PIL import ImageFont

from gateway.labels.fields import NO_BREAK, THOUSANDS
from gateway.labels.template import Place, Weight

_FILES: Final[dict[Weight, str]] = {"medium": "BeVietnamPro-Medium.ttf", "semibold": "BeVietnamPro-SemiBold.ttf"}
_DRAWN_AS: Final = str.maketrans({THOUSANDS: NO_BREAK})
"""The font has no narrow no-break space; the wider one keeps 10 000 kg on one line just as well."""

ONE_BIT: Final = "1"


@lru_cache(maxsize=2)
def _font_file(weight: Weight) -> bytes:
    return (files("fontpkg_be_vietnam_pro") / "files" / _FILES[weight]).read_bytes()


@lru_cache(maxsize=128)
def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Give the font at `size` dots. Basic layout: NFC text needs no shaping, and it is the same on every machine."""
    return ImageFont.truetype(BytesIO(_font_file(weight)), size, layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str) -> str:
    """Give the text as it is drawn: NFC, with spaces the font has."""
    return unicodedata.normalize("NFC", text).translate(_DRAWN_AS)


@lru_cache(maxsize=4096)
def _has(letter: str) -> bool:
    # The font's .notdef is an empty box of no height; so is a space, and only that may be.
    return letter.isspace() or font("medium", 32).getmask(letter, ONE_BIT).getbbox() is not None


def missing_letters(text: str) -> str:
    """Give the letters of a drawable text that the font lacks, each once."""
    return "".join(dict.fromkeys(letter for letter in text if not _has(letter)))


@lru_cache(maxsize=128)
def cap_height(weight: Weight, size: int) -> int:
    """Give the height of a capital without marks, in dots: what the eye takes for the height of a line."""
    return -int(font(weight, size).getbbox("H", ONE_BIT, anchor="ls")[1])


@lru_cache(maxsize=2048)
def ink(text: str, weight: Weight, size: int) -> Place:
    """Give where a line's ink falls, in dots from the left end of its base line."""
    left, top, right, bottom = font(weight, size).getbbox(text, ONE_BIT, anchor="ls")
    return Place(int(left), int(top), int(right), int(bottom))
