"""CAS POS scales (AP-1, PD-II, ER): greeted with ENQ, answered with ACK, then asked with DC1.

    SOH STX  state  sign  weight  unit  bcc  ETX EOT      state: 'S' at rest, 'U' moving
    1   1    1      1     6       2     1    1   1        sign: blank or '-'; 'F' for overflow on some
                                                          bcc: XOR from the state to the unit, one byte, any value

One drawing shows seven characters of weight; both are taken, the end marks say which it is.

Source: CAS AP-1 and PD-II manuals; docs.rkeeper.ru, CAS AD/PD.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, no_weight, unit, xor_of
from gateway.drivers.scales.protocol import Greeting, ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(
    rb"\x01\x02(([SU])(?:([ -])(?=.{6,7}[ a-z][a-z].\x03\x04) *(%b)|F[ -~]{6,7})([ a-z][a-z]))(.)\x03\x04" % NUMBER,
    re.DOTALL,
)


def parse(frame: bytes) -> Weight:
    """Read one answer.

    Raises:
        BadFrame: Not the shape above, the check byte does not fit, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a weight of a CAS POS scale", frame)
    checked, state, sign, digits, shown, check = parts.groups()
    if xor_of(checked) != check[0]:
        raise BadFrame("the check byte does not fit", frame)
    if digits is None:
        return no_weight("overload")
    return Weight(amount(sign, digits), unit(shown, frame), stable=state == b"S")


PROTOCOL: Final = ScaleProtocol(
    model="CAS AP-1, PD-II, ER",
    source="CAS PD-II manual; docs.rkeeper.ru, CAS AD/PD",
    baud=9600,
    line="8N1",
    start=b"\x01\x02",
    end=b"\x03\x04",
    longest=16,
    ask=b"\x11",
    greeting=Greeting(say=b"\x05", answer=b"\x06"),
    parse=parse,
)
