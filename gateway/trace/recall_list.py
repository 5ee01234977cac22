"""A recall list: all lots of a growing area and some days, and where every kilogram of them went."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from gateway.journal.reader import CartonsRow, DispatchRow, LotRow, PalletRow, Reader, open_reader
from gateway.locale.traced import words
from gateway.trace.account import Recall, Recalled, Whereabouts
from gateway.trace.parties import GONE
from gateway.trace.premises import Premises
from gateway.trace.stages import same


async def recall(premises: Premises, area: str, first: date | None, last: date | None, now: datetime) -> Recall:
    """Give the recall list of an area and its harvest days, without holding up the loop.

    Raises:
        JournalError: The journal cannot be read.
    """
    return await asyncio.to_thread(recall_now, premises, area, first, last, now)


def recall_now(premises: Premises, area: str, first: date | None, last: date | None, now: datetime) -> Recall:
    """Give the same, in this thread."""
    with open_reader(premises.data) as reader:
        return recalled(reader, premises, area, first, last, now=now)


def recalled(
    reader: Reader,
    premises: Premises,
    area: str,
    first: date | None = None,
    last: date | None = None,
    *,
    now: datetime,
) -> Recall:
    """Give the recall list from an open journal."""
    search = _Search(reader, premises)
    lots = tuple(search.recalled(lot) for lot in reader.lots_of(area, first, last))
    return Recall(area, first, last, lots, now)


class _Search:
    """Follows lots forward, asking for each pallet and dispatch once."""

    def __init__(self, reader: Reader, premises: Premises) -> None:
        self._reader = reader
        self._premises = premises
        self._dispatches: dict[str, DispatchRow | None] = {}
        self._pallets: dict[str, PalletRow | None] = {}
        self._rooms: dict[str, str | None] = {}

    def recalled(self, lot: LotRow) -> Recalled:
        return Recalled(
            lot=lot.code,
            farm=lot.farm,
            area=lot.area,
            product=self._premises.product(lot.product, lot.product_name).vi,
            harvested=(lot.harvested_from, lot.harvested_to),
            received_at=lot.opened_at,
            received=lot.received,
            where=tuple(self._where(lot)),
        )

    def _where(self, lot: LotRow) -> Iterator[Whereabouts]:
        for group in self._reader.cartons_of_lot(lot.code):
            yield self._cartons(group)
        for dispatch, kg in self._reader.dispatches_of(lot.code):
            if dispatch.state == GONE and kg:
                yield self._whole(lot, dispatch, kg)
        if lot.destroyed:
            yield Whereabouts("destroyed", words("thrown"), lot.code, None, None, None, None, None, 0, lot.destroyed)
        children = self._reader.children(lot.code)
        loss = lot.graded - sum(kg for _, kg in children)
        if loss > 0:
            yield Whereabouts("lost", words("loss"), lot.code, None, None, None, None, None, 0, loss)
        if lot.left > 0:
            room = self._room(lot.code)
            behind = words("left_behind" if lot.state == "closed" else "not_packed")
            where = words("in_room", room=self._premises.room_name(room)) if room else behind
            yield Whereabouts(
                "in_room" if room else "not_packed", where, lot.code, None, None, None, None, room, 0, lot.left
            )
        for child, _ in children:
            if (row := self._reader.lot(child)) is not None:
                yield from self._where(row)

    def _cartons(self, group: CartonsRow) -> Whereabouts:
        facts = (group.count, group.kg, group.first_serial, group.last_serial)
        if group.state == "void":
            return Whereabouts("void", words("voided"), group.lot, None, None, None, None, None, *facts)
        if group.state == "destroyed":
            return Whereabouts("destroyed", words("thrown"), group.lot, group.pallet, None, None, None, None, *facts)
        dispatch = self._dispatch(group.dispatch) if group.dispatch else None
        if dispatch is not None:
            customer = f"{dispatch.customer} · {dispatch.customer_name}"
            return Whereabouts(
                "dispatched",
                same(customer),
                group.lot,
                group.pallet,
                dispatch.number,
                customer,
                dispatch.at,
                None,
                *facts,
            )
        room = self._room(group.pallet) if group.pallet else None
        if room is not None:
            named = words("in_room", room=self._premises.room_name(room))
            return Whereabouts("in_room", named, group.lot, group.pallet, None, None, None, room, *facts)
        return Whereabouts("house", words("still_here"), group.lot, group.pallet, None, None, None, None, *facts)

    def _whole(self, lot: LotRow, dispatch: DispatchRow, kg: Decimal) -> Whereabouts:
        customer = f"{dispatch.customer} · {dispatch.customer_name}"
        return Whereabouts(
            "dispatched", same(customer), lot.code, None, dispatch.number, customer, dispatch.at, None, 0, kg
        )

    def _dispatch(self, number: str) -> DispatchRow | None:
        if number not in self._dispatches:
            self._dispatches[number] = self._reader.dispatch(number)
        return self._dispatches[number]

    def _room(self, goods: str) -> str | None:
        if goods not in self._rooms:
            inside = [one.room for one in self._reader.stays(goods) if one.until is None]
            self._rooms[goods] = inside[-1] if inside else None
        return self._rooms[goods]
