"""What people ask of a station through the page: each request goes the way of the code that says the same."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.errors import Refused
from gateway.gs1.digital_link import lot_tag_uri
from gateway.locale.shown import kg
from gateway.lot import LotCode, OperatorId
from gateway.reading import DeviceId, Reading, Scan
from gateway.record.desk import Desk
from gateway.station import StationId
from gateway.web.behind import Behind

KEYS_KEPT: Final = 2000
"""How many keys are remembered with their answers: a minute of all stations, many times over."""

MOST_CHOICES: Final = 40

BY_CODE: Final[Mapping[str, str]] = {
    "sign-out": "CMD-SIGN-OUT",
    "capture": "CMD-CAPTURE",
    "label-out": "CMD-LABEL-OUT",
    "reprint": "CMD-REPRINT",
    "close-lot": "CMD-CLOSE-LOT",
    "close-receipt": "CMD-CLOSE-RECEIPT",
}
"""Requests that say nothing but what a code of the printed sheet says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: the sentence that says it, and its values."""

    sentence: str
    values: Mapping[str, str]


Do = Callable[[], Awaitable[Answer]]


class Answers:
    """Answers by key: a request that comes again, or comes while it is being done, is done once."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, asyncio.Task[Answer]] = OrderedDict()

    async def once(self, key: str, do: Do) -> Answer:
        """Do it, unless its key was seen before: then give that answer, or that refusal, again.

        Who asked may go away meanwhile; what was begun is finished.

        Raises:
            Refused: It was refused, now or then.
            JournalError: It could not be kept; a key whose act was not kept may be tried again.
        """
        task = self._of.get(key)
        if task is None or _failed(task):
            task = asyncio.ensure_future(do())
            self._of[key] = task
            while len(self._of) > KEYS_KEPT:
                self._of.popitem(last=False)
        return await asyncio.shield(task)


def _failed(task: "asyncio.Task[Answer]") -> bool:
    """Tell whether an earlier try ended with neither an answer nor a refusal."""
    if not task.done():
        return False
    return task.cancelled() or not isinstance(task.exception(), Refused | None)


async def do(behind: Behind, station: StationId, request: Mapping[str, Any], by: OperatorId | None) -> Answer:
    """Do what a request asks at a station, on behalf of a person.

    Raises:
        Refused: It cannot be, and nothing was done.
    """
    desk = behind.desks().get(station)
    if desk is None:
        raise Refused("code_not_here")
    if by is not None and desk.operator is None and request.get("do") not in ("sign-in", "sign-out", "scan"):
        await _scan(behind, desk, Scan(by))
    return await _scan(behind, desk, _scan_of(behind, request))


def _scan_of(behind: Behind, request: Mapping[str, Any]) -> Scan:
    """Give the scan that says the same as a request."""
    match request:
        case {"do": "scan", "data": str(data)}:
            symbology = request.get("symbology")
            return Scan(data, symbology if isinstance(symbology, str) else None, data.encode())
        case {"do": "sign-in", "badge": str(badge)} if badge in behind.house.registers.operator:
            return Scan(badge)
        case {"do": "confirm-date", "right": bool(right)}:
            return Scan("CMD-DATE-YES" if right else "CMD-DATE-NO")
        case {"do": "choose-crate", "crate": str(crate)} if crate in behind.house.registers.crate:
            return Scan(crate)
        case {"do": "bind-lot", "lot": str(lot)} if (book := behind.house.lots.get(LotCode(lot))) is not None:
            days = {"harvested_from": book.lot.origin.harvested_from, "harvested_to": book.lot.origin.harvested_to}
            return Scan(lot_tag_uri(behind.house.site.domain, book.lot.gtin, book.lot.code, net=None, **days))
        case {"do": str(name)} if name in BY_CODE:
            return Scan(BY_CODE[name])
    raise Refused("code_unknown")


async def _scan(behind: Behind, desk: Desk, scan: Scan) -> Answer:
    """Let the station take in a scan as if its scanner had read it; give what it says to that."""
    scanner = DeviceId(desk.table.scanner or desk.id)
    await desk.see(Reading(scanner, behind.clock.now(), behind.clock.monotonic(), scan))
    if desk.notices.scan_refused and desk.notices.refusal is not None:
        _, sentence, values = desk.notices.refusal
        raise Refused(sentence, **values)
    if desk.notices.notice is not None:
        return Answer(desk.notices.notice.sentence, desk.notices.notice.values)
    view = behind.board.stations[desk.id]
    return Answer(view.sentence, view.values)


def choices(behind: Behind, station: StationId) -> dict[str, Any]:
    """Give what may be chosen at a station where nothing was scanned, each with the request that chooses it."""
    desk = behind.desks().get(station)
    if desk is None:
        return {"lots": [], "crates": []}
    registers = behind.house.registers
    crates = [
        {"name": {"vi": crate.name, "en": crate.name}, "request": {"do": "choose-crate", "crate": code}}
        for code, crate in registers.crate.items()
    ]
    if desk.table.step == "receiving":
        farms = [
            {"name": _both(f"{farm.name} · {farm.area}"), "request": {"do": "scan", "data": card}}
            for card, farm in registers.farm.items()
        ]
        return {"lots": farms, "crates": crates}
    lots = [
        {
            "name": {
                "vi": f"{code} · {product.name.vi} · {kg(book.received_kg - book.packed_kg)}",
                "en": f"{code} · {product.name.en} · {kg(book.received_kg - book.packed_kg)}",
            },
            "request": {"do": "bind-lot", "lot": code},
        }
        for code, book in sorted(behind.house.lots.items(), reverse=True)
        if book.state == "received" and (product := registers.product.get(book.lot.product)) is not None
    ]
    return {"lots": lots[:MOST_CHOICES], "crates": []}


def _both(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}
