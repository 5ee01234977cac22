"""What people decide about goods: inspect, hold, release, destroy."""

from collections.abc import Mapping
from decimal import Decimal

from gateway.acts import Destroyed, Held, Inspection, LotClosed, Released, Result
from gateway.errors import Refused
from gateway.locale.shown import LOCAL
from gateway.lot import Lot
from gateway.record.doer import Doer, Said
from gateway.record.goods import goods_of, pallet_of


async def inspect(
    who: Doer,
    lot: str,
    result: Result,
    *,
    measurements: Mapping[str, Decimal] | None = None,
    samples: int | None = None,
    note: str = "",
) -> Said:
    """Keep how a lot was found.

    Raises:
        Refused: The lot is unknown, not received or closed.
    """
    who.dated()
    book = await who.house.known_lot(lot)
    if book.state == "open":
        raise Refused("lot_unreceived", lot=lot)
    if book.state == "closed":
        raise Refused("lot_closed", lot=lot)
    number = await who.house.journal.counters.document("Q", who.at.astimezone(LOCAL).date())
    fact = Inspection(number, book.lot, result, who.by, dict(measurements or {}), samples, note)
    await who.keep([(fact, who.at)])
    return Said(f"inspected_{result}", {"lot": lot})


async def close_lot(who: Doer, lot: str) -> Said:
    """Take nothing more from a lot, wherever it is.

    Raises:
        Refused: It is unknown, closed already, or still being weighed at a gate.
    """
    book = await who.house.known_lot(lot)
    if book.state != "received":
        raise Refused("lot_closed" if book.state == "closed" else "lot_unreceived", lot=lot)
    await who.keep([(LotClosed(book.lot.code, "asked", who.by), who.at)])
    return Said("done")


async def hold(who: Doer, goods: str, reason: str) -> Said:
    """Set goods apart.

    Raises:
        Refused: They are unknown, held already or gone, or the person may not.
    """
    who.as_supervisor()
    found = await goods_of(who.house, goods)
    if await _held(who, goods) is not None:
        raise Refused("goods_held", goods=goods)
    await who.keep([(Held(found, await who.count("hold"), reason, who.by), who.at)])
    return Said("hold_done", {"goods": goods})


async def release(who: Doer, goods: str, reason: str) -> Said:
    """Give held goods free.

    Raises:
        Refused: They are unknown or not held, or the person may not.
    """
    who.as_supervisor()
    found = await goods_of(who.house, goods)
    if await _held(who, goods) is None:
        raise Refused("goods_free", goods=goods)
    await who.keep([(Released(found, await who.count("release"), reason, who.by), who.at)])
    return Said("release_done", {"goods": goods})


async def _held(who: Doer, goods: str) -> str | None:
    if goods.isdecimal():
        book = await pallet_of(who.house, goods)
        if book.state == "dispatched":
            raise await gone(who, book.dispatch)
        return book.held
    return (await who.house.known_lot(goods)).held


async def gone(who: Doer, dispatch: str | None) -> Refused:
    """Give the refusal that says when a pallet left."""
    vehicle = await who.house.journal.dispatch(dispatch or "")
    day = (vehicle.at if vehicle else who.at).astimezone(LOCAL).date()
    return Refused("pallet_gone", date=day.isoformat())


async def destroy(who: Doer, goods: str, kg: Decimal | None, reason: str) -> Said:
    """Destroy so many kg of a lot (all that is left when none is named), or a whole pallet.

    Raises:
        Refused: There is less left, the pallet is not closed or on a vehicle, or the person may not.
    """
    who.as_supervisor()
    found = await goods_of(who.house, goods)
    if isinstance(found, Lot):
        left = (await who.house.known_lot(goods)).left_kg
        wanted = left if kg is None else kg
        if wanted <= 0 or wanted > left:
            raise Refused("balance", kg=f"{wanted - left:f}")
        fact = Destroyed(found, await who.count("destroy"), wanted, reason, who.by)
    else:
        book = await pallet_of(who.house, goods)
        if book.state == "dispatched":
            raise await gone(who, book.dispatch)
        if book.state != "closed":
            raise Refused("pallet_open" if book.state == "open" else "pallet_apart")
        if book.dispatch is not None:
            raise Refused("goods_loaded", dispatch=book.dispatch)
        on_it = tuple(carton.carton for carton in await who.house.journal.cartons_on(goods))
        fact = Destroyed(found, await who.count("destroy"), book.net_kg, reason, who.by, on_it)
    await who.keep([(fact, who.at)])
    return Said("destroy_done", {"goods": goods, "kg": f"{fact.kg:f}"})
