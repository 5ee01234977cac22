"""The page's server: uvicorn inside the daemon's own loop, from the first tick to a goodbye within a second."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Final

from gateway.web.behind import Behind

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

log = logging.getLogger(__name__)

AGAIN_S: Final = 5.0
"""How soon a port that is taken is tried again: the line goes on without the page."""

GOODBYE_S: Final = 0.7


async def serve(behind: Behind) -> None:
    """Serve the page until cancelled; every browser is told goodbye first."""
    # the framework takes its time to load, a second on a Pi: meanwhile the scales are heard
    await asyncio.to_thread(import_module, "gateway.web.application")
    await asyncio.to_thread(import_module, "uvicorn")
    from gateway.web.application import Page

    listening = await _listen(behind)
    page = Page(behind)
    server = _server(page.guarded)
    serving = asyncio.create_task(server.serve([listening]), name="page: server")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(page.run(), name="page: live")
            await asyncio.shield(serving)
    finally:
        page.say_goodbye()
        server.should_exit = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await serving
        listening.close()


async def _listen(behind: Behind) -> socket.socket:
    table, told = behind.table, False
    while True:
        try:
            listening = socket.create_server((table.host, table.port), family=_family(table.host))
        except OSError as error:
            if not told:
                log.error("page: %s:%d cannot be opened: %s", table.host, table.port, error)
            told = True
            await asyncio.sleep(AGAIN_S)
        else:
            listening.setblocking(False)
            log.info("page: http://%s:%d/", table.host, listening.getsockname()[1])
            return listening


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _server(application: "ASGIApp") -> "uvicorn.Server":
    import uvicorn

    class InOurLoop(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave the signals to the daemon."""
            yield

    return InOurLoop(
        uvicorn.Config(
            application,
            http="h11",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=30,
        )
    )
