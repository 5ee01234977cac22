"""XY-MD02: temperature and humidity on RS-485, its registers and what it refuses.

    FC 04       0001 temperature, 0002 humidity                   both int16, tenths
    FC 03, 06   0101 unit id, 0102 baud, 0103 and 0104 corrections of the two, int16, tenths

The measurements are input registers only: FC 03 of them is an illegal address. Id and baud, once written, count after
the next power-up, so that the line goes on as it is.
Source: the maker's sheet and captures in the device sheet.
"""

from decimal import ROUND_HALF_UP, Decimal
from struct import pack, unpack
from typing import Final

from firmware_mock.climate import QUANTITIES, Course
from firmware_mock.modbus_frames import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    MOST_REGISTERS,
    READ_HOLDING,
    READ_INPUT,
    WRITE_ONE,
    exception,
)

FIRST_INPUT: Final = 0x0001
ID, BAUD, FIRST_CORRECTION, LAST_SETTING = 0x0101, 0x0102, 0x0103, 0x0104


class XyMd02:
    """One sensor on the bus.

    Args:
        number: Its unit id.
        baud: What its baud register says.
        air: The course of each of its quantities.
    """

    def __init__(self, number: int, baud: int, air: dict[str, Course]) -> None:
        self.air = air
        self._settings = {ID: number, BAUD: baud & 0xFFFF, FIRST_CORRECTION: 0, LAST_SETTING: 0}

    def answer(self, pdu: bytes, t: float) -> bytes:
        """Give the answer to a request that comes at time `t` (s)."""
        function = pdu[0]
        if function not in {READ_HOLDING, READ_INPUT, WRITE_ONE}:
            return exception(function, ILLEGAL_FUNCTION)
        if len(pdu) != 5:
            return exception(function, ILLEGAL_VALUE)
        address, value = unpack(">HH", pdu[1:])
        if function == WRITE_ONE:
            return self._write(pdu, address, value)
        if not 1 <= value <= MOST_REGISTERS:
            return exception(function, ILLEGAL_VALUE)
        registers = self._settings if function == READ_HOLDING else self._measured(t)
        wanted = range(address, address + value)
        if any(register not in registers for register in wanted):
            return exception(function, ILLEGAL_ADDRESS)
        return pack(f">BB{value}H", function, 2 * value, *(registers[register] for register in wanted))

    def _measured(self, t: float) -> dict[int, int]:
        return {
            FIRST_INPUT + place: self._tenths(self.air[quantity].at(t), self._settings[FIRST_CORRECTION + place])
            for place, quantity in enumerate(QUANTITIES)
        }

    def _tenths(self, value: Decimal, correction: int) -> int:
        tenths = int((value * 10).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        signed = correction - 0x10000 if correction & 0x8000 else correction
        return max(-0x8000, min(0x7FFF, tenths + signed)) & 0xFFFF

    def _write(self, pdu: bytes, address: int, value: int) -> bytes:
        if address not in self._settings:
            return exception(WRITE_ONE, ILLEGAL_ADDRESS)
        if address == ID and not 1 <= value <= 247:
            return exception(WRITE_ONE, ILLEGAL_VALUE)
        self._settings[address] = value
        return pdu
