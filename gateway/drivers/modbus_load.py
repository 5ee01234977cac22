"""How busy a Modbus line is: the time a round takes, reckoned from the map before anybody buys a cable."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.drivers.modbus_bus import ModbusBus

MOST_BUSY: Final = 0.7
"""Above this share a line has no room left for a dead unit."""

TURNAROUND_S: Final = 0.050
HOST_S: Final = 0.016
"""What a typical unit, and a typical USB adapter, add to each question."""

_FRAMES: Final = 8 + 5
"""Bytes of a question, and of an answer without its data."""

_STANDARD_BITS: Final = 11
"""Of the standard's own character, in which it counts the silence between two frames."""

_FIXED_SILENCE_S: Final = 0.00175
"""3.5 characters above 19200 baud, by the standard."""


@dataclass(frozen=True, slots=True)
class Load:
    """`round_s` is the time to ask every unit once; `share` how much of the time the line is taken."""

    round_s: float
    share: float

    @property
    def too_much(self) -> bool:
        """Whether a dead unit would already make the others late."""
        return self.share > MOST_BUSY


def question_s(
    data_bytes: int, *, baud: int, line: str = "8N1", turnaround_s: float = TURNAROUND_S, host_s: float = HOST_S
) -> float:
    """Reckon T = (8 + 5 + data) · bits / baud + turnaround + 2 · t3.5 + host, in seconds.

    Source: Modbus over Serial Line V1.02, 2.5.1; the device sheet on Modbus practice, §5.
    """
    character_s = (1 + int(line[0]) + (line[1] != "N") + int(line[2])) / baud
    silence_s = 3.5 * _STANDARD_BITS / baud if baud <= 19200 else _FIXED_SILENCE_S
    return (_FRAMES + data_bytes) * character_s + turnaround_s + 2 * silence_s + host_s


def load(bus: "ModbusBus") -> Load:
    """Reckon how busy a bus is with what its config asks of it."""
    round_s, share = 0.0, 0.0
    for member in bus.members().values():
        asked_s = max(member.pause_s, bus.pause_s) * len(member.blocks) + sum(
            question_s(block.data_bytes, baud=bus.baud, line=bus.line) for block in member.blocks
        )
        round_s += asked_s
        share += asked_s / member.every_s
    return Load(round_s, share)
