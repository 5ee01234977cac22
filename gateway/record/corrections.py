"""What was wrong is declared to be in error, and said right where there is something right to say."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from gateway.acts import CartonStacked, ErrorDeclared, LotReopened, PalletTakenApart
from gateway.errors import Refused
from gateway.event import Entry
from gateway.gs1.identifiers import entry_id
from gateway.journal import parse
from gateway.lot import CartonBook, Sscc
from gateway.record import read_back
from gateway.record.cartons import product_of, with_uri, within_limits
from gateway.record.doer import Doer, Said
from gateway.record.goods import carton_of, pallet_of
from gateway.record.house import House, Timed
from gateway.record.keys import document_key
from gateway.record.pallets import aggregated
from gateway.record.quality import gone
from gateway.record.tags import tag_uri

_DOCUMENTS: Final = {"R": "receipt", "Q": "inspection", "X": "dispatch"}
_DOCUMENT: Final = re.compile(r"([RQX])\d{6}-\d{4}")
_SERIAL: Final = re.compile(r"\d{12}")
Reason = Literal["did_not_occur", "incorrect_data"]


async def found(house: House, of: str) -> Entry:
    """Give the entry that is meant: by a carton's serial, a document's number (its newest revision), or an entry id.

    Raises:
        Refused: There is none, its body is purged, or it was declared to be in error already.
    """
    entry: Entry | None = None
    if _SERIAL.fullmatch(of):
        await carton_of(house, of)
        entry = await house.journal.entry_of_carton(of)
    elif match := _DOCUMENT.fullmatch(of):
        revision = 0
        while (newer := await house.journal.entry(_document_id(house, match[1], of, revision))) is not None:
            entry, revision = newer, revision + 1
    else:
        try:
            entry = await house.journal.entry(UUID(of))
        except ValueError:
            raise Refused("code_unknown") from None
    if entry is None:
        raise Refused("code_unknown")
    if entry.body is None:
        raise Refused("entry_purged")
    if await house.journal.is_declared(str(entry.id)):
        raise Refused("entry_void")
    return entry


def _document_id(house: House, letter: str, number: str, revision: int) -> UUID:
    return entry_id(house.site.uri, f"{_DOCUMENTS[letter]}|{number}|{revision}")


async def declaration(
    who: Doer, entry: Entry, reason: Reason, note: str, corrective: tuple[UUID, ...] = ()
) -> ErrorDeclared:
    """Give the act that declares an entry to be in error."""
    original = parse(entry.body or b"{}")
    n = await who.count("declare")
    return ErrorDeclared(entry.id, entry.kind, n, reason, corrective, note, who.by, original)


async def void(who: Doer, of: str, reason: str) -> Said:
    """Declare that something never happened; everything it did is undone.

    Raises:
        Refused: There is none such, it cannot be undone any more, or the person may not.
    """
    who.as_supervisor()
    entry = await found(who.house, of)
    check = _VOID.get(entry.kind)
    if check is None:
        raise Refused("void_not")
    before = await check(who, entry)
    declared = await declaration(who, entry, "did_not_occur", reason)
    await who.keep([*before, (declared, who.at)])
    return Said("voided", {"what": of})


async def _void_carton(who: Doer, entry: Entry) -> list[Timed]:
    """A carton leaves its pallet first, and its kilograms come back to a lot that may be worked on."""
    carton = await _in_the_house(who, parse(entry.body or b"{}")["ph:serial"])
    before: list[Timed] = []
    if carton.pallet is not None:
        before.append((await _off_its_pallet(who, carton, carton.pallet), who.at))
    if (await who.house.known_lot(carton.carton.lot)).state == "closed":
        before.append((LotReopened(carton.carton.lot, "carton void", who.by), who.at))
    return before


async def _in_the_house(who: Doer, serial: object) -> CartonBook:
    carton = await carton_of(who.house, str(serial))
    if carton.state == "dispatched":
        raise await gone(who, carton.dispatch)
    if carton.state != "packed":
        raise Refused("carton_void")
    return carton


async def _off_its_pallet(who: Doer, carton: CartonBook, sscc: Sscc) -> PalletTakenApart | CartonStacked:
    pallet = await pallet_of(who.house, sscc)
    if pallet.dispatch is not None:
        raise Refused("goods_loaded", dispatch=pallet.dispatch)
    if carton.carton.serial not in await aggregated(who.house, sscc):
        return CartonStacked("off", sscc, carton.carton, who.by)
    n = await who.count("unpack")
    return PalletTakenApart(sscc, n, (carton.carton,), pallet.cartons - 1, "carton void", who.by)


async def _void_receipt(who: Doer, entry: Entry) -> list[Timed]:
    """A receipt that never was takes its harvest lot with it; nothing may have come of that yet, or be coming."""
    book = await who.house.known_lot(str(parse(entry.body or b"{}")["ph:lot"]))
    if any(run.lot == book.lot.code for run in await who.house.journal.open_runs()):
        raise Refused("run_open", lot=book.lot.code)
    if book.left_kg != book.received_kg:
        raise Refused("lot_used", lot=book.lot.code)
    lots = await who.house.journal.entries_about(book.lot.code, "harvest-lot")
    if not lots or lots[-1].body is None:
        raise Refused("entry_purged")
    return [(await declaration(who, lots[-1], "did_not_occur", "its receipt never was"), who.at)]


async def _void_grading(who: Doer, entry: Entry) -> list[Timed]:
    outputs = parse(entry.body or b"{}")["ph:outputs"]
    for row in outputs if isinstance(outputs, list) else ():
        child = await who.house.known_lot(str(row["ph:lot"]) if isinstance(row, dict) else "")
        if child.left_kg != child.received_kg:
            raise Refused("lot_used", lot=child.lot.code)
    return []


async def _void_dispatch(who: Doer, entry: Entry) -> list[Timed]:
    number = str(parse(entry.body or b"{}")["ph:dispatch"])
    vehicle = await who.house.journal.dispatch(number)
    if vehicle is None or vehicle.state != "left":
        raise Refused("dispatch_not_left", dispatch=number)
    return []


async def _void_move(who: Doer, entry: Entry) -> list[Timed]:
    """The last move of goods alone can be undone: what came after it would hang in the air."""
    body = parse(entry.body or b"{}")
    goods = str(body.get("ph:lot") or body.get("ph:sscc"))
    moves = await who.house.journal.entries_about(goods, "room-in", "room-out")
    standing = [move for move in moves if not await who.house.journal.is_declared(str(move.id))]
    if not standing or standing[-1].id != entry.id:
        raise Refused("move_earlier")
    if goods.isdecimal() and (pallet := await pallet_of(who.house, goods)).dispatch is not None:
        if pallet.state == "dispatched":
            raise await gone(who, pallet.dispatch)
        raise Refused("goods_loaded", dispatch=pallet.dispatch)
    return []


async def _void_plain(_: Doer, __: Entry) -> list[Timed]:
    return []


_VOID: Final[Mapping[str, Callable[[Doer, Entry], Awaitable[list[Timed]]]]] = {
    "carton": _void_carton,
    "receipt": _void_receipt,
    "inspection": _void_plain,
    "grading": _void_grading,
    "destroy": _void_plain,
    "dispatch": _void_dispatch,
    "room-in": _void_move,
    "room-out": _void_move,
}


async def correct(who: Doer, of: str, net: Decimal, reason: str, tolerance: Decimal) -> Said:
    """Say what a carton or a receipt really weighs: the old entry is in error, a new one is of the same time.

    Raises:
        Refused: It is neither, has left the house, the weight is none of the product's, more came out of the lot than
            it would have, or the person may not.
    """
    who.as_supervisor()
    entry = await found(who.house, of)
    if entry.kind == "carton":
        facts = await _correct_carton(who, entry, net, reason, tolerance)
    elif entry.kind == "receipt":
        facts = await _correct_receipt(who, entry, net, reason, tolerance)
    else:
        raise Refused("void_not")
    await who.keep(facts)
    return Said("corrected", {"what": of, "kg": f"{net:f}"})


async def _correct_carton(who: Doer, entry: Entry, net: Decimal, reason: str, tolerance: Decimal) -> list[Timed]:
    body, house = parse(entry.body or b"{}"), who.house
    known = await _in_the_house(who, body["ph:serial"])
    book = await house.known_lot(known.carton.lot)
    within_limits(net, product_of(who, book))
    if net - known.kg > book.left_kg + book.received_kg * tolerance:
        raise Refused("balance", kg=f"{net - known.kg - book.left_kg:f}")
    before = read_back.carton(body, book.lot, house.site)
    weighing = replace(
        before.weighing,
        gross=net + before.weighing.tare,
        net=net,
        display=f"{net:f}",
        unit_shown="kg",
        raw=b"",
        rest="person",
    )
    carton = with_uri(house.site, replace(before, weighing=weighing, revision=before.revision + 1))
    id_ = entry_id(house.site.uri, document_key(carton) or "")
    declared = await declaration(who, entry, "incorrect_data", reason, (id_,))
    return [(declared, who.at), (carton, _time(body))]


async def _correct_receipt(who: Doer, entry: Entry, net: Decimal, reason: str, tolerance: Decimal) -> list[Timed]:
    """Put a receipt and its harvest lot right; tare and deduction stand, the gross is what they and the net come to."""
    body, house = parse(entry.body or b"{}"), who.house
    book = await house.known_lot(str(body["ph:lot"]))
    used = book.received_kg - book.left_kg
    if used > net * (1 + tolerance):
        raise Refused("balance", kg=f"{used - net:f}")
    lots = await house.journal.entries_about(book.lot.code, "harvest-lot")
    if not lots or lots[-1].body is None:
        raise Refused("entry_purged")
    before, lot_body = read_back.receipt(body, book.lot, house.site), parse(lots[-1].body)
    lot_before = read_back.harvest_lot(lot_body, book.lot)
    lot = replace(lot_before, net=net, revision=lot_before.revision + 1)
    receipt = replace(
        before,
        gross=net + before.tare + before.deduction,
        net=net,
        revision=before.revision + 1,
        label_uri=tag_uri(house, book.lot, net),
    )
    ids = [entry_id(house.site.uri, document_key(fact) or "") for fact in (lot, receipt)]
    return [
        (await declaration(who, lots[-1], "incorrect_data", reason, (ids[0],)), who.at),
        (await declaration(who, entry, "incorrect_data", reason, (ids[1],)), who.at),
        (lot, _time(lot_body)),
        (receipt, _time(body)),
    ]


def _time(body: Mapping[str, object]) -> datetime:
    return datetime.fromisoformat(str(body["eventTime"]))


async def reopen(who: Doer, lot: str, reason: str) -> Said:
    """Let a closed lot be worked on again.

    Raises:
        Refused: It is unknown or not closed, or the person may not.
    """
    who.as_supervisor()
    book = await who.house.known_lot(lot)
    if book.state != "closed":
        raise Refused("lot_open", lot=lot)
    await who.keep([(LotReopened(book.lot.code, reason, who.by), who.at)])
    return Said("lot_reopened", {"lot": lot})
