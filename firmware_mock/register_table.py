"""A device that is nothing but its registers, as somebody wrote them down: any sensor of which a map is known.

    03/0000=0292,FF9B            holding registers from 0000 on, all in hex
    04/0001=0107,0222+02/0000=1,0,1,1    several tables of one unit, joined by +; 01 and 02 are bits

Reads outside of what was written are an illegal address, other functions an illegal function.
"""

import re
from typing import Final

from firmware_mock.climate import Course
from firmware_mock.modbus_frames import ILLEGAL_ADDRESS, ILLEGAL_FUNCTION, ILLEGAL_VALUE, exception

_PART: Final = re.compile(r"0([1-4])/([0-9A-Fa-f]{4})=([0-9A-Fa-f]{1,4}(?:,[0-9A-Fa-f]{1,4})*)")
MOST: Final = {1: 2000, 2: 2000, 3: 125, 4: 125}

Tables = dict[int, dict[int, int]]


def tables(text: str) -> Tables:
    """Read the notation above.

    Raises:
        ValueError: It is something else.
    """
    found: Tables = {}
    for part in text.split("+"):
        match = _PART.fullmatch(part)
        if not match:
            raise ValueError(f"{part!r} is no table; 03/0000=0292,FF9B is one")
        first = int(match[2], 16)
        words = [int(word, 16) for word in match[3].split(",")]
        found.setdefault(int(match[1]), {}).update({first + place: word for place, word in enumerate(words)})
    return found


class RegisterTable:
    """One device with these registers and bits."""

    def __init__(self, held: Tables) -> None:
        self.held = held
        self.air: dict[str, Course] = {}

    def answer(self, pdu: bytes, t: float) -> bytes:
        """Give the answer to a request."""
        function = pdu[0]
        if function not in self.held:
            return exception(function, ILLEGAL_FUNCTION)
        if len(pdu) != 5:
            return exception(function, ILLEGAL_VALUE)
        address, count = int.from_bytes(pdu[1:3], "big"), int.from_bytes(pdu[3:5], "big")
        if not 1 <= count <= MOST[function]:
            return exception(function, ILLEGAL_VALUE)
        held = self.held[function]
        if any(register not in held for register in range(address, address + count)):
            return exception(function, ILLEGAL_ADDRESS)
        values = [held[register] for register in range(address, address + count)]
        if function > 2:
            data = b"".join(value.to_bytes(2, "big") for value in values)
        else:
            packed = sum(1 << place for place, value in enumerate(values) if value)
            data = packed.to_bytes((count + 7) // 8, "little")
        return bytes([function, len(data)]) + data
