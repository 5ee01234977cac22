"""Pallets: begun, stacked carton by carton, closed, taken up again, taken apart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from gateway.acts import CartonStacked, PalletBegun, PalletBuilt, PalletTakenApart
from gateway.errors import Refused
from gateway.event import Entry
from gateway.journal import parse
from gateway.locale.shown import LOCAL
from gateway.lot import CartonBook, CartonId, LotBook, PalletBook, Sscc
from gateway.record.doer import Doer, Said
from gateway.record.goods import carton_of, exportable, pallet_of
from gateway.record.house import House
from gateway.record.quality import gone
from gateway.station import PrinterId


async def begin(who: Doer, first: CartonId | None = None) -> Sscc:
    """Begin a pallet and give its number; a first carton that may stand on it is put on it in one with that.

    Raises:
        Refused: The date is not known.
    """
    who.dated()
    site = who.house.site
    sscc = Sscc(await who.house.journal.counters.pallet(site.company_prefix, site.sscc_extension))
    stacked = [(CartonStacked("on", sscc, first, who.by), who.at)] if first is not None else []
    await who.keep([(PalletBegun(sscc, site.company_prefix, who.by), who.at), *stacked])
    return sscc


async def take_up(who: Doer, sscc: str) -> Said:
    """Open a closed pallet again, to add to it.

    Raises:
        Refused: It is none of ours, gone, on a vehicle, in a room, or being built elsewhere.
    """
    book = await _touchable(who, sscc)
    if book.state == "open":
        raise Refused("pallet_open")
    await who.keep([(PalletBegun(book.sscc, who.house.site.company_prefix, who.by), who.at)])
    return Said("pallet_taken_up", {"n": str(book.cartons)})


async def stackable(who: Doer, serial: str, *, gtin: str | None = None) -> tuple[CartonBook, LotBook]:
    """See that a carton may stand on a pallet at all; give its book and its lot's.

    Raises:
        Refused: It is none of ours, void, on a pallet or gone, or its lot is held or rejected.
    """
    carton = await carton_of(who.house, serial, gtin)
    if carton.state == "dispatched":
        raise await gone(who, carton.dispatch)
    if carton.state != "packed":
        raise Refused("carton_void")
    if carton.pallet is not None:
        raise Refused("carton_on_pallet")
    lot = await who.house.known_lot(carton.carton.lot)
    if lot.held is not None:
        raise Refused("lot_held", lot=lot.lot.code)
    if lot.inspection == "rejected":
        raise Refused("lot_rejected", lot=lot.lot.code)
    return carton, lot


async def add(who: Doer, sscc: Sscc, serial: str, *, gtin: str | None = None, most: int | None = None) -> Said:
    """Put a carton on an open pallet.

    Raises:
        Refused: It may not stand on a pallet, stands on this one, the pallet is full, or it is of another growing area
            or product than an export pallet.
    """
    pallet = await pallet_of(who.house, sscc)
    if pallet.state != "open":
        raise Refused("pallet_shut")
    if (await carton_of(who.house, serial, gtin)).pallet == sscc:
        raise Refused("carton_here", serial=serial)
    carton, lot = await stackable(who, serial, gtin=gtin)
    if most is not None and pallet.cartons >= most:
        raise Refused("pallet_full")
    _together(lot, await who.house.journal.lots_on(sscc))
    await who.keep([(CartonStacked("on", sscc, carton.carton, who.by), who.at)])
    return Said("carton_on", {"serial": serial, "n": str(pallet.cartons + 1)})


def _together(lot: LotBook, others: Sequence[LotBook]) -> None:
    """See that a lot may share a pallet with those on it.

    Raises:
        Refused: One is for export and another growing area or product than the others.
    """
    for other in others:
        if other.lot.product != lot.lot.product:
            raise Refused("pallet_mixed")
        if (lot.lot.export or other.lot.export) and (
            lot.lot.origin.area != other.lot.origin.area or lot.lot.export != other.lot.export
        ):
            raise Refused("area_mixed")


async def take_off(who: Doer, sscc: Sscc, serial: str) -> Said:
    """Take a carton off an open pallet again.

    Raises:
        Refused: It does not stand on it.
    """
    carton = await carton_of(who.house, serial)
    if carton.pallet != sscc:
        raise Refused("carton_not_on", serial=serial)
    pallet = await pallet_of(who.house, sscc)
    left = pallet.cartons - 1
    if serial in await aggregated(who.house, sscc):  # events have told that it is on it: one must tell that it is not
        n = await who.count("unpack")
        await who.keep([(PalletTakenApart(sscc, n, (carton.carton,), left, "taken off", who.by), who.at)])
    else:
        await who.keep([(CartonStacked("off", sscc, carton.carton, who.by), who.at)])
    return Said("carton_off", {"serial": serial, "n": str(left)})


async def close(
    who: Doer,
    sscc: Sscc,
    *,
    gross: Decimal | None = None,
    fewer_than: int | None = None,
    printer: str | None = None,
    template: str | None = None,
) -> Said:
    """Close a pallet, which prints its label; `fewer_than` cartons are too few.

    Raises:
        Refused: It is empty or short, weighs less than what is on it, or its export labels may not be printed now.
    """
    who.dated()
    pallet = await pallet_of(who.house, sscc)
    if pallet.state != "open":
        raise Refused("pallet_shut")
    if not pallet.cartons:
        raise Refused("pallet_empty")
    if fewer_than is not None and pallet.cartons < fewer_than:
        raise Refused("pallet_short", n=str(fewer_than - pallet.cartons))
    if gross is not None and gross < pallet.net_kg:
        raise Refused("balance", kg=f"{pallet.net_kg - gross:f}")
    cartons = await who.house.journal.cartons_on(sscc)
    lots = await who.house.journal.lots_on(sscc)
    for lot in lots:
        exportable(who.house, lot)
    fact = await _built(who, pallet, cartons, lots)
    fact = replace(fact, gross=gross)
    if printer is not None:
        fact = replace(fact, printer=PrinterId(printer), template=template)
    await who.keep([(fact, who.at)])
    return Said("pallet_closed", {"n": str(pallet.cartons), "kg": f"{pallet.net_kg:f}"})


async def _built(who: Doer, pallet: PalletBook, cartons: list[CartonBook], lots: list[LotBook]) -> PalletBuilt:
    """Give the act that closes a pallet; its children are the cartons no earlier act has told of, else all of them."""
    house, first = who.house, lots[0].lot
    told = await aggregated(house, pallet.sscc)
    untold = tuple(carton.carton for carton in cartons if carton.carton.serial not in told)
    product = house.registers.product.get(first.product)
    shelf = timedelta(days=product.shelf_life_days) if product and product.shelf_life_days else None
    first_packed = min(_packed_on(carton.carton.serial, who) for carton in cartons)
    return PalletBuilt(
        sscc=pallet.sscc,
        n=await who.count("pallet"),
        cartons=untold or tuple(carton.carton for carton in cartons),  # taken up and closed as it was
        count=len(cartons),
        net=pallet.net_kg,
        gross=None,
        gtin=cartons[0].carton.gtin,
        lots=tuple(book.lot.code for book in lots),
        packed_on=who.at.astimezone(LOCAL).date(),
        product_name=product.name.vi if product else str(first.product),
        areas=tuple(sorted({book.lot.origin.area for book in lots if book.lot.origin.area is not None})),
        by=who.by,
        best_before=first_packed + shelf if shelf else None,
        variety=product.variety if product else None,
        market=first.market,
        facility=house.site.facility,
    )


def _packed_on(serial: str, who: Doer) -> date:
    """Give the day a carton was packed, which its serial begins with."""
    try:
        return datetime.strptime(serial[:6], "%y%m%d").replace(tzinfo=LOCAL).date()
    except ValueError:  # not one of our serials: it cannot have been packed later than now
        return who.at.astimezone(LOCAL).date()


async def aggregated(house: House, sscc: str) -> frozenset[str]:
    """Give the serials that events have said to be on a pallet, and have not said to be off it."""
    on: set[str] = set()
    for entry in await house.journal.entries_about(sscc, "pallet", "unpack"):
        serials = serials_of(entry)
        on = on | serials if entry.kind == "pallet" else on - serials
    return frozenset(on)


def serials_of(entry: Entry) -> set[str]:
    """Give the serials an entry of a pallet tells of; none once its body is purged."""
    serials = parse(entry.body).get("ph:serials") if entry.body is not None else None
    return {str(serial) for serial in serials} if isinstance(serials, list) else set()


async def take_apart(who: Doer, sscc: str, serials: Sequence[str], reason: str) -> Said:
    """Take cartons off a closed pallet, all of them when none is named.

    Raises:
        Refused: It is none of ours, gone, on a vehicle, in a room, being built, or has no such carton on it.
    """
    book = await _touchable(who, sscc)
    if book.state == "open":
        raise Refused("pallet_open")
    on_it = {carton.carton.serial: carton.carton for carton in await who.house.journal.cartons_on(sscc)}
    for serial in serials:
        if serial not in on_it:
            raise Refused("carton_not_on", serial=serial)
    off = tuple(on_it[serial] for serial in dict.fromkeys(serials)) if serials else tuple(on_it.values())
    fact = PalletTakenApart(book.sscc, await who.count("unpack"), off, len(on_it) - len(off), reason, who.by)
    await who.keep([(fact, who.at)])
    return Said("pallet_taken_apart", {"n": str(len(off))})


async def _touchable(who: Doer, sscc: str) -> PalletBook:
    """Give a pallet that is in the house, and neither in a room nor on a vehicle.

    Raises:
        Refused: It is not.
    """
    book = await pallet_of(who.house, sscc)
    if book.state == "dispatched":
        raise await gone(who, book.dispatch)
    if book.state in ("apart", "destroyed"):
        raise Refused("pallet_apart")
    if book.held is not None:
        raise Refused("pallet_held")
    if book.dispatch is not None:
        raise Refused("goods_loaded", dispatch=book.dispatch)
    if (room := who.house.occupancy.room_of(book.sscc)) is not None:
        raise Refused("pallet_place", room=room)
    return book
