"""Lots looked up by text or scan, a code's whole story, and the question at the dock: may this go on the truck?"""

import asyncio
import json
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import HTMLResponse, Response

from gateway.journal.reader import open_reader
from gateway.lot import LotBook
from gateway.trace import NotFound, Premises, Recall, Trace, trace
from gateway.trace.account import Part
from gateway.trace.lineage import Subject, asked_for
from gateway.trace.page import page
from gateway.web.behind import Behind

Json = dict[str, Any]

MOST: Final = 60


def routes(behind: Behind) -> APIRouter:
    """Give the addresses of lots and traces."""
    router = APIRouter(tags=["lots"])

    @router.get("/api/lots")
    async def lots(query: str = Query("", max_length=400)) -> Json:
        """Give the lots a text names, the newest first, words in any order and without marks.

        `found` is what the text names by itself, scanned or typed: a carton, a pallet, a lot.
        """
        books = await behind.journal.search_lots(query, MOST)
        named = await asyncio.to_thread(_named, query, behind) if query.strip() else None
        return {"lots": [_lot(book, behind) for book in books], "found": named}

    @router.get("/api/trace/{code:path}", response_class=Response)
    async def story(code: str) -> Response:
        """Give a code's whole story: a carton's, a pallet's, a lot's; a growing area's recall list."""
        told = await _traced(code, behind)
        return Response(json.dumps(told.as_json(), default=str, ensure_ascii=False), media_type="application/json")

    @router.get("/api/report/{code:path}", response_class=HTMLResponse)
    async def report(code: str) -> HTMLResponse:
        """Give the story as a page of paper, to be printed."""
        told = await _traced(code, behind)
        if isinstance(told, Recall):
            raise HTTPException(422, "a recall list has no page of paper; `gateway report` writes one")
        return HTMLResponse(await asyncio.to_thread(page, told))

    @router.get("/api/dispatch-check/{code:path}")
    async def check(code: str) -> Json:
        """Say whether a pallet, lot or carton may go on a truck: safe, complete, and stored at the province.

        `why` are the reasons against it, words in both languages; none when it may go.
        """
        told = await _traced(code, behind)
        if isinstance(told, Recall):
            raise HTTPException(422, "a growing area does not go on a truck")
        why = _against(told)
        return {
            "code": told.code,
            "kind": told.kind,
            "product": _words(told.product),
            "kg": str(told.kg),
            "cartons": told.cartons,
            "may_go": not why,
            "why": why,
        }

    return router


async def _traced(code: str, behind: Behind) -> Trace | Recall:
    try:
        return await trace(_premises(behind), code, behind.clock.now())
    except NotFound as unknown:
        raise HTTPException(404, str(unknown)) from None


def _premises(behind: Behind) -> Premises:
    return Premises(
        data=behind.data,
        site=behind.house.site,
        registers=behind.house.registers,
        rooms=behind.rooms(),
        rules=behind.rules(),
        acknowledge=behind.acknowledge(),
    )


def _named(text: str, behind: Behind) -> Json | None:
    """Say what a text names by itself; None when it is only something to look for."""
    with open_reader(behind.data) as reader:
        try:
            asked = asked_for(text, reader)
        except NotFound:
            return None
    return {"kind": asked.kind, "code": asked.code} if isinstance(asked, Subject) else None


def _against(told: Trace) -> list[Json]:
    """Give what speaks against loading it: each part of the verdict that is not well, and what the province lacks."""
    why: list[Json] = []
    for part in told.verdict.parts:
        if part.level != "ok":
            why.append(_because(part))
    known, whole = told.confirmed
    if told.confirms != "province" or known < whole:
        why.append({"vi": f"Tỉnh mới nhận {known} trên {whole}", "en": f"Province has {known} of {whole}"})
    return why


def _because(part: Part) -> Json:
    """Give a part of a verdict with its reasons behind it, each once."""
    told = {}
    for at, language in enumerate(("vi", "en")):
        reasons = dict.fromkeys(reason[at] for reason in part.reasons)
        told[language] = f"{part.words[at]}: {'; '.join(reasons)}" if reasons else part.words[at]
    return told


def _words(words: Any) -> Json:
    return {"vi": words[0], "en": words[1]}


def _lot(book: LotBook, behind: Behind) -> Json:
    lot = book.lot
    product = behind.house.registers.product.get(lot.product)
    return {
        "code": lot.code,
        "product": {"vi": product.name.vi, "en": product.name.en}
        if product
        else {"vi": lot.product, "en": lot.product},
        "grade": lot.grade,
        "area": lot.origin.area,
        "farm": lot.origin.farm,
        "opened_at": lot.opened_at.isoformat(timespec="milliseconds"),
        "state": book.state,
        "received_kg": str(book.received_kg),
        "left_kg": str(book.left_kg),
        "inspection": book.inspection,
        "held": book.held,
        "export": lot.export,
    }
