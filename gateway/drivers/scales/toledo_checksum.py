"""Toledo continuous output with checksum (MT 8142, 8530, IND; Rice Lake, Cardinal, Fairbanks, KERN).

    STX  SWA  SWB  SWC  weight  tare  CR  checksum     as toledo, and a byte that makes the low seven bits of the sum
    1    1    1    1    6       6     1   1            of all eighteen zero; it may well be CR, LF or STX itself

Source: KERN FTC manual, p. 42; Rockwell 57C428, p. 37; Rice Lake 680, p. 70.
"""

import re
from typing import Final

from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.drivers.scales.toledo import meaning
from gateway.errors import BadFrame
from gateway.reading import Weight

_FRAME: Final = re.compile(rb"\x02([ -\x7f])([\x00-\x7f])([ -\x7f])([ -~]{6})([ -~]{6})\r[\x00-\x7f]")


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, the checksum does not fit, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a Toledo frame with checksum", frame)
    if sum(frame) & 0x7F:
        raise BadFrame("the checksum does not fit", frame)
    return meaning(parts)


PROTOCOL: Final = ScaleProtocol(
    model="Toledo continuous with checksum: MT 8142, 8530, IND; Rice Lake, Cardinal, KERN",
    source="KERN FTC manual, p. 42; Rice Lake 680, p. 70",
    baud=9600,
    line="7E1",
    start=b"\x02",
    end=b"\r",
    size=18,
    longest=18,
    behind=1,
    parse=parse,
)
