"""Toledo continuous output without checksum (MT 8142, 8530, IND; Rice Lake, Cardinal, Fairbanks, KERN).

    STX  SWA  SWB  SWC  weight  tare  CR        weight and tare: digits without sign and point
    1    1    1    1    6       6     1

    SWA  bits 0-2 where the point is: 0 x100, 1 x10, 2 x1, 3 one decimal … 7 five decimals
    SWB  bit 0 net, 1 negative, 2 out of range, 3 moving, 4 kg (else lb), 6 not zeroed since power-up
    SWC  bits 0-2 unit: 0 as SWB says, 1 g, 2 t, others are no metric mass; 4 digits are ten times finer

Makers disagree about bits 5 and 6 of SWA and bit 5 of SWB; nobody needs them. The checksum of the other profile may be
any byte, so a frame here is over when the next STX comes, or silence: one byte more, and it is refused.

Source: Rice Lake 880 manual, p. 108; Fairbanks FB3000, p. 55; KERN FTC, p. 42; Cardinal 225, p. 126.
"""

import re
from decimal import Decimal
from typing import Final

from gateway.drivers.scales.fields import no_weight, shifted
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight
from gateway.units import GRAM, KILOGRAM, TONNE

_FRAME: Final = re.compile(rb"\x02([ -\x7f])([\x00-\x7f])([ -\x7f])([ -~]{6})([ -~]{6})\r")
_DIGITS: Final = re.compile(rb" *[0-9]+")
_NET, _NEGATIVE, _OUT_OF_RANGE, _MOVING, _KILOGRAMS, _NOT_ZEROED = 1, 2, 4, 8, 16, 64
_FINER: Final = 16
_UNITS: Final = {1: GRAM, 2: TONNE}


def parse(frame: bytes) -> Weight:
    """Read one frame.

    Raises:
        BadFrame: Not the shape above, or a unit that weights are not kept in.
    """
    parts = _FRAME.fullmatch(frame)
    if parts is None:
        raise BadFrame("not a Toledo frame without checksum", frame)
    return meaning(parts)


def meaning(parts: re.Match[bytes]) -> Weight:
    """Give what a frame says, taken apart into its three words, weight and tare.

    Raises:
        BadFrame: Digits that are none, or a unit that weights are not kept in.
    """
    frame = parts[0]
    swa, swb, swc, weight, tare = parts.groups()
    status = swb[0]
    if status & _OUT_OF_RANGE:
        return no_weight("underload" if status & _NEGATIVE else "overload")
    if status & _NOT_ZEROED:
        return no_weight("not-zeroed")
    # Stars stand for digits while an IND245 weighs something moving; ten times finer digits are a test display.
    if swc[0] & _FINER or set(weight) <= set(b"* "):
        return no_weight("error")
    if not _DIGITS.fullmatch(weight):
        raise BadFrame("a Toledo frame with something else than digits", frame)
    decimals = (swa[0] & 7) - 2
    amount = shifted(weight, decimals)
    return Weight(
        amount=-amount if status & _NEGATIVE and amount else amount,
        unit=_unit(frame, status, swc[0]),
        basis="net" if status & _NET else "gross",
        tare=_tare(tare, decimals),
        stable=not status & _MOVING,
    )


def _tare(digits: bytes, decimals: int) -> Decimal | None:
    return shifted(digits, decimals) if _DIGITS.fullmatch(digits) else None


def _unit(frame: bytes, status: int, swc: int) -> str:
    code = swc & 7
    if code == 0 and status & _KILOGRAMS:
        return KILOGRAM
    try:
        return _UNITS[code]
    except KeyError:
        raise BadFrame("set the scale to kg, g or t", frame) from None


PROTOCOL: Final = ScaleProtocol(
    model="Toledo continuous without checksum: MT 8142, 8530, IND; Rice Lake, Cardinal, Fairbanks",
    source="Rice Lake 880 manual, p. 108; Fairbanks FB3000, p. 55",
    baud=9600,
    line="7E1",
    start=b"\x02",
    end=b"\r",
    longest=32,
    gap_s=0.05,
    parse=parse,
)
