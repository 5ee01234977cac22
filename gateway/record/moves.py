"""Goods through the door of a cold room, also when it is noted late; what they went through inside."""

from datetime import datetime, timedelta
from typing import Final

from gateway.acts import RoomMove
from gateway.errors import Refused
from gateway.lot import Goods, GoodsCode, Lot, code_of
from gateway.record.doer import Doer, Said
from gateway.record.goods import goods_of, pallet_of
from gateway.record.quality import gone
from gateway.station import RoomId

_AHEAD: Final = timedelta(minutes=1)
"""How far ahead of our clock a moment noted late may be: people's clocks differ."""


async def come_in(who: Doer, code: str, room: RoomId, at: datetime | None = None) -> Said:
    """Book goods into a room, as of now or of `at`.

    Raises:
        Refused: They are unknown, gone, booked elsewhere, or were somewhere else at that time.
    """
    goods = await _movable(who, code)
    here = who.house.occupancy.room_of(code_of(goods))
    if here == room:
        raise Refused("room_same" if isinstance(goods, Lot) else "pallet_same", lot=code, room=room)
    if here is not None:
        raise Refused("room_elsewhere" if isinstance(goods, Lot) else "pallet_place", lot=code, room=here)
    when = await _moment(who, code, at)
    n = await who.count("room")
    await who.keep([(RoomMove("in", goods, room, n, who.by), when)])
    return Said("room_in" if isinstance(goods, Lot) else "pallet_in", {"lot": code, "room": room})


async def go_out(who: Doer, code: str, room: RoomId, at: datetime | None = None) -> Said:
    """Book goods out of a room, as of now or of `at`, with what they went through inside.

    Raises:
        Refused: They are unknown, or not in that room.
    """
    goods = await goods_of(who.house, code)
    if who.house.occupancy.room_of(code_of(goods)) != room:
        raise Refused("room_not_in" if isinstance(goods, Lot) else "pallet_not_in", lot=code, room=room)
    since = await _since(who, code_of(goods))
    when = who.at if at is None else at
    if when < since or when > who.at + _AHEAD:
        raise Refused("move_time", lot=code)
    history = await who.house.history(room, since, when)
    n = await who.count("room")
    await who.keep([(RoomMove("out", goods, room, n, who.by, history), when)])
    return Said("room_out" if isinstance(goods, Lot) else "pallet_out", {"lot": code, "room": room})


async def _movable(who: Doer, code: str) -> Goods:
    goods = await goods_of(who.house, code)
    if isinstance(goods, Lot):
        return goods
    book = await pallet_of(who.house, code)
    if book.state == "dispatched":
        raise await gone(who, book.dispatch)
    if book.state != "closed":
        raise Refused("pallet_open" if book.state == "open" else "pallet_apart")
    return goods


async def _since(who: Doer, code: GoodsCode) -> datetime:
    stays = await who.house.journal.stays(code)
    return next(stay.since for stay in reversed(stays) if stay.until is None)


async def _moment(who: Doer, code: str, at: datetime | None) -> datetime:
    """Give when goods came in: not ahead of now, and after they came to be and left where they were before."""
    if at is None:
        return who.at
    house = who.house
    lots = await house.journal.lots_on(code) if code.isdecimal() else [await house.known_lot(code)]
    for book in lots:
        if at < book.lot.opened_at:
            raise Refused("before_open", lot=book.lot.code)
    stays = await who.house.journal.stays(code)
    left = max((stay.until for stay in stays if stay.until is not None), default=None)
    if at > who.at + _AHEAD or (left is not None and at < left):
        raise Refused("move_time", lot=code)
    return at
