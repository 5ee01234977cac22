"""What can go wrong on a serial line, and is told to by control."""

import random
from dataclasses import dataclass, field

from firmware_mock.control import Command, Json, count


@dataclass(slots=True)
class LineFaults:
    """The faults that wait for the next frames to leave.

    {"garble": n}     the next n frames have one byte changed
    {"cut_short": n}  the next n frames stop in the middle
    {"mute": true}    nothing leaves any more, until {"mute": false}
    {"drip": ms}      this much more time between two bytes, until {"drip": 0}
    """

    seed: str
    garble: int = 0
    cut_short: int = 0
    mute: bool = False
    drip_s: float = 0.0
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.seed}/faults")

    def spoil(self, frame: bytes) -> bytes:
        """Give the frame as it leaves: whole, spoilt, or not at all.

        One byte is changed, no more: that is what an XOR or a CRC promises to notice.
        """
        if self.mute:
            return b""
        if self.cut_short and len(frame) > 1:
            self.cut_short -= 1
            return frame[: self._chance.randrange(1, len(frame))]
        if self.garble and frame:
            self.garble -= 1
            at = self._chance.randrange(len(frame))
            return frame[:at] + bytes([frame[at] ^ self._chance.randrange(1, 256)]) + frame[at + 1 :]
        return frame

    def commands(self) -> dict[str, Command]:
        """Give the verbs that set these faults."""
        return {"garble": self._set_garble, "cut_short": self._set_cut, "mute": self._set_mute, "drip": self._set_drip}

    def _set_garble(self, value: object, _: Json) -> None:
        self.garble = count(value, "garble")

    def _set_cut(self, value: object, _: Json) -> None:
        self.cut_short = count(value, "cut_short")

    def _set_mute(self, value: object, _: Json) -> None:
        self.mute = bool(value)

    def _set_drip(self, value: object, _: Json) -> None:
        self.drip_s = count(value, "drip") / 1000
