"""The page inside the daemon: loaded only where the config has it, never in the way, gone within a second."""

import asyncio
import subprocess
import sys
from pathlib import Path

from gateway.cli.demo_broker import free_port
from gateway.web.server import serve
from gateway.web.table import WebTable
from tests.page_behind import behind
from tests.road import packing_house

HANG_S = 30


async def get(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return reader, writer


async def opened(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def test_a_stream_begins_with_everything_and_ends_with_goodbye(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house, asyncio.timeout(HANG_S):
        port = free_port()
        page = asyncio.create_task(serve(behind(house, tmp_path, WebTable(port=port))))
        await opened(port)
        reader, writer = await get(port, "/api/stream")
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"200 OK" in head
        assert b"text/event-stream" in head
        assert b"event: snapshot" in await reader.readuntil(b"event: snapshot")
        await reader.readuntil(b"event: house")
        page.cancel()
        await asyncio.wait({page})
        assert b"event: bye" in await reader.read()
        writer.close()


async def test_a_browser_that_reads_nothing_holds_up_nobody(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house, asyncio.timeout(HANG_S):
        port = free_port()
        page = asyncio.create_task(serve(behind(house, tmp_path, WebTable(port=port))))
        await opened(port)
        _, asleep = await get(port, "/api/stream")
        reader, awake = await get(port, "/api/stream?station=pack")
        await reader.readuntil(b"event: snapshot")
        for n in range(300):
            await house.shows("pack-scale", f"{5 + n / 100:.2f}", stable=False)
            await asyncio.sleep(0)
        await reader.readuntil(b'"amount":"7.99"')
        page.cancel()
        await asyncio.wait({page})
        asleep.close()
        awake.close()


async def test_a_port_that_is_taken_stops_no_daemon(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        taken = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        async with taken:
            port = taken.sockets[0].getsockname()[1]
            page = asyncio.create_task(serve(behind(house, tmp_path, WebTable(port=port))))
            done, _ = await asyncio.wait({page}, timeout=0.5)
            assert not done
            page.cancel()
            await asyncio.wait({page})


def test_a_house_without_a_page_loads_nothing_of_it() -> None:
    """The daemon, the config and the page's table alone bring in neither the framework nor the server."""
    code = (
        "import sys, gateway.app, gateway.web.table, gateway.config;"
        "print([name for name in ('fastapi', 'starlette', 'uvicorn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
