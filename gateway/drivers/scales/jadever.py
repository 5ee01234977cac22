"""Jadever JWA, continuous.

    state  ','  basis  ','  weight  SP  unit  CR LF      state: ST at rest, US moving, OL beyond
    2      1    2      1    8       1   2     2          basis: GS gross, NT net
                                                         weight: sign, blanks, digits with point
    "ST,NT,+ 12.350 kg"

What it sends beyond the range is not documented; `OL` is read as such, whatever the digits say.

Source: Jadever JWA series manual, p. 38.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, beyond, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(
    rb"(ST|US|OL),(GS|NT),(?=.{8} [ a-z][a-z]\r\n)([ +-])(?: *(?!0[0-9])(%b)|[ -~]{7}) ([ a-z][a-z])\r\n" % NUMBER
)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a Jadever weight", frame)
    state, basis, sign, digits, shown = parts.groups()
    if state == b"OL":
        return beyond(sign)
    if digits is None:
        raise BadFrame("not a Jadever weight", frame)
    return Weight(
        amount(sign, digits), unit(shown, frame), basis="gross" if basis == b"GS" else "net", stable=state == b"ST"
    )


PROTOCOL: Final = ScaleProtocol(
    model="Jadever JWA",
    source="Jadever JWA series manual, p. 38",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    parse=parse,
)
