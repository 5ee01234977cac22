"""The Modbus line: one question at a time, and no answer taken for another's, over PDUs and framers of pymodbus."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn, Protocol

from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from gateway.drivers.port import Port
from gateway.errors import BadFrame, DeviceSilent, PortLost

_REQUESTS: Final = {
    1: ReadCoilsRequest,
    2: ReadDiscreteInputsRequest,
    3: ReadHoldingRegistersRequest,
    4: ReadInputRegistersRequest,
}
_FUNCTIONS: Final = (1, 2, 3, 4, 5, 6, 15, 16)
_KEPT: Final = 512
"""Bytes kept while looking for an answer: two of the longest frames."""

_EXCEPTIONS: Final = {
    1: "it does not know this function",
    2: "it has no such register",
    3: "it does not take this count",
    4: "it has failed",
    5: "it is still working on it",
    6: "it is busy",
    8: "its memory is faulty",
}
_WRONG_QUESTION: Final = (1, 2, 3)
_LATER: Final = (5, 6)
_NOBODY_BEHIND: Final = (0x0A, 0x0B)


@dataclass(frozen=True, slots=True)
class Question:
    """Registers, or with functions 1 and 2 bits, to read from one unit.

    `answer_within_s` counts until the answer begins.
    """

    unit: int
    function: int
    address: int
    count: int
    answer_within_s: float = 0.3

    @property
    def data_bytes(self) -> int:
        """How many bytes of data the answer has."""
        return 2 * self.count if self.function > 2 else (self.count + 7) // 8


@dataclass(frozen=True, slots=True)
class Denied:
    """The unit is there and says no (a Modbus exception)."""

    code: int

    @property
    def why(self) -> str:
        """The exception in words."""
        return f"the unit refuses: {_EXCEPTIONS.get(self.code, 'for a reason of its own')} (exception {self.code})"

    @property
    def for_good(self) -> bool:
        """Whether asking again is no use: the question is wrong, not the moment."""
        return self.code in _WRONG_QUESTION

    @property
    def busy(self) -> bool:
        """Whether the unit wants to be asked later."""
        return self.code in _LATER


Answer = tuple[int, ...] | Denied


class Line(Protocol):
    """A line on which units are asked one after the other."""

    async def ask(self, question: Question) -> Answer:
        """Give the registers (or bits) asked for, or the unit's refusal.

        Raises:
            DeviceSilent: The unit did not answer in time.
            BadFrame: Something came, but not the answer to this question.
            PortLost: The line is gone.
        """

    def free_at(self, unit: int) -> float:
        """Say when `unit` can be asked again, in seconds of the event loop's clock."""


class RtuLine:
    """Modbus RTU over a serial port, or over a TCP connection to a converter that passes its frames on.

    An RTU answer does not say which question it answers. So a unit that did not answer in time is left alone for
    `late_s`, and what it says meanwhile goes to nobody; other units are asked as usual, their answers carry another
    id. `pause_s` is the silence before each question (3.5 characters at least); with `echo` the adapter gives back
    what was sent.
    """

    def __init__(
        self, port: Port, *, baud: int, line: str = "8N1", echo: bool = False, pause_s: float = 0.0, late_s: float = 1.0
    ) -> None:
        bits = 1 + int(line[0]) + (line[1] != "N") + int(line[2])
        self._port = port
        self._character_s = bits / baud
        # Above 19200 baud the standard fixes the silence.
        self._pause_s = max(pause_s, 3.5 * self._character_s if baud <= 19200 else 0.00175)
        self._echo = echo
        self._late_s = late_s
        self._late_until: dict[int, float] = {}
        self._loop = asyncio.get_running_loop()
        self._quiet_since = self._loop.time()
        self._decoder = DecodePDU(False)
        self._framer = FramerRTU(self._decoder)

    def free_at(self, unit: int) -> float:
        """Say when a late answer of `unit` is no longer to be feared."""
        return self._late_until.get(unit, 0.0)

    async def ask(self, question: Question) -> Answer:
        """Give the registers asked for, or the unit's refusal; see `Line`."""
        frame = self._framer.buildFrame(_request(question, transaction=0))
        await self._wait_until(max(self.free_at(question.unit), self._quiet_since + self._pause_s))
        self._late_until.pop(question.unit, None)
        self._port.discard()
        sent_at = self._loop.time() + len(frame) * self._character_s
        await self._port.write(frame)
        try:
            heard = await self._without_echo(frame, sent_at + question.answer_within_s) if self._echo else b""
            longest = 5 + question.data_bytes
            return await self._answer(question, heard, sent_at + question.answer_within_s + longest * self._character_s)
        except (DeviceSilent, BadFrame):
            self._late_until[question.unit] = self._loop.time() + self._late_s
            raise
        finally:
            self._quiet_since = self._loop.time()

    async def _wait_until(self, when: float) -> None:
        if (left := when - self._loop.time()) > 0:
            await asyncio.sleep(left)

    async def _without_echo(self, sent: bytes, deadline: float) -> bytes:
        heard = b""
        while len(heard) < len(sent):
            heard += await self._port.read(within_s=max(0.0, deadline - self._loop.time()))
        if not heard.startswith(sent):
            raise BadFrame("the adapter gives back something else than was sent; is echo = true right?", heard)
        return heard[len(sent) :]

    async def _answer(self, question: Question, heard: bytes, deadline: float) -> Answer:
        while True:
            content = self._find(question, heard)
            if content:
                return _read(self._decoder, question, content)
            left = deadline - self._loop.time()
            try:
                if left > 0:
                    heard = (heard + await self._port.read(within_s=left))[-_KEPT:]
                    continue
            except DeviceSilent:
                pass
            self._refuse(question, heard)

    def _find(self, question: Question, heard: bytes) -> bytes:
        """Look for the answer's PDU anywhere in `heard`, by head, length and CRC: converters put noise in front."""
        heads = (
            bytes((question.unit, question.function, question.data_bytes)),
            bytes((question.unit, question.function | 0x80)),
        )
        for at in range(len(heard) - FramerRTU.MIN_SIZE):
            frame = heard[at:]
            if not frame.startswith(heads):
                continue
            kind = self._decoder.lookupPduClass(frame)
            size = kind.calculateRtuFrameSize(frame) if kind else 0
            if size and len(frame) >= size:
                _, _, _, content = self._framer.decode(frame[:size])
                if content:
                    return content
        return b""

    def _refuse(self, question: Question, heard: bytes) -> NoReturn:
        if not heard:
            raise DeviceSilent(f"unit {question.unit} does not answer")
        whole = len(heard) > FramerRTU.MIN_SIZE and FramerRTU.check_CRC(heard[:-2], int.from_bytes(heard[-2:], "big"))
        if not whole:
            raise BadFrame(f"no whole answer of unit {question.unit}: noise, or two units with this id", heard)
        if heard[0] != question.unit:
            raise BadFrame(f"unit {heard[0]} spoke when unit {question.unit} was asked", heard)
        raise BadFrame(f"unit {question.unit} answered another question", heard)


class TcpLine:
    """Modbus TCP: each answer carries the number of its question, so a late one is known and skipped."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._heard = b""
        self._transaction = 0
        self._decoder = DecodePDU(False)
        self._framer = FramerSocket(self._decoder)

    def free_at(self, unit: int) -> float:
        """Say that any unit can be asked at any time."""
        return 0.0

    async def ask(self, question: Question) -> Answer:
        """Give the registers asked for, or the unit's refusal; see `Line`."""
        self._transaction = self._transaction % 0xFFFF + 1
        frame = self._framer.buildFrame(_request(question, self._transaction))
        deadline = self._loop.time() + question.answer_within_s
        await self._port.write(frame)
        while True:
            unit, transaction, content = await self._frame(question, deadline)
            if transaction != self._transaction:
                continue
            if unit != question.unit:
                raise BadFrame(f"unit {unit} answered the question to unit {question.unit}", content)
            return _read(self._decoder, question, content)

    async def _frame(self, question: Question, deadline: float) -> tuple[int, int, bytes]:
        """Wait for the next whole frame: its unit, its transaction, its PDU."""
        while True:
            if len(self._heard) >= FramerSocket.MIN_SIZE - 2:
                protocol, length = int.from_bytes(self._heard[2:4], "big"), int.from_bytes(self._heard[4:6], "big")
                if protocol != 0 or not 3 <= length <= 254:
                    raise PortLost(f"not Modbus TCP, or out of step: {self._heard[:8]!r}")
                if len(self._heard) >= 6 + length:
                    frame, self._heard = self._heard[: 6 + length], self._heard[6 + length :]
                    _, unit, transaction, content = self._framer.decode(frame)
                    return unit, transaction, content
            left = deadline - self._loop.time()
            try:
                if left > 0:
                    self._heard += await self._port.read(within_s=left)
                    continue
            except DeviceSilent:
                pass
            raise DeviceSilent(f"unit {question.unit} does not answer")


def frames_in(heard: bytes) -> Iterator[bytes]:
    """Find whole RTU frames, questions or answers of anybody, anywhere in what was heard."""
    at = 0
    while at < len(heard) - 3:
        for size in _sizes(heard[at:]):
            frame = heard[at : at + size]
            if len(frame) == size and FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big")):
                yield frame
                at += size - 1
                break
        at += 1


def _sizes(head: bytes) -> tuple[int, ...]:
    """Give the sizes a frame that begins like this may have."""
    if head[1] & 0x7F not in _FUNCTIONS:
        return ()
    return (5,) if head[1] & 0x80 else (8, 5 + head[2])


def _request(question: Question, transaction: int) -> ModbusPDU:
    return _REQUESTS[question.function](
        address=question.address, count=question.count, dev_id=question.unit, transaction_id=transaction
    )


def _read(decoder: DecodePDU, question: Question, content: bytes) -> Answer:
    """Read an answer's PDU, whose function and length must be those asked for."""
    answer = decoder.decode(content) if content[0] & 0x7F == question.function else None
    if isinstance(answer, ExceptionResponse) and len(content) == 2:
        if answer.exception_code in _NOBODY_BEHIND:
            raise DeviceSilent(f"unit {question.unit} does not answer the gateway it stands behind")
        return Denied(answer.exception_code)
    head = bytes((question.function, question.data_bytes))
    if answer is None or not content.startswith(head) or len(content) != 2 + question.data_bytes:
        raise BadFrame(f"unit {question.unit} answered another question", content)
    if question.function > 2:
        return tuple(answer.registers)
    return tuple(int(bit) for bit in answer.bits[: question.count])
