"""Keli XK3118T1, mode 5: asked by one letter, 'A' for the gross weight.

    STX  'GW:'  weight  '('  unit  ')'  ETX       weight: seven characters, point included, zero-filled, '-' first
    1    3      7       1    2     1    1         'NW:' net and 'TW:' tare are answers to other letters

Source: github WeightScale/XK3118T1WebServer and the comments of its terminal table, which name STX and ETX.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"\x02GW:(?=.{7}\()(-?)(%b)\(([a-z]{2}| [a-z])\)\x03" % NUMBER)


def parse(frame: bytes) -> Weight:
    """Read one answer.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a Keli gross weight", frame)
    sign, digits, shown = parts.groups()
    return Weight(amount(sign, digits), unit(shown, frame), basis="gross")


PROTOCOL: Final = ScaleProtocol(
    model="Keli XK3118T1, mode 5",
    source="github WeightScale/XK3118T1WebServer",
    baud=9600,
    line="8N1",
    start=b"\x02",
    end=b"\x03",
    size=16,
    longest=16,
    ask=b"A",
    parse=parse,
)
