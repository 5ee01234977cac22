"""The '=' string of Yaohua A26 (format 2), A23p and D2+, in reading order.

    '='  sign  weight        sign: '0' or '-'; weight: seven characters, point included, zero-filled
    1    1     7

    =0003.000 is 3.000       =-0001.00 is -1.00

No end, no check, no unit: a frame counts only once the next '=' came, or silence. Byte for byte it may be the reversed
string too (=000.3000 is 0.3 here and 3.000 there), so which one it is is a setting, proved once with a known weight.

Source: Yaohua XK3190-A26 manual, p. 12-13; XK3190-A23p manual, p. 26.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"=([0-])(?=.{7}\Z)([0-9]+(?:\.[0-9]+)?)", re.DOTALL)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a string of '=', sign and seven digits", frame)
    return Weight(amount=amount(parts[1], parts[2]), unit=None)


PROTOCOL: Final = ScaleProtocol(
    model="Yaohua XK3190 A26, A23p, D2+ ('=' in reading order)",
    source="Yaohua XK3190-A26 manual, p. 12-13; A23p manual, p. 26",
    baud=9600,
    line="8N1",
    start=b"=",
    end=b"",
    longest=32,
    gap_s=0.05,
    says_unit=False,
    parse=parse,
)
