"""Continuous output of Yaohua XK3190 indicators (A9, A9+, A1+, A23p, DS3, D10) with parameter tF=0.

    STX  sign  weight  point  xor  ETX
    1    1     6       1      2    1      weight: digits, most significant first
                                          point: how many of them are decimals, '0' to '4'
                                          xor: over sign, weight and point, as two hex characters

The frame repeats the display: gross, or net after taring; it does not say which, nor the unit, nor whether the pan
is at rest. What an overloaded indicator sends is not documented: it may fall silent, which is no weight either.

Source: Yaohua XK3190-A9+ manual, p. 9 and 11; XK3190-DS3 manual, p. 8.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import shifted, xor_of
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"\x02(([+-])([0-9]{6})([0-4]))([0-9A-F]{2})\x03")


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or the check characters do not fit.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a Yaohua continuous frame", frame)
    checked, sign, digits, point, check = parts.groups()
    if xor_of(checked) != int(check, 16):
        raise BadFrame("the check characters do not fit", frame)
    found = shifted(digits, int(point))
    return Weight(amount=-found if sign == b"-" and found else found, unit=None)


PROTOCOL: Final = ScaleProtocol(
    model="Yaohua XK3190 A9, A9+, A1+, A23p, DS3, D10 (tF=0)",
    source="Yaohua XK3190-A9+ manual, p. 9 and 11",
    baud=9600,
    line="8N1",
    start=b"\x02",
    end=b"\x03",
    size=12,
    longest=12,
    says_unit=False,
    parse=parse,
)
