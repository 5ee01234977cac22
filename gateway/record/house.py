"""What all stations of a packing house share: its lots and rooms, and the one way a fact gets into the journal."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gateway import acts
from gateway.alarm import Alarm
from gateway.board import Board
from gateway.clock import Clock
from gateway.epcis import draft
from gateway.epcis.draft import kind_of
from gateway.errors import RECOVERABLE, Refused
from gateway.event import Entry, Event, Fact
from gateway.gs1.identifiers import entry_id
from gateway.journal import Journal
from gateway.lot import Lot, LotBook, LotCode, OperatorId, Sscc, code_of
from gateway.occupancy import Occupancy
from gateway.record.keys import document_key, lots_of
from gateway.registers import Registers, Role
from gateway.site import Site
from gateway.station import RoomId, StationId

if TYPE_CHECKING:
    from gateway.rules.limit import Limit

log = logging.getLogger(__name__)

Timed = tuple[Fact, datetime]
"""A fact and when it happened."""


class House:
    """The state that acts are decided against; it changes only when the journal has the fact on disk.

    `lots` holds the books of lots that are open or stand in a room: any other is read from the journal. Cartons
    and pallets are never held here, a season has millions. `register_age_h` says how old the register of growing areas
    is, in hours, once that is too old; `confirm_date` is called when a person said that the date is right. `history`
    tells what goods went through in a room, by its readings; `limits` are the rules it is measured by.
    """

    def __init__(
        self, *, site: Site, gateway: str, registers: Registers, journal: Journal, clock: Clock, board: Board
    ) -> None:
        self.site = site
        self.gateway = gateway
        self.registers = registers
        self.journal = journal
        self.clock = clock
        self.board = board
        self.lots: dict[LotCode, LotBook] = {}
        self.occupancy = Occupancy()
        self.history: Callable[[RoomId, datetime, datetime], Awaitable[acts.History | None]] = _no_history
        self.limits: Mapping[str, Limit] = {}
        self.confirm_date: Callable[[], None] = clock.confirm
        self.register_age_h: Callable[[], int | None] = lambda: None
        self.deciding = asyncio.Lock()
        """Held from looking at the state to the answer of the disk: acts are decided one at a time (design §3)."""
        self._request: str | None = None
        self._made: list[Entry] = []

    async def load(self) -> None:
        """Take up where the journal's projections stand: what is open and what is inside, nothing else."""
        self.lots = {book.lot.code: book for book in await self.journal.open_lots()}
        await self._read_rooms()
        if await self.journal.date_confirmed(self.clock.boot):
            self.clock.confirm()

    async def lot(self, code: str) -> LotBook | None:
        """Give the book of a lot, whenever it was; None when this house has none of that code.

        Raises:
            JournalError: The journal cannot be read.
        """
        book = self.lots.get(LotCode(code))
        if book is None:
            book = await self.journal.lot(code)
            if book is not None and (book.state != "closed" or self.occupancy.room_of(book.lot.code) is not None):
                self.lots[book.lot.code] = book
        return book

    async def known_lot(self, code: str) -> LotBook:
        """Give the book of a lot.

        Raises:
            Refused: This house has none of that code.
            JournalError: The journal cannot be read.
        """
        book = await self.lot(code)
        if book is None:
            raise Refused("code_unknown")
        return book

    @contextmanager
    def asked(self, key: str) -> Iterator[list[Entry]]:
        """Mark what is kept inside as asked for under this key, and give it; to be held together with `deciding`."""
        self._request, self._made = key, []
        try:
            yield self._made
        finally:
            self._request, self._made = None, []

    async def keep(
        self, *facts: Fact, at: datetime, station: StationId | None = None, room: RoomId | None = None
    ) -> tuple[Entry, ...]:
        """Put facts into the journal, all or none, and change the state once they are on disk.

        Raises:
            JournalError: Nothing was recorded and nothing changed.
        """
        return await self.keep_timed([(fact, at) for fact in facts], station=station, room=room)

    async def keep_timed(
        self, facts: Sequence[Timed], *, station: StationId | None = None, room: RoomId | None = None
    ) -> tuple[Entry, ...]:
        """Put facts of different times into the journal, as `keep` does.

        Raises:
            JournalError: Nothing was recorded and nothing changed.
        """
        events = [await self._event(fact, at, station, room) for fact, at in facts]
        entries = await self.journal.record(*(draft(event, self.site) for event in events))
        self._made += entries
        for event in events:
            self._apply(event.fact)
        await self._read_anew({LotCode(code) for event in events for code in lots_of(event.fact)})
        if any(isinstance(event.fact, acts.ErrorDeclared) for event in events):
            await self._rooms_anew()
        return entries

    async def _event(self, fact: Fact, at: datetime, station: StationId | None, room: RoomId | None) -> Event:
        key, number = document_key(fact), None
        if key is None:
            number = await self.journal.counters.act()
            key = f"{kind_of(fact)}|{self.gateway}|{self.journal.epoch}|{number}"
        if isinstance(fact, Alarm) and not fact.id:
            fact = replace(fact, id=str(entry_id(self.site.uri, key)))
        return Event(at, fact, key=key, number=number, station=station, room=room, request=self._request)

    def _apply(self, fact: Fact) -> None:
        match fact:
            case acts.RoomMove(direction="in", goods=goods, room=room):
                self.occupancy.enter(room, code_of(goods))
            case acts.RoomMove(goods=goods):
                self.occupancy.leave(code_of(goods))
            case acts.Dispatch(pallets=pallets, lots=shipped):
                for sscc in pallets:
                    self.occupancy.leave(sscc)
                for one in shipped:
                    self.occupancy.leave(one.lot.code)
            case Alarm():
                self.board.mark_alarm(fact)
            case acts.DateConfirmed():
                self.confirm_date()

    async def _read_anew(self, codes: set[LotCode]) -> None:
        """Take the changed books from the projections; one that cannot be read now is read when it is needed.

        What was recorded is recorded: nothing that fails here may tell the person it was not.
        """
        for code in codes:
            self.lots.pop(code, None)
        try:
            for code in codes:
                await self.lot(code)
        except RECOVERABLE as error:
            log.warning("lots are read again when they are needed: %s", error)

    async def _read_rooms(self) -> None:
        """Take who is in which room from the projections, with the books of the lots inside.

        Raises:
            JournalError: The journal cannot be read.
        """
        occupancy = Occupancy()
        stays = await self.journal.occupancy()
        for room, goods in stays:
            occupancy.enter(room, goods)
        self.occupancy = occupancy
        for _, goods in stays:
            if not goods.isdecimal():
                await self.lot(goods)

    async def _rooms_anew(self) -> None:
        try:
            await self._read_rooms()
        except RECOVERABLE as error:
            log.warning("who is in which room is as it was before a correction, until the next start: %s", error)

    def inside(self, room: RoomId) -> tuple[Lot, ...]:
        """Give the lots booked in a room, by code."""
        codes = sorted(self.occupancy.inside(room))
        return tuple(self.lots[LotCode(code)].lot for code in codes if code in self.lots)

    def pallets_inside(self, room: RoomId) -> tuple[Sscc, ...]:
        """Give the pallets booked in a room, by code."""
        return tuple(Sscc(code) for code in sorted(self.occupancy.inside(room)) if code.isdecimal())

    def role(self, operator: OperatorId | None) -> Role:
        """Give what a person may do; nobody may what anybody may."""
        row = self.registers.operator.get(operator or "")
        return row.role if row is not None else "operator"


async def _no_history(_room: RoomId, _since: datetime, _until: datetime) -> None:
    return None
