"""What zint encodes, as a picture: one picture element a module, black 0, without quiet zone."""

from typing import Final

import zint
from PIL import Image


def picture(code: zint.Symbol) -> Image.Image:
    """Give an encoded symbol's modules; a linear one is one element high."""
    packed = code.encoded_data.tobytes()
    _, bytes_a_row = code.encoded_data.shape or (0, 0)
    across = -(-code.width // 8)
    # zint counts modules from the lowest bit, and black is 1.
    rows = (packed[row * bytes_a_row : row * bytes_a_row + across] for row in range(code.rows))
    turned = b"".join(bytes(_TURNED[byte] for byte in row) for row in rows)
    return Image.frombytes("1", (code.width, code.rows), turned)


_TURNED: Final = tuple(int(f"{byte:08b}"[::-1], 2) ^ 0xFF for byte in range(256))
