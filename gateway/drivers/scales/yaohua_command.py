"""Yaohua XK3190 in command mode (tF=1), asked for its gross weight by its address 'A' (1) to 'Z' (26).

    STX  address  'B'  xor  ETX                                   the question: read gross
    1    1        1    2    1
    STX  address  'B'  sign  weight  point  xor  ETX              the answer, 14 bytes
    1    1        1    1     6       1      2    1                xor: from the address to the byte before it

Gross whatever was tared at the indicator, because that was the question. Unit and rest are not in the answer.

Source: Yaohua XK3190-A9+ manual, p. 11 (the English edition calls commands E and F "net" by mistake).
"""

import re
from dataclasses import replace
from functools import partial
from typing import Final

from gateway.drivers.scales.fields import shifted, xor_of
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame
from gateway.reading import Weight

_ANSWER: Final = re.compile(rb"\x02(([A-Z])B([+-])([0-9]{6})([0-4]))([0-9A-F]{2})\x03")


def parse(frame: bytes, address: int = 1) -> Weight:
    """Read one answer of the indicator at `address`.

    Raises:
        BadFrame: Not the shape above, another indicator's, or the check characters do not fit.
    """
    parts = _ANSWER.fullmatch(frame)
    if parts is None:
        raise BadFrame("not the gross weight of a Yaohua indicator", frame)
    checked, letter, sign, digits, point, check = parts.groups()
    if xor_of(checked) != int(check, 16):
        raise BadFrame("the check characters do not fit", frame)
    if letter != _letter(address):
        raise BadFrame(f"the answer of another indicator: {letter.decode('ascii')}", frame)
    found = shifted(digits, int(point))
    return Weight(amount=-found if sign == b"-" and found else found, unit=None, basis="gross")


def _letter(address: int) -> bytes:
    return bytes([ord("A") + address - 1])


def _at(address: int) -> ScaleProtocol:
    asked = _letter(address) + b"B"
    return replace(PROTOCOL, ask=b"\x02%b%02X\x03" % (asked, xor_of(asked)), parse=partial(parse, address=address))


PROTOCOL: Final = ScaleProtocol(
    model="Yaohua XK3190 A9, A9+, D10 in command mode (tF=1)",
    source="Yaohua XK3190-A9+ manual, p. 11",
    baud=9600,
    line="8N1",
    start=b"\x02",
    end=b"\x03",
    size=14,
    longest=14,
    ask=b"\x02AB03\x03",
    says_unit=False,
    at_address=_at,
    addresses=26,
    parse=parse,
)
