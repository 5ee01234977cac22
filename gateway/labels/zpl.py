"""ZPL II: a picture as the format of one label.

    ~SDnn ^XA ^PWw ^LLh ^LH0,0 ^POn ^PRs ^FO0,0 ^GFA,<bytes>,<bytes>,<bytes a row>,<data> ^FS ^PQ1 ^XZ

Data are hexadecimal, or `:Z64:<base64 of zlib>:<CRC>`: a sixth of the bytes, which matters on a serial line. Here 1 is
black. The CRC is CRC-16/XMODEM over the base64 letters, in four hexadecimal digits.

Source: Zebra ZPL II programming guide, commands of those names and "Alternative Data Compression"; printers.md §8.
"""

import base64
import binascii
import zlib
from decimal import Decimal

from PIL import Image, ImageChops

from gateway.errors import LabelRefused
from gateway.labels.render import WHITE


def encode(
    picture: Image.Image,
    *,
    head_dots: int,
    direction: int,
    density: int,
    speed: Decimal,
    compressed: bool,
) -> bytes:
    """Give the bytes that print a mode "1" picture once. `speed` in inches a second, `density` 0 to 30.

    Raises:
        LabelRefused: The picture is wider than the head.
    """
    width, height = picture.size
    if width > head_dots:
        raise LabelRefused(f"the label is {width} dots wide, the printer's head only {head_dots}")
    across = -(-width // 8)
    padded = Image.new("1", (across * 8, height), WHITE)
    padded.paste(picture, (0, 0))
    dots = ImageChops.invert(padded).tobytes()
    data = _z64(dots) if compressed else dots.hex().upper()
    upright = "N" if direction else "I"
    return (
        f"~SD{density:02d}\r\n"
        f"^XA^PW{width}^LL{height}^LH0,0^PO{upright}^PR{round(speed)}"
        f"^FO0,0^GFA,{len(dots)},{len(dots)},{across},{data}^FS^PQ1^XZ\r\n"
    ).encode("ascii")


def _z64(dots: bytes) -> str:
    text = base64.b64encode(zlib.compress(dots))
    return f":Z64:{text.decode('ascii')}:{binascii.crc_hqx(text, 0):04X}"
