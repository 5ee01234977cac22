"""QR symbols: one picture element a module, without quiet zone."""

from typing import Final

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from gateway.errors import LabelRefused

_MASK: Final = 4
"""Weighing all eight masks takes 8 ms, a fixed one 1.5 ms, and the weighed one is not better read: of 500 labels of
50 x 30 mm OpenCV's older detector missed 35 with weighed masks, 0 to 3 with a fixed one. Preflight reads each label."""


def symbol(text: str) -> Image.Image:
    """Give a QR symbol, error correction M, in the shortest mix of modes (numeric, alphanumeric, byte); black is 0.

    Raises:
        LabelRefused: The text is longer than any QR symbol.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise LabelRefused(f"the QR's text of {len(text)} characters is too long for any symbol") from error
    modules = code.get_matrix()
    side = len(modules)
    packed = b"".join(
        int("".join("0" if dark else "1" for dark in row).ljust(-(-side // 8) * 8, "0"), 2).to_bytes(
            -(-side // 8), "big"
        )
        for row in modules
    )
    return Image.frombytes("1", (side, side), packed)
