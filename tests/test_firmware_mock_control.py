"""The control socket of the simulators, and their command line."""

import asyncio
import sys
from pathlib import Path

from firmware_mock_devices import HANG_GUARD_S, device, listening


async def test_every_listener_hears_every_event_and_only_its_own_answers(tmp_path: Path) -> None:
    async with (
        device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty") as scanner,
        listening(scanner.control) as second,
    ):
        assert (await second.tell(status=True, id="b"))["id"] == "b"
        await scanner.tell(scan="OP-07")
        assert await second.told("scanned") == {"scanned": "OP-07"}
        assert await scanner.told("scanned") == {"scanned": "OP-07"}


async def test_a_line_that_is_no_json_is_answered_and_the_next_one_obeyed(tmp_path: Path) -> None:
    async with device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty") as scanner:
        reader, writer = await asyncio.open_unix_connection(scanner.control)
        async with asyncio.timeout(HANG_GUARD_S):
            writer.write(b'{"scan": \n[]\n\n{"status": true}\n')
            assert b"not JSON" in await reader.readline()
            assert b"an object is needed" in await reader.readline()
            assert b'"ok": true' in await reader.readline()
        writer.close()


async def test_a_listener_that_left_disturbs_nobody(tmp_path: Path) -> None:
    async with device(tmp_path, "barcode_scanner", "--link", tmp_path / "tty") as scanner:
        async with listening(scanner.control) as other:
            await other.tell(status=True)
        for _ in range(3):
            await scanner.tell(scan="OP-07")
            await scanner.told("scanned")


async def test_an_unknown_device_is_a_usage_error_that_names_the_known_ones() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "firmware_mock", "toaster", stderr=-1)
    async with asyncio.timeout(HANG_GUARD_S):
        _, error = await process.communicate()
    assert process.returncode == 2
    assert b"barcode_scanner" in error
