"""Brecknell, NCI, Weigh-Tronix and Adam MDW with the NCI protocol (SCP): asked with `W`.

    LF  weight  unit  CR LF  H1 H2 [H3]  CR ETX       weight: as displayed, blanks, '-' and point included
    1   6-9     2     1  1   2-3         1  1         '^' in all its places: over; '_': under; '-': no zero

    H1  bit 0 moving, 1 at zero                       each H is 30h to 3Fh
    H2  bit 0 below range, 1 above, 2 and 3 the scale is faulty
    H3  bit 2 net                                     without H3 nothing says whether it is net

Source: Salter Brecknell 3700LP manual, p. 11; Avery Weigh-Tronix 7821, p. 25; Fairbanks PC2250, p. 61; Adam MDW, p. 13.
"""

import re
from typing import Final

from gateway.drivers.scales.fields import NUMBER, amount, no_weight, unit
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Basis, Condition, Weight

_FRAME: Final = re.compile(rb"\n([ 0-9.^_-]{6,9})([a-z]{2}|[a-z] )\r\n([0-?])([0-?])([0-?])?\r\x03")
_WEIGHT: Final = re.compile(rb" *(-?) *(%b)" % NUMBER)
_FILLED: Final[dict[int, Condition]] = {ord("^"): "overload", ord("_"): "underload", ord("-"): "not-zeroed"}
_MOVING, _BELOW, _ABOVE, _FAULTY, _NET = 1, 1, 2, 12, 4


def parse(frame: bytes) -> Weight:
    """Read one answer.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not an answer to W", frame)
    field, shown, motion, status, third = parts.groups()
    if (condition := _condition(field, status[0])) is not None:
        return no_weight(condition)
    weight = _WEIGHT.fullmatch(field)
    if weight is None:
        raise BadFrame("not an answer to W", frame)
    basis: Basis | None = None
    if third is not None:
        basis = "net" if third[0] & _NET else "gross"
    return Weight(amount(weight[1], weight[2]), unit(shown, frame), basis=basis, stable=not motion[0] & _MOVING)


def _condition(field: bytes, status: int) -> Condition | None:
    if len(set(field)) == 1 and field[0] in _FILLED:
        return _FILLED[field[0]]
    if status & _FAULTY:
        return "error"
    if status & _ABOVE:
        return "overload"
    return "underload" if status & _BELOW else None


PROTOCOL: Final = ScaleProtocol(
    model="Brecknell 3700LP, NCI 7800, Weigh-Tronix 7821, Adam MDW (SCP)",
    source="Brecknell 3700LP manual, p. 11; Weigh-Tronix 7821, p. 25",
    baud=9600,
    line="8N1",
    start=b"\n",
    end=b"\x03",
    longest=24,
    ask=b"W\r",
    parse=parse,
)
