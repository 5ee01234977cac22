"""MT-SICS level 0, asked with `SI` (the weight now) because `S` blocks until the pan is at rest.

    S SP status SP weight SP unit CR LF
    1 1  1      1  10     1  1..  2       status: 'S' at rest, 'D' moving
                                          weight: right-aligned, the sign next to the digits
    S SP condition CR LF                  condition: 'I' cannot now, '+' overload, '-' underload
    ES, ET, EL CR LF                      the scale did not understand us

The value is net once a tare is set; the frame does not say. A weight of any other width lost a digit on the way.

Source: Mettler-Toledo MT-SICS, as in the AT balance manual, p. 87, and the KERN FTC manual, p. 39.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import amount, no_weight, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Condition, Weight

_WEIGHT: Final = re.compile(rb"S ([SD]) (?=.{10} ) *(-?)([0-9]+(?:\.[0-9]+)?) ([A-Za-z%]{1,5})\r\n")
_CONDITIONS: Final[dict[bytes, Condition]] = {
    b"S I\r\n": "error",
    b"S +\r\n": "overload",
    b"S -\r\n": "underload",
}


def parse(frame: bytes) -> Weight:
    """Read one answer.

    Raises:
        BadFrame: No answer to `SI`, or a unit that weights are not kept in.
    """
    if (condition := _CONDITIONS.get(frame)) is not None:
        return no_weight(condition)
    parts = _WEIGHT.fullmatch(frame)
    if parts is None:
        raise BadFrame("not an MT-SICS weight", frame)
    status, sign, digits, shown = parts.groups()
    return Weight(amount=amount(sign, digits), unit=unit(shown, frame), stable=status == b"S")


PROTOCOL: Final = ScaleProtocol(
    model="Mettler-Toledo with MT-SICS, and those that speak it (KERN, B-TEK)",
    source="MT-SICS level 0, AT balance manual, p. 87",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    ask=b"SI\r\n",
    parse=parse,
)
