"""Keli XK3118T1, modes 3 (net) and 4 (gross): fourteen bytes of text.

    '='  weight  '('  unit  ')'  CR LF        weight: seven characters, point included, zero-filled, '-' first
    1    7       1    2     1    2

    =0023.45(kg)

Both modes look the same; nothing says whether the load is at rest, and there is no check.

Source: github WeightScale/XK3118T1WebServer; lines seen at Vietnamese sites at 9600 and 2400 baud.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"=(?=.{7}\()(-?)(%b)\(([a-z]{2}| [a-z])\)\r\n" % NUMBER)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a Keli =…(kg) frame", frame)
    sign, digits, shown = parts.groups()
    return Weight(amount(sign, digits), unit(shown, frame))


PROTOCOL: Final = ScaleProtocol(
    model="Keli XK3118T1, modes 3 and 4",
    source="github WeightScale/XK3118T1WebServer",
    baud=9600,
    line="8N1",
    start=b"=",
    end=b"\r\n",
    size=14,
    longest=14,
    parse=parse,
)
