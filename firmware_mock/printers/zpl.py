"""ZPL II: formats from ^XA to ^XZ, in which graphic fields lie as letters and are burnt where a bit is 1.

    ^XA ^PW400 ^LL240 ^LH0,0 ^PON ^FO0,0 ^GFA,<total>,<total>,<bytes a row>,<hex> or :Z64:<base64>:<CRC> ^FS ^PQ1 ^XZ
    ~HS         status, answered when it arrives

Nothing comes out before ^XZ, so that a job cut short leaves no paper. A graphic field with a wrong
checksum is left out.
Source: printers sheet; ZPL II programming guide.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from firmware_mock.printers.paper import Label, Outcome, Picture, Query

COMMAND: Final = re.compile(rb"([~^][A-Z][A-Z0-9@])([^~^]*)", re.DOTALL)
LONGEST: Final = 2_000_000


class Zpl:
    """The printer's reader of ZPL.

    Args:
        head_dots: Dots of the head; what lies beyond is lost.
        dots_per_mm: Resolution, 8 is 203 dpi.
    """

    def __init__(self, head_dots: int, dots_per_mm: int = 8) -> None:
        self._head_dots = head_dots
        self._size = (head_dots, 30 * dots_per_mm)
        self._buffer = b""
        self._job = b""
        self._page: list[int] | None = None
        self._turned = False
        self._at = (0, 0)
        self._copies = 1

    def feed(self, data: bytes) -> Iterator[Outcome]:
        """Read on: a command is whole when the next one begins, ^XZ and ~HS by themselves."""
        self._buffer += data
        while True:
            start = min((at for at in (self._buffer.find(b"^"), self._buffer.find(b"~")) if at >= 0), default=-1)
            if start < 0:
                self._buffer = b""
                return
            self._buffer = self._buffer[start:]
            if len(self._buffer) < 3:
                return
            name = self._buffer[:3]
            ends = [at for at in (self._buffer.find(b"^", 1), self._buffer.find(b"~", 1)) if at > 0]
            if name in (b"^XZ", b"~HS"):
                end = 3
            elif ends:
                end = min(ends)
            else:
                if len(self._buffer) > LONGEST:
                    self._buffer = b""
                return
            piece, self._buffer = self._buffer[:end], self._buffer[end:]
            yield from self._obey(piece)

    def end(self) -> Iterator[Outcome]:
        """Forget a format without its ^XZ: no paper."""
        if self._page is not None:
            yield Label(self._job + self._buffer, None, torn=True)
        self._buffer = self._job = b""
        self._page = None

    def _obey(self, piece: bytes) -> Iterator[Outcome]:
        match = COMMAND.match(piece)
        if match is None:
            return
        name, rest = match[1], match[2].strip()
        if name == b"~HS":
            yield Query.ZPL_STATUS
            return
        if name == b"^XA":
            if self._page is not None:
                yield Label(self._job, None, torn=True)
            self._job, self._page, self._copies, self._turned = b"", [0] * self._size[1], 1, False
        self._job += piece
        if self._page is None:
            return
        if name == b"^XZ":
            label = Label(self._job, self._picture())
            self._page, self._job = None, b""
            yield from (replace(label) for _ in range(self._copies))
        else:
            self._set(name, rest)

    def _set(self, name: bytes, rest: bytes) -> None:
        numbers = [int(number) for number in re.findall(rb"\d+", rest)] if name != b"^GF" else []
        if name == b"^PW" and numbers:
            self._size = (numbers[0], self._size[1])
        elif name == b"^LL" and numbers:
            self._size = (self._size[0], numbers[0])
            self._page = [0] * numbers[0]
        elif name == b"^FO" and len(numbers) >= 2:
            self._at = (numbers[0], numbers[1])
        elif name == b"^PQ" and numbers:
            self._copies = numbers[0]
        elif name == b"^PO":
            self._turned = rest == b"I"
        elif name == b"^GF":
            self._draw(rest)

    def _draw(self, rest: bytes) -> None:
        parts = rest.split(b",", 4)
        if len(parts) < 5 or parts[0] != b"A" or self._page is None:
            return
        across = int(parts[3])
        data = _field(parts[4])
        if data is None or not across:
            return
        width = self._size[0]
        shift = width - self._at[0] - 8 * across
        for row in range(len(data) // across):
            at = self._at[1] + row
            if at < len(self._page):
                burnt = int.from_bytes(data[row * across : (row + 1) * across], "big")
                self._page[at] |= (burnt << shift if shift >= 0 else burnt >> -shift) & ((1 << width) - 1)

    def _picture(self) -> Picture:
        width = self._size[0]
        picture = Picture(width, tuple(self._page or ()))
        if self._turned:
            picture = picture.turned()
        lost = width - self._head_dots
        return Picture(self._head_dots, tuple(row >> lost for row in picture.rows)) if lost > 0 else picture


def _field(text: bytes) -> bytes | None:
    """Give the bytes of a graphic field; None when it is spoilt."""
    try:
        if not text.startswith(b":Z64:"):
            return bytes.fromhex(text.decode("ascii"))
        _, _, packed, crc = text.split(b":")
        if binascii.crc_hqx(packed, 0) != int(crc, 16):
            return None
        return zlib.decompress(base64.b64decode(packed, validate=True))
    except (ValueError, zlib.error):
        return None
