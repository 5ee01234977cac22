"""Digi DS-425, DI-600, DSX-1000 with header codes (SPEC), unasked.

    [state  CR]  '0'  net  CR  '4'  tare  CR LF      state: NUL at rest, SOH moving; absent where SPEC says so
    1       1    1    7-8  1   1    7-8   1  1       net: '-' or '0', then digits and a point, or a comma (DI-600)
                                                     the two fields are always as wide as each other
    OV, OF and UF in place of digits are overload (the first two) and underload

The first byte is NUL: nothing here may be stripped. No unit. The frame gives net and tare: gross is their sum.

Source: Digi DS-425 service manual, p. 16 (p. 11 of the scan); DI-600, p. 21; DSX-1000, p. 15.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount, no_weight
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"(?:([\x00\x01])\r)?0([0-9A-Z.,-]{7,8})\r4([0-9.,?]{7,8})\r\n")
_DIGITS: Final = re.compile(rb"([0-]) *([0-9]+(?:[.,][0-9]+)?)")


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None or len(parts[2]) != len(parts[3]):
        raise BadFrame("not a Digi frame", frame)
    state, field, taken_off = parts.groups()
    if field.startswith((b"OV", b"OF", b"UF")):
        return no_weight("underload" if field.startswith(b"UF") else "overload")
    net, tare = _DIGITS.fullmatch(field), _DIGITS.fullmatch(taken_off)
    if net is None or tare is None:
        raise BadFrame("not a Digi frame", frame)
    return Weight(
        amount=amount(net[1], net[2]),
        unit=None,
        basis="net",
        tare=amount(tare[1], tare[2]),
        stable=None if state is None else state == b"\x00",
    )


PROTOCOL: Final = ScaleProtocol(
    model="Digi DS-425, DI-600, DSX-1000 with header codes",
    source="Digi DS-425 service manual, p. 11; DI-600, p. 21",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    says_unit=False,
    parse=parse,
)
