"""Practice: a station works as ever, on a journal of its own that nothing sends, with numbers of its own.

The journal lies in `practice/` below the data directory and begins empty each time. Its numbers begin near their ends,
where the house's own never come on the same day; its labels are marked. It ends when asked to, or with the daemon.
"""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from gateway.acts import HarvestLot, LotOpened, Printout, Receipt
from gateway.errors import RECOVERABLE, Refused
from gateway.gs1.codes import LotTag
from gateway.gs1.digital_link import lot_tag_uri
from gateway.journal import Journal, JournalTable, PrintJob
from gateway.journal.counter_file import CounterFile, write_counter_file
from gateway.journal.projections.numbers import CARTON, scope
from gateway.lot import LotBook, LotCode, OperatorId
from gateway.reading import DeviceId
from gateway.record.desk import Desk
from gateway.record.desks import desk
from gateway.record.house import House
from gateway.record.packing import PackingDesk
from gateway.record.recorder import Recorder
from gateway.record.requests import Requests
from gateway.record.tables import StationTable
from gateway.station import StationId

log = logging.getLogger(__name__)

DIRECTORY: Final = "practice"
FIRST_CARTON: Final = 90_000
FIRST_DOCUMENT: Final = 900
STEPS: Final = frozenset({"receiving", "packing"})
CARTONS_OF_A_LOT: Final = 500
DAYS_AHEAD: Final = 7

KeepPrintout = Callable[[Printout, PrintJob], Awaitable[None]]
Print = Callable[[Journal, KeepPrintout], Coroutine[None, None, None]]
"""Print what a journal asks for, marked, until cancelled."""


class Practice:
    """The stations that practise now, and what they practise on."""

    def __init__(
        self,
        data: Path,
        house: House,
        recorder: Recorder,
        tables: Callable[[], Mapping[str, StationTable]],
        devices: Callable[[], Mapping[str, object]],
        *,
        print_marked: Print,
    ) -> None:
        self._directory = data / DIRECTORY
        self._house = house
        self._recorder = recorder
        self._tables = tables
        self._devices = devices
        self._print_marked = print_marked
        self._desks: dict[StationId, Desk] = {}
        self._asked = asyncio.Event()
        self._ready: asyncio.Future[House] | None = None
        self._over = asyncio.Event()
        self._closed = asyncio.Event()
        self._turn = asyncio.Lock()
        """Held while a station comes or goes: one that comes does not meet a journal that is just being closed."""
        self.requests: Requests | None = None
        """How the stations that practise are asked; None while none does."""

    def desk(self, station: StationId) -> Desk | None:
        """Give the desk a station practises at; None when it works for real, as after a change of its config."""
        own = self._desks.get(station)
        return own if own is not None and self._recorder.is_diverted_to(own) else None

    async def run(self) -> None:
        """Keep the practice journal open while any station practises; ends by being cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self._session()
            except RECOVERABLE as error:
                log.error("practice: %s", error)
                if self._ready is not None and not self._ready.done():
                    self._ready.set_exception(Refused("disk_full"))
            self.requests = self._ready = None
            self._closed.set()

    async def _session(self) -> None:
        await asyncio.to_thread(_begin_empty, self._directory, self._house)
        house = self._house
        self._over.clear()
        self._closed.clear()
        async with Journal.open(
            self._directory,
            JournalTable(),
            gateway=house.gateway,
            number=house.journal.number,
            stamp=house.clock.stamp,
        ) as journal:
            practice = House(
                site=house.site,
                gateway=house.gateway,
                registers=house.registers,
                journal=journal,
                clock=house.clock,
                board=house.board,
            )
            practice.confirm_date = lambda: None  # the date is the whole house's: nobody settles it by practising
            self.requests = Requests(practice, lambda: self._desks)
            printing = asyncio.create_task(
                self._print_marked(journal, partial(self._keep_printout, practice)), name="practice: labels"
            )
            try:
                assert self._ready is not None
                self._ready.set_result(practice)
                await self._over.wait()
            finally:
                for station in list(self._desks):
                    await self._back(station)
                printing.cancel()
                await asyncio.wait({printing})

    async def begin(self, station: StationId, real: Desk) -> None:
        """Let a station practise, with whoever is there and the lot in work.

        Raises:
            Refused: It cannot now: no date is known, a label is not settled, or its step is none to practise.
        """
        async with self._turn:
            if self.desk(station) is None:
                await self._begin(station, real)

    async def _begin(self, station: StationId, real: Desk) -> None:
        if real.table.step not in STEPS:
            raise Refused("code_not_here")
        if not self._house.clock.dated:
            raise Refused("date_ask", date=self._house.clock.today().isoformat())
        if real.labels.questions or real.labels.waiting:
            raise Refused("printing")
        if self._over.is_set():
            await self._closed.wait()  # the journal before this one
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            self._asked.set()
        practice = await asyncio.shield(self._ready)
        own = desk(station, self._tables()[station], practice, self._devices())
        own.operator = real.operator
        bound = real.lot()
        book = self._house.lots.get(bound) if bound is not None else None
        if book is not None and isinstance(own, PackingDesk) and book.state == "received":
            async with practice.deciding:
                await self._lend(practice, own, book)
                await own.bind(LotTag("", book.lot.code), practice.clock.now())
        self._desks[station] = own
        await self._recorder.divert(station, own)

    async def _lend(self, practice: House, own: Desk, book: LotBook) -> None:
        """Let the practice house have received the lot in work, with more than anybody packs."""
        product = practice.registers.product.get(book.lot.product)
        if product is None or await practice.lot(book.lot.code) is not None:
            return
        kg = product.max_kg * CARTONS_OF_A_LOT
        now, origin = practice.clock.now(), book.lot.origin
        days = {"harvested_from": origin.harvested_from, "harvested_to": origin.harvested_to}
        number = await practice.journal.counters.document("R", practice.clock.today())
        await own.keep(
            LotOpened(book.lot, number),
            HarvestLot(book.lot, kg, product.name.vi, product.variety),
            Receipt(
                number=number,
                lot=book.lot,
                gross=kg,
                tare=Decimal(0),
                net=kg,
                loads=1,
                crates=0,
                scale=DeviceId(own.table.scale or ""),
                weighed_at=now,
                by=own.operator,
                product_name=product.name.vi,
                variety=product.variety,
                label_uri=lot_tag_uri(practice.site.domain, book.lot.gtin, book.lot.code, net=None, **days),
            ),
        )

    async def end(self, station: StationId) -> None:
        """Let a station work for real again: take off first, whatever stands there."""
        async with self._turn:
            if station in self._desks:
                await self._back(station)
                if not self._desks:
                    self._over.set()

    async def _back(self, station: StationId) -> None:
        self._desks.pop(station, None)
        await self._recorder.divert(station, None)

    async def _keep_printout(self, practice: House, printout: Printout, job: PrintJob) -> None:
        async with practice.deciding:
            await practice.keep(printout, at=practice.clock.now(), station=job.station)
        if job.station is not None and (own := self._desks.get(job.station)) is not None:
            own.note_label(job, printout.state)


async def ask(practice: Practice, station: StationId, real: Desk, *, on: bool, by: OperatorId | None) -> LotCode | None:
    """Begin or end practice at a station, on behalf of somebody; give the lot that is practised with.

    Raises:
        Refused: Nobody asked, or it cannot be now.
    """
    if by is None:
        raise Refused("no_operator")
    await (practice.begin(station, real) if on else practice.end(station))
    own = practice.desk(station)
    return own.lot() if own is not None else None


def _begin_empty(directory: Path, house: House) -> None:
    """Have an empty directory with numbers of its own: of today, and of the next days should practice last so long."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    content = CounterFile()
    for days in range(DAYS_AHEAD):
        within = scope(f"{house.clock.today() + timedelta(days=days):%y%m%d}", house.journal.number)
        content = content.with_number(CARTON, within, FIRST_CARTON)
        for letter in "HR":
            content = content.with_number(letter, within, FIRST_DOCUMENT)
    write_counter_file(directory, content)
