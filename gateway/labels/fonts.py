"""The fonts at the printer's dots: which letters they have, and where their ink falls.

Be Vietnam Pro draws everything; a text with letters it lacks, Chinese ones above all, is drawn in Noto Sans SC.
"""

import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from gateway.labels.boxes import Place, Weight
from gateway.labels.fields import NO_BREAK, THOUSANDS

Face = Literal["vietnam", "chinese"]

_FILES: Final[dict[Weight, str]] = {"medium": "BeVietnamPro-Medium.ttf", "semibold": "BeVietnamPro-SemiBold.ttf"}
_CHINESE: Final = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
_STRENGTH: Final[dict[Weight, int]] = {"medium": 500, "semibold": 600}
FACES: Final[tuple[Face, ...]] = ("vietnam", "chinese")
"""In the order they are tried."""

_NO_LETTER: Final = "\U0010ffff"

_DRAWN_AS: Final = str.maketrans({THOUSANDS: NO_BREAK})
"""The font has no narrow no-break space; the wider one keeps 10 000 kg on one line just as well."""

ONE_BIT: Final = "1"


@lru_cache(maxsize=128)
def font(weight: Weight, size: int, face: Face = "vietnam") -> ImageFont.FreeTypeFont:
    """Give the font at `size` dots. Basic layout: NFC text needs no shaping, and it is the same on every machine."""
    if face == "vietnam":
        file = files("fontpkg_be_vietnam_pro") / "files" / _FILES[weight]
        return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)
    loaded = ImageFont.truetype(
        str(files("justmytype_intl_cjk") / _CHINESE), size, layout_engine=ImageFont.Layout.BASIC
    )
    loaded.set_variation_by_axes([_STRENGTH[weight]])
    return loaded


def drawable(text: str) -> str:
    """Give the text as it is drawn: NFC, with spaces the font has."""
    return unicodedata.normalize("NFC", text).translate(_DRAWN_AS)


@lru_cache(maxsize=4096)
def _has(letter: str, face: Face) -> bool:
    if letter.isspace():
        return True
    own, none = font("medium", 32, face).getmask(letter, ONE_BIT), font("medium", 32, face).getmask(_NO_LETTER, ONE_BIT)
    return own.getbbox() is not None and (own.size, bytes(own)) != (none.size, bytes(none))


def missing_letters(text: str, face: Face = "vietnam") -> str:
    """Give the letters of a drawable text that a font lacks, each once."""
    return "".join(dict.fromkeys(letter for letter in text if not _has(letter, face)))


@lru_cache(maxsize=1024)
def face_of(text: str) -> Face | None:
    """Give the first font that has every letter of a drawable text; None when none has."""
    return next((face for face in FACES if not missing_letters(text, face)), None)


def font_of(text: str, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Give the font a text is drawn in."""
    return font(weight, size, face_of(text) or "vietnam")


@lru_cache(maxsize=128)
def cap_height(weight: Weight, size: int) -> int:
    """Give the height of a capital without marks, in dots: what the eye takes for the height of a line."""
    return -int(font(weight, size).getbbox("H", ONE_BIT, anchor="ls")[1])


@lru_cache(maxsize=2048)
def ink(text: str, weight: Weight, size: int) -> Place:
    """Give where a line's ink falls, in dots from the left end of its base line."""
    left, top, right, bottom = font_of(text, weight, size).getbbox(text, ONE_BIT, anchor="ls")
    return Place(int(left), int(top), int(right), int(bottom))


@lru_cache(maxsize=512)
def inked(text: str, weight: Weight, size: int) -> Image.Image:
    """Give a line's dots within its ink, in mode "1" with 255 for ink; not to be changed by whoever gets it.

    Of a carton's sixteen lines two differ from the carton's before; hinting a line takes half a millisecond.
    """
    place = ink(text, weight, size)
    dots = Image.new("1", (max(1, place.width), max(1, place.height)), 0)
    draw = ImageDraw.Draw(dots)
    draw.fontmode = ONE_BIT
    draw.text((-place.left, -place.top), text, fill=255, font=font_of(text, weight, size), anchor="ls")
    return dots
