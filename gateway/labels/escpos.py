"""ESC/POS: a picture as raster strips, the bytes made by python-escpos.

    ESC @ | GS v 0 0 xL xH yL yH <rows> (strips of 128 rows: small buffers) | ESC J n | GS V 66 0

Here 1 is black, and a row's bytes come most significant bit first.

Source: Epson's command pages for GS v 0, ESC J, GS V; `devices/printers.md` §8-9.
"""

import os
import shutil
from decimal import Decimal
from typing import Final

from escpos import capabilities
from escpos.printer import Dummy
from PIL import Image

from gateway.errors import LabelRefused

if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    # The library caches its profiles in a new temporary directory at each start, and leaves it there.
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

_STRIP_ROWS: Final = 128
_MOST_FEED: Final = 255
_PROFILE: Final = "TM-T88V"
"""Any fixed profile that knows its width: without one, python-escpos prints a warning to stdout at every picture."""


def encode(picture: Image.Image, *, head_dots: int, dots_per_mm: Decimal, feed_mm: Decimal, cut: bool) -> bytes:
    """Give the bytes that print a mode "1" picture once, feed `feed_mm` of paper, and cut it where there is a cutter.

    Raises:
        LabelRefused: The picture is wider than the head.
    """
    width, _ = picture.size
    if width > head_dots:
        raise LabelRefused(f"the label is {width} dots wide, the printer's head only {head_dots}")
    printer = Dummy(profile=_PROFILE)
    # The head's width is the printer's own, not the profile's (512 dots), and has just been checked.
    printer.profile.profile_data = {**printer.profile.profile_data, "media": {"width": {"pixels": head_dots}}}
    printer.hw("INIT")
    printer.image(picture, impl="bitImageRaster", fragment_height=_STRIP_ROWS)
    feed = round(feed_mm * dots_per_mm)
    while feed > 0:
        printer._raw(b"\x1bJ" + bytes((min(feed, _MOST_FEED),)))  # the library has no ESC J
        feed -= _MOST_FEED
    if cut:
        printer._raw(b"\x1dVB\x00")  # its own cut() feeds six lines more
    return bytes(printer.output)
