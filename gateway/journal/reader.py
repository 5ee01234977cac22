"""A journal's file looked into from outside: one read-only moment of it, whether the daemon runs or not.

What a trace asks stands here; projections are asked first, bodies by their place. Nothing here waits for the daemon or
holds it up, and it belongs to the thread that opened it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from gateway.errors import JournalError
from gateway.event import Entry
from gateway.journal.file import FILE, MIGRATIONS, refusal
from gateway.journal.projections.document import kilograms
from gateway.journal.rows import BY_ID, COLUMNS, Cursor, entry_of
from gateway.journal.segment import Proof, prove
from gateway.locale.shown import LOCAL

Row = TypeVar("Row")

_LOT: Final = (
    "SELECT lot, gtin, product, product_name, grade, export, market, area, farm, province, harvested_from,"
    " harvested_to, opened_at, state, inspection, held, register_age_h, received_ug, graded_ug, packed_ug,"
    " destroyed_ug, dispatched_ug FROM lot"
)
_CARTON: Final = "SELECT serial, gtin, lot, ug, state, pallet, dispatch, revision, epoch_number, seq FROM carton"
_PALLET: Final = "SELECT sscc, state, cartons, net_ug, gross_ug, dispatch, held, begun_at FROM pallet"
_STAY: Final = (
    "SELECT goods, room, since, until, epoch_number, seq, out_epoch_number, out_seq FROM occupancy WHERE goods = ?"
    " ORDER BY epoch_number, seq"
)
_DISPATCH: Final = (
    "SELECT number, state, customer, customer_name, customer_address, vehicle, container, seal, market, po, at,"
    " net_ug, epoch_number, seq FROM dispatch"
)
_WHERE_CARTONS_WENT: Final = (
    "SELECT lot, pallet, dispatch, state, COUNT(*), SUM(ug), MIN(serial), MAX(serial), MAX(epoch_number), MAX(seq),"
    " MIN(seq) FROM carton WHERE {} = ? GROUP BY lot, pallet, dispatch, state ORDER BY MIN(serial)"
)
_ALARMS: Final = (
    "SELECT alarm, rule, state, room, source, quantity, unit, maximum, minimum, message, since, at, operator, reason"
    " FROM alarm WHERE room = ?1 AND since < ?3 AND (state <> 'cleared' OR at > ?2) ORDER BY since"
)
_LABELS: Final = "SELECT job, state, evidence, printer, template FROM print_job WHERE epoch_number = ? AND seq = ?"
_AGAIN: Final = "SELECT job, state, evidence, printer, template FROM print_job WHERE reprint_of = ? ORDER BY 1"


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot as the projections know it; kg exact, `grade` None for a harvest lot."""

    code: str
    gtin: str
    product: str
    product_name: str | None
    grade: str | None
    export: bool
    market: str | None
    area: str | None
    farm: str | None
    province: str | None
    harvested_from: date
    harvested_to: date
    opened_at: datetime
    state: str
    inspection: str | None
    held: str | None
    register_age_h: int | None
    received: Decimal
    graded: Decimal
    packed: Decimal
    destroyed: Decimal
    dispatched: Decimal

    @property
    def left(self) -> Decimal:
        """What is neither graded, packed, destroyed nor gone, kg."""
        return self.received - self.graded - self.packed - self.destroyed - self.dispatched


@dataclass(frozen=True, slots=True)
class CartonRow:
    """A carton as the projections know it; `at` is the entry that says what it is now."""

    serial: str
    gtin: str
    lot: str
    kg: Decimal
    state: str
    pallet: str | None
    dispatch: str | None
    revision: int
    at: Cursor


@dataclass(frozen=True, slots=True)
class CartonsRow:
    """Cartons of one lot that share pallet, dispatch and state; `last` is the newest entry among them."""

    lot: str
    pallet: str | None
    dispatch: str | None
    state: str
    count: int
    kg: Decimal
    first_serial: str
    last_serial: str
    first: Cursor
    last: Cursor


@dataclass(frozen=True, slots=True)
class PalletRow:
    """A pallet as the projections know it."""

    sscc: str
    state: str
    cartons: int
    net: Decimal
    gross: Decimal | None
    dispatch: str | None
    held: str | None
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class StayRow:
    """A stay of goods in a room, [since, until), with the entries that began and ended it."""

    goods: str
    room: str
    since: datetime
    until: datetime | None
    came: Cursor
    went: Cursor | None


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """A vehicle that left, or is being loaded."""

    number: str
    state: str
    customer: str
    customer_name: str
    customer_address: str | None
    vehicle: str | None
    container: str | None
    seal: str | None
    market: str | None
    po: str | None
    at: datetime
    net: Decimal
    place: Cursor


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm and its last state."""

    id: str
    rule: str
    state: str
    room: str
    source: str
    quantity: str
    unit: str | None
    maximum: Decimal | None
    minimum: Decimal | None
    message: str
    since: datetime
    at: datetime
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label: its state, and what vouches for that."""

    job: str
    state: str
    evidence: str
    printer: str
    template: str


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry that is about some goods."""

    at: Cursor
    kind: str


class Reader:
    """One moment of a journal; made by `open_reader`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # goods

    def lot(self, code: str) -> LotRow | None:
        """Give a lot by its code."""
        return self._one(_lot, f"{_LOT} WHERE lot = ?", code)

    def lots_of(self, area: str, first: date | None = None, last: date | None = None) -> list[LotRow]:
        """Give the harvest lots of a growing area that were harvested within some days, the oldest first."""
        rows = self._rows(
            f"{_LOT} WHERE area = ?1 AND grade IS NULL AND (?2 IS NULL OR harvested_to >= ?2)"
            " AND (?3 IS NULL OR harvested_from <= ?3) ORDER BY opened_at, lot",
            area,
            first and first.isoformat(),
            last and last.isoformat(),
        )
        return [_lot(row) for row in rows]

    def knows_area(self, area: str) -> bool:
        """Say whether any lot is of this growing area."""
        return bool(self._rows("SELECT 1 FROM lot WHERE area = ? LIMIT 1", area))

    def parents(self, lot: str) -> list[tuple[str, Decimal]]:
        """Give the lots a lot was made of, with kg."""
        rows = self._rows("SELECT parent, ug FROM genealogy WHERE child = ? ORDER BY parent", lot)
        return [(parent, kilograms(ug)) for parent, ug in rows]

    def children(self, lot: str) -> list[tuple[str, Decimal]]:
        """Give the lots made of a lot, with kg."""
        rows = self._rows("SELECT child, ug FROM genealogy WHERE parent = ? ORDER BY child", lot)
        return [(child, kilograms(ug)) for child, ug in rows]

    def carton(self, serial: str) -> CartonRow | None:
        """Give a carton by its serial."""
        return self._one(_carton, f"{_CARTON} WHERE serial = ?", serial)

    def cartons_of_lot(self, lot: str) -> list[CartonsRow]:
        """Give the cartons packed of a lot, grouped by where they are."""
        return [_cartons(row) for row in self._rows(_WHERE_CARTONS_WENT.format("lot"), lot)]

    def cartons_on(self, sscc: str) -> list[CartonsRow]:
        """Give the cartons on a pallet (or that left with it), grouped by lot."""
        return [_cartons(row) for row in self._rows(_WHERE_CARTONS_WENT.format("pallet"), sscc)]

    def each_carton_of_lot(self, lot: str) -> list[CartonRow]:
        """Give every carton packed of a lot."""
        return [_carton(row) for row in self._rows(f"{_CARTON} WHERE lot = ? ORDER BY serial", lot)]

    def cartons_in_error(self, lot: str) -> list[CartonRow]:
        """Give the cartons of a lot that were voided or corrected."""
        rows = self._rows(f"{_CARTON} WHERE lot = ? AND (state = 'void' OR revision > 0) ORDER BY serial", lot)
        return [_carton(row) for row in rows]

    def pallet(self, sscc: str) -> PalletRow | None:
        """Give a pallet."""
        return self._one(_pallet, f"{_PALLET} WHERE sscc = ?", sscc)

    def pallets_left(self, serial: str) -> list[tuple[str, Cursor]]:
        """Give the pallets a carton once stood on, with the entries that took it off."""
        rows = self._rows(
            "SELECT sscc, epoch_number, seq FROM pallet_stay WHERE serial = ? ORDER BY epoch_number, seq", serial
        )
        return [(sscc, Cursor(number, seq)) for sscc, number, seq in rows]

    def stamps(self, serial: str) -> list[tuple[str, Cursor]]:
        """Give the official stamps on a carton, with the entries that bound them."""
        rows = self._rows("SELECT stamp, epoch_number, seq FROM stamp WHERE serial = ? ORDER BY stamp", serial)
        return [(stamp, Cursor(number, seq)) for stamp, number, seq in rows]

    def stamped(self, stamp: str) -> str | None:
        """Give the serial of the carton that wears a stamp."""
        rows = self._rows("SELECT serial FROM stamp WHERE stamp = ?", stamp)
        return str(rows[0][0]) if rows else None

    def stays(self, goods: str) -> list[StayRow]:
        """Give where a lot or pallet stood, in order."""
        return [_stay(row) for row in self._rows(_STAY, goods)]

    def dispatch(self, number: str) -> DispatchRow | None:
        """Give a dispatch by its number."""
        return self._one(_dispatch, f"{_DISPATCH} WHERE number = ?", number)

    def dispatches_of(self, goods: str) -> list[tuple[DispatchRow, Decimal | None]]:
        """Give the dispatches a lot or pallet was part of, with the kg where it was a lot."""
        rows = self._rows("SELECT dispatch, ug FROM dispatch_goods WHERE goods = ? ORDER BY dispatch", goods)
        found = ((self.dispatch(number), ug) for number, ug in rows)
        return [(one, None if ug is None else kilograms(ug)) for one, ug in found if one is not None]

    def goods_of(self, dispatch: str) -> list[str]:
        """Give the pallets and lots of a dispatch."""
        rows = self._rows("SELECT goods FROM dispatch_goods WHERE dispatch = ? ORDER BY goods", dispatch)
        return [str(goods) for (goods,) in rows]

    def alarms(self, room: str, since: datetime, until: datetime) -> list[AlarmRow]:
        """Give the alarms of a room that stood at some time in [since, until)."""
        return [_alarm(row) for row in self._rows(_ALARMS, room, _local(since), _local(until))]

    # entries

    def about(self, goods: str) -> list[Mention]:
        """Name the entries about a lot, pallet or dispatch, in order."""
        rows = self._rows(
            "SELECT epoch_number, seq, kind FROM goods_entry WHERE goods = ? ORDER BY epoch_number, seq", goods
        )
        return [Mention(Cursor(number, seq), kind) for number, seq, kind in rows]

    def at(self, place: Cursor) -> Entry | None:
        """Give the entry at a place; where a fork was re-chained, the words stand at its later place."""
        sql = f"SELECT {COLUMNS} FROM entry WHERE epoch_number = ? AND seq = ?"
        found = self._one(entry_of, sql, place.epoch_number, place.seq)
        return self.entry(found.id) if found is not None and found.body is None else found

    def entry(self, id: UUID) -> Entry | None:
        """Give the entry with this id."""
        return self._one(entry_of, BY_ID, str(id))

    def entries(self, first: Cursor, last: Cursor, kinds: Sequence[str]) -> Iterator[Entry]:
        """Yield the entries of some kinds from one place to another of the same epoch."""
        marks = ", ".join("?" * len(kinds))
        sql = (
            f"SELECT {COLUMNS} FROM entry WHERE epoch_number = ? AND seq BETWEEN ? AND ? AND kind IN ({marks})"
            " ORDER BY seq"
        )
        for row in self._connection.execute(sql, (first.epoch_number, first.seq, last.seq, *kinds)):
            yield entry_of(row)

    def declared(self, id: UUID) -> Entry | None:
        """Give the declaration that an entry is in error, if one was made."""
        rows = self._rows("SELECT epoch_number, seq FROM declared WHERE entry_id = ?", str(id))
        return self.at(Cursor(*rows[0])) if rows else None

    def labels(self, place: Cursor) -> list[LabelRow]:
        """Give the labels an entry asked for."""
        return [_label(row) for row in self._rows(_LABELS, place.epoch_number, place.seq)]

    def labels_again(self, job: str) -> list[LabelRow]:
        """Give the reprints of a label."""
        return [_label(row) for row in self._rows(_AGAIN, job)]

    def labels_of(self, column: Literal["lot", "pallet"], code: str) -> list[tuple[str, str, int]]:
        """Count the labels of the cartons of a lot or on a pallet: state, evidence, how many."""
        rows = self._rows(
            "SELECT p.state, COALESCE(p.evidence, 'none'), COUNT(*) FROM carton AS c JOIN print_job AS p"
            f" ON p.epoch_number = c.epoch_number AND p.seq = c.seq WHERE c.{column} = ? GROUP BY 1, 2 ORDER BY 1, 2",
            code,
        )
        return [(str(state), str(evidence), int(count)) for state, evidence, count in rows]

    def paper_forms(self) -> list[tuple[str, Cursor]]:
        """Give the numbered paper forms that were entered later, with their entries."""
        rows = self._rows("SELECT form, epoch_number, seq FROM paper_form ORDER BY form")
        return [(form, Cursor(number, seq)) for form, number, seq in rows]

    # the journal itself

    def confirmed(self, follower: str = "uplink") -> Cursor:
        """Say how far a follower has come."""
        rows = self._rows("SELECT epoch_number, seq FROM cursor WHERE follower = ?", follower)
        return Cursor(*rows[0]) if rows else Cursor()

    def offsets(self) -> dict[str, int]:
        """Give by boot the milliseconds to add to what was recorded before its first synchronisation."""
        return dict(self._rows("SELECT boot, offset_ms FROM boot WHERE offset_ms IS NOT NULL"))

    def boots(self) -> list[tuple[str, Cursor]]:
        """Give every boot with its first entry, in order."""
        rows = self._rows("SELECT boot, epoch_number, seq FROM boot ORDER BY epoch_number, seq")
        return [(boot, Cursor(number, seq)) for boot, number, seq in rows]

    def ends(self) -> dict[int, int]:
        """Give the last number of each epoch."""
        return {
            number: self._rows("SELECT COALESCE(MAX(seq), 0) FROM entry WHERE epoch_number = ?", number)[0][0]
            for (number,) in self._rows("SELECT number FROM epoch ORDER BY number")
        }

    def wall_ms(self, place: Cursor) -> int:
        """Give the wall time an entry was recorded at, in Unix milliseconds."""
        rows = self._rows("SELECT wall_ms FROM entry WHERE epoch_number = ? AND seq = ?", place.epoch_number, place.seq)
        return int(rows[0][0])

    def proof(self, places: Iterable[Cursor]) -> Proof:
        """Prove that the entries at these places are what was written, each up to the next signature."""
        return prove(self._connection, places)

    def _rows(self, sql: str, *parameters: Any) -> list[Any]:
        return self._connection.execute(sql, parameters).fetchall()

    def _one(self, read: Callable[[Sequence[Any]], Row], sql: str, *parameters: Any) -> Row | None:
        row = self._connection.execute(sql, parameters).fetchone()
        return None if row is None else read(row)


@contextmanager
def open_reader(directory: Path) -> Iterator[Reader]:
    """Open one moment of the journal in a data directory.

    Raises:
        FileNotFoundError: There is no journal there.
        JournalCorrupt: Its file is damaged.
        JournalError: Another version of this program wrote it.
    """
    path = directory / FILE if directory.is_dir() else directory
    if not path.exists():
        raise FileNotFoundError(path)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != len(MIGRATIONS):
            raise JournalError(
                f"{path} is of version {version}, this program reads {len(MIGRATIONS)}: start the gateway once"
            )
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        yield Reader(connection)
    except sqlite3.DatabaseError as error:
        raise refusal(error) from error
    finally:
        connection.close()


def _lot(row: Sequence[Any]) -> LotRow:
    code, gtin, product, name, grade, export, market, area, farm, province, first, last, opened_at, *rest = row
    state, inspection, held, age, *micrograms = rest
    return LotRow(
        code, gtin, product, name, grade, bool(export), market, area, farm, province,
        date.fromisoformat(first), date.fromisoformat(last), datetime.fromisoformat(opened_at),
        state, inspection, held, age, *map(kilograms, micrograms),
    )  # fmt: skip


def _carton(row: Sequence[Any]) -> CartonRow:
    serial, gtin, lot, ug, state, pallet, dispatch, revision, number, seq = row
    return CartonRow(serial, gtin, lot, kilograms(ug), state, pallet, dispatch, revision, Cursor(number, seq))


def _cartons(row: Sequence[Any]) -> CartonsRow:
    lot, pallet, dispatch, state, count, ug, first, last, number, seq, first_seq = row
    return CartonsRow(
        lot, pallet, dispatch, state, count, kilograms(ug), first, last, Cursor(number, first_seq), Cursor(number, seq)
    )


def _pallet(row: Sequence[Any]) -> PalletRow:
    sscc, state, cartons, net, gross, dispatch, held, begun_at = row
    gross_kg = None if gross is None else kilograms(gross)
    return PalletRow(sscc, state, cartons, kilograms(net), gross_kg, dispatch, held, datetime.fromisoformat(begun_at))


def _stay(row: Sequence[Any]) -> StayRow:
    goods, room, since, until, number, seq, out_number, out_seq = row
    return StayRow(
        goods,
        room,
        datetime.fromisoformat(since),
        None if until is None else datetime.fromisoformat(until),
        Cursor(number, seq),
        None if out_seq is None else Cursor(out_number, out_seq),
    )


def _dispatch(row: Sequence[Any]) -> DispatchRow:
    number, state, customer, name, address, vehicle, container, seal, market, po, at, net, epoch_number, seq = row
    return DispatchRow(
        number,
        state,
        customer,
        name,
        address,
        vehicle,
        container,
        seal,
        market,
        po,
        datetime.fromisoformat(at),
        kilograms(net),
        Cursor(epoch_number, seq),
    )


def _alarm(row: Sequence[Any]) -> AlarmRow:
    id_, rule, state, room, source, quantity, unit, maximum, minimum, message, since, at, by, reason = row
    return AlarmRow(
        id_,
        rule,
        state,
        room,
        source,
        quantity,
        unit,
        None if maximum is None else Decimal(maximum),
        None if minimum is None else Decimal(minimum),
        message,
        datetime.fromisoformat(since),
        datetime.fromisoformat(at),
        by,
        reason,
    )


def _label(row: Sequence[Any]) -> LabelRow:
    job, state, evidence, printer, template = row
    return LabelRow(job, state, evidence or "none", printer, template)


def _local(at: datetime) -> str:
    """Write a moment as bodies do, so that texts compare as times do."""
    return at.astimezone(LOCAL).isoformat(timespec="milliseconds")
