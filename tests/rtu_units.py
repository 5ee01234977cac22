"""Modbus RTU units at the far end of a pty, made from the standard's frames and not from what the gateway uses."""

from collections.abc import Callable

from tests.ports import Pty


def crc(data: bytes) -> bytes:
    """Give the CRC-16 of Modbus (polynomial A001, low byte first), bit by bit as the standard tells it."""
    rest = 0xFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ 0xA001 if rest & 1 else rest >> 1
    return rest.to_bytes(2, "little")


def framed(content: bytes) -> bytes:
    return content + crc(content)


def answer_of(unit: int, function: int, values: list[int]) -> bytes:
    data = b"".join(value.to_bytes(2, "big") for value in values)
    return framed(bytes((unit, function, len(data))) + data)


def refusal_of(unit: int, function: int, code: int) -> bytes:
    return framed(bytes((unit, function | 0x80, code)))


class RtuUnits:
    """Units with input registers (function 4), by unit id and address; all else is refused as the standard says.

    `deaf` units do not answer. What `spoil` makes of an answer is what goes out; None keeps it back in `kept`.
    """

    def __init__(self, line: Pty, registers: dict[int, dict[int, int]], *, echo: bool = False) -> None:
        self.registers = registers
        self.deaf: set[int] = set()
        self.spoil: Callable[[bytes], bytes | None] = lambda answer: answer
        self.kept: list[bytes] = []
        self.asked: list[tuple[int, int, int]] = []
        self._line = line
        self._echo = echo
        self._heard = b""
        line.listen(self._hear)

    def say(self, data: bytes) -> None:
        self._line.say(data)

    def _hear(self, data: bytes) -> None:
        if self._echo:
            self.say(data)
        self._heard += data
        while len(self._heard) >= 8:
            question, self._heard = self._heard[:8], self._heard[8:]
            assert crc(question[:6]) == question[6:], "the gateway sent a frame with a wrong CRC"
            self._answer(question)

    def _answer(self, question: bytes) -> None:
        unit, function = question[0], question[1]
        address, count = int.from_bytes(question[2:4], "big"), int.from_bytes(question[4:6], "big")
        self.asked.append((unit, address, count))
        if unit not in self.registers or unit in self.deaf:
            return
        known = self.registers[unit]
        wanted = range(address, address + count)
        if function != 4:
            answer = refusal_of(unit, function, 1)
        elif any(register not in known for register in wanted):
            answer = refusal_of(unit, function, 2)
        else:
            answer = answer_of(unit, function, [known[register] for register in wanted])
        said = self.spoil(answer)
        if said is None:
            self.kept.append(answer)
        else:
            self.say(said)
