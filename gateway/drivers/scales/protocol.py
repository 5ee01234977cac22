"""One scale protocol as a row of facts, and how its frames are cut out of what came over the wire."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.reading import Weight


@dataclass(frozen=True, slots=True)
class ScaleProtocol:
    """How a scale talks. `parse` gives the weight of one whole frame or raises BadFrame; nothing third.

    `start` and `end` are part of the frame; a protocol without `start` has lines that follow each other. `size` is
    the length of a frame where all are alike, `longest` the most a frame may grow. `ask` is what to send for one
    answer (None: the scale talks unasked). `answer_within_s` is the time for one answer, or for the next good frame
    of a scale that talks unasked. `says_unit` is False where the unit must come from the config.
    """

    source: str
    baud: int
    line: str
    end: bytes
    parse: Callable[[bytes], Weight]
    start: bytes = b""
    size: int | None = None
    longest: int = 64
    ask: bytes | None = None
    answer_within_s: float = 1.0
    says_unit: bool = True

    def cut(self, heard: bytes) -> tuple[list[bytes], bytes]:
        """Cut `heard` into what may be frames, oldest first, and the unfinished rest.

        What does not begin with `start` is thrown away. A piece of the wrong shape is handed out like a frame:
        `parse` refuses it, and so it is counted as garbage instead of vanishing.
        """
        pieces: list[bytes] = []
        while heard:
            if self.start:
                begin = heard.find(self.start)
                if begin < 0:
                    return [*pieces, heard], b""
                heard = heard[begin:]
            length = self._length(heard)
            if length is None:
                break
            pieces.append(heard[:length])
            heard = heard[length:]
        return pieces, heard

    def _length(self, heard: bytes) -> int | None:
        """Say how long the piece at the beginning of `heard` is; None while it is unfinished."""
        if self.size is None:
            at = heard.find(self.end, len(self.start), self.longest)
            whole = at + len(self.end) if at >= 0 else self.longest
            return whole if len(heard) >= whole else None
        if len(heard) < self.size:
            return None
        if heard[: self.size].endswith(self.end):
            return self.size
        again = heard.find(self.start, len(self.start), self.size) if self.start else -1
        return again if again > 0 else self.size
