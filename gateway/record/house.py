"""What all stations of a packing house share: its lots and rooms, and the one way a fact gets into the journal."""

import asyncio
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from gateway import acts
from gateway.alarm import Alarm
from gateway.board import Board
from gateway.clock import Clock
from gateway.epcis import draft
from gateway.epcis.draft import kind_of
from gateway.event import Entry, Event, Fact
from gateway.gs1.identifiers import entry_id
from gateway.journal import Journal
from gateway.lot import Lot, LotBook, LotCode, code_of
from gateway.occupancy import Occupancy
from gateway.registers import Registers
from gateway.site import Site
from gateway.station import RoomId, StationId


class House:
    """The state that acts are decided against; it changes only when the journal has the fact on disk."""

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
        self.deciding = asyncio.Lock()
        """Held from looking at the state to the answer of the disk: acts are decided one at a time (design §3)."""

    async def load(self) -> None:
        """Take up where the journal's projections stand."""
        self.lots = {book.lot.code: book for book in await self.journal.lots()}
        for room, lot in await self.journal.occupancy():
            self.occupancy.enter(room, lot)
        if await self.journal.date_confirmed(self.clock.boot):
            self.clock.confirm()

    async def keep(
        self, *facts: Fact, at: datetime, station: StationId | None = None, room: RoomId | None = None
    ) -> tuple[Entry, ...]:
        """Put facts into the journal, all or none, and change the state once they are on disk.

        Raises:
            JournalError: Nothing was recorded and nothing changed.
        """
        events = [await self._event(fact, at, station, room) for fact in facts]
        entries = await self.journal.record(*(draft(event, self.site) for event in events))
        for event in events:
            self._apply(event.fact)
        return entries

    async def _event(self, fact: Fact, at: datetime, station: StationId | None, room: RoomId | None) -> Event:
        key, number = _document_key(fact), None
        if key is None:
            number = await self.journal.counters.act()
            key = f"{kind_of(fact)}|{self.gateway}|{self.journal.epoch}|{number}"
        if isinstance(fact, Alarm) and not fact.id:
            fact = replace(fact, id=str(entry_id(self.site.uri, key)))
        return Event(at, fact, key=key, number=number, station=station, room=room)

    def _apply(self, fact: Fact) -> None:
        match fact:
            case acts.LotOpened(lot=lot):
                self.lots[lot.code] = LotBook(lot, "open", Decimal(0), Decimal(0))
            case acts.Receipt(lot=lot, net=net):
                self.lots[lot.code] = replace(self.lots[lot.code], state="received", received_kg=net)
            case acts.Carton(lot=lot, weighing=weighing):
                book = self.lots[lot.code]
                self.lots[lot.code] = replace(book, packed_kg=book.packed_kg + weighing.net)
            case acts.LotClosed(lot=code):
                self.lots[code] = replace(self.lots[code], state="closed")
            case acts.RoomMove(direction="in", goods=goods, room=room):
                self.occupancy.enter(room, code_of(goods))
            case acts.RoomMove(goods=goods):
                self.occupancy.leave(code_of(goods))
            case Alarm():
                self.board.mark_alarm(fact)
            case acts.DateConfirmed():
                self.clock.confirm()

    def inside(self, room: RoomId) -> tuple[Lot, ...]:
        """Give the lots booked in a room, by code."""
        codes = sorted(self.occupancy.inside(room))
        return tuple(self.lots[LotCode(code)].lot for code in codes if code in self.lots)


def _document_key(fact: Fact) -> str | None:
    """Give the business key of an act that has a number of its own; it names the act and holds no time."""
    match fact:
        case acts.HarvestLot(lot=lot):
            return f"harvest-lot|{lot.code}"
        case acts.Receipt(number=number):
            return f"receipt|{number}|0"
        case acts.Carton(gtin=gtin, serial=serial):
            return f"carton|{gtin}|{serial}|0"
        case acts.RoomMove(direction=direction, goods=goods, room=room, n=n):
            return f"room-{direction}|{code_of(goods)}|{room}|{n}"
    return None
