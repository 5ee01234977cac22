"""A station at work: its capture, its operator, its labels, and the one thing it shows."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import ParamSpec

from gateway.acts import PrintState, RefusedAct, SignedIn, UnknownScan, Weighing
from gateway.board import Load, Question, ReceiptSum, StationView
from gateway.capture import AtRest, Phase
from gateway.drivers.plate import Plate
from gateway.errors import RECOVERABLE, NumberingStopped, Refused
from gateway.event import Entry, Fact
from gateway.gs1.codes import Code
from gateway.gs1.identifiers import CodeWrong
from gateway.journal import LABELLED, PrintJob
from gateway.lot import LotCode, OperatorId
from gateway.reading import DeviceId, Link, Reading, Scan, Weight
from gateway.record.armed import Armed
from gateway.record.commands import obey
from gateway.record.display import Shown, Situation, shown
from gateway.record.doer import Doer, Said
from gateway.record.house import House, Timed
from gateway.record.label_book import LabelBook
from gateway.record.notices import Notices
from gateway.record.pan import Pan, evidence
from gateway.record.tables import StationTable
from gateway.station import PrinterId, StationId

log = logging.getLogger(__name__)

P = ParamSpec("P")
ReadCode = Callable[[Scan], Code]

FRESH_S = 0.5
"""How old the frame may be that a load is captured from: it may have waited for another station's act."""

PROBE_S = 3.0
"""How often a station asks a disk that refused whether it takes records again, and after labels it waits for."""


class Desk(ABC):
    """One station; the kinds of step say what a code and a load mean there."""

    needs_date = True
    label_first = False
    """Whether each load's label must be out, or dropped, before the next load: else it may land on the wrong one."""
    words: Mapping[str, str] = {}
    """Sentences this kind of station has of its own, by the id of the general one."""

    def __init__(
        self, id: StationId, table: StationTable, house: House, read: ReadCode, plate: Plate | None = None
    ) -> None:
        self.id = id
        self.table = table
        self.house = house
        self.operator: OperatorId | None = None
        self.last: Load | None = None
        self.labels = LabelBook()
        self.notices = Notices()
        self._read = read
        self._plate = plate
        self.pan = Pan(table.capture) if table.scale else None
        self._trouble = ""
        self._probe_at = self._look_at = float("-inf")
        self.armed = Armed()
        self._scanned: tuple[str, float] = ("", float("-inf"))
        self.away = False
        """Whether something else is shown here meanwhile: the station practises."""
        self.scans = 0
        """How many codes were read here since the start."""
        self._acted_at = house.clock.monotonic()

    @abstractmethod
    async def on_code(self, code: Code, at: datetime) -> None:
        """Act on a scanned code that is not a badge or a command all stations know.

        Raises:
            Refused: The rules do not allow it; nothing was done.
        """

    @abstractmethod
    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Act on a load at rest.

        Raises:
            Refused: It does not count as it is; it may still, when more or less of it stands on the scale.
        """

    def tare_kg(self) -> Decimal:
        """Give the tare, in kg, that would be taken off a load now."""
        return Decimal(0)

    @property
    def scanned(self) -> str:
        """The last code read here."""
        return self._scanned[0]

    def lacking(self) -> Shown | None:
        """Say what must be scanned before a load counts here, if anything."""
        return None

    def lot(self) -> LotCode | None:
        """Give the lot worked on here, or greyed here."""
        return None

    def receipt(self) -> ReceiptSum | None:
        """Give the receipt open here."""
        return None

    async def resume(self) -> None:
        """Take up the station's past from the journal: the last load, its labels, who was there a moment ago."""
        journal = self.house.journal
        for last in await journal.last_loads():
            if last.station == self.id:
                self.last = Load(last.serial, last.lot, last.net, last.at, "none")
        for job in await journal.latest_print_jobs():
            if job.station == self.id:
                self.labels.begin(job, job.state)
                self.note_label(job, job.state)
        await self.look_at_labels()
        operator = (await journal.operators()).get(self.id)
        if operator is not None and self.age_of_last_s() <= self.table.operator_idle_s:
            self.operator = operator

    def age_of_last_s(self) -> float:
        """How long ago the last load was; endless when there is none or the clock cannot tell."""
        clock = self.house.clock
        if self.last is None or not clock.dated:
            return float("inf")
        return abs((clock.now() - self.last.at).total_seconds())

    # what devices say

    async def see(self, reading: Reading) -> None:
        """Take in what a device of this station said."""
        match reading.value:
            case Weight() as weight if self.pan is not None:
                await self._weighed(self.pan, self.pan.see(weight, reading.monotonic), reading.monotonic)
            case Scan() as scan:
                await self._scan(scan, reading.monotonic)
            case Link(up=False) if self.pan is not None and self._is_scale_or_its_bus(reading):
                self.pan.lose()
        self.show()

    def _is_scale_or_its_bus(self, reading: Reading) -> bool:
        return f"{self.table.scale}/".startswith(f"{reading.source}/")

    async def tick(self) -> None:
        """Notice what happens because nothing happens: old weights, idle people, refusals read long enough."""
        now = self.house.clock.monotonic()
        if self.pan is not None:
            self.pan.tick(now)
        self.notices.expire(now)
        if self._trouble == "disk_full" and now >= self._probe_at:
            await self.decide(self.keep, RefusedAct("record", self._trouble, {}))
        if (self.labels.waiting or self.labels.questions) and now >= self._look_at:
            self._look_at = now + PROBE_S  # a label may have been given up elsewhere: void with its carton, cancelled
            await self.decide(self.look_at_labels)
        if self.operator is not None and now - self._acted_at >= self.table.operator_idle_s:
            await self.decide(self.sign_out, "idle")
        self.show()

    async def change_plate(self, plate: Plate | None) -> None:
        """Go on with another device: what stands on the scale has a past nobody here knows, it is taken off first."""
        self._plate = plate
        if self.pan is not None:
            if self.pan.turned_away is not None:
                await self.decide(self.keep, self.pan.turned_away)
            self.pan = Pan(self.table.capture)
            self.notices.load_changed()
        self.show()

    async def begin_anew(self) -> None:
        """Go on after a while in which this desk saw nothing of its devices."""
        await self.change_plate(self._plate)

    async def _weighed(self, pan: Pan, phase: Phase, monotonic: float) -> None:
        if phase in (Phase.READY, Phase.LOADING):
            self.notices.load_changed()
        if phase is Phase.READY and pan.turned_away is not None:
            # a load that was refused and taken away uncaptured leaves its trace
            turned_away, pan.turned_away = pan.turned_away, None
            await self.decide(self.keep, turned_away)
        if pan.offered(monotonic) is not None and not self._blocked():
            await self.decide(self._take, pan, monotonic)

    async def _take(self, pan: Pan, read_at: float) -> None:
        """Capture the load that rests, if that still holds now that it is this station's turn."""
        clock = self.house.clock
        load = pan.offered(read_at)
        if load is None or self._blocked() or clock.monotonic() - read_at > FRESH_S:
            return  # the next frame, a tenth of a second away, asks again
        at = clock.at(read_at)
        try:
            await self.on_load(load, at)
        except Refused as refused:
            pan.refused()
            if self.notices.refuse_load(refused.sentence, refused.values):
                weighing = self.weighing(load, Decimal(0), at)
                pan.turned_away = RefusedAct("load", refused.sentence, refused.values, weighing)

    def _blocked(self) -> bool:
        """Whether something stands before any load: a question, a waiting label, the date, or nobody at the station."""
        return bool(self.labels.questions) or self._label_waits() or self._undated() or self._lacks_operator()

    def _label_waits(self) -> bool:
        return self.label_first and bool(self.labels.waiting)

    def _undated(self) -> bool:
        return self.needs_date and not self.house.clock.dated

    def _lacks_operator(self) -> bool:
        return self.table.operator == "required" and self.operator is None

    # what people scan

    async def _scan(self, scan: Scan, monotonic: float) -> None:
        data, when = self._scanned
        self._scanned = (scan.data, monotonic)
        if scan.data == data and monotonic - when < self.table.repeat_s:
            if self.notices.quiet:
                self.tell("repeat")
            return
        self.scans += 1
        self.notices.scanned()
        self._acted_at = monotonic
        await self.decide(self._act_on, scan)

    async def _act_on(self, scan: Scan) -> None:
        try:
            code = self._read(scan)
            await self.take_code(code)
        except (CodeWrong, Refused) as no:
            values = no.values if isinstance(no, Refused) else {}
            self.notices.refuse_scan(no.sentence, values, self.house.clock.monotonic())
            if no.sentence in ("code_wrong", "code_unknown"):
                await self.keep(UnknownScan(scan.raw or scan.data.encode(), scan.symbology, no.sentence))
            else:
                await self.keep(RefusedAct(scan.data, no.sentence, values))

    async def take_code(self, code: Code) -> None:
        """Act on a code, as if it had been scanned here.

        Raises:
            Refused: The rules do not allow it; nothing was done.
            JournalError: It could not be kept; nothing was done.
        """
        if not await obey(self, code):
            await self.on_code(code, self.house.clock.now())

    async def scan_code(self, scan: Scan) -> None:
        """Act on a barcode typed or scanned elsewhere.

        Raises:
            Refused: It is no code of ours, or the rules do not allow it; nothing was done.
            JournalError: It could not be kept; nothing was done.
        """
        try:
            code = self._read(scan)
        except CodeWrong as wrong:
            raise Refused(wrong.sentence) from wrong
        await self.take_code(code)

    async def sign_out(self, reason: str) -> None:
        """Leave the station with nobody signed in."""
        await self.keep(SignedIn(None, reason))
        self.operator = None

    # labels

    def note_label(self, job: PrintJob, state: PrintState) -> None:
        """Take in what became of a label of this station."""
        if job.station != self.id:
            return
        self.labels.note(job, state)
        self.label_of_last(job.serial, state)
        self.show()

    def label_of_last(self, serial: str | None, state: PrintState) -> None:
        """Say with the last load what became of its label, if this is its label."""
        if serial is not None and self.last is not None and self.last.serial == serial:
            self.last = replace(self.last, label=state)

    async def look_at_labels(self) -> None:
        """Read the open print jobs again: an answer closes one and may begin another."""
        open_jobs = await self.house.journal.print_jobs("queued", "sending", "unknown")
        self.labels.forget_all_but(open_jobs)
        for job in open_jobs:
            self.note_label(job, job.state)

    # keeping

    async def keep(self, *facts: Fact, at: datetime | None = None) -> tuple[Entry, ...]:
        """Keep facts of this station, as of now or of `at`; all or none. A label one of them asks for is noted."""
        when = at or self.house.clock.now()
        return await self.keep_timed([(fact, when) for fact in facts])

    async def keep_timed(self, facts: Sequence[Timed]) -> tuple[Entry, ...]:
        """Keep facts of this station, each with its own time; all or none. Labels they ask for are noted."""
        entries = await self.house.keep_timed(facts, station=self.id)
        try:
            await self._note_labels_of(entries)
        except RECOVERABLE as error:  # what is on disk is on disk: nothing may be captured or done a second time
            log.warning("%s: what became of labels is not known here until the next start: %s", self.id, error)
        return entries

    async def _note_labels_of(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.kind in LABELLED:
                for job in await self.house.journal.print_jobs_of(entry.id):
                    self.labels.begin(job, job.state)

    def doer(self, at: datetime | None = None, by: OperatorId | None = None) -> Doer:
        """Give who does something here: the one signed in, unless somebody else is named."""
        operator = by or self.operator
        when = at or self.house.clock.now()
        return Doer(self.house, operator, self.house.role(operator), self.id, when, self.keep_timed)

    def say(self, said: Said) -> None:
        """Show for a while what was done."""
        self.notices.tell(said.sentence, said.values, self.house.clock.monotonic())

    async def decide(self, act: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Run an act against the state of now, alone; say so on screen when the disk refuses it."""
        async with self.house.deciding:
            try:
                await act(*args, **kwargs)
                self._trouble = ""
            except RECOVERABLE as error:
                if not self._trouble:
                    log.error("%s: nothing is recorded: %s", self.id, error)
                self._trouble = "numbers_stopped" if isinstance(error, NumberingStopped) else "disk_full"
                self._probe_at = self.house.clock.monotonic() + PROBE_S
                if self.pan is not None:
                    self.pan.later(self.house.clock.monotonic())

    def weighing(self, load: AtRest, tare: Decimal, at: datetime) -> Weighing:
        """Give the evidence of a load, with a tare in kg taken off."""
        scale = DeviceId(self.table.scale or "")
        return evidence(load, tare=tare, at=at, scale=scale, plate=self._plate, by=self.operator)

    def done_with_load(self, last: Load | None) -> None:
        """Lock the load that was just captured (or, with None, set aside) until the scale is empty."""
        self.last = last or self.last
        self.notices.load_changed()
        self._acted_at = self.house.clock.monotonic()
        if self.pan is not None:
            self.pan.done(captured=last is not None)

    def tell(self, sentence: str, **values: str) -> None:
        """Say what became of a scan, while nothing else asks for attention."""
        self.notices.tell(sentence, values, self.house.clock.monotonic())

    # what is shown

    def show(self) -> None:
        """Put what the station shows on the board."""
        if self.away:
            return
        show, sentence, values = shown(self._situation())
        question = next(iter(self.labels.questions.values()), None)
        lot = self.lot()
        book = self.house.lots.get(lot) if lot else None
        product = self.house.registers.product.get(book.lot.product) if book else None
        self.house.board.show(
            StationView(
                station=self.id,
                name=self.table.name,
                step=self.table.step,
                show=show,
                sentence=self.words.get(sentence, sentence),
                values=values,
                lot=lot,
                product=product.name.vi if product else None,
                operator=self.operator,
                weight=self.pan.live() if self.pan else None,
                last=self.last,
                question=Question(question.job, question.serial, question.paper) if question else None,
                receipt=self.receipt(),
                printer=PrinterId(self.table.printer) if self.table.printer else None,
            )
        )

    def _situation(self) -> Situation:
        clock = self.house.clock
        return Situation(
            phase=self.pan.phase if self.pan else Phase.READY,
            trouble=self._trouble,
            silent_s=self.pan.silent_s(clock.monotonic()) if self.pan else 0.0,
            undated=clock.today().isoformat() if self._undated() else None,
            question=self.labels.asked(),
            captured=self.pan is not None and self.pan.captured,
            was_empty=self.pan is None or self.pan.was_empty,
            scan_refused=self.notices.scan_refused,
            last=self.last,
            refusal=self.notices.refusal,
            label_waits=self._label_waits(),
            lacks_operator=self._lacks_operator(),
            lacking=self.lacking(),
            by_hand=self.table.capture.mode == "manual",
            notice=self.notices.notice,
        )
