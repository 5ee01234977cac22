"""GS1-128 and GS1 DataMatrix symbols, made by zint: one picture element a module, without quiet zone."""

from typing import Final, Literal

import zint
from PIL import Image

from gateway.errors import LabelRefused

Carrier = Literal["gs1-128", "gs1-datamatrix"]

_SYMBOLOGY: Final = {"gs1-128": zint.Symbology.GS1_128, "gs1-datamatrix": zint.Symbology.DATAMATRIX}
_GS1_IN_BRACKETS: Final = zint.InputMode.GS1 | zint.InputMode.GS1PARENS


def symbol(carrier: Carrier, elements: str) -> Image.Image:
    """Give the symbol of an element string like `(01)99521234000054(10)A1`; black is 0. GS1-128 is one element high.

    Raises:
        LabelRefused: It is no valid element string (check digits and dates are looked at), or too long.
    """
    code = zint.Symbol()
    code.symbology = _SYMBOLOGY[carrier]
    code.input_mode = _GS1_IN_BRACKETS
    code.warn_level = zint.WarningLevel.FAIL_ALL
    if carrier == "gs1-datamatrix":
        code.option_3 = zint.DataMatrixOptions.SQUARE
    try:
        code.encode(elements)
    except RuntimeError as error:  # all that zint raises
        raise LabelRefused(f"{elements!r} makes no {carrier} symbol: {error}") from error
    packed = code.encoded_data.tobytes()
    _, bytes_a_row = code.encoded_data.shape or (0, 0)
    across = -(-code.width // 8)
    # zint counts modules from the lowest bit, and black is 1.
    rows = (packed[row * bytes_a_row : row * bytes_a_row + across] for row in range(code.rows))
    turned = b"".join(bytes(_TURNED[byte] for byte in row) for row in rows)
    return Image.frombytes("1", (code.width, code.rows), turned)


_TURNED: Final = tuple(int(f"{byte:08b}"[::-1], 2) ^ 0xFF for byte in range(256))
