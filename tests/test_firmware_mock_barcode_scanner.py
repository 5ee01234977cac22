"""The simulated scanner on a real pty."""

from pathlib import Path

import pytest
from firmware_mock_devices import device, tty

LINK = "https://id.example.vn/01/09521234000012/10/H261121-0001"


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        ((), LINK.encode() + b"\r"),
        (("--aim", "true"), b"]Q1" + LINK.encode() + b"\r"),
        (("--suffix", "crlf"), LINK.encode() + b"\r\n"),
        (("--aim", "true", "--suffix", "none"), b"]Q1" + LINK.encode()),
    ],
)
async def test_what_it_is_shown_leaves_on_the_line(tmp_path: Path, options: tuple[str, ...], heard: bytes) -> None:
    async with device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty", *options) as scanner:
        assert scanner.ready["ready"] == "barcode_scanner"
        async with tty(tmp_path / "tty") as line:
            assert (await scanner.tell(scan=LINK, symbology="]Q1", id=5)) == {"ok": True, "id": 5}
            assert await scanner.told("scanned") == {"scanned": LINK}
            assert await line.bytes(len(heard)) == heard


async def test_vietnamese_leaves_as_utf_8_and_raw_bytes_as_they_are(tmp_path: Path) -> None:
    async with (
        device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty") as scanner,
        tty(tmp_path / "tty") as line,
    ):
        await scanner.tell(scan="Sầu riêng")
        await scanner.tell(scan_hex="30311d3030ff")
        expected = "Sầu riêng\r".encode() + b"01\x1d00\xff\r"
        assert await line.bytes(len(expected)) == expected


async def test_one_code_can_be_read_twice(tmp_path: Path) -> None:
    async with (
        device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty") as scanner,
        tty(tmp_path / "tty") as line,
    ):
        await scanner.tell(scan="OP-07", times=2, every_ms=1)
        assert await line.bytes(12) == b"OP-07\rOP-07\r"


async def test_unplugged_scanner_refuses_to_scan(tmp_path: Path) -> None:
    async with device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty") as scanner:
        await scanner.tell(unplug=True)
        assert (await scanner.tell(scan="OP-07")) == {"ok": False, "error": "unplugged"}
        await scanner.tell(plug=True)
        async with tty(tmp_path / "tty") as line:
            await scanner.tell(scan="OP-07")
            assert await line.bytes(6) == b"OP-07\r"


async def test_what_is_no_code_is_refused(tmp_path: Path) -> None:
    async with device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty") as scanner:
        for command in ({"scan": 5}, {"scan": "x", "symbology": "Q1"}, {"scan_hex": "xyz"}):
            assert (await scanner.tell(**command))["ok"] is False
