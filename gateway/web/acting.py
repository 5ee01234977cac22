"""The commands' addresses: signing in and out, and the one through which everything is asked of the gateway."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from gateway.errors import RECOVERABLE, Refused
from gateway.locale import sentence
from gateway.lot import OperatorId
from gateway.record.practice import ask as practice_at
from gateway.record.requests import Answer
from gateway.registers import Role
from gateway.station import StationId
from gateway.web.behind import Behind
from gateway.web.choices import choices
from gateway.web.guard import said, who_asks
from gateway.web.pins import is_right, with_pin
from gateway.web.sessions import IDLE_S, Lockout, Sessions
from gateway.web.who import DISPLAY, SESSION, Door, Who

YEAR_S: Final = 31_536_000

FOR_SCANNERS: Final = ("scan", "sign-in", "confirm-date", "label-out", "reprint")
"""What a display may ask for although nobody is signed in: the sheet of codes beside the scanner does the same."""


class SignIn(BaseModel):
    """A person comes: by badge alone, or by badge or name and PIN."""

    badge: Annotated[str, Field(max_length=64)]
    pin: Annotated[str, Field(max_length=6)] | None = None


class Ask(BaseModel):
    """One act asked for. `key` is made when its button is shown; the same key is done once.

    `leader` stands for the act in place of whoever is signed in: a supervisor's badge, or name and PIN.
    """

    key: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    station: Annotated[str, Field(max_length=20)] | None = None
    request: dict[str, Any]
    leader: SignIn | None = None


def routes(behind: Behind, sessions: Sessions, door: Door) -> APIRouter:
    """Give the commands' addresses."""
    router = APIRouter(prefix="/api")
    lockout = Lockout()

    @router.post("/requests", summary="Ask for one act; idempotent by its key")
    async def requests(ask: Ask, request: Request) -> JSONResponse:
        who = who_asks(request.scope)
        by = _by(behind, who, ask)
        if ask.leader is not None:
            led = await _known(behind, lockout, ask.leader, request, who)
            if isinstance(led, JSONResponse):
                return led
            by = OperatorId(led)
        as_scanner = (who.display or who.badge is not None) and ask.request.get("do") in FOR_SCANNERS
        if by is None and who.token is None and not as_scanner:
            return JSONResponse(said("sign_in_first"), 401)
        if who.role == "viewer":
            return JSONResponse(said("ask_supervisor"), 403)
        station = StationId(ask.station) if ask.station is not None else None
        role = who.role if who.token is not None else None
        try:
            # whoever asked may go away meanwhile: what was begun is finished
            answer = await asyncio.shield(_done(behind, ask, by, role, station))
        except Refused as refused:
            _show(behind, station, refused)
            return JSONResponse(said(refused.sentence, **refused.values), 409)
        except RECOVERABLE:
            return JSONResponse(said("disk_full"), 503)
        words = sentence(answer.sentence, **answer.values)
        return JSONResponse(
            {
                "ok": True,
                "id": answer.sentence,
                "values": dict(answer.values),
                "sentence": {"vi": list(words.vi), "en": words.en},
                "entries": [str(entry) for entry in answer.entries],
            }
        )

    @router.post("/sign-in", summary="Sign a person in at this browser")
    async def sign_in(asked: SignIn, request: Request) -> JSONResponse:
        who, now = who_asks(request.scope), behind.clock.monotonic()
        badge = await _known(behind, lockout, asked, request, who)
        if isinstance(badge, JSONResponse):
            return badge
        answer = JSONResponse(_me(behind, Who(OperatorId(badge), door.roles()[badge], display=True)))
        _put(answer, SESSION, sessions.begin(badge, now))
        if asked.pin is not None and not who.display:
            _put(answer, DISPLAY, sessions.trust_display(), max_age=YEAR_S)
        await asyncio.to_thread(sessions.keep)
        return answer

    @router.post("/sign-out", summary="Sign out at this browser")
    async def sign_out(request: Request) -> JSONResponse:
        sessions.end(request.cookies.get(SESSION, ""))
        await asyncio.to_thread(sessions.keep)
        answer = JSONResponse({"ok": True})
        answer.delete_cookie(SESSION, path="/", httponly=True, samesite="strict")
        return answer

    @router.get("/me", summary="Who is signed in at this browser")
    async def me(request: Request) -> dict[str, Any]:
        return _me(behind, who_asks(request.scope))

    @router.get("/people", summary="Who can sign in with a PIN")
    async def people(request: Request) -> list[dict[str, str]]:
        if not who_asks(request.scope).may_look:
            return []  # names are this house's own business
        able = with_pin(behind.data)
        register = behind.house.registers.operator
        return [{"badge": b, "name": p.name, "role": p.role} for b, p in register.items() if b in able]

    @router.get("/stations/{station}/choices", summary="What may be chosen at a station by hand")
    async def may_choose(station: str) -> dict[str, Any]:
        return choices(behind, StationId(station))

    return router


async def _known(behind: Behind, lockout: Lockout, asked: SignIn, request: Request, who: Who) -> str | JSONResponse:
    """Give the badge of who shows a badge, or a name and a PIN; or the answer that says why not."""
    now = behind.clock.monotonic()
    address = f"address {request.client.host if request.client else ''}"
    badge = _badge_of(behind, asked.badge)
    person = f"person {badge or asked.badge}"
    if (left_s := lockout.locked_s(person, address, now=now)) > 0:
        return _locked(left_s)
    if asked.pin is None and not who.display:
        return JSONResponse(said("pin_needed"), 403)
    # counted before anybody waits for the PIN: tries that come at the same moment count like others
    tries, right = lockout.wrong(person, address, now=now), badge is not None
    if asked.pin is not None:
        right = await asyncio.to_thread(is_right, behind.data, badge or "", asked.pin)
    if right and badge is not None:
        lockout.right(person, address)
        return badge
    if not tries:
        return _locked(lockout.locked_s(person, address, now=now))
    return JSONResponse(said("pin_wrong" if asked.pin else "badge_unknown") | {"tries": tries}, 403)


async def _done(
    behind: Behind, ask: Ask, by: OperatorId | None, role: Role | None, station: StationId | None
) -> Answer:
    """Ask the house, or where a station practises the practice house; beginning and ending that is asked here."""
    practice = behind.practice
    if practice is None or station is None:
        return await behind.requests.do(ask.request, key=ask.key, by=by, role=role, station=station)
    if ask.request.get("do") == "practice" and (real := behind.desks().get(station)) is not None:
        lot = await practice_at(practice, station, real, on=bool(ask.request.get("on")), by=by)
        return Answer("practice_on" if ask.request.get("on") else "practice_off", {"lot": lot or ""}, ())
    asked = practice.requests if behind.practises(station) and practice.requests is not None else behind.requests
    return await asked.do(ask.request, key=ask.key, by=by, role=role, station=station)


def _show(behind: Behind, station: StationId | None, refused: Refused) -> None:
    """Say a refusal at the station too, as it is said of what its scanner reads."""
    desk = behind.desk(station) if station is not None else None
    if desk is not None:
        desk.notices.refuse_scan(refused.sentence, refused.values, behind.clock.monotonic())
        desk.show()


def _by(behind: Behind, who: Who, ask: Ask) -> OperatorId | None:
    """Give on whose behalf: the person at this browser, or at a display the one whose badge the station read."""
    if ask.request.get("do") == "scan":
        return None  # a code read here is read by whoever is at the station, as by its own scanner
    if who.badge is not None:
        return who.badge
    desk = behind.desk(StationId(ask.station or ""))
    return desk.operator if who.display and desk is not None else None


def _badge_of(behind: Behind, text: str) -> str | None:
    """Give the badge a person is meant by: itself, or the one name that is theirs alone."""
    register = behind.house.registers.operator
    if text in register:
        return text
    named = [badge for badge, person in register.items() if person.name.casefold() == text.casefold()]
    return named[0] if len(named) == 1 else None


def _me(behind: Behind, who: Who) -> dict[str, Any]:
    person = behind.house.registers.operator.get(who.badge or "")
    return {
        "badge": who.badge,
        "name": person.name if person else None,
        "role": who.role,
        "locks_after_s": IDLE_S[who.role] if who.role else None,
        "may_look": who.may_look,
        "display": who.display,
        "pins": bool(with_pin(behind.data)),
        "theme": behind.table.theme,
        "language": behind.table.language,
    }


def _locked(left_s: float) -> JSONResponse:
    minutes = -int(-left_s // 60)
    return JSONResponse(said("pin_locked", n=str(minutes)) | {"left_s": round(left_s)}, 429)


def _put(answer: JSONResponse, name: str, value: str, max_age: int | None = None) -> None:
    answer.set_cookie(name, value, max_age=max_age, path="/", httponly=True, samesite="strict")
