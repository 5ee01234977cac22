"""`GET /fonts/{name}.woff2`: open to everybody, for the sign-in page is written in them, too."""

import asyncio
from functools import lru_cache

from fastapi import APIRouter
from starlette.responses import Response

from gateway.web.behind import Behind
from gateway.web.fonts import NAMES, VERSION, font


def routes(behind: Behind) -> APIRouter:
    """Give the addresses of the fonts."""
    router = APIRouter()
    read = lru_cache(maxsize=len(NAMES))(font)

    @router.get("/fonts/{name}.woff2", include_in_schema=False)
    async def one(name: str) -> Response:
        if name not in NAMES:
            return Response("there is no such font\n", 404, media_type="text/plain")
        cut = await asyncio.to_thread(read, name, behind.data / "fonts")
        headers = {"Cache-Control": "public, max-age=86400", "ETag": f'"{name}-{VERSION}"'}
        return Response(cut, media_type="font/woff2", headers=headers)

    return router
