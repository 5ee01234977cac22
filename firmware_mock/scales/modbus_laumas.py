"""A Laumas weighing transmitter on RS-485, unit 1: function 3, status and gross weight side by side.

    40007 status        bit 0 cell error, 2 beyond Max + 9 e, 3 beyond 110 %, 7 gross negative, 8 net negative, 10 net,
                        11 at rest, 12 at zero
    40008-9 gross       high word first; a magnitude, its sign is bit 7
    40010-11 net        the same with bit 8

Source: device sheet §12.
"""

import asyncio
from decimal import Decimal
from struct import pack, unpack
from typing import Final

from firmware_mock.indicator import Display, Indicator
from firmware_mock.modbus_frames import exception, rtu_body, rtu_frame
from firmware_mock.scales.talking import decimals
from firmware_mock.serial_line import SerialLine

UNIT: Final = 1
READ: Final = 3
FIRST: Final = 6
QUESTION: Final = 8
NO_SUCH_REGISTER: Final = 2


def registers(display: Display, felt: Decimal, places: int) -> list[int]:
    """Give registers 40007 to 40011 for what the display shows; the weight stands there as `felt`, however little."""
    gross, net = int(felt.scaleb(places)), int((felt - display.tare).scaleb(places))
    bits = {2: display.over, 7: gross < 0, 8: net < 0, 10: display.net, 11: display.stable, 12: not gross}
    status = sum(1 << bit for bit, on in bits.items() if on)
    return [status, *divmod(abs(gross), 0x10000), *divmod(abs(net), 0x10000)]


class Speech:
    """The conversation of the transmitter."""

    def __init__(self, indicator: Indicator, unit: str) -> None:
        del unit  # not in the registers
        self._indicator = indicator
        self._places = decimals(indicator)
        self._heard = b""
        self._asked: asyncio.Queue[tuple[bytes, float]] = asyncio.Queue(maxsize=32)

    def hear(self, data: bytes, at: float) -> None:
        """Take bytes that came in; a question is eight of them whose CRC fits."""
        self._heard = (self._heard + data)[-64:]
        for start in range(len(self._heard) - QUESTION + 1):
            body = rtu_body(self._heard[start : start + QUESTION])
            if body is not None:
                self._heard = self._heard[start + QUESTION :]
                if body[0] == UNIT and not self._asked.full():
                    self._asked.put_nowait((body[1], at))
                return

    async def speak(self, line: SerialLine) -> None:
        """Answer, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            question, at = await self._asked.get()
            answer = self.answer(question, loop.time())
            await line.send(rtu_frame(UNIT, answer), not_before=max(loop.time(), at + 4 * line.character_s))

    def answer(self, question: bytes, t: float) -> bytes:
        """Give the answer to a question, both without unit and CRC."""
        function, address, count = unpack(">BHH", question)
        held = registers(self._indicator.shows(t), self._indicator.gross(t), self._places)
        start = address - FIRST
        if function != READ or start < 0 or not 1 <= count <= len(held) - start:
            return exception(function, NO_SUCH_REGISTER)
        return pack(f">BB{count}H", function, 2 * count, *held[start : start + count])
