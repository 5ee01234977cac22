"""The condition of a printer, and what it says of it in its language."""

from dataclasses import dataclass

from firmware_mock.printers.paper import Query


@dataclass(slots=True)
class Condition:
    """What is wrong with the printer, or busy in it."""

    paper_out: bool = False
    paper_low: bool = False
    cover_open: bool = False
    paused: bool = False
    overheated: bool = False
    printing: bool = False
    waiting: int = 0
    """Labels that have arrived and not come out."""

    @property
    def ready(self) -> bool:
        """Whether it goes on printing."""
        return not (self.paper_out or self.cover_open or self.paused or self.overheated)

    def answer(self, query: Query) -> bytes:
        """Give the answer to a status query."""
        match query:
            case Query.TSPL_STATUS:
                return bytes([self._tspl()])
            case Query.TSPL_FULL_STATUS:
                return self._tspl_full()
            case Query.ZPL_STATUS:
                return self._zpl()
            case Query.ESCPOS_PRINTER:
                return _escpos((0x08, not self.ready))
            case Query.ESCPOS_OFFLINE:
                return _escpos((0x04, self.cover_open), (0x20, self.paper_out), (0x40, self.overheated))
            case Query.ESCPOS_ERROR:
                return _escpos((0x40, self.overheated))
            case Query.ESCPOS_PAPER:
                return _escpos((0x0C, self.paper_low or self.paper_out), (0x60, self.paper_out))

    def _tspl(self) -> int:
        return _bits(
            (0x01, self.cover_open),
            (0x04, self.paper_out),
            (0x10, self.paused),
            (0x20, self.printing),
            (0x80, self.overheated),
        )

    def _tspl_full(self) -> bytes:
        """STX, four letters, ETX CR LF: what it does, warnings, errors of the machine, errors of the media."""
        stopped = self.paper_out or self.cover_open or self.overheated
        doing = b"E" if stopped else b"`" if self.paused else b"P" if self.printing else b"@"
        warning = b"A" if self.paper_low else b"@"
        machine = b"A" if self.overheated else b"@"
        media = bytes([0x40 | _bits((0x01, self.paper_out), (0x20, self.cover_open))])
        return b"\x02" + doing + warning + machine + media + b"\x03\r\n"

    def _zpl(self) -> bytes:
        """Three lines of ~HS; nothing at all without paper, with the head open or too hot, as the maker says."""
        if self.paper_out or self.cover_open or self.overheated:
            return b""
        remaining = 1 if self.printing else 0
        lines = (
            f"030,0,{self.paused:d},1245,{max(0, self.waiting - remaining):03d},0,0,0,000,0,0,0",
            f"000,0,0,0,0,2,4,0,{remaining:08d},1,000",
            "1234,0",
        )
        return b"".join(b"\x02" + line.encode("ascii") + b"\x03\r\n" for line in lines)


def _bits(*flags: tuple[int, bool]) -> int:
    return sum(bit for bit, on in flags if on)


def _escpos(*flags: tuple[int, bool]) -> bytes:
    return bytes([0x12 | _bits(*flags)])
