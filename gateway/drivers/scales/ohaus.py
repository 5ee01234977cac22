"""Ohaus Defender 3000 and 5000, Ranger, T31P, T32: asked with `IP` (the weight now), or continuous.

    polarity      weight  SP  unit  rest      legend  CR LF      polarity: '-' or blank, apart from the digits
    1         0   7       1   5     1     0   1       2          18 bytes, captured from a Defender 3000
    1         1   7       1   5     1     0   3       2          21 bytes, Defender manual
    1         2   7       1   2     2     1   3       2          21 bytes, Ranger Count manual: a blank before rest
                                                                 rest: '?' while moving
                                                                 legend: G or B/G gross, N or NET net, T tare
    "   0.360 kg    G"       "-  1.640 kg    N"       "   0.115 kg   ?G"

Widths differ between generations; each layout is taken whole or not at all, since a byte lost from one must not make
another.

Source: Ohaus 3000 series indicator manual, p. 37; Ranger Count manual, p. 36; Defender 3000 captured, github
NSerialCommTools.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Basis, Weight

_NUMBER: Final = rb"(?=.{7} [A-Za-z]) *(%b) " % NUMBER
_LAYOUTS: Final = (
    re.compile(rb"([ -])" + _NUMBER + rb"(?=.{7}\r\n)([A-Za-z]{1,5}) *([ ?])(.)\r\n"),
    re.compile(rb"([ -]) " + _NUMBER + rb"(?=.{9}\r\n)([A-Za-z]{1,5}) *([ ?])(.{3})\r\n"),
    re.compile(rb"([ -])  " + _NUMBER + rb"(?=.{8}\r\n)([A-Za-z]{1,2}) {1,2}([ ?]) (.{3})\r\n"),
)
_BASIS: Final[dict[bytes, Basis | None]] = {
    b"G": "gross",
    b"B/G": "gross",
    b"N": "net",
    b"NET": "net",
    b"": None,
}


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, a tare, or a unit that weights are not kept in.
    """
    parts = next((found for layout in _LAYOUTS if (found := layout.fullmatch(frame))), None)
    if parts is None:
        raise BadFrame("not an Ohaus weight", frame)
    sign, digits, shown, moving, field = parts.groups()
    legend = field.strip()
    if legend == b"T":
        raise BadFrame("a tare is no weight of a load", frame)
    if legend not in _BASIS:
        raise BadFrame("not an Ohaus weight", frame)
    return Weight(amount(sign, digits), unit(shown, frame), basis=_BASIS[legend], stable=moving == b" ")


PROTOCOL: Final = ScaleProtocol(
    model="Ohaus Defender 3000 and 5000, Ranger, T31P, T32",
    source="Ohaus 3000 series manual, p. 37; captured from a Defender 3000",
    baud=9600,
    line="8N1",
    end=b"\r\n",
    longest=32,
    ask=b"IP\r\n",
    parse=parse,
)
