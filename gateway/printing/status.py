"""What a printer says about itself, in its own language, as one of seven words; silence is never "ok"."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, Literal


class PrinterStatus(StrEnum):
    """What a printer is, as far as it said."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    ERROR = "error"
    BUSY = "busy"
    UNKNOWN = "unknown"

    @property
    def prints(self) -> bool:
        """Whether a label may be sent now."""
        return self in {PrinterStatus.READY, PrinterStatus.PAPER_LOW}


# --- ESC/POS -----------------------------------------------------------------------------------------------------
# DLE EOT n (10 04 n), n = 1 printer, 2 why off line, 4 paper: one byte, answered at once, even off line.
# GS r 1 (1D 72 01): one byte, answered in order, when the data before it have been worked off: a fence.
# Source: Epson's command pages for DLE EOT, GS r, GS a; devices/printers.md §3.

OFF_LINE: Final = 0x08
COVER: Final = 0x04
STOPPED_BY_PAPER: Final = 0x20
ERROR: Final = 0x40
PAPER_NEAR_END: Final = 0x0C
PAPER_END: Final = 0x60
FENCE: Final = b"\x1d\x72\x01"

Answer = Literal["real-time", "in order"]


def real_time(n: int) -> bytes:
    """Give the real-time query `n`."""
    return bytes((0x10, 0x04, n))


def answers(received: bytes) -> Iterator[tuple[Answer, int]]:
    """Sort what an ESC/POS printer sent by the fixed bits of each byte.

    Automatic status (four bytes, unasked) and flow control (11, 13) come in between and are passed over.
    """
    rest = iter(received)
    for byte in rest:
        if byte & 0x93 == 0x12:
            yield "real-time", byte
        elif byte & 0x93 == 0x10:
            for _ in range(3):
                next(rest, None)
        elif byte & 0x90 == 0x00:
            yield "in order", byte


def escpos_status(printer: int | None, cause: int | None, paper: int | None) -> PrinterStatus:
    """Give the status from the answers to DLE EOT 1, 2 and 4; None stands for no answer."""
    if printer is None:
        return PrinterStatus.UNKNOWN
    ended = bool((paper or 0) & PAPER_END)
    if printer & OFF_LINE:
        return _off_line(cause, ended=ended)
    if ended:
        return PrinterStatus.PAPER_OUT
    return PrinterStatus.PAPER_LOW if (paper or 0) & PAPER_NEAR_END else PrinterStatus.READY


def _off_line(cause: int | None, *, ended: bool) -> PrinterStatus:
    if cause is not None and cause & COVER:
        return PrinterStatus.COVER_OPEN
    if ended or (cause is not None and cause & STOPPED_BY_PAPER):
        return PrinterStatus.PAPER_OUT
    if cause is None or cause & ERROR:
        return PrinterStatus.ERROR
    return PrinterStatus.BUSY  # the feed button is held, or the cause went away between the two questions


# --- TSPL --------------------------------------------------------------------------------------------------------
# <ESC>!? (1B 21 3F), no line end: one byte of flags, answered at once; 0 = ready.
# Source: Gprinter GP-2120T manual p. 30; devices/printers.md §3.

TSPL_QUERY: Final = b"\x1b!?"
_TSPL_COVER: Final = 0x01 | 0x40
_TSPL_PAPER: Final = 0x04
_TSPL_PRINTING: Final = 0x20


def tspl_status(flags: int | None) -> PrinterStatus:
    """Give the status from the answer's flags; None stands for no answer.

    An open cover comes first: who changes the roll sees the printer without paper too. Jam (02), ribbon (08),
    pause (10) and temperature (80) all need a person at the printer: an error.
    """
    if flags is None:
        return PrinterStatus.UNKNOWN
    if flags & _TSPL_COVER:
        return PrinterStatus.COVER_OPEN
    if flags & _TSPL_PAPER:
        return PrinterStatus.PAPER_OUT
    if flags & ~_TSPL_PRINTING:
        return PrinterStatus.ERROR
    return PrinterStatus.BUSY if flags & _TSPL_PRINTING else PrinterStatus.READY
