"""What a printer reads out of its bytes: answers that are due, and pictures that come out, dot by dot."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Picture:
    """A one-bit picture; in a row the leftmost dot is the highest bit, and 1 is burnt.

    Args:
        width: Dots a row.
        rows: One number a row, from the top.
    """

    width: int
    rows: tuple[int, ...]

    def packed(self) -> bytes:
        """Give the rows as whole bytes, padded on the right with white."""
        size = (self.width + 7) // 8
        return b"".join((row << (size * 8 - self.width)).to_bytes(size, "big") for row in self.rows)

    def turned(self) -> "Picture":
        """Give the picture turned by 180 degrees."""
        return Picture(self.width, tuple(int(f"{row:0{self.width}b}"[::-1], 2) for row in reversed(self.rows)))


class Query(StrEnum):
    """A status that is asked for and answered at once, ahead of all that waits."""

    ESCPOS_PRINTER = "DLE EOT 1"
    ESCPOS_OFFLINE = "DLE EOT 2"
    ESCPOS_ERROR = "DLE EOT 3"
    ESCPOS_PAPER = "DLE EOT 4"
    TSPL_STATUS = "ESC !?"
    TSPL_FULL_STATUS = "ESC !S"
    ZPL_STATUS = "~HS"


@dataclass(frozen=True, slots=True)
class Label:
    """A label that comes out.

    Args:
        raw: The bytes it was made of, status queries left out.
        picture: What is on it; None when nothing comes out at all.
        torn: The end of the job never came.
        stray: Letters that arrived where a picture was expected.
    """

    raw: bytes
    picture: Picture | None
    torn: bool = False
    stray: int = 0


@dataclass(frozen=True, slots=True)
class Fence:
    """An answer that waits its turn: it leaves when everything before it has been printed."""

    name: str
    answer: bytes


Outcome = Query | Label | Fence


class Reader(Protocol):
    """A printer's language: bytes in, outcomes out, in any portions."""

    def feed(self, data: bytes) -> Iterator[Outcome]:
        """Read on."""

    def end(self) -> Iterator[Outcome]:
        """The connection ended: what is half done is torn, and forgotten."""
