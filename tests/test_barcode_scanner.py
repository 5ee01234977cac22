"""Codes as scanners send them: line ends of every kind, lost ends, bytes that are no text, and a real pty."""

import asyncio
import binascii
from contextlib import aclosing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.barcode_scanner import LONGEST_CODE, BarcodeScanner, codes, read_code, without_replies
from gateway.errors import PortLost
from gateway.reading import Link, Scan
from tests.ports import DrippingPort, PlainPort, serial_line

LOT_TAG = b"https://trace.example.vn/01/09521234543213/10/H261121-0001"


class PausingPort(PlainPort):
    """Leaves silence longer than any tail where the script has an empty piece."""

    async def read(self, within_s: float | None = None) -> bytes:
        if self._script and not self._script[0] and within_s is not None:
            self._script.popleft()
            self._asked, asked = True, self._asked
            try:
                return await super().read(within_s)
            finally:
                self._asked = asked
        return await super().read(within_s)


async def heard(port: PlainPort, *, ends: bool = True) -> list[bytes]:
    found = []
    try:
        async with aclosing(codes(port, tail_s=0.1, ends=ends)) as values:
            async for code in values:
                found.append(code)
    except PortLost:
        pass
    return found


@pytest.mark.parametrize("port", [PlainPort, DrippingPort])
@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
async def test_every_kind_of_line_end_gives_each_code_once(port: type[PlainPort], end: bytes) -> None:
    assert await heard(port(LOT_TAG + end + b"OP-07" + end)) == [LOT_TAG, b"OP-07"]


async def test_code_without_an_end_is_dropped_and_does_not_stick_to_the_next() -> None:
    assert await heard(PausingPort(b"OP-", b"", b"CMD-REPRINT\r")) == [b"CMD-REPRINT"]


async def test_scanner_without_line_ends_ends_a_code_by_silence() -> None:
    assert await heard(PausingPort(b"OP-", b"07", b"", b"OP-08", b""), ends=False) == [b"OP-07", b"OP-08"]


@pytest.mark.parametrize("ends", [True, False])
async def test_code_that_never_ends_is_dropped_whole_and_memory_stays_small(ends: bool) -> None:
    flood = [b"x" * 1000] * 10
    after = [b"end of the flood\r", b"OP-07\r"] if ends else [b"", b"OP-07", b""]
    assert await heard(PausingPort(*flood, *after), ends=ends) == [b"OP-07"]


async def test_too_long_line_is_dropped_and_the_next_one_is_read() -> None:
    assert await heard(PlainPort(b"y" * (LONGEST_CODE + 1) + b"\rOP-07\r")) == [b"OP-07"]


def test_identifier_of_the_symbology_is_taken_off_only_where_the_scanner_sends_one() -> None:
    raw = b"]Q1" + LOT_TAG
    assert read_code(raw, aim=True, encoding="latin-1") == Scan(LOT_TAG.decode(), "]Q1", raw)
    assert read_code(raw, aim=False, encoding="latin-1") == Scan(raw.decode(), None, raw)
    assert read_code(LOT_TAG, aim=True, encoding="latin-1") == Scan(LOT_TAG.decode(), None, LOT_TAG)


def test_blanks_and_separators_in_a_code_are_data() -> None:
    raw = b" 10H261121-0001\x1d21 7"
    assert read_code(raw, aim=False, encoding="windows-1258").data == " 10H261121-0001\x1d21 7"


@pytest.mark.parametrize(
    ("raw", "encoding", "data"),
    [
        ("Sầu riêng Ri6".encode(), "windows-1258", "Sầu riêng Ri6"),
        (b"\xd0\xf4ng", "windows-1258", "Đông"),
        (b"\xd0\xf4ng", "ascii", "0xd0f46e67"),
    ],
)
def test_text_is_utf8_else_the_fallback_else_hexadecimal(raw: bytes, encoding: str, data: str) -> None:
    assert read_code(raw, aim=False, encoding=encoding) == Scan(data, None, raw)


@given(raw=st.binary(max_size=200), aim=st.booleans())
def test_any_bytes_are_a_scan_that_keeps_them(raw: bytes, aim: bool) -> None:
    assert read_code(raw, aim=aim, encoding="windows-1258").raw == raw


async def test_scanner_on_a_pty_says_it_is_there_then_each_code(tmp_path: Path) -> None:
    with serial_line(tmp_path) as line:
        table = BarcodeScanner.model_validate(
            {"driver": "barcode_scanner", "port": str(line.path), "aim": True, "ignore": ["NR"]}
        )
        async with aclosing(table.talk()) as values:
            assert await anext(values) == Link(up=True)
            line.say(b"tail of a code scanned before we listened\r")
            scan = asyncio.ensure_future(anext(values))
            while not scan.done():
                await asyncio.sleep(0.06)  # longer than the quiet that follows the opening
                line.say(b"NR\r\n]Q1" + LOT_TAG + b"\r\n")
            assert await scan == Scan(LOT_TAG.decode(), "]Q1", b"]Q1" + LOT_TAG)


# --- a GM65 answers commands in the same stream ---------------------------------------------------------------------

ACK = bytes.fromhex("02 00 00 01 00 33 31")
WITH_CR = bytes.fromhex("02 00 00 02 5E 7F") + binascii.crc_hqx(bytes.fromhex("00 02 5E 7F"), 0).to_bytes(2, "big")


def reply_with(byte: int) -> bytes:
    """Give a reply whose CRC holds this byte, as a line end may."""
    for value in range(0x10000):
        body = bytes((0, 2)) + value.to_bytes(2, "big")
        crc = binascii.crc_hqx(body, 0).to_bytes(2, "big")
        if byte in crc:
            return b"\x02\x00" + body + crc
    raise AssertionError(byte)


@pytest.mark.parametrize("port", [PlainPort, DrippingPort])
@pytest.mark.parametrize("reply", [ACK, ACK + ACK, reply_with(0x0D), reply_with(0x0A), WITH_CR])
async def test_acknowledgement_in_front_of_a_code_is_no_part_of_it(port: type[PlainPort], reply: bytes) -> None:
    assert await heard(port(LOT_TAG + b"\r" + reply + b"OP-07\r")) == [LOT_TAG, b"OP-07"]
    assert await heard(port(reply + b"OP-07\r" + reply)) == [b"OP-07"]


async def test_acknowledgement_alone_is_no_code_of_a_scanner_without_line_ends() -> None:
    assert await heard(PausingPort(ACK, b"", b"OP-07", b"", ACK + b"OP-08", b""), ends=False) == [b"OP-07", b"OP-08"]


async def test_what_only_looks_like_an_acknowledgement_stays() -> None:
    wrong = ACK[:-1] + b"\x00"
    assert await heard(PlainPort(wrong + b"OP-07\r")) == [wrong + b"OP-07"]


@given(heard=st.binary(max_size=40))
def test_only_whole_replies_are_taken_off_whatever_comes(heard: bytes) -> None:
    assert without_replies(ACK + heard) == without_replies(heard)
    assert heard.endswith(without_replies(heard))
