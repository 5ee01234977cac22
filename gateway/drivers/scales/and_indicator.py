"""A&D weighing indicators (AD-4325, 4329, 4401, 4402, 4404, 4406, 4407): eighteen bytes, unasked.

    state  ','  basis  ','  weight  unit  CR LF     state: ST at rest, US moving, OL or LO beyond, HD held
    2      1    2      1    8       2     2         basis: GS gross, NT net, TR tare, PT preset tare
                                                    weight: sign, digits, point or comma; some send three for the unit
    Beyond the range the digits are blanks, or all 9; LO means that too (AD-4402, 4404), not "too light".

A held display is not what lies on the platform now: no weight.

Source: AD-4406 manual, p. 47-49; AD-4401A, p. 55; AD-4402 and AD-4404, p. 82; AD-4329A, p. 45.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount, beyond, no_weight, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(
    rb"(ST|US|OL|LO|HD),(GS|NT|TR|PT|G_|N_|T_),(?=.{8} ?[ a-z][a-z]\r\n)([ +-])([ 0-9.,]{7})( ?[ a-z][a-z])\r\n"
)
_DIGITS: Final = re.compile(rb"[0-9]+(?:[.,][0-9]+)?")


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, a tare, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a weight of an A&D indicator", frame)
    state, basis, sign, digits, shown = parts.groups()
    if basis in (b"TR", b"PT", b"T_"):
        raise BadFrame("a tare is no weight of a load", frame)
    if state in (b"OL", b"LO"):
        return beyond(sign) if sign != b" " or state == b"OL" else no_weight("error")
    if state == b"HD":
        return no_weight("error")
    if sign == b" " or not _DIGITS.fullmatch(digits):
        raise BadFrame("not a weight of an A&D indicator", frame)
    return Weight(
        amount(sign, digits),
        unit(shown, frame),
        basis="gross" if basis in (b"GS", b"G_") else "net",
        stable=state == b"ST",
    )


PROTOCOL: Final = ScaleProtocol(
    model="A&D indicators AD-4325, 4329, 4401, 4402, 4404, 4406, 4407",
    source="AD-4406 manual, p. 47-49; AD-4402/4404, p. 82",
    baud=2400,
    line="7E1",
    end=b"\r\n",
    longest=32,
    parse=parse,
)
