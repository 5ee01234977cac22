"""The one internal interface: what people ask for on the page or at the command line is decided here, one at a time.

Scans end in the same functions. A key makes asking twice harmless: the second time the answer is the first one's.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from gateway.acts import Declaration, Journey, Printout, RefusedAct
from gateway.errors import RECOVERABLE, Refused
from gateway.gs1.codes import LotTag
from gateway.journal import PrintJob
from gateway.lot import OperatorId
from gateway.reading import Scan
from gateway.record import asked, commands, corrections, late, moves, pallets, quality, vehicles
from gateway.record.asked import REQUEST, Asked
from gateway.record.cartons import PackingRules, bind_stamps
from gateway.record.desk import Desk
from gateway.record.dock import DockDesk
from gateway.record.doer import Doer, Said
from gateway.record.gate import GateDesk
from gateway.record.grading import THROWN_AWAY, GradingDesk
from gateway.record.house import House
from gateway.record.inspecting import InspectionDesk
from gateway.record.packing import PackingDesk
from gateway.record.palletising import PalletDesk
from gateway.registers import Role
from gateway.station import RoomId, StationId

log = logging.getLogger(__name__)

_REMEMBERED: Final = 1_000
_OUTDATE_LABELS: Final = frozenset({"error-declaration", "unpack", "pallet-begun"})
_TOLERANCE: Final = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was done: a sentence (locale) with its values, and the ids of the entries it made."""

    sentence: str
    values: Mapping[str, str]
    entries: tuple[UUID, ...]


class Requests:
    """Decides what is asked for, against the state of now; `desks` gives the stations as they are configured now."""

    def __init__(self, house: House, desks: Callable[[], Mapping[StationId, Desk]]) -> None:
        self._house = house
        self._desks = desks
        self._answers: OrderedDict[str, tuple[_Meant, Answer]] = OrderedDict()

    async def do(
        self,
        request: Mapping[str, Any] | Asked,
        *,
        key: str,
        by: OperatorId | None = None,
        role: Role | None = None,
        station: StationId | None = None,
    ) -> Answer:
        """Do what is asked for, once for each key; `role` is that of the register unless it is given.

        Raises:
            Refused: The rules do not allow it, it cannot be understood, or the key was somebody's for something else;
                nothing was done.
            JournalError: It could not be kept; nothing was done.
        """
        wanted = _understood(request)
        meant = (wanted, by, station)
        async with self._house.deciding:
            known = await self._answered(key, meant)
            if known is not None:
                return known
            try:
                with self._house.asked(key) as made:
                    said = await self._act(wanted, by, role, station)
                    answer = Answer(said.sentence, said.values, tuple(entry.id for entry in made))
            except Refused as refused:
                await self._house.keep(
                    RefusedAct(wanted_name(wanted), refused.sentence, refused.values),
                    at=self._house.clock.now(),
                    station=station,
                )
                raise
            self._remember(key, meant, answer)
            if any(entry.kind in _OUTDATE_LABELS for entry in made):
                await self._look_at_labels()
        for desk in self._desks().values():
            desk.show()
        return answer

    def label_settled(self, job: PrintJob) -> None:
        """Have a label's station know that nobody need wait for it, or be asked about it, any more."""
        desk = self._desks().get(job.station) if job.station is not None else None
        if desk is not None:
            desk.note_label(job, "void")

    async def _look_at_labels(self) -> None:
        """Have the stations know that labels need not be waited for, or asked about, any more."""
        for desk in self._desks().values():
            try:
                await desk.look_at_labels()
            except RECOVERABLE as error:  # what was asked for is done: they look again when one is answered
                log.warning("%s: what became of labels is not known here yet: %s", desk.id, error)

    def _remember(self, key: str, meant: "_Meant", answer: Answer) -> None:
        self._answers[key] = (meant, answer)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)

    async def _answered(self, key: str, meant: "_Meant") -> Answer | None:
        """Give the answer a key got before; after a restart its entries are known, and that it was done.

        Raises:
            Refused: The key was for something else, or another person's.
        """
        if key in self._answers:
            before, answer = self._answers[key]
            if before != meant:
                raise Refused("key_used")
            return answer
        made = await self._house.journal.made_for(key)
        return Answer("request_done", {}, tuple(entry.id for entry in made)) if made else None

    async def _act(self, wanted: Asked, by: OperatorId | None, role: Role | None, station: StationId | None) -> Said:
        desk = self._desks().get(station) if station is not None else None
        if station is not None and desk is None:
            raise Refused("station_needed")
        if by is not None and by not in self._house.registers.operator:
            raise Refused("badge_unknown")
        before = desk.operator if desk is not None else None
        doer = self._doer(desk, by, role)
        if desk is None:
            return await _in_the_house(self, doer, wanted)
        if by is not None:
            desk.operator = by  # who asks does it; whoever is signed in at the station stays so
        try:
            return await _at_a_station(self, desk, doer, wanted)
        finally:
            if by is not None and desk.operator == by and not self._signs_in(wanted):
                desk.operator = before

    def _signs_in(self, wanted: Asked) -> bool:
        """Whether this is somebody's badge: who is signed in by it stays so."""
        scanned = wanted.code if isinstance(wanted, asked.Scanned) else ""
        return isinstance(wanted, asked.SignIn) or scanned in self._house.registers.operator

    def _doer(self, desk: Desk | None, by: OperatorId | None, role: Role | None) -> Doer:
        house = self._house
        if desk is not None:
            doer = desk.doer(by=by)
        else:
            doer = Doer(house, by, house.role(by), None, house.clock.now(), house.keep_timed)
        # a role of its own is a program's: whoever stands at the station has not asked
        return doer if role is None else replace(doer, role=role, by=by)

    @property
    def house(self) -> House:
        """The house it decides for."""
        return self._house

    async def gates_take_up(self) -> None:
        """Have the gates read their receipts again: somebody added a load to one."""
        for desk in self._desks().values():
            if isinstance(desk, GateDesk):
                await desk.take_receipt()


_Meant = tuple[Asked, OperatorId | None, StationId | None]
"""What was asked for, by whom, where: under one key it is always the same."""


def wanted_name(wanted: Asked) -> str:
    """Give the name of what is asked for."""
    return str(getattr(wanted, "do", ""))


def _understood(request: Mapping[str, Any] | Asked) -> Asked:
    if isinstance(request, Asked):
        return request
    try:
        return REQUEST.validate_python(request)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "do"
        raise Refused("request_wrong", field=f"{where}: {first['msg']}") from error


async def _in_the_house(requests: Requests, who: Doer, wanted: Asked) -> Said:  # noqa: PLR0912 - a table, one row a request
    """Do what needs no station."""
    match wanted:
        case asked.Inspect(lot=lot, result=result):
            return await quality.inspect(
                who,
                lot,
                result,
                measurements=wanted.measurements,
                samples=wanted.samples,
                note=wanted.note,
            )
        case asked.CloseLot(lot=str(lot)):
            return await quality.close_lot(who, lot)
        case asked.ReopenLot(lot=lot, reason=reason):
            return await corrections.reopen(who, lot, reason)
        case asked.Hold(goods=goods, reason=reason):
            return await quality.hold(who, goods, reason)
        case asked.Release(goods=goods, reason=reason):
            return await quality.release(who, goods, reason)
        case asked.Destroy(goods=goods, kg=kg, reason=reason):
            return await quality.destroy(who, goods, kg, reason)
        case asked.Unpack(sscc=sscc, serials=serials, reason=reason):
            return await pallets.take_apart(who, sscc, serials, reason)
        case asked.RoomIn(goods=goods, room=room, at=at):
            return await moves.come_in(who, goods, RoomId(room), at)
        case asked.RoomOut(goods=goods, room=room, at=at):
            return await moves.go_out(who, goods, RoomId(room), at)
        case asked.DispatchOpen(customer=customer, number=number):
            _, said = await vehicles.open_vehicle(who, customer, _journey(wanted), number)
            return said
        case asked.DispatchLoad(goods=goods, number=str(number), off=off):
            return await (vehicles.unload if off else vehicles.load)(who, number, goods)
        case asked.DispatchClose(number=str(number)):
            return await vehicles.leave(who, number)
        case asked.DispatchRecall(number=number, reason=reason, never=never):
            return await (corrections.void if never else vehicles.recall)(who, number, reason)
        case asked.VoidWeighing(of=of, reason=reason):
            return await corrections.void(who, of, reason)
        case asked.CorrectWeighing(of=of, net=net, reason=reason):
            return await corrections.correct(who, of, net, reason, _TOLERANCE)
        case asked.BindStamps(serial=serial, stamps=stamps):
            return await bind_stamps(who, serial, stamps)
        case asked.LateWeighing():
            return await _late(requests, who, wanted, PackingRules(_TOLERANCE, hold=False, inspected=False))
        case asked.AcknowledgeAlarm(alarm=alarm, reason=reason, done=done):
            return await _acknowledge(who, alarm, reason, done)
        case asked.CancelLabel(job=job, reason=reason):
            return await _cancel(requests, who, job, reason)
    raise Refused("station_needed")


async def _late(requests: Requests, who: Doer, wanted: asked.LateWeighing, rules: PackingRules) -> Said:
    said = await late.enter(
        who,
        wanted.form,
        at=wanted.at,
        weigher=wanted.weigher,
        lot=wanted.lot,
        gross=wanted.gross,
        tare=wanted.tare,
        reason=wanted.reason,
        rules=rules,
    )
    await requests.gates_take_up()
    return said


def _journey(wanted: asked.DispatchOpen) -> Journey:
    return Journey(wanted.vehicle, wanted.container, wanted.seal, wanted.market, wanted.po, dict(wanted.documents))


async def _acknowledge(who: Doer, alarm: str, reason: str, done: str) -> Said:
    """Take down that an alarm is known; it stays until the value has come back, and one that is over stays over.

    Raises:
        Refused: There is no such alarm.
    """
    found = await who.house.journal.alarm(alarm)
    if found is None:
        raise Refused("alarm_unknown")
    state = found.state if found.state == "cleared" else "acknowledged"
    at = found.at if found.state == "cleared" else who.at
    known = replace(found, state=state, at=at, by=who.by, reason=reason, done=done)
    await who.house.keep(known, at=who.at, station=who.station, room=found.room)
    return Said("alarm_judged")


async def _cancel(requests: Requests, who: Doer, job_id: str, reason: str) -> Said:
    """Do not print a label that is waiting, or give up one that is asked about.

    Raises:
        Refused: There is no such label, or it is on its way or over.
    """
    job = await who.house.journal.print_job(job_id)
    if job is None:
        raise Refused("code_unknown")
    if job.state not in ("queued", "unknown"):
        raise Refused("printing" if job.state == "sending" else "label_none")
    await who.keep(
        [(Printout(job.job, job.template, job.serial, job.printer, "void", "operator", reason, who.by), who.at)]
    )
    requests.label_settled(job)
    return Said("label_cancelled")


async def _at_a_station(requests: Requests, desk: Desk, who: Doer, wanted: Asked) -> Said:
    """Do what is done at a station; what needs none, or names something else than is in work, is done in its name."""
    acts = (
        None
        if _is_about_another(desk, wanted)
        else _COMMON.get(type(wanted))
        or next(
            (table[type(wanted)] for kind, table in _AT.items() if isinstance(desk, kind) and type(wanted) in table),
            None,
        )
    )
    if acts is None:
        if isinstance(wanted, asked.LateWeighing) and isinstance(desk, PackingDesk):
            return await _late(requests, who, wanted, desk.rules())
        return await _in_the_house(requests, who, wanted)
    desk.notices.scanned()
    await acts(desk, wanted, who)
    notice = desk.notices.notice
    return Said(notice.sentence, notice.values) if notice is not None else Said("done")


def _is_about_another(desk: Desk, wanted: Asked) -> bool:
    """Whether a request names another lot or vehicle than the one in work at the station."""
    match wanted:
        case asked.CloseLot(lot=str(lot)):
            return lot != desk.lot()
        case asked.DispatchOpen(number=str(number)) | asked.DispatchLoad(number=str(number)):
            return isinstance(desk, DockDesk) and number != desk.number
        case asked.DispatchClose(number=str(number)):
            return isinstance(desk, DockDesk) and number != desk.number
    return False


Act = Callable[[Any, Any, Doer], Awaitable[object]]


async def _capture(desk: Desk, _: Asked, __: Doer) -> None:
    commands.capture(desk)


async def _scan(desk: Desk, wanted: asked.Scanned, _: Doer) -> None:
    await desk.scan_code(Scan(wanted.code, wanted.symbology, wanted.code.encode()))


async def _confirm(desk: Desk, wanted: asked.ConfirmDate, _: Doer) -> None:
    if not wanted.right:
        raise Refused("date_wrong")
    await commands.confirm_date(desk)


async def _choose_crate(desk: GateDesk, wanted: asked.ChooseCrate, _: Doer) -> None:
    desk.choose_crate(wanted.crate, wanted.count)


async def _grade(desk: GradingDesk, wanted: asked.GradeOutput, who: Doer) -> None:
    grade = THROWN_AWAY if wanted.grade is None else wanted.grade
    await (desk.choose(grade) if wanted.kg is None else desk.book(grade, wanted.kg, who.at))


async def _dispatch_open(desk: DockDesk, wanted: asked.DispatchOpen, who: Doer) -> None:
    await desk.open(wanted.customer, _journey(wanted), who.at)


_COMMON: Final[Mapping[type, Act]] = {
    asked.SignIn: lambda desk, wanted, _: commands.sign_in(desk, wanted.badge),
    asked.SignOut: lambda desk, _, __: desk.sign_out("page"),
    asked.ConfirmDate: _confirm,
    asked.Scanned: _scan,
    asked.CaptureLoad: _capture,
    asked.LabelOut: lambda desk, _, __: commands.answer(desk, came_out=True),
    asked.ReprintLabel: lambda desk, _, __: commands.answer(desk, came_out=False),
}
_AT: Final[Mapping[type, Mapping[type, Act]]] = {
    GateDesk: {
        asked.OpenLot: lambda desk, wanted, who: desk.open(
            wanted.farm, who.at, "domestic" if wanted.domestic else None
        ),
        asked.NoteReceipt: lambda desk, wanted, _: desk.note(
            vehicle=wanted.vehicle, deduction=wanted.deduction, reason=wanted.deduction_reason
        ),
        asked.ChooseCrate: _choose_crate,
        asked.CloseReceipt: lambda desk, wanted, who: desk.close(who.at, _declared(wanted)),
    },
    InspectionDesk: {
        asked.BindLot: lambda desk, wanted, _: desk.choose(wanted.lot),
        asked.Inspect: lambda desk, wanted, who: desk.inspect(
            wanted.lot,
            wanted.result,
            who.at,
            measurements=wanted.measurements,
            samples=wanted.samples,
            note=wanted.note,
        ),
    },
    GradingDesk: {
        asked.BindLot: lambda desk, wanted, who: desk.begin(wanted.lot, who.at),
        asked.GradeBegin: lambda desk, wanted, who: desk.begin(wanted.lot, who.at),
        asked.GradeOutput: _grade,
        asked.GradeFinish: lambda desk, wanted, who: desk.finish(who.at, rest=wanted.rest),
    },
    PackingDesk: {
        asked.BindLot: lambda desk, wanted, who: desk.bind(LotTag("", wanted.lot), who.at),
        asked.CloseLot: lambda desk, wanted, _: desk.close_lot(),
    },
    PalletDesk: {
        asked.PalletBegin: lambda desk, _, who: desk.begin(who.at),
        asked.PalletAdd: lambda desk, wanted, who: (
            desk.take_off(wanted.serial) if wanted.off else desk.add(wanted.serial, who.at)
        ),
        asked.PalletOpen: lambda desk, wanted, who: desk.take_up(wanted.sscc, who.at),
        asked.PalletClose: lambda desk, wanted, who: desk.close(who.at, wanted.gross),
    },
    DockDesk: {
        asked.DispatchOpen: _dispatch_open,
        asked.DispatchLoad: lambda desk, wanted, who: (desk.unload if wanted.off else desk.load)(wanted.goods, who.at),
        asked.DispatchClose: lambda desk, _, who: desk.leave(who.at),
    },
}


def _declared(wanted: asked.CloseReceipt) -> Declaration | None:
    said = Declaration(wanted.last_pesticide, wanted.pesticide, wanted.interval_days, wanted.interval_ok)
    return None if said == Declaration() else said
