"""Business keys: each names the act, never only the object, and holds no time (domain.md §7)."""

from gateway import acts
from gateway.event import Fact
from gateway.lot import code_of

URN = "urn:uuid:"


def document_key(fact: Fact) -> str | None:  # noqa: PLR0912 - a table, one row an act
    """Give the business key of an act that has a number of its own; None for one that is counted by the epoch."""
    match fact:
        case acts.HarvestLot(lot=lot, revision=0):
            return f"harvest-lot|{lot.code}"
        case acts.HarvestLot(lot=lot, revision=revision):
            return f"harvest-lot|{lot.code}|{revision}"
        case acts.Receipt(number=number, revision=revision):
            return f"receipt|{number}|{revision}"
        case acts.Inspection(number=number, revision=revision):
            return f"inspection|{number}|{revision}"
        case acts.Grading(lot=lot, run=run):
            return f"grading|{lot.code}|{run}"
        case acts.Carton(gtin=gtin, serial=serial, revision=revision):
            return f"carton|{gtin}|{serial}|{revision}"
        case acts.StampsBound(gtin=gtin, serial=serial, n=n):
            return f"stamp|{gtin}|{serial}|{n}"
        case acts.PalletBuilt(sscc=sscc, n=n):
            return f"pallet|{sscc}|{n}"
        case acts.PalletTakenApart(sscc=sscc, n=n):
            return f"unpack|{sscc}|{n}"
        case acts.RoomMove(direction=direction, goods=goods, room=room, n=n):
            return f"room-{direction}|{code_of(goods)}|{room}|{n}"
        case acts.Held(goods=goods, n=n):
            return f"hold|{code_of(goods)}|{n}"
        case acts.Released(goods=goods, n=n):
            return f"release|{code_of(goods)}|{n}"
        case acts.Destroyed(goods=goods, n=n):
            return f"destroy|{code_of(goods)}|{n}"
        case acts.Dispatch(number=number, revision=revision):
            return f"dispatch|{number}|{revision}"
        case acts.DispatchRecalled(number=number, n=n):
            return f"void-shipping|{number}|{n}"
        case acts.ErrorDeclared(of=of, n=n):
            return f"declare|{URN}{of}|{n}"
    return None


def lots_of(fact: Fact) -> tuple[str, ...]:
    """Give the codes of the lots whose book an act changes."""
    match fact:
        case (
            acts.LotOpened(lot=lot)
            | acts.Receipt(lot=lot)
            | acts.HarvestLot(lot=lot)
            | acts.Inspection(lot=lot)
            | acts.Carton(lot=lot)
        ):
            return (lot.code,)
        case acts.LotClosed(lot=code) | acts.LotReopened(lot=code):
            return (code,)
        case acts.Grading(lot=lot, outputs=outputs):
            return (lot.code, *(one.lot.code for one in outputs))
        case (
            acts.Held(goods=goods)
            | acts.Released(goods=goods)
            | acts.Destroyed(goods=goods)
            | acts.RoomMove(goods=goods)
        ):
            return () if code_of(goods).isdecimal() else (code_of(goods),)
        case acts.Dispatch(lots=shipped):
            return tuple(one.lot.code for one in shipped)
        case acts.DispatchRecalled(lots=lots):
            return tuple(lot.code for lot in lots)
        case acts.ErrorDeclared(original=original):
            codes = [original.get("ph:lot")]
            for path in ("ph:outputs", "ph:shippedLots"):
                codes += [row["ph:lot"] for row in original.get(path) or ()]
            return tuple(code for code in codes if code is not None)
    return ()
