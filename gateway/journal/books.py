"""What the projections hold, as words: rows read back for those who begin work after a start."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, get_args
from uuid import UUID

from gateway.acts import PrintState
from gateway.alarm import Alarm
from gateway.journal.file import PAGE, PAGES_FOR_AN_ENTRY, PAGES_KEPT
from gateway.journal.projections.document import kilograms
from gateway.journal.projections.prints import OF_ENTRY, OF_JOB
from gateway.journal.rows import BEGINNING, Cursor
from gateway.lot import Lot, LotBook, LotCode, OperatorId, Origin, ProductId
from gateway.station import Binding, PrinterId, RoomId, StationId

Row = sqlite3.Row | Sequence[Any]


@dataclass(frozen=True, slots=True)
class LastLoad:
    """The last load a station has on disk; `serial` is None at a gate. `boot` is the boot it was recorded in."""

    station: StationId
    serial: str | None
    lot: LotCode
    net: Decimal
    at: datetime
    boot: str


@dataclass(frozen=True, slots=True)
class Stay:
    """Goods in a room during [since, until); `until` is None while they are inside."""

    room: RoomId
    goods: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OpenReceipt:
    """A receipt still being weighed: sums of its loads so far, in kg."""

    lot: LotCode
    receipt: str
    station: StationId | None
    loads: int
    gross: Decimal
    tare: Decimal
    net: Decimal
    crates: int
    vehicle: str | None = None
    deduction: Decimal = Decimal(0)
    deduction_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One label: `entry_id` is the entry whose words it bears, `kind` that entry's kind.

    `job` is the id of the entry that asked for it, for a paper with a name `<id>.<paper>`; `asked_at` when that was, by
    the clock of then.
    """

    job: str
    entry_id: UUID
    kind: str
    printer: PrinterId
    template: str
    serial: str | None
    station: StationId | None
    state: PrintState
    reprint_of: str | None
    asked_at: datetime

    @property
    def paper(self) -> str:
        """Which of its entry's papers it is: empty for the first or only one, `slip`, a graded lot's code."""
        return self.job.partition(".")[2]


Watermark = Literal["low", "high", "alarm", "full"]
ConditionName = Literal[
    "journal-refused", "journal-space", "journal-early-purge", "journal-damaged", "journal-conflict"
]
CONDITIONS: Final[tuple[ConditionName, ...]] = get_args(ConditionName)


@dataclass(frozen=True, slots=True)
class JournalState:
    """How the journal is: `error` is empty while the disk takes everything.

    `trouble` says what the start or the full check in the background found. `set_aside` is what this start moved out of
    the way, `left` what lies there from any start. `early_purge` tells that confirmed entries lose their bodies sooner
    than `keep_months` promised, None before that was looked at; `purged` is how far bodies are gone; `checked` that the
    full check of this start has come to its end; `conflict` is the last act refused since the start because its id is
    another's.
    """

    path: Path
    epoch: str
    epoch_number: int
    last_seq: int
    bytes_used: int
    budget_bytes: int
    commits: int
    error: str
    trouble: str
    set_aside: tuple[Path, ...]
    left: tuple[Path, ...] = ()
    early_purge: bool | None = None
    purged: Cursor = BEGINNING
    checked: bool = False
    conflict: str = ""

    @property
    def watermark(self) -> Watermark:
        """How full it is: from 70 % of the budget purging does not wait, 85 % is an alarm, at the limit it refuses."""
        if self.bytes_used > self.budget_bytes - PAGE * (PAGES_KEPT + 2 * PAGES_FOR_AN_ENTRY):
            return "full"
        share = self.bytes_used / self.budget_bytes
        return next(mark for mark, least in _WATERMARKS if share >= least)

    def conditions(self) -> dict[ConditionName, str]:
        """Name what somebody must know of, each with a sentence: the alarms of this journal that stand now."""
        used = f"{self.bytes_used / self.budget_bytes:.0%}"
        stands: dict[ConditionName, str] = {}
        if self.error:
            stands["journal-refused"] = f"ổ đĩa không ghi được: {self.error} / the disk does not take it"
        if self.watermark in {"alarm", "full"}:
            stands["journal-space"] = f"sổ sự kiện đã dùng {used} dung lượng / the journal has used {used} of its room"
        if self.early_purge:
            stands["journal-early-purge"] = (
                f"xóa sớm nội dung đã xác nhận, đến bản ghi {self.purged.seq} / bodies purged early, up to there"
            )
        damage = self.trouble or ", ".join(path.name for path in self.left)
        if damage:
            stands["journal-damaged"] = f"sổ sự kiện có chỗ hỏng: {damage} / the journal was damaged"
        if self.conflict:
            stands["journal-conflict"] = (
                f"một việc được ghi hai lần, lần sau không nhận: {self.conflict} / one act written down twice"
            )
        return stands

    def condition(self, name: ConditionName) -> str | None:
        """Give the sentence of one condition, "" when it does not stand; None when that cannot be told yet."""
        sentence = self.conditions().get(name, "")
        untold = {"journal-damaged": not self.checked, "journal-early-purge": self.early_purge is None}
        return None if not sentence and untold.get(name) else sentence


_WATERMARKS: Final[tuple[tuple[Watermark, float], ...]] = (
    ("alarm", 0.85),
    ("high", 0.70),
    ("low", 0.0),
)

LOTS: Final = (
    "SELECT lot, gtin, product, area, farm, province, harvested_from, harvested_to, opened_at, state, received_ug,"
    " packed_ug, graded_ug, destroyed_ug, dispatched_ug, grade, export, market, inspection, held, register_age_h"
    " FROM lot"
)
BINDINGS: Final = "SELECT station, lot, since, operator, reason FROM binding ORDER BY station"
LAST_LOADS: Final = "SELECT station, serial, lot, net, at, boot FROM last_load ORDER BY station"
OCCUPANCY: Final = "SELECT room, goods FROM occupancy WHERE until IS NULL ORDER BY room, goods"
OPERATORS: Final = "SELECT station, operator FROM operator WHERE operator IS NOT NULL ORDER BY station"
OPEN_RECEIPTS: Final = (
    "SELECT lot, receipt, station, loads, gross_ug, tare_ug, net_ug, crates, vehicle, deduction_ug, deduction_reason"
    " FROM receipt ORDER BY receipt"
)
STAYS: Final = "SELECT room, goods, since, until FROM occupancy"
PRESENT_STAYS: Final = f"{STAYS} WHERE until IS NULL"
STAYS_OF_ROOM: Final = (
    f"{STAYS} WHERE room = ? AND unixepoch(since) <= ? AND (until IS NULL OR unixepoch(until) >= ?) ORDER BY since"
)
ALARMS: Final = (
    "SELECT alarm, rule, version, state, room, source, quantity, unit, value, minimum, maximum, message, since, at"
    " FROM alarm"
)
OPEN_ALARMS: Final = f"{ALARMS} WHERE state <> 'cleared' ORDER BY since, alarm"
PRINT_JOBS: Final = (
    "SELECT job, entry_id, kind, printer, template, serial, station,"
    " CASE WHEN state = 'queued' AND job IN (SELECT job FROM print_attempt) THEN 'sending' ELSE state END,"
    " reprint_of, (SELECT wall_ms FROM entry"
    "  WHERE entry.epoch_number = print_job.epoch_number AND entry.seq = print_job.seq), epoch_number, seq"
    " FROM print_job"
)
OPEN_PRINT_JOBS: Final = (
    f"{PRINT_JOBS} INDEXED BY print_job_open WHERE state IN ('queued', 'unknown') ORDER BY epoch_number, seq, job"
)
"""By the index of the few that are open: left to itself, SQLite reads every label ever printed to spare a sort."""

ALL_PRINT_JOBS: Final = f"{PRINT_JOBS} ORDER BY epoch_number, seq, job"
NEWEST_PRINT_JOBS: Final = f"{PRINT_JOBS} ORDER BY epoch_number DESC, seq DESC, job DESC LIMIT 5000"
"""A few days of labels: stations that printed nothing since have nothing to go on with."""

PRINT_JOB: Final = f"{PRINT_JOBS} WHERE {OF_JOB.format(1)}"
PRINT_JOBS_OF: Final = f"{PRINT_JOBS} WHERE {OF_ENTRY.format(1)} ORDER BY epoch_number, seq, job"


def lot_book(row: Row) -> LotBook:
    """Read a row of LOTS."""
    lot, gtin, product, area, farm, province, first, last, opened_at, state = row[:10]
    received, packed, graded, destroyed, dispatched = map(kilograms, row[10:15])
    grade, export, market, inspection, held, register_age_h = row[15:]
    origin = Origin(area, farm, date.fromisoformat(first), date.fromisoformat(last), province)
    at = datetime.fromisoformat(opened_at)
    return LotBook(
        Lot(LotCode(lot), gtin, ProductId(product), origin, at, grade, bool(export), market),
        state,
        received,
        packed,
        graded,
        destroyed,
        dispatched,
        inspection=inspection,
        held=held,
        register_age_h=register_age_h,
    )


def binding(row: Row) -> Binding:
    """Read a row of BINDINGS."""
    station, lot, since, operator, reason = row
    return Binding(StationId(station), lot, datetime.fromisoformat(since), operator, reason)


def last_load(row: Row) -> LastLoad:
    """Read a row of LAST_LOADS."""
    station, serial, lot, net, at, boot = row
    return LastLoad(StationId(station), serial, LotCode(lot), Decimal(net), datetime.fromisoformat(at), boot)


def open_receipt(row: Row) -> OpenReceipt:
    """Read a row of OPEN_RECEIPTS."""
    lot, receipt, station, loads, gross, tare, net, crates, vehicle, deduction, reason = row
    sums = (kilograms(gross), kilograms(tare), kilograms(net))
    return OpenReceipt(LotCode(lot), receipt, station, loads, *sums, crates, vehicle, kilograms(deduction), reason)


def stay(row: Row) -> Stay:
    """Read a row of STAYS."""
    room, goods, since, until = row
    return Stay(room, goods, datetime.fromisoformat(since), datetime.fromisoformat(until) if until else None)


def open_alarm(row: Row) -> Alarm:
    """Read a row of OPEN_ALARMS; the limits and the lots stand in the alarm's entry alone."""
    alarm, rule, version, state, room, source, quantity, unit, value, minimum, maximum, message, since, at = row
    return Alarm(
        id=alarm,
        rule=rule,
        version=version,
        state=state,
        room=room,
        source=source,
        quantity=quantity,
        unit=unit,
        since=datetime.fromisoformat(since),
        at=datetime.fromisoformat(at),
        value=_decimal(value),
        minimum=_decimal(minimum),
        maximum=_decimal(maximum),
        limits={},
        message=message,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def print_job(row: Row) -> PrintJob:
    """Read a row of PRINT_JOBS."""
    job, entry_id, kind, printer, template, serial, station, state, reprint_of, wall_ms, _, _ = row
    return PrintJob(
        job,
        UUID(entry_id),
        kind,
        PrinterId(printer),
        template,
        serial,
        station,
        state,
        reprint_of,
        datetime.fromtimestamp(wall_ms / 1000, UTC),
    )


def operators(rows: Iterable[Row]) -> dict[StationId, OperatorId]:
    """Read rows of OPERATORS."""
    return {StationId(station): OperatorId(operator) for station, operator in rows}
