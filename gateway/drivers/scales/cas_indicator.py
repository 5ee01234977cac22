"""CAS indicators (NT-200, CI-400, PDI, CI-2000 compatible): twenty-two bytes, two of them binary, unasked.

    state  ','  basis  ','  id  lamp  ','  weight  SP  unit  CR LF
    2      1    2      1    1   1     1    8       1   2     2

    state: ST at rest, US moving, OL beyond       basis: GS gross, NT net
    id: 30h + device number                       lamp: what is lit; bit 7 always, bit 4 while the display is held
    weight: point and sign, filled with blanks or zeros

A held display is not what lies on the platform now: no weight.

Source: CAS CI-400 manual, p. 103 and 105; NT-200, p. 48; PDI, p. 37.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, beyond, no_weight, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(
    rb"(ST|US|OL),(GS|NT),[\x30-\x93]([\x80-\xff]),(?=([^\r\n]{8}) [ a-z][a-z]\r\n)"
    rb"(?: *([+-]?) *(%b)|[^\r\n]{8}) ([ a-z][a-z])\r\n" % NUMBER
)
_HELD: Final = 0x10


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a weight of a CAS indicator", frame)
    state, basis, lamp, field, sign, digits, shown = parts.groups()
    if state == b"OL":
        return beyond(b"-" if b"-" in field else b"+")
    if digits is None:
        raise BadFrame("not a weight of a CAS indicator", frame)
    if lamp[0] & _HELD:
        return no_weight("error")
    return Weight(
        amount(sign, digits), unit(shown, frame), basis="gross" if basis == b"GS" else "net", stable=state == b"ST"
    )


PROTOCOL: Final = ScaleProtocol(
    model="CAS NT-200, CI-400, PDI, CI-2000 compatible",
    source="CAS CI-400 manual, p. 103 and 105; NT-200, p. 48",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    parse=parse,
)
