"""GS1-128 and GS1 DataMatrix symbols, made by zint: one picture element a module, without quiet zone."""

from typing import Final, Literal

import zint
from PIL import Image

from gateway.errors import LabelRefused
from gateway.labels.modules import picture

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
    return picture(code)
