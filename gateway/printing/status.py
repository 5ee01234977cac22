"""What a printer says about itself, in its own language, as one of seven words; silence is never "ok"."""

import re
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


# <ESC>!S (1B 21 53): STX, four letters, ETX CR LF: what it does, warnings, faults of the machine, faults of the media.
# Source: TSC TTP-244 Plus programming manual p. 85 (firmware V6.29 EZ and later); devices/printers.md §3.

TSPL_LETTERS_QUERY: Final = b"\x1b!S"
_TSPL_LETTERS: Final = re.compile(rb"\x02([@-\x7f])([@-\x7f])([@-\x7f])([@-\x7f])\x03\r\n")
_BUSY_LETTERS: Final = b"BCFPW"
_PAPER_LETTER: Final = 0x01
_COVER_LETTER: Final = 0x20


def tspl_letters(heard: bytes) -> PrinterStatus | None:
    """Give the status from the last whole answer to <ESC>!S; None while there is none.

    The last three letters are `@` with bits set: of the media, 01 paper empty, 20 head open; of the warnings, 01 paper
    low. The first says what it does: batch (P), imaging (W), feeding (F, B), cutting (C); a pause, an error, or
    waiting for the label to be taken (L) or the key (K) need a person.
    """
    found = _TSPL_LETTERS.findall(heard)
    if not found:
        return None
    does, warns, machine, media = found[-1]
    if media[0] & _COVER_LETTER:
        return PrinterStatus.COVER_OPEN
    if media[0] & _PAPER_LETTER:
        return PrinterStatus.PAPER_OUT
    if (machine + media) != b"@@":
        return PrinterStatus.ERROR
    if does in _BUSY_LETTERS:
        return PrinterStatus.BUSY
    if does != b"@":
        return PrinterStatus.ERROR
    return PrinterStatus.PAPER_LOW if warns[0] & _PAPER_LETTER else PrinterStatus.READY


# --- ESC/POS, printed ---------------------------------------------------------------------------------------------
# GS ( H, function 48 (1D 28 48 06 00 30 30 d1 d2 d3 d4): the id comes back (37 22 d1 d2 d3 d4 00) when printing of the
# data before it is complete. Only some models have it; others print its bytes as letters.
# Source: Epson's command page for GS ( H; devices/printers.md §3.


def process_id(number: int) -> bytes:
    """Give four letters that name one job."""
    return f"{number % 10_000:04d}".encode("ascii")


def asks_for_process(id_: bytes) -> bytes:
    """Give the command behind a picture that has its id sent back once it is on paper."""
    return b"\x1d(H\x06\x0000" + id_


def process_answer(id_: bytes) -> bytes:
    """Give what the printer sends then."""
    return b"\x37\x22" + id_ + b"\x00"


# --- ZPL ---------------------------------------------------------------------------------------------------------
# ~HS: three lines STX … ETX CR LF. Line 1: aaa,b,c,dddd,eee,f,…: b paper out, c pause, eee formats waiting, f buffer
# full. Line 2: mmm,n,o,p,q,r,s,t,uuuuuuuu,…: o head up, p ribbon out, t label waiting to be taken, u labels remaining.
# A printer without paper or with its head open may not answer at all.
# Source: Zebra ZPL II programming guide, ~HS; devices/printers.md §3.

ZPL_QUERY: Final = b"~HS\r\n"
_ZPL_LINES: Final = re.compile(3 * rb"\x02([^\x02\x03]*)\x03\r\n")
_FIELDS_1: Final = 12
_FIELDS_2: Final = 11


def zpl_status(heard: bytes) -> PrinterStatus | None:
    """Give the status from the last whole answer to ~HS; None while there is none, or it is not of that form."""
    found = _ZPL_LINES.findall(heard)
    if not found:
        return None
    first, second = (line.split(b",") for line in found[-1][:2])
    if len(first) < _FIELDS_1 or len(second) < _FIELDS_2:
        return None
    try:
        waiting, remaining = int(first[4]), int(second[8])
    except ValueError:
        return None
    if second[2] == b"1":
        return PrinterStatus.COVER_OPEN
    if first[1] == b"1":
        return PrinterStatus.PAPER_OUT
    if b"1" in (first[2], first[5], second[3], *first[9:12]):  # pause, buffer full, ribbon, RAM, temperatures
        return PrinterStatus.ERROR
    return PrinterStatus.BUSY if waiting or remaining or b"1" in (first[7], second[7]) else PrinterStatus.READY
