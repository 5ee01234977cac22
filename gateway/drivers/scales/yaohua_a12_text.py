"""Yaohua XK3190-A12+, A12E, A15E, A27E and A33E as text.

    'w'  basis  weight  unit  CR LF       basis: 'w' gross, 'n' net, 't' tare
    1    1      7       2     2           weight: point included; '-' in its first place; blank last without point
                                          unit: 'kg' or 'lb'

    ww000.000kg      wn-0000.1kg      ww000000 kg

Nothing says whether the load is at rest, there is no check, and overload is not documented.

Source: Yaohua XK3190-A12E manual; github pengshulin/mcush, XK3190A12.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"w([wnt])(?=.{7}[a-z]{2}\r\n)(-?)(%b) ?([a-z]{2})\r\n" % NUMBER)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, a tare, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a ww or wn frame", frame)
    basis, sign, digits, shown = parts.groups()
    if basis == b"t":
        raise BadFrame("a tare is no weight of a load", frame)
    return Weight(amount(sign, digits), unit(shown, frame), basis="gross" if basis == b"w" else "net")


PROTOCOL: Final = ScaleProtocol(
    model="Yaohua XK3190 A12+, A12E, A15E, A27E, A33E (ww / wn)",
    source="Yaohua XK3190-A12E manual; mcush, XK3190A12",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    parse=parse,
)
