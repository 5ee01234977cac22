"""The '=' string of Yaohua A26 (format 1), A12 and D2+, last digit first.

    '='  weight  sign        weight: seven characters, point included, the least significant first
    1    7       1           sign: '0' or '-'

    =000.3000 is 3.000       =00.1000- is -1.00

No end, no check, no unit: a frame counts only once the next '=' came, or silence. Byte for byte it may be the forward
string too, so which one it is is a setting, proved once with a known weight.

Source: Yaohua XK3190-A26 manual, p. 12-13.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"=(?=.{8}\Z)([0-9]+(?:\.[0-9]+)?)([0-])", re.DOTALL)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a string of '=', seven digits and sign", frame)
    return Weight(amount=amount(parts[2], parts[1][::-1]), unit=None)


PROTOCOL: Final = ScaleProtocol(
    model="Yaohua XK3190 A26, A12, D2+ ('=' last digit first)",
    source="Yaohua XK3190-A26 manual, p. 12-13",
    baud=9600,
    line="8N1",
    start=b"=",
    end=b"",
    longest=32,
    gap_s=0.05,
    says_unit=False,
    parse=parse,
)
