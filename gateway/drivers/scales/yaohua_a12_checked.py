"""Yaohua XK3190-A12 and A12E, fifteen bytes with a check.

    'W'  basis  weight  'kg'  xor  CR LF      basis: 'G' gross, 'N' net
    1    1      7       2     2    2          weight: point included; '-' in its first place; blank last without point
                                              xor: bytes 1 to 11, as two hex characters
    nine blanks  'OL'  xor  CR LF             overload, beyond Max + 9 e
    nine blanks  'LO'  xor  CR LF             underload, below -20 d

Nothing says whether the load is at rest.

Source: Yaohua XK3190-A12E manual, p. 13.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, no_weight, unit, xor_of
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(
    rb"(?=(.{11})([0-9A-F]{2})\r\n)(?:W([GN])(?=.{7}kg)(-?)(%b) ?(kg)|( {9})(OL|LO))..\r\n" % NUMBER
)


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or the check characters do not fit.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a WG or WN frame", frame)
    checked, check, basis, sign, digits, shown, _, beyond = parts.groups()
    if xor_of(checked) != int(check, 16):
        raise BadFrame("the check characters do not fit", frame)
    if beyond:
        return no_weight("overload" if beyond == b"OL" else "underload")
    return Weight(amount(sign, digits), unit(shown, frame), basis="gross" if basis == b"G" else "net")


PROTOCOL: Final = ScaleProtocol(
    model="Yaohua XK3190 A12, A12E (WG / WN)",
    source="Yaohua XK3190-A12E manual, p. 13",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    parse=parse,
)
