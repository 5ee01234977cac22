"""Continuous output of imitations of the Yaohua XK3190 that write the XOR without the letters of hexadecimal.

    STX  sign  weight  point  xor  ETX        as yaohua_continuous, but each half of the xor is sent as 30h + 0 to 15:
    1    1     6       1      2    1          '0' to '9', then ':' ';' '<' '=' '>' '?'

A profile of its own, so that the true one refuses what it does not say. Where both halves are below ten the frames
are the same, and mean the same.

Source: device sheet §1.1, from working third-party programs; no manual of such an indicator is known.
"""

import re
from dataclasses import replace
from typing import Final

from gateway.drivers.scales import yaohua_continuous
from gateway.drivers.scales.fields import shifted, xor_of
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"\x02(([+-])([0-9]{6})([0-4]))([0-?])([0-?])\x03")


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or the check characters do not fit.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a Yaohua frame with a plain check", frame)
    checked, sign, digits, point, high, low = parts.groups()
    if xor_of(checked) != (high[0] - 0x30) * 16 + low[0] - 0x30:
        raise BadFrame("the check characters do not fit", frame)
    found = shifted(digits, int(point))
    return Weight(amount=-found if sign == b"-" and found else found, unit=None)


PROTOCOL: Final = replace(
    yaohua_continuous.PROTOCOL,
    model="imitations of the Yaohua XK3190 with a plain check",
    source="device sheet §1.1, third-party programs",
    parse=parse,
)
