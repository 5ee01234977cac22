"""A barcode scanner on a serial port or USB-CDC, sending each code as a line."""

import binascii
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from gateway.drivers.port import Baud, LineFormat, Port, PortName, open_port
from gateway.errors import DeviceSilent
from gateway.reading import Link, Scan
from gateway.settings import Seconds, Settings

LONGEST_CODE: Final = 4096
"""A QR code holds 2953 bytes or 7089 digits; what we print is far shorter."""

_QUIET_S: Final = 0.05
_LOST_END_S: Final = 1.0
_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_END: Final = re.compile(rb"[\r\n]")
_REPLY: Final = b"\x02\x00"
_REPLY_EDGES: Final = 4 + 2


def _codec(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(f"no text encoding {name!r}; for example windows-1258") from None
    return name


class BarcodeScanner(Settings):
    """`[device.<name>]` with `driver = "barcode_scanner"`.

    `aim` says that the scanner puts the AIM identifier (`]Q1`) before each code. `end` is "line" for CR, LF or CRLF,
    "none" for a scanner that sends nothing after a code: then `tail_s` of silence ends it. `ignore` lists what the
    scanner sends when it read nothing. `encoding` is tried when a code is not UTF-8.
    """

    driver: Literal["barcode_scanner"]
    port: PortName
    baud: Baud = 9600
    line: LineFormat = "8N1"
    aim: bool = False
    end: Literal["line", "none"] = "line"
    tail_s: Annotated[Seconds, Field(gt=0, le=10)] = 0.1
    encoding: Annotated[str, AfterValidator(_codec)] = "windows-1258"
    ignore: Annotated[
        tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
    ] = ("NR", "NOREAD", "?")

    async def talk(self) -> AsyncGenerator[Scan | Link, None]:
        """Yield that the port is open (a scanner says nothing until somebody scans), then every code.

        Raises:
            DeviceError: The conversation broke; calling again starts a new one.
        """
        async with open_port(self.port, baud=self.baud, line=self.line) as port:
            yield Link(up=True)
            # What is on its way while we open has lost its beginning.
            await port.drain(quiet_s=_QUIET_S, at_most_s=1.0)
            ends = self.end == "line"
            async with aclosing(codes(port, tail_s=_LOST_END_S if ends else self.tail_s, ends=ends)) as found:
                async for raw in found:
                    scan = read_code(raw, aim=self.aim, encoding=self.encoding)
                    if scan.data not in self.ignore:
                        yield scan


async def codes(port: Port, *, tail_s: float, ends: bool = True) -> AsyncGenerator[bytes, None]:
    """Give each code as bytes, without its line end; one that is too long or loses its end is dropped whole.

    `tail_s` of silence inside a code means that its end was lost, or with `ends=False` that it is over. Replies of a
    GM65 to somebody's commands stand in the same stream with no end of their own; they are no part of any code.

    Raises:
        PortLost: The line is gone.
    """
    heard = b""
    dropping = False
    while True:
        try:
            heard += await port.read(within_s=tail_s if heard or dropping else None)
        except DeviceSilent:
            heard = without_replies(heard)
            if heard and not ends and not dropping:
                yield heard
            heard, dropping = b"", False
            continue
        heard = without_replies(heard)
        if is_reply_begun(heard):
            continue
        while ends and (end := _END.search(heard)) is not None:
            code, heard = heard[: end.start()], heard[end.end() :]
            if code and len(code) <= LONGEST_CODE and not dropping:
                yield code
            dropping = False
            heard = without_replies(heard)
            if is_reply_begun(heard):
                break
        if len(heard) > LONGEST_CODE:
            heard, dropping = b"", True


def without_replies(heard: bytes) -> bytes:
    """Take whole replies of a GM65 module off the front; only what has their form and their CRC is one.

        02 00  type  length  data  crc-high crc-low        ACK of a command: 02 00 00 01 00 33 31

    Source: GROW GM65 user manual V1.2, section 2.1; the CRC is CRC-16/XMODEM from the type on.
    """
    while heard.startswith(_REPLY) and len(heard) >= _REPLY_EDGES:
        size = _REPLY_EDGES + heard[3]
        if len(heard) < size or binascii.crc_hqx(heard[2 : size - 2], 0) != int.from_bytes(
            heard[size - 2 : size], "big"
        ):
            break
        heard = heard[size:]
    return heard


def is_reply_begun(heard: bytes) -> bool:
    """Say whether this may become a reply when more of it has come: its CRC may look like a line end."""
    if not heard or not (heard.startswith(_REPLY) or heard == _REPLY[:1]):
        return False
    return len(heard) < _REPLY_EDGES or len(heard) < _REPLY_EDGES + heard[3]


def read_code(raw: bytes, *, aim: bool, encoding: str) -> Scan:
    """Read the bytes of one code: UTF-8, else `encoding`, else as hexadecimal digits after `0x`.

    Nothing is stripped: leading blanks and control characters (GS 1D) are data.
    """
    data = _text(raw, encoding)
    if aim and _AIM.match(data):
        return Scan(data=data[3:], symbology=data[:3], raw=raw)
    return Scan(data=data, raw=raw)


def _text(raw: bytes, encoding: str) -> str:
    for codec in ("utf-8", encoding):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return f"0x{raw.hex()}"
