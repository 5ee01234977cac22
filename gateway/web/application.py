"""The page's application: its addresses, and the tasks that keep it live. Imported only in a house that has a page."""

import asyncio
import logging
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway import __version__
from gateway.station import StationId
from gateway.web import acting, device_routes, font_routes, lot_routes, room_routes
from gateway.web.behind import Behind
from gateway.web.files import Files
from gateway.web.follow import follow
from gateway.web.guard import Guard
from gateway.web.house_view import HouseView
from gateway.web.live import Client, Live, TooManyClients
from gateway.web.sessions import Sessions
from gateway.web.station_view import StationViews
from gateway.web.tally import Tally
from gateway.web.who import Door
from gateway.web.words import words

log = logging.getLogger(__name__)

SLOWEST_READER_S: Final = 5.0
KEEP_EVERY_S: Final = 5.0

ROUTES: Final = (font_routes.routes, room_routes.routes, device_routes.routes, lot_routes.routes)
"""The questions each view asks: one module a view."""

SHELL: Final = ("/", "/station/{id}", "/rooms", "/rooms/{id}", "/lots", "/lots/{code}", "/devices", "/components")
"""Addresses a person can open: each is the same document, which draws the view of its address."""


class Page:
    """Everything of the page that runs."""

    def __init__(self, behind: Behind) -> None:
        self.behind = behind
        self.tally = Tally()
        self.stations = StationViews(behind, self.tally)
        self.house = HouseView(behind)
        self.live = Live(behind, self.stations, self.house)
        self.files = Files()
        self.sessions = Sessions(behind.data)
        self.sessions.resume(behind.clock.monotonic())
        self.door = Door(behind, self.sessions)
        self.guarded = Guard(_application(self), behind.table, self.door)

    async def run(self) -> None:
        """Keep the page live; ends by being cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.live.run(), name="page: stream")
            group.create_task(follow(self.behind, self.tally, self.live.stir), name="page: follow the journal")
            group.create_task(self.house.room_views.run(), name="page: rooms")
            group.create_task(self._keep_sessions(), name="page: sessions")

    async def _keep_sessions(self) -> None:
        """Write down sessions that locked themselves, so that a restart does not open them again."""
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            try:
                await asyncio.to_thread(self.sessions.keep)
            except OSError as error:
                log.warning("page: sessions are not kept: %s", error)

    def say_goodbye(self) -> None:
        """Tell every browser that we end."""
        self.live.say_goodbye()


def _application(page: Page) -> FastAPI:
    application = FastAPI(
        title="Packing-house gateway",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )

    async def shell(request: Request) -> Response:
        return page.files.answer(request, "index.html")

    async def static(request: Request) -> Response:
        return page.files.answer(request, request.path_params["path"])

    async def said(_: Request) -> Response:
        return JSONResponse(words())

    application.include_router(acting.routes(page.behind, page.sessions, page.door))
    for routes in ROUTES:
        application.include_router(routes(page.behind))
    for path in SHELL:
        application.add_route(path, shell, methods=["GET"], include_in_schema=False)
    application.add_route("/static/{path:path}", static, methods=["GET"], include_in_schema=False)
    application.add_route("/api/words", said, methods=["GET"], include_in_schema=False)
    application.router.routes.append(Route("/api/stream", _Stream(page), include_in_schema=False))
    return application


class _Stream:
    """`GET /api/stream`: written straight to the wire, a chunk for whatever is pending."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Request(scope).query_params
        station = asked.get("station")
        client = Client(StationId(station) if station else None, devices="devices" in asked)
        gone = asyncio.create_task(_gone(receive, client))
        try:
            await self._send(client, send, scope)
        except TooManyClients:
            await Response("too many browsers\n", 503)(scope, receive, send)
        except (OSError, TimeoutError):
            pass  # the browser went away, or stopped reading: it connects again
        finally:
            gone.cancel()

    async def _send(self, client: Client, send: Send, scope: Scope) -> None:
        headers, address = Headers(scope=scope), scope["client"][0] if scope.get("client") else ""
        events = self._page.live.stream(client, lambda: self._page.door.who(headers, address, touch=False).may_look)
        begun = False
        try:
            async for event in events:
                if not begun:
                    begun = True
                    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                async with asyncio.timeout(SLOWEST_READER_S):
                    await send({"type": "http.response.body", "body": event, "more_body": True})
        finally:
            await events.aclose()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _gone(receive: Receive, client: Client) -> None:
    """Let the stream end when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    client.leaving = True
    client.woken.set()
