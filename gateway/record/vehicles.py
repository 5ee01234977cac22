"""Vehicles: opened for a customer, loaded, gone, called back; and whether a pallet may leave."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from gateway.acts import Customer, Dispatch, DispatchOpened, DispatchRecalled, GoodsLoaded, Journey, LotShipped
from gateway.errors import Refused
from gateway.journal import Vehicle
from gateway.locale.shown import LOCAL
from gateway.lot import GoodsCode, Lot, LotBook, Sscc
from gateway.record.doer import Doer, Said
from gateway.record.goods import goods_of, pallet_of
from gateway.record.quality import gone

UPLINK: Final = "uplink"
"""The follower whose cursor says what the province has."""

WHY: Final[Mapping[str, str]] = {
    "held": "đang tạm giữ",
    "rejected": "có lô không đạt",
    "unchecked": "có lô chưa kiểm tra",
    "excursion": "vượt ngưỡng chưa xử lý",
    "open": "chưa kết thúc pallet",
    "apart": "đã dỡ hoặc tiêu hủy",
    "room": "còn trong {room}",
    "unconfirmed": "tỉnh chưa nhận",
}
"""Why a pallet or lot may not leave, in the words of the sentence that says so."""


async def open_vehicle(who: Doer, customer: str, journey: Journey, number: str | None = None) -> tuple[str, Said]:
    """Begin to load a vehicle for a customer, or say more about one already begun; give its number.

    Raises:
        Refused: The customer is in no register, the dispatch is not open, or the date is not known.
    """
    row = who.house.registers.customer.get(customer)
    if row is None:
        raise Refused("customer_unknown")
    who.dated()
    if number is None:
        number = await who.house.journal.counters.document("X", who.at.astimezone(LOCAL).date())
    else:
        known = await _open(who, number)
        journey = _more(known.journey, journey)
    journey = replace(journey, market=journey.market or row.market)
    fact = DispatchOpened(number, Customer(customer, row.name, row.address, row.gln), journey, who.by)
    await who.keep([(fact, who.at)])
    return number, Said("dispatch_opened", {"dispatch": number})


def _more(known: Journey, said: Journey) -> Journey:
    """Give what is known of a journey with what is said now over it."""
    return Journey(
        said.vehicle or known.vehicle,
        said.container or known.container,
        said.seal or known.seal,
        said.market or known.market,
        said.po or known.po,
        {**known.documents, **said.documents},
    )


async def _open(who: Doer, number: str) -> Vehicle:
    vehicle = await who.house.journal.dispatch(number)
    if vehicle is None or vehicle.state != "open":
        raise Refused("dispatch_shut" if vehicle else "code_unknown", dispatch=number)
    return vehicle


async def judge(who: Doer, code: str, *, inspected: bool = False) -> Said:
    """Say whether goods may leave: `pallet_ok`, or `pallet_unconfirmed` as a warning; they may.

    Raises:
        Refused: They may not (`pallet_not_ok`, and why), have gone (`pallet_gone`), or are none of ours.
    """
    goods = await goods_of(who.house, code)
    if isinstance(goods, Lot):
        book = await who.house.known_lot(code)
        _may_leave([book], held=book.held, inspected=inspected)
        if book.left_kg <= 0 or book.state == "open":
            raise Refused("pallet_not_ok", why=WHY["apart"])
        await _judged(who, book.lot.code)
        return Said("goods_ok")
    pallet = await pallet_of(who.house, code)
    if pallet.state == "dispatched":
        raise await gone(who, pallet.dispatch)
    if pallet.state != "closed":
        raise Refused("pallet_not_ok", why=WHY["open" if pallet.state == "open" else "apart"])
    _may_leave(await who.house.journal.lots_on(code), held=pallet.held, inspected=inspected)
    await _judged(who, pallet.sscc)
    if not await who.house.journal.is_confirmed(code, UPLINK):
        return Said("pallet_unconfirmed")
    return Said("pallet_ok")


async def _judged(who: Doer, code: GoodsCode) -> None:
    if (room := who.house.occupancy.room_of(code)) is not None:
        raise Refused("pallet_not_ok", why=WHY["room"].format(room=room))
    if await who.house.journal.unjudged(code):
        raise Refused("pallet_not_ok", why=WHY["excursion"])


def _may_leave(lots: list[LotBook], *, held: str | None, inspected: bool) -> None:
    if held is not None or any(lot.held is not None for lot in lots):
        raise Refused("pallet_not_ok", why=WHY["held"])
    if any(lot.inspection == "rejected" for lot in lots):
        raise Refused("pallet_not_ok", why=WHY["rejected"])
    if inspected and any(lot.inspection is None for lot in lots):
        raise Refused("pallet_not_ok", why=WHY["unchecked"])


async def load(who: Doer, number: str, code: str, *, inspected: bool = False, confirmed: bool = False) -> Said:
    """Load goods onto a vehicle; `confirmed` says that only what the province has may leave.

    Raises:
        Refused: They may not leave, or stand on a vehicle already.
    """
    await _open(who, number)
    said = await judge(who, code, inspected=inspected)
    if confirmed and said.sentence == "pallet_unconfirmed":
        raise Refused("pallet_not_ok", why=WHY["unconfirmed"])
    other = await who.house.journal.on_vehicle(code)
    if other is not None:
        raise Refused("goods_loaded", dispatch=other)
    goods = await goods_of(who.house, code)
    warning = None if said.sentence in ("pallet_ok", "goods_ok") else said.sentence
    await who.keep([(GoodsLoaded("on", number, goods, who.by, warning), who.at)])
    return said


async def unload(who: Doer, number: str, code: str) -> Said:
    """Take goods off a vehicle that has not left.

    Raises:
        Refused: They do not stand on it.
    """
    await _open(who, number)
    if await who.house.journal.on_vehicle(code) != number:
        raise Refused("goods_not_on", dispatch=number)
    goods = await goods_of(who.house, code)
    await who.keep([(GoodsLoaded("off", number, goods, who.by), who.at)])
    return Said("goods_off", {"dispatch": number})


async def leave(who: Doer, number: str, *, inspected: bool = False) -> Said:
    """Let a vehicle leave with everything on it; all of it is looked at once more.

    Raises:
        Refused: It is empty, has no number plate, is not open, or something on it may not leave any more.
    """
    who.dated()
    vehicle = await _open(who, number)
    codes = await who.house.journal.loaded(number)
    if not codes:
        raise Refused("dispatch_empty", dispatch=number)
    if vehicle.journey.vehicle is None:
        raise Refused("dispatch_plate", dispatch=number)
    pallets: list[Sscc] = []
    lots: list[LotShipped] = []
    net = Decimal(0)
    for code in codes:
        await judge(who, code, inspected=inspected)
        goods = await goods_of(who.house, code)
        if isinstance(goods, Lot):
            kg = (await who.house.known_lot(code)).left_kg
            lots.append(LotShipped(goods, kg))
        else:
            kg = (await pallet_of(who.house, code)).net_kg
            pallets.append(goods)
        net += kg
    fact = Dispatch(number, vehicle.customer, vehicle.journey, tuple(pallets), tuple(lots), net, who.by)
    await who.keep([(fact, who.at)])
    return Said("dispatch_left", {"dispatch": number, "n": str(len(codes))})


async def recall(who: Doer, number: str, reason: str) -> Said:
    """Call back a shipment that has left: everything on it comes back.

    Raises:
        Refused: It has not left, or the person may not.
    """
    who.as_supervisor()
    vehicle = await who.house.journal.dispatch(number)
    if vehicle is None or vehicle.state != "left":
        raise Refused("dispatch_not_left" if vehicle else "code_unknown", dispatch=number)
    goods = [await goods_of(who.house, code) for code in await who.house.journal.loaded(number)]
    lots = tuple(one for one in goods if isinstance(one, Lot))
    pallets = tuple(one for one in goods if not isinstance(one, Lot))
    n = await who.count("void-shipping")
    await who.keep([(DispatchRecalled(number, n, pallets, lots, reason, who.by), who.at)])
    return Said("dispatch_recalled", {"dispatch": number})
