"""Goods named by a code, and whether they may be worked on."""

from gateway.errors import Refused
from gateway.gs1.codes import CartonCode, Code, LotTag, PalletCode
from gateway.lot import CartonBook, Goods, LotBook, PalletBook, goods_code
from gateway.record.house import House


async def goods_of(house: House, code: str) -> Goods:
    """Give the lot or pallet of a code.

    Raises:
        Refused: This house has none of that code.
    """
    if code.isdecimal():
        return (await pallet_of(house, code)).sscc
    return (await house.known_lot(code)).lot


async def pallet_of(house: House, sscc: str) -> PalletBook:
    """Give the book of a pallet.

    Raises:
        Refused: This house has none of that code.
    """
    book = await house.journal.pallet(sscc)
    if book is None:
        raise Refused("code_unknown")
    return book


async def carton_of(house: House, serial: str, gtin: str | None = None) -> CartonBook:
    """Give the book of a carton.

    Raises:
        Refused: It is none of ours, or another product bears that serial here.
    """
    book = await house.journal.carton(serial)
    if book is None or (gtin is not None and gtin != book.carton.gtin):
        raise Refused("carton_foreign")
    return book


def code_scanned(code: Code) -> str:
    """Give the code of the goods a scan names.

    Raises:
        Refused: It names no goods.
    """
    match code:
        case LotTag(lot=lot):
            return goods_code(lot)
        case PalletCode(sscc=sscc):
            return sscc
        case CartonCode():
            raise Refused("code_not_here")
    raise Refused("code_unknown")


def usable(book: LotBook, *, inspected: bool) -> None:
    """See that a lot may be worked on; `inspected` says that only inspected lots may.

    Raises:
        Refused: It is on hold, rejected, not inspected, not received or closed.
    """
    code = book.lot.code
    if book.state == "closed":
        raise Refused("lot_closed", lot=code)
    if book.state == "open":
        raise Refused("lot_unreceived", lot=code)
    if book.held is not None:
        raise Refused("lot_held", lot=code)
    if book.inspection == "rejected":
        raise Refused("lot_rejected", lot=code)
    if inspected and book.inspection is None:
        raise Refused("lot_unchecked", lot=code)


def exportable(house: House, book: LotBook) -> None:
    """See that labels of an export lot may be printed now: its area and this house stand in the registers, active.

    Raises:
        Refused: One of them is suspended or revoked, or the area has left the register.
    """
    if not book.lot.export:
        return
    area = house.registers.area.get(book.lot.origin.area or "")
    if area is None or area.status != "active":
        raise Refused("area_unknown" if area is None else f"area_{area.status}")
    facility = house.registers.facility.get(house.site.facility or "")
    if facility is not None and facility.status != "active":
        raise Refused("house_suspended")
