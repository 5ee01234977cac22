"""`GET /fonts/{name}.woff2`: open to everybody, for the sign-in page is written in them, too."""

import asyncio
import sys

from fastapi import APIRouter
from starlette.responses import Response

from gateway.web.behind import Behind
from gateway.web.fonts import AT_SET_UP, NAMES, VERSION, font


def routes(behind: Behind) -> APIRouter:
    """Give the addresses of the fonts."""
    router = APIRouter()
    own = behind.data / "fonts"
    cutting = asyncio.Lock()

    async def found(name: str) -> bytes | None:
        """Give a font; one that set-up did not cut is cut now, by a process of its own: scales are read meanwhile."""
        async with cutting:
            cut = await asyncio.to_thread(font, name, AT_SET_UP, own)
            if cut is None:
                cutter = await asyncio.create_subprocess_exec(sys.executable, "-m", "gateway.web.fonts", str(own))
                await cutter.wait()
                cut = await asyncio.to_thread(font, name, own)
            return cut

    @router.get("/fonts/{name}.woff2", include_in_schema=False)
    async def one(name: str) -> Response:
        cut = await found(name) if name in NAMES else None
        if cut is None:
            return Response("there is no such font\n", 404, media_type="text/plain")
        headers = {"Cache-Control": "public, max-age=86400", "ETag": f'"{name}-{VERSION}"'}
        return Response(cut, media_type="font/woff2", headers=headers)

    return router
