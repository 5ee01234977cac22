"""The serial side of a Modbus bus: where requests end, and answers that leave at their time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from firmware_mock.control import Command, Json, count, table
from firmware_mock.faults import LineFaults
from firmware_mock.modbus_frames import LONGEST_RTU, READ_HOLDING, rtu_body, rtu_frame, rtu_request_length
from firmware_mock.serial_line import SerialLine

Asked = Callable[[int, bytes, float, Callable[[int, bytes, float], Coroutine[None, None, None]]], None]
FAST_GAP_S: Final = 0.00175  # t3.5 above 19200 baud, by the standard
HOST_GAP_S: Final = 0.005  # no shorter gap can be told from a busy machine's pause


class RtuSide:
    """RS-485 line with its devices."""

    def __init__(
        self, link: Path, baud: int, faults: LineFaults, asked: Asked, tasks: asyncio.TaskGroup, *, strict: bool = False
    ) -> None:
        self._link = link
        self._asked = asked
        self._line = SerialLine(link, baud=baud, faults=faults, hear=self._hear, strict=strict)
        self._gap_s = FAST_GAP_S if baud > 19200 else 3.5 * self._line.character_s
        self._heard = b""
        self._gap: asyncio.TimerHandle | None = None
        self._echo = False
        self._bad_crc = 0
        self._twins = 0
        self._tasks = tasks
        self._other_master: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Json]:
        """Keep the line for the block; give what to say about it."""
        with self._line.plugged_in():
            yield {"side": "rtu", "link": self._link}

    def commands(self) -> dict[str, Command]:
        """Give the verbs of this side."""
        return self._line.commands() | {
            "echo": self._set_echo,
            "crc": self._set_crc,
            "twins": self._set_twins,
            "master": self._set_master,
        }

    def _hear(self, data: bytes, at: float) -> None:
        if self._echo:
            self._tasks.create_task(self._line.send(data))
        self._heard = (self._heard + data)[-LONGEST_RTU:]
        if self._gap:
            self._gap.cancel()
        length = rtu_request_length(self._heard)
        if length == len(self._heard) and rtu_body(self._heard):
            self._take(at)
        else:
            self._gap = asyncio.get_running_loop().call_at(at + max(self._gap_s, HOST_GAP_S), self._take, at)

    def _take(self, at: float) -> None:
        """Take what was heard until the silence as one frame; a wrong CRC is not for anybody."""
        frame, self._heard = self._heard, b""
        body = rtu_body(frame)
        if body:
            self._asked(body[0], body[1], at + self._gap_s, self._send)

    async def _send(self, unit: int, pdu: bytes, not_before: float) -> None:
        frame = rtu_frame(unit, pdu)
        if self._bad_crc:
            self._bad_crc -= 1
            frame = frame[:-1] + bytes([frame[-1] ^ 0x55])
        if unit == self._twins:
            frame = _over_each_other(frame)
        await self._line.send(frame, not_before=not_before)

    def _set_echo(self, value: object, _: Json) -> None:
        self._echo = bool(value)

    def _set_crc(self, value: object, _: Json) -> None:
        self._bad_crc = count(value, "crc")

    def _set_twins(self, value: object, _: Json) -> None:
        self._twins = count(value, "twins")

    def _set_master(self, value: object, _: Json) -> None:
        if self._other_master:
            self._other_master.cancel()
            self._other_master = None
        if value:
            wanted = table(value, "master")
            unit, every_s = count(wanted.get("unit", 9), "unit"), count(wanted.get("every_ms", 200), "every_ms") / 1000
            self._other_master = self._tasks.create_task(self._be_another_master(unit, every_s))

    async def _be_another_master(self, unit: int, every_s: float) -> None:
        """Ask a unit that is wired here too, and answer for it: everybody on the line hears both."""
        while True:
            await self._line.send(rtu_frame(unit, bytes((READ_HOLDING, 0, 0, 0, 2))))
            await self._line.send(rtu_frame(unit, bytes((READ_HOLDING, 4, 0, 42, 1, 7))))
            await asyncio.sleep(every_s)


def _over_each_other(frame: bytes) -> bytes:
    """Give what a line carries when a second device with other values answers at the same time: a 0 wins over a 1."""
    values = frame[3:]
    return frame[:3] + bytes(byte & (byte * 7 + 0x2B) & 0xFF for byte in values)
