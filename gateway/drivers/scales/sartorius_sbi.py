"""Sartorius balances and bench scales, SBI: sixteen characters, asked with `ESC P`, or unasked (auto print).

    sign  weight  SP  unit  CR LF         sign: '+', '-' or blank; weight: blanks, digits, point (or comma)
    1     9       1   3     2             unit: left-justified; blank while the display shows none
    "+   123.56 g  "
    "      H       "                      H or High: overload; L or Low: underload; Err ###: an error

While the load moves the unit is blank: such a frame is a weight in motion, never one at rest. That is the only thing
these frames say about rest. A last digit in brackets is one that is not verified: the output is then not set to SBI.

Source: Sartorius LE series manual, p. 51-52; GC803S, p. 57; Quintix, p. 87.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount, no_weight, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Condition, Weight

_LENGTH: Final = 16
_WEIGHT: Final = re.compile(rb"([+ -])(?=.{9} [ a-zA-Z%]{3}\r\n) *([0-9]+(?:[.,][0-9]+)?) ([ a-zA-Z%]{3})\r\n")
_SPECIAL: Final = re.compile(rb" *(H|High|L|Low|Err [ 0-9#]{1,4}) *\r\n")
_MEANING: Final[dict[bytes, Condition]] = {b"H": "overload", b"L": "underload", b"E": "error"}


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    if len(frame) == _LENGTH and (special := _SPECIAL.fullmatch(frame)):
        return no_weight(_MEANING[special[1][:1]])
    parts = _WEIGHT.fullmatch(frame)
    if parts is None:
        if b"[" in frame and b"]" in frame:
            raise BadFrame("brackets round a digit: set the output of the balance to SBI", frame)
        raise BadFrame("not a Sartorius weight", frame)
    sign, digits, shown = parts.groups()
    if not shown.strip():
        return Weight(amount(sign, digits), None, stable=False)
    return Weight(amount(sign, digits), unit(shown, frame))


PROTOCOL: Final = ScaleProtocol(
    model="Sartorius LE, CP, GC, Quintix, Practum and bench scales that speak SBI",
    source="Sartorius LE series manual, p. 51-52; GC803S, p. 57; Quintix, p. 87",
    baud=1200,
    line="7O1",
    end=b"\r\n",
    longest=32,
    ask=b"\x1bP\r\n",
    parse=parse,
)
