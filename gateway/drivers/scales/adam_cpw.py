"""Adam CPWplus: asked with `G` for the gross weight.

    basis  blanks  sign  weight  SP  unit  CR LF       basis: G gross, N net, T tare
    1      4       1     6       1   2     2           weight: right-aligned, point included

    "G    +  2.00 kg"

Whether the load is at rest is not said, and what comes beyond the range is not documented.

Source: Adam CPWplus manual, p. 14.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"([GNT]) {4}([+-])(?=.{6} [a-z ]{2}\r\n) *(%b) ([a-z]{2}|[a-z] )\r\n" % NUMBER)


def parse(frame: bytes) -> Weight:
    """Read one answer.

    Raises:
        BadFrame: Not the shape above, a tare, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not an Adam weight", frame)
    basis, sign, digits, shown = parts.groups()
    if basis == b"T":
        raise BadFrame("a tare is no weight of a load", frame)
    return Weight(amount(sign, digits), unit(shown, frame), basis="gross" if basis == b"G" else "net")


PROTOCOL: Final = ScaleProtocol(
    model="Adam CPWplus",
    source="Adam CPWplus manual, p. 14",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    ask=b"G\r\n",
    parse=parse,
)
