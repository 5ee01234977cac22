"""Shinko Vibra (AJ, HJ, AF, HG, SJ) with seven digits: fifteen bytes, unasked.

    sign  weight  unit  judged  state  CR LF        as vibra_14, the weight one character wider
    1     8       2     1       1      2

    "+007.12/3 G S" is 7.123 g, the 3 finer than the verified digits

Two profiles, because a byte lost from one is a whole frame of the other.

Source: Shinko Vibra AJ-NT manual, p. 37; HJ-KCE, p. 47; captured: github NSerialCommTools.
"""

from typing import Final

from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.drivers.scales.vibra_14 import read
from gateway.reading import Weight


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    return read(frame, 8)


PROTOCOL: Final = ScaleProtocol(
    model="Shinko Vibra AJ, HJ, AF, HG, SJ with seven digits",
    source="Vibra AJ-NT manual, p. 37; HJ-KCE, p. 47",
    baud=1200,
    line="8N2",
    end=b"\r\n",
    longest=32,
    parse=parse,
)
