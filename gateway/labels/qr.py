"""QR symbols: one picture element a module, without quiet zone."""

from typing import Final

import zint
from PIL import Image

from gateway.errors import LabelRefused
from gateway.labels.modules import picture

_LEVEL_M: Final = 2
_MASK: Final = 4
"""Weighing all eight masks takes ten times as long, and the weighed one is not better read: of 500 labels of 50 x 30 mm
OpenCV's older detector missed 35 with weighed masks, 0 to 3 with a fixed one. Preflight reads each label."""

_MASK_SHIFT: Final = 8


def symbol(text: str) -> Image.Image:
    """Give a QR symbol, error correction M, in the shortest mix of modes (numeric, alphanumeric, byte); black is 0.

    Raises:
        LabelRefused: The text is longer than any QR symbol.
    """
    code = zint.Symbol()  # takes bytes as they are, as it begins
    code.symbology = zint.Symbology.QRCODE
    code.warn_level = zint.WarningLevel.FAIL_ALL
    code.option_1 = _LEVEL_M
    code.option_3 = (_MASK + 1) << _MASK_SHIFT
    try:
        code.encode(text.encode())
    except RuntimeError as error:  # all that zint raises
        raise LabelRefused(f"the QR's text of {len(text)} characters is too long for any symbol: {error}") from error
    return picture(code)
