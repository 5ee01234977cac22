"""TSPL: lines of text, and pictures of counted raw bytes in which 0 burns.

    SIZE 50 mm,30 mm CR LF … CLS CR LF BITMAP x,y,<bytes a row>,<rows>,<mode>,<raw bytes> CR LF PRINT 1,1 CR LF
    ESC ! ?     status, at any time between commands

Nothing comes out before PRINT, so that a job cut short leaves no paper. The picture memory is cleared by CLS alone.
Source: printers sheet; Gprinter and TSC programming manuals.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from firmware_mock.printers.paper import Label, Outcome, Picture, Query

ESCAPES: Final = {b"\x1b!?": Query.TSPL_STATUS, b"\x1b!S": Query.TSPL_FULL_STATUS}
BITMAP: Final = re.compile(rb"\s*BITMAP\s+(-?\d+),(-?\d+),(\d+),(\d+),([012]),", re.IGNORECASE)
SIZE: Final = re.compile(r"SIZE\s+([\d.]+)\s*(mm|dot)?\s*(?:,\s*([\d.]+)\s*(mm|dot)?)?", re.IGNORECASE)
PRINT: Final = re.compile(r"PRINT\s+(\d+)\s*(?:,\s*(\d+))?", re.IGNORECASE)
REFERENCE: Final = re.compile(r"REFERENCE\s+(-?\d+)\s*,\s*(-?\d+)", re.IGNORECASE)
DIRECTION: Final = re.compile(r"DIRECTION\s+([01])", re.IGNORECASE)
LONGEST_LINE: Final = 4096
INCH_MM: Final = 25.4


class Tspl:
    """The printer's reader of TSPL.

    Args:
        head_dots: Dots of the head; what lies beyond is lost.
        dots_per_mm: Resolution, 8 is 203 dpi.
        upright: The DIRECTION in which the roll of this printer comes out upright.
    """

    def __init__(self, head_dots: int, dots_per_mm: int = 8, upright: int = 1) -> None:
        self._head_dots = head_dots
        self._dots_per_mm = dots_per_mm
        self._upright = upright
        self._buffer = b""
        self._job = b""
        self._wanted = 0  # bytes a picture still needs: nothing is looked for before they are there
        self._begun = False
        self._size = (head_dots, 30 * dots_per_mm)
        self._origin = (0, 0)
        self._direction = upright
        self._page: list[int] = [0] * self._size[1]

    def feed(self, data: bytes) -> Iterator[Outcome]:
        """Read on."""
        self._buffer += data
        while len(self._buffer) >= self._wanted and self._buffer:
            taken, outcomes = self._command()
            if not taken:
                return
            piece, self._buffer = self._buffer[:taken], self._buffer[taken:]
            self._wanted = 0
            self._job += piece if not piece.startswith(b"\x1b") else b""
            for outcome in outcomes:
                yield replace(outcome, raw=self._job.lstrip()) if isinstance(outcome, Label) else outcome
            if any(isinstance(outcome, Label) for outcome in outcomes):
                self._job, self._begun = b"", False

    def end(self) -> Iterator[Outcome]:
        """Forget a job without its PRINT: no paper."""
        if self._begun or self._wanted or self._buffer.strip():
            yield Label((self._job + self._buffer).lstrip(), None, torn=True)
        self._buffer = self._job = b""
        self._wanted, self._begun = 0, False

    def _command(self) -> tuple[int, list[Outcome]]:
        """Take one command from the buffer: how many bytes it has (0: not whole yet), and what follows from it."""
        if self._buffer.startswith(b"\x1b"):
            if len(self._buffer) < 3:
                return 0, []
            query = ESCAPES.get(self._buffer[:3])
            return 3, [query] if query else []
        bitmap = BITMAP.match(self._buffer)
        if bitmap:
            x, y, bytes_a_row, rows, mode = (int(number) for number in bitmap.groups())
            end = bitmap.end() + bytes_a_row * rows
            if len(self._buffer) < end:
                self._wanted = end
                return 0, []
            self._draw(x, y, bytes_a_row, self._buffer[bitmap.end() : end], mode)
            return end, []
        ends = [at for at in (self._buffer.find(end) for end in (b"\r", b"\n", b"\x1b")) if at >= 0]
        if not ends:
            return (len(self._buffer), []) if len(self._buffer) > LONGEST_LINE else (0, [])
        end = min(ends)
        line = self._buffer[:end].decode("latin-1").strip()
        if self._buffer[end : end + 2] == b"\r\n":
            end += 2
        elif self._buffer[end] != 0x1B:
            end += 1
        return end, self._obey(line)

    def _obey(self, line: str) -> list[Outcome]:
        if match := SIZE.match(line):
            width = self._dots(match[1], match[2])
            height = self._dots(match[3], match[4]) if match[3] else self._size[1]
            self._size = (width, height)
            self._page = [0] * height
        elif match := REFERENCE.match(line):
            self._origin = (int(match[1]), int(match[2]))
        elif match := DIRECTION.match(line):
            self._direction = int(match[1])
        elif line.upper() == "CLS":
            self._page = [0] * self._size[1]
            self._begun = True
        elif match := PRINT.match(line):
            copies = int(match[1]) * int(match[2] or 1)
            return [Label(b"", self._picture()) for _ in range(copies)]
        return []

    def _dots(self, number: str, unit: str | None) -> int:
        if unit is None:
            return round(float(number) * INCH_MM * self._dots_per_mm)
        return round(float(number)) if unit.lower() == "dot" else round(float(number) * self._dots_per_mm)

    def _draw(self, x: int, y: int, bytes_a_row: int, data: bytes, mode: int) -> None:
        self._begun = True
        width, height = self._size
        bits = bytes_a_row * 8
        shift = width - (x + self._origin[0]) - bits
        everything = (1 << width) - 1
        area = _shifted((1 << bits) - 1, shift) & everything
        for row in range(len(data) // bytes_a_row if bytes_a_row else 0):
            at = y + self._origin[1] + row
            if not 0 <= at < height:
                continue
            raw = int.from_bytes(data[row * bytes_a_row : (row + 1) * bytes_a_row], "big")
            burnt = _shifted(~raw & ((1 << bits) - 1), shift) & everything
            before = self._page[at]
            self._page[at] = {0: before & ~area | burnt, 1: before | burnt, 2: before ^ burnt}[mode]

    def _picture(self) -> Picture:
        width = self._size[0]
        picture = Picture(width, tuple(self._page))
        if self._direction != self._upright:
            picture = picture.turned()
        lost = width - self._head_dots
        return Picture(self._head_dots, tuple(row >> lost for row in picture.rows)) if lost > 0 else picture


def _shifted(bits: int, left: int) -> int:
    return bits << left if left >= 0 else bits >> -left
