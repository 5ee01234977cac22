"""The page's fonts: cut from their packages to the letters the page uses, once, at set-up; then offline.

`python -m gateway.web.fonts [DIRECTORY]` cuts them, beside the program or into a directory.

text-400 … text-700   Be Vietnam Pro: Latin, Vietnamese, the marks of our sentences; its digits stay for "H261121-A"
digits                Inter, weights 400 to 700: figures of one width, which Be Vietnam Pro lacks
mono                  JetBrains Mono, for raw frames
"""

import io
import os
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Final

VERSION: Final = 1
"""Raised when the letters or the way of cutting change: the cut fonts of an older release are then made anew."""

_LATIN: Final = tuple(range(0x20, 0x7F))
_VIETNAMESE: Final = tuple(map(ord, "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư")) + tuple(range(0x1EA0, 0x1EFA))
_MARKS: Final = tuple(map(ord, "\u00a0°±²³·×÷–—‘’“”…\u202f−≤≥"))
_TEXT: Final = _LATIN + _VIETNAMESE + _MARKS
_DIGITS: Final = tuple(map(ord, "+,.0123456789:\u2013\u2212"))
"""As `unicode-range` in style/fonts.css; a test holds the two equal."""

_SOURCES: Final = {
    "text-400": ("fontpkg_be_vietnam_pro", "BeVietnamPro-Regular.ttf", _TEXT),
    "text-500": ("fontpkg_be_vietnam_pro", "BeVietnamPro-Medium.ttf", _TEXT),
    "text-600": ("fontpkg_be_vietnam_pro", "BeVietnamPro-SemiBold.ttf", _TEXT),
    "text-700": ("fontpkg_be_vietnam_pro", "BeVietnamPro-Bold.ttf", _TEXT),
    "digits": ("fontpkg_inter", "Inter[opsz,wght].ttf", _DIGITS),
    "mono": ("fontpkg_jetbrains_mono", "JetBrainsMono[wght].ttf", _LATIN + _MARKS),
}
NAMES: Final = tuple(_SOURCES)

AT_SET_UP: Final = Path(__file__).parent / "cut"
"""Where `make setup` leaves them."""

_WEIGHTS: Final = {"digits": (400, 700), "mono": (400, 700)}
_FEATURES: Final = ("kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case")


def font(name: str, *directories: Path) -> bytes | None:
    """Give a font as woff2, from the first directory that has it; None when nobody has cut it yet."""
    for directory in directories:
        path = _path(name, directory)
        if path.exists():
            return path.read_bytes()
    return None


def make_fonts(directory: Path) -> dict[str, int]:
    """Cut all fonts that are not there yet, which takes a second or two of one core; give each one's size in bytes.

    Raises:
        OSError: The directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for name, (package, file, letters) in _SOURCES.items():
        path = _path(name, directory)
        if not path.exists():
            beside = path.with_suffix(f".{os.getpid()}.new")
            beside.write_bytes(_cut(files(package).joinpath("files", file).read_bytes(), letters, _WEIGHTS.get(name)))
            beside.replace(path)
    return {name: _path(name, directory).stat().st_size for name in NAMES}


def _path(name: str, directory: Path) -> Path:
    return directory / f"{name}-{VERSION}.woff2"


def _cut(whole: bytes, letters: Iterable[int], weights: tuple[int, int] | None) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options(
        layout_features=list(_FEATURES), hinting=False, name_IDs=[0, 1, 2, 13, 14], notdef_outline=True
    )
    cut = TTFont(io.BytesIO(whole))
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=list(letters))
    cutter.subset(cut)
    if weights is not None:
        cut = instancer.instantiateVariableFont(cut, {"wght": weights})
    cut.flavor = "woff2"
    out = io.BytesIO()
    cut.save(out)
    return out.getvalue()


if __name__ == "__main__":
    make_fonts(Path(sys.argv[1]) if len(sys.argv) > 1 else AT_SET_UP)
