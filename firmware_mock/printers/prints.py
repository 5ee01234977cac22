"""Labels that came out, kept as files numbered through all printers of a directory, and read by a decoder."""

import os
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image, ImageOps

from firmware_mock.printers.paper import Picture

MARGIN_DOTS = 16  # the desk round the label: a code at its very edge can be read there as well


@dataclass(frozen=True, slots=True)
class Print:
    """One piece of paper."""

    number: int
    raw: Path
    png: Path
    codes: tuple[str, ...]


def image(picture: Picture) -> Image.Image:
    """Give the picture as the eye sees it: burnt dots black."""
    size = (picture.width, max(1, len(picture.rows)))
    return ImageOps.invert(Image.frombytes("1", size, picture.packed() or bytes((picture.width + 7) // 8)).convert("L"))


def decode(seen: Image.Image) -> tuple[str, ...]:
    """Give the texts of all codes on the picture."""
    return tuple(code.text for code in zxingcpp.read_barcodes(ImageOps.expand(seen, MARGIN_DOTS, fill=255)))


def keep(directory: Path, raw: bytes, picture: Picture) -> Print:
    """Write `NNNN.bin` and `NNNN.png` under the next free number, and read the codes from the picture.

    The number is taken by creating the `.bin`, which only one process can do; the `.png` appears whole.
    """
    taken = [int(path.stem) for path in directory.glob("*.bin") if path.stem.isdecimal()]
    number = max(taken, default=0) + 1
    while True:
        path = directory / f"{number:04d}.bin"
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            break
        except FileExistsError:
            number += 1
    with os.fdopen(file, "wb") as out:
        out.write(raw)
    seen = image(picture)
    png = path.with_suffix(".png")
    part = path.with_suffix(".part")
    seen.convert("1", dither=Image.Dither.NONE).save(part, "PNG")
    part.replace(png)
    return Print(number, path, png, decode(seen))
