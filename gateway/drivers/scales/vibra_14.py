"""Shinko Vibra (AJ, HJ, AF, HG, SJ) with six digits: fourteen bytes, unasked.

    sign  weight  unit  judged  state  CR LF        sign: '+', '-' or blank
    1     7       2     1       1      2            weight: point included; a '/' stands before a last digit that is
                                                    finer than the verified ones, and only the slash is left out
                                                    judged: L, G, H or blank
                                                    state: S at rest, U moving, E no valid weight, blank not said

Source: Shinko Vibra AJ-NT manual, p. 37; HJ-KCE, p. 47; captured: github NSerialCommTools.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount, no_weight, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAMES: Final = {
    digits: re.compile(rb"([ +-])([ 0-9./]{%d})([ A-Z%%]{2})[ LGH]([SUE ])\r\n" % digits) for digits in (7, 8)
}
_DIGITS: Final = re.compile(rb" *([0-9]+)(?:\.([0-9]*)(?:/([0-9]))?)?")


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    return read(frame, 7)


def read(frame: bytes, width: int) -> Weight:
    """Read a frame whose weight is `width` characters wide.

    Raises:
        BadFrame: As for `parse`.
    """
    parts = _FRAMES[width].fullmatch(frame)
    if parts is None:
        raise BadFrame(f"not a Vibra frame of {width + 7} bytes", frame)
    sign, field, shown, state = parts.groups()
    if state == b"E" or not field.strip():
        return no_weight("error")
    digits = _DIGITS.fullmatch(field)
    if digits is None or field.endswith(b"."):
        raise BadFrame("a Vibra frame with something else than digits", frame)
    whole, fine, finest = digits.groups()
    text = whole + (b"." + fine + (finest or b"") if fine or finest else b"")
    return Weight(amount(sign, text), unit(shown, frame), stable={b"S": True, b"U": False}.get(state))


PROTOCOL: Final = ScaleProtocol(
    model="Shinko Vibra AJ, HJ, AF, HG, SJ with six digits",
    source="Vibra AJ-NT manual, p. 37; HJ-KCE, p. 47",
    baud=1200,
    line="8N2",
    end=b"\r\n",
    longest=32,
    parse=parse,
)
