"""One scale protocol as a row of facts, and how its frames are cut out of what came over the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.errors import BadFrame
from gateway.reading import Weight

PARITY_WORDS: Final = "parity setting: this line has a parity bit (7E1 or 7O1) and is read as 8 bits"
_ENOUGH_FOR_PARITY: Final = 8


@dataclass(frozen=True, slots=True)
class Greeting:
    """What some scales must be asked, and have answered, before they take the question for a weight."""

    say: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class ScaleProtocol:
    """How a scale talks. `parse` gives the weight of one whole frame or raises BadFrame; nothing third.

    `model` says in a few words whose scales talk like this. `start` and `end` are part of the frame; a protocol
    without `start` has lines that follow each other. `size` is the length of a frame where all are alike, `longest`
    the most a frame may grow; `behind` bytes of a frame come after `end`: a checksum, which may be any byte. Frames
    without an end are over when the next `start` comes, or nothing for `gap_s`.

    `ask` is what to send for one answer (None: the scale talks unasked), `greeting` what goes before it.
    `answer_within_s` is the time for one answer, or for the next good frame of a scale that talks unasked.
    `says_unit` is False where the unit must come from the config. `at_address` gives the row for a scale that is set
    to another address than 1, of as many as there are `addresses`.
    """

    model: str
    source: str
    baud: int
    line: str
    end: bytes
    parse: Callable[[bytes], Weight]
    start: bytes = b""
    size: int | None = None
    longest: int = 64
    behind: int = 0
    gap_s: float | None = None
    ask: bytes | None = None
    greeting: Greeting | None = None
    answer_within_s: float = 1.0
    says_unit: bool = True
    at_address: "Callable[[int], ScaleProtocol] | None" = None
    addresses: int = 1

    def read(self, frame: bytes) -> Weight:
        """Give the weight of a frame; like `parse`, but a line set up with the wrong parity is named as that.

        Raises:
            BadFrame: No frame of this protocol.
        """
        try:
            return self.parse(frame)
        except BadFrame as error:
            raise explained(error) from None

    def cut(self, heard: bytes, *, over: bool = False) -> tuple[list[bytes], bytes]:
        """Cut `heard` into what may be frames, oldest first, and the unfinished rest.

        What does not begin with `start` is thrown away. A piece of the wrong shape is handed out like a frame:
        `parse` refuses it, and so it is counted as garbage instead of vanishing. `over`: there was silence behind
        `heard`, so nothing of it is unfinished.
        """
        pieces: list[bytes] = []
        while heard:
            if self.start:
                begin = heard.find(self.start)
                if begin < 0:
                    noise = len(heard) - self._begun(heard)
                    return ([*pieces, heard[:noise]] if noise else pieces), heard[noise:]
                heard = heard[begin:]
            length = self._length(heard)
            if length is None:
                if not over:
                    break
                length = len(heard)
            pieces.append(heard[:length])
            heard = heard[length:]
        return pieces, heard

    def _begun(self, heard: bytes) -> int:
        """Say how many bytes at the end of `heard` may be the beginning of `start`."""
        most = min(len(self.start) - 1, len(heard))
        return next((count for count in range(most, 0, -1) if heard.endswith(self.start[:count])), 0)

    def _length(self, heard: bytes) -> int | None:
        """Say how long the piece at the beginning of `heard` is; None while it is unfinished."""
        if self.gap_s is not None:
            return self._up_to(heard.find(self.start, len(self.start), self.longest), heard)
        if self.size is None:
            at = heard.find(self.end, len(self.start), self.longest)
            return self._up_to(at + len(self.end) if at >= 0 else at, heard)
        if len(heard) < self.size:
            return None
        if heard[: self.size - self.behind].endswith(self.end):
            return self.size
        again = heard.find(self.start, len(self.start), self.size) if self.start else -1
        return again if again > 0 else self.size

    def _up_to(self, at: int, heard: bytes) -> int | None:
        """Give `at`; where there is none, the longest a frame may grow once it did."""
        if at >= 0:
            return at
        return self.longest if len(heard) >= self.longest else None


def explained(error: BadFrame, heard: bytes = b"") -> BadFrame:
    """Give the error that says more: bytes all of one parity, with some of eight bits, are a 7-bit line misread.

    They are not masked and accepted: what set the bits may as well be noise. `heard` is what came before the frame.
    """
    said = heard or error.frame
    odd = {byte.bit_count() % 2 for byte in said}
    if len(said) >= _ENOUGH_FOR_PARITY and len(odd) == 1 and max(said) >= 0x80:
        return BadFrame(PARITY_WORDS, error.frame)
    return error
