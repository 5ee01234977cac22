"""What an open journal tells of single lots, cartons, pallets and vehicles, each looked up when it is asked for."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from gateway.acts import Customer, Journey
from gateway.event import Entry
from gateway.journal import books
from gateway.journal.books import Stay
from gateway.journal.projections.document import kilograms
from gateway.journal.rows import BY_ID, COLUMNS, Cursor, entry_of
from gateway.lot import CartonBook, CartonId, GoodsCode, LotBook, LotCode, PalletBook, Sscc
from gateway.station import StationId

_CARTON: Final = "SELECT gtin, serial, lot, ug, state, pallet, dispatch, revision FROM carton"
_PALLET: Final = "SELECT sscc, state, cartons, net_ug, gross_ug, dispatch, held, station, epoch_number, seq FROM pallet"
_DISPATCH: Final = (
    "SELECT number, state, customer, customer_name, customer_address, customer_gln, vehicle, container, seal, market,"
    " po, documents, station, at FROM dispatch"
)


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run of grading that is not finished: kg by grade so far; the empty grade is thrown away."""

    run: str
    lot: LotCode
    station: StationId | None
    loads: int
    kg: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A dispatch: being loaded, gone, void or recalled; `at` is when it was opened, then when it left."""

    number: str
    state: str
    customer: Customer
    journey: Journey
    station: StationId | None
    at: datetime


class GoodsContents:
    """The part of a journal's reading half that is about goods."""

    async def _rows(self, sql: str, *parameters: int | str) -> list[Any]:
        raise NotImplementedError

    async def open_lots(self) -> list[LotBook]:
        """Give the lots that are not closed, the oldest first."""
        rows = await self._rows(f"{books.LOTS} WHERE state <> 'closed' ORDER BY opened_at, lot")
        return [books.lot_book(row) for row in rows]

    async def lot(self, code: str) -> LotBook | None:
        """Give one lot."""
        rows = await self._rows(f"{books.LOTS} WHERE lot = ?", code)
        return books.lot_book(rows[0]) if rows else None

    async def carton(self, serial: str) -> CartonBook | None:
        """Give one carton."""
        rows = await self._rows(f"{_CARTON} WHERE serial = ?", serial)
        return _carton(rows[0]) if rows else None

    async def cartons_on(self, sscc: str) -> list[CartonBook]:
        """Give the cartons that stand on a pallet, or left with it, by serial."""
        return [_carton(row) for row in await self._rows(f"{_CARTON} WHERE pallet = ? ORDER BY serial", sscc)]

    async def pallet(self, sscc: str) -> PalletBook | None:
        """Give one pallet."""
        rows = await self._rows(f"{_PALLET} WHERE sscc = ?", sscc)
        return _pallet(rows[0]) if rows else None

    async def open_pallets(self) -> list[tuple[StationId | None, PalletBook]]:
        """Give the pallets being built, and where."""
        rows = await self._rows(f"{_PALLET} WHERE state = 'open' ORDER BY begun_at, sscc")
        return [(row[7], _pallet(row)) for row in rows]

    async def lots_on(self, sscc: str) -> list[LotBook]:
        """Give the lots the cartons on a pallet were packed from, by code."""
        rows = await self._rows(
            f"{books.LOTS} WHERE lot IN (SELECT lot FROM carton WHERE pallet = ?) ORDER BY lot", sscc
        )
        return [books.lot_book(row) for row in rows]

    async def is_confirmed(self, sscc: str, follower: str) -> bool:
        """Say whether a follower has come as far as a pallet's last entry and those of all cartons on it."""
        cursor = Cursor(
            *((await self._rows("SELECT epoch_number, seq FROM cursor WHERE follower = ?", follower)) or [(0, 0)])[0]
        )
        rows = await self._rows(
            "SELECT epoch_number, seq FROM pallet WHERE sscc = ?1"
            " UNION ALL SELECT epoch_number, seq FROM carton WHERE pallet = ?1",
            sscc,
        )
        return all(Cursor(*row) <= cursor for row in rows)

    async def dispatch(self, number: str) -> Vehicle | None:
        """Give one dispatch."""
        rows = await self._rows(f"{_DISPATCH} WHERE number = ?", number)
        return _vehicle(rows[0]) if rows else None

    async def open_dispatches(self) -> list[Vehicle]:
        """Give the vehicles being loaded, the first opened first."""
        return [_vehicle(row) for row in await self._rows(f"{_DISPATCH} WHERE state = 'open' ORDER BY at, number")]

    async def loaded(self, number: str) -> list[GoodsCode]:
        """Give what stands on a vehicle, or left with it, by code."""
        rows = await self._rows("SELECT goods FROM dispatch_goods WHERE dispatch = ? ORDER BY goods", number)
        return [goods for (goods,) in rows]

    async def on_vehicle(self, goods: str) -> str | None:
        """Give the number of the open dispatch goods are loaded for."""
        rows = await self._rows(
            "SELECT number FROM dispatch_goods JOIN dispatch ON number = dispatch WHERE goods = ? AND state = 'open'",
            goods,
        )
        return rows[0][0] if rows else None

    async def open_runs(self) -> list[OpenRun]:
        """Give the runs of grading that are not finished."""
        found = []
        for run, lot, station, loads in await self._rows("SELECT run, lot, station, loads FROM grading_run"):
            sums = await self._rows("SELECT grade, ug FROM grading_sum WHERE run = ? ORDER BY grade", run)
            found.append(OpenRun(run, LotCode(lot), station, loads, {grade: kilograms(ug) for grade, ug in sums}))
        return found

    async def crates(self, receipt: str) -> dict[str, int]:
        """Give how many crates of each type an open receipt has counted."""
        rows = await self._rows("SELECT crate, count FROM receipt_crate WHERE receipt = ? ORDER BY crate", receipt)
        return dict(rows)

    async def stays(self, goods: str) -> list[Stay]:
        """Give the stays of goods in rooms, the first first."""
        rows = await self._rows("SELECT room, goods, since, until FROM occupancy WHERE goods = ? ORDER BY since", goods)
        return [books.stay(row) for row in rows]

    async def unjudged(self, goods: str) -> list[str]:
        """Give the rules whose excursion goods stood in, in whatever room, that nobody has acknowledged."""
        rows = await self._rows(
            "SELECT DISTINCT rule FROM alarm JOIN occupancy USING (room) WHERE goods = ? AND alarm.reason IS NULL"
            " AND (until IS NULL OR alarm.since < until) AND (state <> 'cleared' OR alarm.at > occupancy.since)"
            " ORDER BY rule",
            goods,
        )
        return [rule for (rule,) in rows]

    async def stamp_of(self, stamp: str) -> str | None:
        """Give the serial of the carton an official stamp is on."""
        rows = await self._rows("SELECT serial FROM stamp WHERE stamp = ?", stamp)
        return rows[0][0] if rows else None

    async def form_used(self, form: str) -> bool:
        """Say whether a numbered paper form was taken down before."""
        return bool(await self._rows("SELECT 1 FROM paper_form WHERE form = ?", form))

    async def is_declared(self, entry_id: str) -> bool:
        """Say whether an entry was declared to be in error."""
        return bool(await self._rows("SELECT 1 FROM declared WHERE entry_id = ?", entry_id))

    async def made_for(self, request: str) -> list[Entry]:
        """Give the entries that were made when somebody asked under this key."""
        return [
            entry_of(row)
            for row in await self._rows(
                f"SELECT {COLUMNS} FROM entry"
                " WHERE epoch_number = (SELECT epoch_number FROM request WHERE request = ?1)"
                " AND seq BETWEEN (SELECT seq FROM request WHERE request = ?1)"
                " AND (SELECT last_seq FROM request WHERE request = ?1) AND kind <> 'checkpoint' ORDER BY seq",
                request,
            )
        ]

    async def entries_about(self, goods: str, *kinds: str) -> list[Entry]:
        """Give the entries of some kinds that are about a lot, pallet or dispatch, the first first."""
        rows = await self._rows(
            f"SELECT {', '.join(f'entry.{name.strip()}' for name in COLUMNS.split(','))} FROM goods_entry"
            " JOIN entry USING (epoch_number, seq) WHERE goods = ? ORDER BY epoch_number, seq",
            goods,
        )
        return [entry for entry in map(entry_of, rows) if not kinds or entry.kind in kinds]

    async def entry_of_carton(self, serial: str) -> Entry | None:
        """Give the entry that says what a carton is now."""
        rows = await self._rows(
            f"SELECT {COLUMNS} FROM entry WHERE (epoch_number, seq) ="
            " (SELECT epoch_number, seq FROM carton WHERE serial = ?)",
            serial,
        )
        if not rows:
            return None
        # Where a fork was re-chained, the later place has the body.
        return entry_of((await self._rows(BY_ID, rows[0][3]))[0])


def _carton(row: books.Row) -> CartonBook:
    gtin, serial, lot, ug, state, pallet, dispatch, revision = row
    return CartonBook(CartonId(gtin, serial, LotCode(lot)), kilograms(ug), state, pallet, dispatch, revision)


def _pallet(row: books.Row) -> PalletBook:
    sscc, state, cartons, net, gross, dispatch, held, *_ = row
    return PalletBook(
        Sscc(sscc), state, cartons, kilograms(net), None if gross is None else kilograms(gross), dispatch, held
    )


def _vehicle(row: books.Row) -> Vehicle:
    number, state, id_, name, address, gln, vehicle, container, seal, market, po, documents, station, at = row
    return Vehicle(
        number,
        state,
        Customer(id_, name, address, gln),
        Journey(vehicle, container, seal, market, po, json.loads(documents)),
        station,
        datetime.fromisoformat(at),
    )
