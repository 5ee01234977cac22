"""Keli XK3118T1, modes 1 (net) and 2 (gross): eight bytes, last digit first.

    '='  weight        weight: seven characters, point included, the least significant first; a minus comes last
    1    7

    =43.2100 is 12.34

No end, no check, no unit, and the two modes look the same: a frame counts only once the next '=' came, or silence.

Source: github WeightScale/XK3118T1WebServer; device sheet §2.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"=(?=.{7}\Z)([0-9]+(?:\.[0-9]+)?)(-?)", re.DOTALL)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a string of '=' and seven digits", frame)
    return Weight(amount=amount(parts[2], parts[1][::-1]), unit=None)


PROTOCOL: Final = ScaleProtocol(
    model="Keli XK3118T1, modes 1 and 2",
    source="github WeightScale/XK3118T1WebServer",
    baud=9600,
    line="8N1",
    start=b"=",
    end=b"",
    longest=32,
    gap_s=0.05,
    says_unit=False,
    parse=parse,
)
