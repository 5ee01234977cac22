"""ESC/POS: raster strips and feeds on an endless roll; a cut, or a feed before the end, makes a label.

    ESC @                       start afresh
    GS v 0 m xL xH yL yH data   strip: x bytes a row, y rows, 1 burns
    ESC J n, ESC d n, LF        feed n dots, n lines, one line
    GS V m [n], FF              cut, or feed to the mark
    GS r 1                      answered in its turn; GS ( H pL pH 48 48 d1…d4: its id comes back in its turn
    DLE EOT n                   status, answered at once, even when it stands inside a picture

Text is not drawn: a gateway sends pictures. Letters that arrive nevertheless (an overrun prints as such) are counted
as `stray`.
Source: printers sheet; Epson command pages named there.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from firmware_mock.printers.paper import Fence, Label, Outcome, Picture, Query

ESC, GS, FS, DLE, LF, FF = 0x1B, 0x1D, 0x1C, 0x10, 0x0A, 0x0C
QUERIES: Final = {
    1: Query.ESCPOS_PRINTER,
    2: Query.ESCPOS_OFFLINE,
    3: Query.ESCPOS_ERROR,
    4: Query.ESCPOS_PAPER,
}
LINE_DOTS: Final = 30
START: Final = b"\x1b@"
PAPER_FINE: Final = b"\x00"  # answer to GS r 1
# How many bytes follow commands that change nothing here.
ESC_FOLLOWED_BY: Final = {
    **dict.fromkeys(b"2iu", 0),
    **dict.fromkeys(b"!-3=EGMRSTVaert{ ", 1),
    **dict.fromkeys(b"$\\c", 2),
    ord("p"): 3,
}
GS_FOLLOWED_BY: Final = {**dict.fromkeys(b"!BHIafbhw", 1), **dict.fromkeys(b"$LPW", 2)}
FS_FOLLOWED_BY: Final = {**dict.fromkeys(b".&", 0), **dict.fromkeys(b"!-C", 1), **dict.fromkeys(b"Sp", 2)}
WITH_A_NUMBER: Final = (b"A", b"B", b"g", b"h")  # the cuts that are followed by a feed


class EscPos:
    """The printer's reader of ESC/POS.

    Args:
        head_dots: Dots of the head, which is as wide as the paper; what lies beyond is lost.
    """

    def __init__(self, head_dots: int) -> None:
        self._head_dots = head_dots
        self._buffer = b""
        self._tail = b""  # the last two bytes seen, where a query may have begun
        self._wanted = 0
        self._job = b""
        self._rows: list[int] = []
        self._fed = False
        self._stray = 0

    def feed(self, data: bytes) -> Iterator[Outcome]:
        """Read on."""
        yield from self._queries(data)
        self._buffer += data
        while len(self._buffer) >= self._wanted and self._buffer:
            taken, outcomes = self._command()
            if not taken:
                return
            piece, self._buffer = self._buffer[:taken], self._buffer[taken:]
            self._wanted = 0
            if piece[0] != DLE and piece != START:
                self._job += piece
            for outcome in outcomes:
                if isinstance(outcome, Label):
                    yield replace(outcome, raw=self._job)
                    self._forget()
                else:
                    yield outcome
            if piece == START:
                self._job = piece

    def end(self) -> Iterator[Outcome]:
        """Put out what was received; it is torn unless it ended with a feed."""
        if self._wanted:
            self._half_a_strip()
        if self._rows:
            torn = not self._fed or bool(self._buffer)
            yield Label(self._job + self._buffer, self._picture(), torn, self._stray)
        elif self._wanted or self._buffer:
            yield Label(self._job + self._buffer, None, torn=True)
        self._buffer = self._tail = b""
        self._wanted = 0
        self._forget()

    def _forget(self) -> None:
        self._job = b""
        self._rows = []
        self._fed = False
        self._stray = 0

    def _queries(self, data: bytes) -> Iterator[Query]:
        seen = self._tail + data
        at = seen.find(b"\x10\x04")
        while 0 <= at < len(seen) - 2:
            if seen[at + 2] in QUERIES:
                yield QUERIES[seen[at + 2]]
            at = seen.find(b"\x10\x04", at + 2)
        self._tail = seen[-2:]

    def _command(self) -> tuple[int, list[Outcome]]:
        """Take one command from the buffer: how many bytes it has (0: not whole yet), and what follows from it."""
        lead = self._buffer[0]
        if lead == LF:
            self._feed_dots(LINE_DOTS)
            return 1, []
        if lead == FF:
            return 1, self._finish()
        if lead not in {ESC, GS, FS, DLE}:
            self._stray += lead >= 0x20
            return 1, []
        if len(self._buffer) < 2:
            return 0, []
        command = self._buffer[1]
        match lead:
            case 0x1B:
                return self._escape(command)
            case 0x1D:
                return self._group(command)
            case 0x1C:
                return self._whole(2 + FS_FOLLOWED_BY.get(command, 0)), []
            case _:
                return self._whole(3), []  # DLE EOT n has been answered on arrival

    def _escape(self, command: int) -> tuple[int, list[Outcome]]:
        if command == ord("@"):
            return 2, self._start()
        if command not in b"Jd":
            return self._whole(2 + ESC_FOLLOWED_BY.get(command, 0)), []
        if taken := self._whole(3):
            self._feed_dots(self._buffer[2] * (1 if command == ord("J") else LINE_DOTS))
        return taken, []

    def _group(self, command: int) -> tuple[int, list[Outcome]]:
        if command == ord("v"):
            return self._strip()
        if command == ord("("):
            return self._process_id()
        if command == ord("r"):
            taken = self._whole(3)
            return taken, [*self._finish_if_fed(), Fence("GS r", PAPER_FINE)] if taken else []
        if command == ord("V"):
            taken = self._whole(4 if self._buffer[2:3] in WITH_A_NUMBER else 3)
            return taken, self._finish() if taken else []
        return self._whole(2 + GS_FOLLOWED_BY.get(command, 0)), []

    def _process_id(self) -> tuple[int, list[Outcome]]:
        if len(self._buffer) < 5:
            return 0, []
        length = 5 + self._buffer[3] + 256 * self._buffer[4]
        if len(self._buffer) < length:
            return 0, []
        body = self._buffer[5:length]
        if self._buffer[2:3] != b"H" or body[:2] != b"00" or len(body) != 6:
            return length, []
        return length, [*self._finish_if_fed(), Fence("GS ( H", b"\x37\x22" + body[2:] + b"\x00")]

    def _strip(self) -> tuple[int, list[Outcome]]:
        if len(self._buffer) < 8:
            return 0, []
        bytes_a_row, rows = self._strip_size()
        end = 8 + bytes_a_row * rows
        if len(self._buffer) < end:
            self._wanted = end
            return 0, []
        self._lay(self._buffer[8:end], bytes_a_row)
        return end, []

    def _half_a_strip(self) -> None:
        bytes_a_row, _ = self._strip_size()
        whole = (len(self._buffer) - 8) // bytes_a_row * bytes_a_row
        self._lay(self._buffer[8 : 8 + whole], bytes_a_row)

    def _strip_size(self) -> tuple[int, int]:
        return self._buffer[4] + 256 * self._buffer[5], self._buffer[6] + 256 * self._buffer[7]

    def _lay(self, data: bytes, bytes_a_row: int) -> None:
        shift = self._head_dots - 8 * bytes_a_row
        for at in range(0, len(data), bytes_a_row or 1):
            row = int.from_bytes(data[at : at + bytes_a_row], "big")
            self._rows.append(row << shift if shift >= 0 else row >> -shift)
        self._fed = False

    def _feed_dots(self, dots: int) -> None:
        if self._rows:
            self._rows += [0] * dots
            self._fed = True

    def _whole(self, length: int) -> int:
        return length if len(self._buffer) >= length else 0

    def _start(self) -> list[Outcome]:
        """ESC @: what lies on the paper without an end is the rest of a job that was cut short."""
        return self._finish(torn=not self._fed)

    def _finish_if_fed(self) -> list[Outcome]:
        return self._finish() if self._fed else []

    def _finish(self, *, torn: bool = False) -> list[Outcome]:
        return [Label(b"", self._picture(), torn, self._stray)] if self._rows else []

    def _picture(self) -> Picture:
        return Picture(self._head_dots, tuple(self._rows))
