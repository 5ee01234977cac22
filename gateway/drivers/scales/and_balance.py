"""A&D balances and bench scales (EK-L, GC, FG, HV): seventeen bytes, asked with `Q` (the weight now) or unasked.

    header  ','  weight  unit  CR LF            header: ST at rest, US moving, QT at rest while counting, OL beyond
    2       1    9       3     2                weight: sign, digits and point; unit: right-justified
    header  ','  judged  ','  weight  unit …    with a comparator; judged: OK, HI, LO
    OL,+9999999E+19                             beyond the range: overload, or underload where the sign is '-'
    EC,E02                                      an error instead of a weight

Net or gross is not in the frame. Delivered with 7E1: read as 8 bits, digits come with bit 7 set.

Source: A&D GC series manual, p. 51 and 56; EK-L series manual, p. 30.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, beyond, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_WEIGHT: Final = re.compile(
    rb"(ST|QT|US),(?:(?:OK|HI|LO),)?([+-])(?=.{8}[ a-zA-Z%%]{3}\r\n)(%b)([ a-zA-Z%%]{3})\r\n" % NUMBER
)
_BEYOND: Final = re.compile(rb"OL,([+-])(?:9{7}E\+19|[9.]{8}[ a-zA-Z%]{3})\r\n")


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    if parts := _BEYOND.fullmatch(frame):
        return beyond(parts[1])
    parts = _WEIGHT.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a weight of an A&D balance", frame)
    header, sign, digits, shown = parts.groups()
    return Weight(amount(sign, digits), unit(shown, frame), stable=header != b"US")


PROTOCOL: Final = ScaleProtocol(
    model="A&D balances and bench scales EK-L, GC, FG, HV",
    source="A&D GC series manual, p. 51 and 56; EK-L series, p. 30",
    baud=2400,
    line="7E1",
    end=b"\r\n",
    longest=32,
    ask=b"Q\r\n",
    parse=parse,
)
