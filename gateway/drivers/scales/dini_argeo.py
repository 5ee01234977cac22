"""Dini Argeo indicators, the standard string: asked with `READ`, or unasked.

    state  ','  basis  ','  weight  ','  unit  CR LF        state: ST at rest, US moving, OL and UL out of range
    2      1    2      1    8       1    2     2            basis: GS gross, NT net; VL, RZ are no weights
    "ST,GS,     0.0,kg"                                     weight: blanks, sign, digits, point

Set to RS-485, it has its number of two digits in front and answers only to that: such frames are refused with the cure.

Source: Dini Argeo DGT4x technical manual, p. 52; 3590 E-AF03, p. 65.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, no_weight, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(
    rb"(ST|US|OL|UL),(GS|NT),(?=.{8},[ a-zA-Z]{2}\r\n)(?: *(-?)(%b)|[ -~]{8}),([ a-zA-Z]{2})\r\n" % NUMBER
)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        if frame[:2].isdigit() and _FRAME.fullmatch(frame[2:]):
            raise BadFrame("its number is in front: set the indicator to RS-232, not to RS-485", frame)
        raise BadFrame("not a Dini Argeo weight", frame)
    state, basis, sign, digits, shown = parts.groups()
    if state in (b"OL", b"UL"):
        return no_weight("overload" if state == b"OL" else "underload")
    if digits is None:
        raise BadFrame("not a Dini Argeo weight", frame)
    return Weight(
        amount(sign, digits), unit(shown, frame), basis="gross" if basis == b"GS" else "net", stable=state == b"ST"
    )


PROTOCOL: Final = ScaleProtocol(
    model="Dini Argeo DGT4, 3590, CPWE, DFW (standard string)",
    source="Dini Argeo DGT4x technical manual, p. 52; 3590 E-AF03, p. 65",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    ask=b"READ\r\n",
    parse=parse,
)
