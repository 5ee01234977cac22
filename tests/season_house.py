"""A made-up season as a real journal: real facts, bodies, ids, chain, signatures and projections, committed in bulk."""

import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final
from uuid import UUID

from firmware_mock import season_words as told
from firmware_mock.season import ROOMS, VIETNAM, temperature
from gateway import acts
from gateway.alarm import Alarm
from gateway.epcis import draft
from gateway.epcis.draft import kind_of
from gateway.event import Event, Fact, Stamp
from gateway.gs1 import digital_link
from gateway.gs1.identifiers import entry_id
from gateway.journal import JournalTable
from gateway.journal.fair_copy import FairCopy, fair_copy
from gateway.journal.ledger import Ledger
from gateway.journal.opening import Home, Known, open_ledger
from gateway.journal.rows import Cursor
from gateway.locale import shown
from gateway.lot import CartonId, Goods, Lot, LotCode, OperatorId, Origin, ProductId, Sscc, code_of
from gateway.reading import DeviceId
from gateway.readings.file import FILE as READINGS
from gateway.readings.file import ReadingsFile
from gateway.record.tables import RoomTable
from gateway.registers import Registers
from gateway.rules.limit import Limit
from gateway.site import Site
from gateway.station import PrinterId, RoomId, StationId
from gateway.trace import Premises

GATEWAY: Final = "gw-1"
BOOT: Final = "5ea50000-93a1-4a63-9a0f-6b1f3a1d2c00"
TOGETHER: Final = 5_000
"""Entries in a commit."""

SITE: Final = Site(
    id="durian-01",
    name="Cơ sở mẫu",
    gln="9521234000013",
    company_prefix="9521234",
    domain="trace.example.org",
    namespace="https://ns.example.org/packhouse/v1/",
    facility="VN-XXPH-000",
    demo=True,
)
PRODUCTS: Final = {
    "ri6": ("Sầu riêng Ri6", "Ri6", "99521234000016", {"A": "99521234000023", "B": "99521234000030"}, "99521234000054"),
    "dona": (
        "Sầu riêng Dona",
        "Dona",
        "99521234000085",
        {"A": "99521234000092", "B": "99521234000108"},
        "99521234000061",
    ),
}
"""Name, variety, GTIN of the harvest lot, of each grade, of a carton."""

CUSTOMERS: Final = {
    number: acts.Customer(number, f"Công ty mẫu {number[2:]}", f"Địa chỉ mẫu {number[2:]}")
    for number in ("C-101", "C-102", "C-118", "C-131", "C-140")
}
SENSOR: Final = {room: f"cold-rooms/{room}" for room in ROOMS}

REGISTERS: Final = Registers.model_validate(
    {
        "product": {
            "ri6": {
                "name": {"vi": "Sầu riêng Ri6", "en": "Durian Ri6"},
                "variety": "Ri6",
                "gtin_lot": "99521234000016",
                "gtin_carton": "99521234000054",
                "min_kg": Decimal(8),
                "max_kg": Decimal(20),
            }
        },
        "operator": {"OP-07": {"name": "Mai"}, "OP-11": {"name": "Lê"}},
    }
)


def premises(directory: Path) -> Premises:
    """Give the house a season happened in: two rooms, each with one sensor, 0.5 to 6 CEL, ten minutes' delay."""
    rooms = {
        room: RoomTable(name=f"Kho lạnh {number}", sources=(SENSOR[room],)) for number, room in enumerate(ROOMS, 1)
    }
    rules = {
        f"cold-{room}": Limit(
            kind="limit",
            room=room,
            quantity="Temperature",
            above=Decimal(6),
            below=Decimal("0.5"),
            on_delay_s=600.0,
        )
        for room in ROOMS
    }
    return Premises(directory, SITE, REGISTERS, rooms, rules)


Told = tuple[datetime, Fact, StationId | None]


class House:
    """Turns what is told into facts; knows the lots, and the cartons of the last minutes."""

    def __init__(self) -> None:
        self.lots: dict[str, Lot] = {}
        self._cartons: dict[str, tuple[datetime, acts.Carton]] = {}
        self._on: dict[str, tuple[CartonId, ...]] = {}
        self._errors = count(1)
        self._pallets_of: dict[str, tuple[str, ...]] = {}

    def facts(self, one: told.Happened) -> Iterator[Told]:  # noqa: PLR0912 - a table, one row a kind
        """Yield the facts that make up one thing that happened."""
        match one:
            case told.Received():
                yield from self._received(one)
            case told.Inspected():
                measured = {"dryMatterPercent": one.dry_matter}
                lot = self.lots[one.lot]
                yield (
                    one.at,
                    acts.Inspection(one.number, lot, one.result, _by(one.by), measured, one.samples),
                    StationId("qc-1"),
                )
            case told.Graded():
                yield from self._graded(one)
            case told.Packed():
                yield from self._packed(one)
            case told.Voided():
                yield one.at, self._error(one.serial, one.reason, one.by, ()), StationId("pack-1")
            case told.Corrected():
                yield from self._corrected(one)
            case told.Palletised():
                yield from self._stacked(one)
            case told.TakenApart():
                cartons = self._on.pop(one.sscc)
                apart = acts.PalletTakenApart(Sscc(one.sscc), one.n, cartons, 0, one.reason, _by(one.by))
                yield one.at, apart, StationId("pallets")
            case told.Moved():
                move = acts.RoomMove(one.direction, self._goods(one.goods), RoomId(one.room), one.n, _by(one.by))
                yield one.at, move, StationId(f"{one.room}-{one.direction}")
            case told.Held():
                yield one.at, acts.Held(self._goods(one.goods), one.n, one.reason, _by(one.by)), StationId("qc-1")
            case told.Released():
                yield one.at, acts.Released(self._goods(one.goods), one.n, one.reason, _by(one.by)), StationId("qc-1")
            case told.Destroyed():
                thrown = acts.Destroyed(self._goods(one.goods), one.n, one.kg, one.reason, _by(one.by))
                yield one.at, thrown, StationId("qc-1")
            case told.Ended():
                yield one.at, acts.LotClosed(LotCode(one.lot), one.reason, _by(one.by)), None
            case told.Dispatched():
                yield from self._dispatched(one)
            case told.DispatchUndone():
                pallets = tuple(map(Sscc, self._pallets_of[one.number]))
                recalled = acts.DispatchRecalled(one.number, one.n, pallets, (), one.reason, _by(one.by))
                yield one.at, recalled, StationId("dock-1")
            case told.Windowed():
                yield one.at, self._window(one), None
            case told.Excursed():
                yield one.at, self._alarm(one), None

    def _goods(self, code: str) -> Goods:
        return self.lots[code] if code in self.lots else Sscc(code)

    def _received(self, one: told.Received) -> Iterator[Told]:
        name, variety, gtin, _, _ = PRODUCTS[one.product]
        origin = Origin(one.area, one.farm, one.harvested_from, one.harvested_to, "Tỉnh mẫu")
        lot = Lot(LotCode(one.lot), gtin, ProductId(one.product), origin, one.opened_at, export=one.export)
        self.lots[one.lot] = lot
        gate = StationId("gate-1")
        yield one.opened_at, acts.LotOpened(lot, one.receipt), gate
        for number, (gross, tare, crates) in enumerate(one.loads, start=1):
            at = one.opened_at + timedelta(minutes=2 * number)
            load = _weighing(gross, tare, at, "gate-scale", one.by)
            yield at, acts.GateLoad(lot.code, one.receipt, number, load, "CRATE-A", crates), gate
        gross = sum((load[0] for load in one.loads), Decimal())
        tare = sum((load[1] for load in one.loads), Decimal())
        crates = sum(load[2] for load in one.loads)
        net = gross - tare - one.deduction
        uri = digital_link.lot_tag_uri(
            SITE.domain, gtin, lot.code, net=net, harvested_from=one.harvested_from, harvested_to=one.harvested_to
        )
        yield one.at, acts.HarvestLot(lot, net, name, variety), gate
        yield (
            one.at,
            acts.Receipt(
                number=one.receipt,
                lot=lot,
                gross=gross,
                tare=tare,
                net=net,
                loads=len(one.loads),
                crates=crates,
                scale=DeviceId("gate-scale"),
                weighed_at=one.at,
                by=_by(one.by),
                product_name=name,
                variety=variety,
                label_uri=uri,
                printer=PrinterId("gate-printer"),
                template="lot-tag-80x50",
                deduction=one.deduction,
                deduction_reason="đất, lá" if one.deduction else None,
                vehicle=one.vehicle,
                crate_counts={"CRATE-A": crates},
            ),
            gate,
        )
        yield one.at, _printout(f"receipt|{one.receipt}|0", None, "gate-printer", "lot-tag-80x50"), None

    def _graded(self, one: told.Graded) -> Iterator[Told]:
        parent = self.lots[one.lot]
        name, variety, _, gtins, _ = PRODUCTS[one.product]
        outputs = []
        for code, grade, kg in one.outputs:
            lot = replace(
                parent,
                code=LotCode(code),
                gtin=gtins[grade],
                opened_at=one.at,
                grade=grade,
                export=parent.export and grade == "A",
            )
            self.lots[code] = lot
            origin = parent.origin
            uri = digital_link.lot_tag_uri(
                SITE.domain,
                lot.gtin,
                code,
                net=kg,
                harvested_from=origin.harvested_from,
                harvested_to=origin.harvested_to,
            )
            outputs.append(acts.Graded(lot, kg, f"{name}, hạng {grade}", uri))
        grading = acts.Grading(one.run, parent, one.input_kg, tuple(outputs), one.loss_kg, _by(one.by), variety=variety)
        yield one.at, grading, StationId("grading-1")

    def _packed(self, one: told.Packed) -> Iterator[Told]:
        lot = self.lots[one.lot]
        name, variety, _, _, gtin = PRODUCTS[one.product]
        packed_on = one.at.astimezone(VIETNAM).date()
        weighing = _weighing(one.gross, one.tare, one.at, f"{one.station}-scale", one.by)
        if one.late is not None:
            form = acts.PaperForm(one.late, one.at, "mất điện")
            weighing = replace(weighing, form=form, rest="person", raw=b"")
        best_before = packed_on + timedelta(days=21)
        uri = digital_link.carton_uri(
            SITE.domain, gtin, lot.code, one.serial, net=weighing.net, packed_on=packed_on, best_before=best_before
        )
        carton = acts.Carton(
            gtin=gtin,
            serial=one.serial,
            lot=lot,
            weighing=weighing,
            product_name=name,
            variety=variety,
            packed_on=packed_on,
            best_before=best_before,
            facility=SITE.facility,
            label_uri=uri,
            printer=PrinterId(f"{one.station}-printer"),
            template="carton-80x50",
        )
        self._cartons[one.serial] = one.at, carton
        if len(self._cartons) > 2_000:
            self._cartons.pop(next(iter(self._cartons)))
        yield one.at, carton, StationId(one.station)
        key = f"carton|{gtin}|{one.serial}|0"
        printed = _printout(key, one.serial, f"{one.station}-printer", "carton-80x50", state=one.label)
        yield one.at + timedelta(milliseconds=400), printed, None
        if one.label == "unknown":
            job = str(entry_id(SITE.uri, key))
            again = acts.Reprint(job, one.serial, PrinterId(f"{one.station}-printer"), "không rõ", _by(one.by))
            answered = replace(printed, state="void", evidence="operator", reason="không ra", by=_by(one.by))
            yield one.at + timedelta(seconds=3), answered, StationId(one.station)
            yield one.at + timedelta(seconds=3), again, StationId(one.station)

    def _corrected(self, one: told.Corrected) -> Iterator[Told]:
        at, carton = self._cartons[one.serial]
        right = replace(
            carton.weighing,
            gross=one.gross,
            tare=one.tare,
            net=one.gross - one.tare,
            display=f"{one.gross:.2f}",
            raw=b"",
            rest="person",
        )
        again = replace(carton, weighing=right, revision=1, printer=None, template=None)
        corrective = entry_id(SITE.uri, f"carton|{carton.gtin}|{carton.serial}|1")
        yield one.at, self._error(one.serial, "cân lại", one.by, (corrective,)), StationId("pack-1")
        yield at, again, StationId("pack-1")

    def _error(self, serial: str, note: str, by: str, corrective: tuple[UUID, ...]) -> acts.ErrorDeclared:
        at, carton = self._cartons[serial]
        original = draft(Event(at, carton, key=_key(carton) or "", station=_station_of(carton)), SITE)
        reason: acts.ErrorReason = "incorrect_data" if corrective else "did_not_occur"
        n = f"0.{next(self._errors)}"
        return acts.ErrorDeclared(original.id, "carton", n, reason, corrective, note, _by(by), original.body)

    def _stacked(self, one: told.Palletised) -> Iterator[Told]:
        lot = self.lots[one.lot]
        name, variety, _, _, gtin = PRODUCTS[str(lot.product)]
        place, sscc = StationId("pallets"), Sscc(one.sscc)
        cartons = tuple(CartonId(gtin, serial, lot.code) for serial in one.serials)
        begun = one.at - timedelta(seconds=4 * len(cartons) + 5)
        yield begun, acts.PalletBegun(sscc, SITE.company_prefix or "", _by(one.by)), place
        for number, carton in enumerate(cartons, start=1):
            yield begun + timedelta(seconds=4 * number), acts.CartonStacked("on", sscc, carton, _by(one.by)), place
        self._on[one.sscc] = cartons
        built = acts.PalletBuilt(
            sscc=sscc,
            n=one.n,
            cartons=cartons,
            count=len(cartons),
            net=one.net,
            gross=one.gross,
            gtin=gtin,
            lots=(lot.code,),
            packed_on=one.at.astimezone(VIETNAM).date(),
            product_name=name,
            areas=(str(lot.origin.area),),
            by=_by(one.by),
            variety=variety,
            facility=SITE.facility,
        )
        yield one.at, built, place

    def _dispatched(self, one: told.Dispatched) -> Iterator[Told]:
        dock, customer = StationId("dock-1"), CUSTOMERS[one.customer]
        papers = {"phytosanitary": f"KD-{one.number[-4:]}"} if one.market == "CN" else {}
        journey = acts.Journey(one.vehicle, one.container, one.seal, one.market, None, papers)
        began = one.at - timedelta(minutes=9)
        yield began, acts.DispatchOpened(one.number, customer, journey, _by(one.by)), dock
        pallets = tuple(map(Sscc, one.pallets))
        for number, sscc in enumerate(pallets):
            at = began + timedelta(seconds=20 * number)
            yield at, acts.GoodsLoaded("on", one.number, sscc, _by(one.by)), dock
        cartons = sum(len(self._on[sscc]) for sscc in pallets)
        net = Decimal(cartons * 10)
        yield one.at, acts.Dispatch(one.number, customer, journey, pallets, (), net, _by(one.by)), dock
        self._pallets_of[one.number] = one.pallets

    def _window(self, one: told.Windowed) -> acts.RoomWindow:
        figures = acts.Statistics(
            SENSOR[one.room],
            "Temperature",
            "CEL",
            one.low,
            one.high,
            one.mean,
            Decimal("0.8"),
            one.samples,
            one.expected,
        )
        lots = tuple(self.lots[code] for code in one.inside if code in self.lots)
        pallets = tuple(Sscc(code) for code in one.inside if code not in self.lots)
        return acts.RoomWindow(RoomId(one.room), one.start, one.at, (figures,), lots, pallets)

    def _alarm(self, one: told.Excursed) -> Alarm:
        return Alarm(
            id=f"alarm-{one.number}",
            rule="cold-chain",
            version=1,
            state="raised" if one.state == "raised" else "cleared",
            room=RoomId(one.room),
            source=SENSOR[one.room],
            quantity="Temperature",
            unit="CEL",
            since=one.since,
            at=one.at,
            value=one.peak,
            minimum=one.peak,
            maximum=one.peak,
            limits={"above": Decimal(6), "onDelayS": Decimal(600)},
            message=f"Kho lạnh {one.room[-1]} nóng: {shown.temperature(one.peak)}",
            pallets=tuple(Sscc(code) for code in one.inside if code not in self.lots),
        )


def _by(person: str) -> OperatorId:
    return OperatorId(person)


def _station_of(carton: acts.Carton) -> StationId:
    return StationId(str(carton.weighing.scale).removesuffix("-scale"))


def _weighing(gross: Decimal, tare: Decimal, at: datetime, scale: str, by: str) -> acts.Weighing:
    shown = f"{gross:.2f}"
    return acts.Weighing(
        gross,
        tare,
        gross - tare,
        shown,
        "kg",
        f"ST,GS,+{shown:>8}kg\r\n".encode(),
        DeviceId(scale),
        at,
        "flag",
        _by(by),
    )


def _printout(key: str, serial: str | None, printer: str, label: str, *, state: str = "done") -> acts.Printout:
    evidence: acts.Evidence = "device-complete" if state == "done" else "sent"
    job = str(entry_id(SITE.uri, key))
    assert state in ("done", "unknown", "void")
    return acts.Printout(job, label, serial, PrinterId(printer), state, evidence)


def _key(fact: Fact) -> str | None:
    """Give the business key of an act that has a number of its own (domain.md §7)."""
    match fact:
        case acts.HarvestLot(lot=lot):
            return f"harvest-lot|{lot.code}"
        case acts.Receipt(number=number, revision=revision):
            return f"receipt|{number}|{revision}"
        case acts.Inspection(number=number, revision=revision):
            return f"inspection|{number}|{revision}"
        case acts.Grading(lot=lot, run=run):
            return f"grading|{lot.code}|{run}"
        case acts.Carton(gtin=gtin, serial=serial, revision=revision):
            return f"carton|{gtin}|{serial}|{revision}"
        case acts.PalletBuilt(sscc=sscc, n=n):
            return f"pallet|{sscc}|{n}"
        case acts.PalletTakenApart(sscc=sscc, n=n):
            return f"unpack|{sscc}|{n}"
        case acts.RoomMove(direction=direction, goods=goods, room=room, n=n):
            return f"room-{direction}|{code_of(goods)}|{room}|{n}"
        case acts.Held(goods=goods, n=n) | acts.Released(goods=goods, n=n) | acts.Destroyed(goods=goods, n=n):
            return f"{kind_of(fact)}|{code_of(goods)}|{n}"
        case acts.Dispatch(number=number, revision=revision):
            return f"dispatch|{number}|{revision}"
        case acts.DispatchRecalled(number=number, n=n):
            return f"void-shipping|{number}|{n}"
        case acts.ErrorDeclared(of=of, n=n):
            return f"declare|urn:uuid:{of}|{n}"
    return None


Copies = Iterator[tuple[FairCopy, Stamp]]


def fair_copies(happened: Iterable[told.Happened]) -> Copies:
    """Yield the documents of a season in the order they were recorded, each with the time it was."""
    house, numbers = House(), count(1)
    for one in happened:
        ms = int(one.at.timestamp() * 1000)
        stamp = Stamp(BOOT, ms % 10**12, ms, "synced")
        for at, fact, station in house.facts(one):
            key, number = _key(fact), None
            if key is None:
                number = next(numbers)
                key = f"{kind_of(fact)}|{GATEWAY}|season|{number}"
            copy = fair_copy(draft(Event(at, fact, key=key, number=number, station=station), SITE))
            yield copy, stamp
            if isinstance(fact, acts.Reprint):  # its job bears its entry's id, which is known only now
                printed = acts.Printout(
                    str(copy.draft.id), "carton-80x50", fact.serial, fact.printer, "done", "device-complete"
                )
                number = next(numbers)
                key = f"printout|{GATEWAY}|season|{number}"
                yield fair_copy(draft(Event(at, printed, key=key, number=number, station=None), SITE)), stamp


def written_apart(happened: Iterable[told.Happened]) -> Copies:
    """Yield the same, written out by a process of its own; it ends when nobody reads on."""
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_write, args=(happened, reader, writer), daemon=True)
    process.start()
    writer.close()
    try:
        while batch := reader.recv():
            yield from batch
    finally:
        reader.close()
        process.join()


def _write(happened: Iterable[told.Happened], reader: Connection, writer: Connection) -> None:
    reader.close()
    copies = fair_copies(happened)
    with suppress(BrokenPipeError):
        while batch := list(islice(copies, 500)):
            writer.send(batch)
        writer.send([])


class SeasonJournal:
    """A journal that grows by a season, entered as its one writer would but many in a commit and without a disk's wait.

    The province has acknowledged all but the last three entries.
    """

    def __init__(self, directory: Path, copies: Copies) -> None:
        self.directory = directory
        self.entries = 0
        self._copies = copies
        directory.mkdir(parents=True, exist_ok=True)

    def grow(self, to: int | None = None) -> int:
        """Enter the season up to so many entries, or all of it; give how many there are."""
        first = Stamp(BOOT, 0, int(datetime(2026, 5, 1, tzinfo=UTC).timestamp() * 1000), "synced")
        self._now = first
        home = Home(self.directory, JournalTable(budget_mb=60_000), GATEWAY, lambda: self._now)
        ledger = open_ledger(home, Known(), starting=True).ledger
        try:
            ledger.connection.execute("PRAGMA synchronous = OFF")
            ledger.connection.execute("PRAGMA cache_size = -400000")
            while self._enter_some(ledger, to):
                pass
            with ledger.transaction():
                ledger.write_checkpoint()
                ledger.move_cursor("uplink", Cursor(ledger.epoch.number, ledger.tip.seq - 3))
            ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            ledger.connection.close()
        return self.entries

    def _enter_some(self, ledger: Ledger, to: int | None) -> bool:
        """Make one commit; say whether to go on."""
        most = TOGETHER if to is None else min(TOGETHER, to - self.entries)
        before = self.entries
        with ledger.transaction():
            for copy, stamp in islice(self._copies, most):
                self._now = stamp
                ledger._enter(copy, stamp)
                self.entries += 1
                if ledger.checkpoint_due_in_s == 0.0:
                    ledger.write_checkpoint()
        return self.entries - before == TOGETHER


def load_season(directory: Path, happened: Iterable[told.Happened]) -> int:
    """Make a journal of a whole season; give the number of its entries."""
    return SeasonJournal(directory, fair_copies(happened)).grow()


def load_readings(
    directory: Path,
    first: datetime,
    last: datetime,
    *,
    every_s: int = 60,
    silent: Iterable[tuple[datetime, datetime]] = (),
    happened: Iterable[told.Happened] = (),
) -> int:
    """Fill the readings store with what the rooms' sensors said in [first, last), but for the silent spans.

    A room is as warm as its excursions tell while they last.
    """
    warm = [
        (one.room, one.since, one.at - timedelta(minutes=5), one.peak)
        for one in happened
        if isinstance(one, told.Excursed) and one.state == "cleared"
    ]
    store = ReadingsFile(directory / READINGS)
    spans = tuple(silent)
    rows: list[tuple[str, str, str, int, str | None, str | None]] = []
    written, at = 0, first
    while at < last:
        if not any(since <= at < until for since, until in spans):
            ms = int(at.timestamp() * 1000)
            for room in ROOMS:
                peaks = [peak for where, since, until, peak in warm if where == room and since <= at < until]
                amount = peaks[0] if peaks else temperature(room, at)
                rows.append((SENSOR[room], "Temperature", "CEL", ms, f"{amount}", None))
        at += timedelta(seconds=every_s)
        if len(rows) >= 50_000 or (at >= last and rows):
            store.write(rows)
            written += len(rows)
            rows = []
    store.close()
    return written
