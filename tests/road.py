"""A packing house in one process: the real road, journal and readings store; devices and time are the test's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.acts import Printout
from gateway.board import Board, StationView
from gateway.clock import Clock, ClockTable, Synchronisation
from gateway.epcis.document import wrap
from gateway.event import Entry
from gateway.gs1.scanned import read
from gateway.journal import Cursor, Journal, JournalTable, past, start_counters
from gateway.journal.canonical import parse
from gateway.journal.full_check import BEGINS_AFTER_S
from gateway.reading import DeviceId, Link, Measurement, Reading, Scan, Value, Weight
from gateway.readings import ReadingsStore, ReadingsTable
from gateway.record.condition import Condition
from gateway.record.desk import Desk
from gateway.record.desks import DESKS
from gateway.record.house import House
from gateway.record.recorder import Recorder
from gateway.record.rooms import Rooms
from gateway.record.tables import RoomTable, StationTable
from gateway.registers import Registers
from gateway.rules import Judge
from gateway.rules.limit import Limit
from gateway.site import Site
from gateway.station import PrinterId, Show, StationId

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

SITE = Site(
    id="durian-01",
    name="Cơ sở mẫu",
    gln="9521234000013",
    company_prefix="9521234",
    domain="trace.example.org",
    namespace="https://ns.example.org/packhouse/v1/",
    facility="VN-XXPH-000",
    demo=True,
)

REGISTERS = Registers.model_validate(
    {
        "product": {
            "ri6": {
                "name": {"vi": "Sầu riêng Ri6", "en": "Durian Ri6"},
                "variety": "Ri6",
                "gtin_lot": "99521234000016",
                "gtin_carton": "99521234000054",
                "min_kg": Decimal("8.00"),
                "max_kg": Decimal("20.00"),
                "shelf_life_days": 14,
            }
        },
        "area": {"VN-XXOR-0000": {"status": "active"}, "VN-XXOR-0009": {"status": "suspended"}},
        "farm": {
            "FARM-0042": {"id": "HTX-0042", "name": "Hộ 42", "area": "VN-XXOR-0000", "product": "ri6"},
            "FARM-0009": {"id": "HTX-0009", "name": "Hộ 9", "area": "VN-XXOR-0009", "product": "ri6"},
        },
        "operator": {"OP-07": {"name": "Mai"}, "OP-11": {"name": "Lê"}},
        "crate": {"CRATE-A": {"name": "Sọt đen", "tare_kg": Decimal("1.50")}},
    }
)

GATE = StationTable(name="Cổng", step="receiving", scanner="gate-scanner", scale="gate-scale", crate="CRATE-A")
PACKING = StationTable(
    name="Trạm 1",
    step="packing",
    scanner="pack-scanner",
    scale="pack-scale",
    printer="pack-printer",
    label="carton-50x30",
)
DOOR_IN = StationTable(name="Cửa vào", step="storing", scanner="door-in", room="cr-1", operator="optional")
DOOR_OUT = StationTable(name="Cửa ra", step="staging_outbound", scanner="door-out", room="cr-1", operator="optional")
STATIONS = {"gate": GATE, "pack": PACKING, "door-in": DOOR_IN, "door-out": DOOR_OUT}
ROOMS = {"cr-1": RoomTable(name="Kho 1", sources=("bus/a",), window_s=3600.0, sample_every_s=60.0)}
LIMIT = Limit(kind="limit", room="cr-1", quantity="Temperature", above=Decimal(5), on_delay_s=120.0)


@dataclass
class Time:
    """The machine's clocks; they move when the test says so."""

    wall: datetime = MORNING
    mono: float = 1000.0
    synced: bool = True
    boot: str = "b0000000-0000-4000-8000-000000000001"

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.mono += seconds


@dataclass
class PackingHouse:
    """The house under test."""

    time: Time
    journal: Journal
    house: House
    recorder: Recorder
    readings: ReadingsStore
    desks: dict[StationId, Desk] = field(default_factory=dict)

    async def says(self, device: str, value: Value) -> None:
        await self.recorder.record(Reading(DeviceId(device), self.time.wall, self.time.mono, value))

    async def scan(self, device: str, code: str, symbology: str | None = None) -> None:
        self.time.passes(2)
        await self.says(device, Scan(code, symbology, code.encode()))

    async def shows(self, device: str, kg: str, frames: int = 1, *, stable: bool | None = None) -> None:
        for _ in range(frames):
            self.time.passes(0.125)
            await self.says(device, Weight(Decimal(kg), "KGM", stable=stable, raw=f"+{kg}".encode()))

    async def prints(self) -> None:
        """Let every label that waits leave its printer."""
        for job in await self.journal.print_jobs("queued"):
            printer = PrinterId(job.printer)
            out = Printout(job.job, job.template, job.serial, printer, "done", "device-complete")
            await self.recorder.keep_printout(out, job)

    async def load(self, device: str, kg: str) -> None:
        """Empty the scale, let the labels that wait come out, then put a load on it until it has rested."""
        await self.prints()
        await self.shows(device, "0.00", 3)
        await self.shows(device, kg, 10)

    async def measures(self, celsius: str) -> None:
        await self.says("bus", Measurement("Temperature", Decimal(celsius), "CEL", "a"))

    async def passes(self, seconds: float) -> None:
        self.time.passes(seconds)
        await self.recorder.tick()

    def view(self, station: str) -> StationView:
        return self.house.board.stations[StationId(station)]

    def state(self, station: str) -> Show:
        return self.view(station).show

    async def entries(self, *kinds: str) -> list[Entry]:
        entries = await self.journal.entries(Cursor(0, 0), 10_000)
        return [entry for entry in entries if not kinds or entry.kind in kinds]

    async def bodies(self, *kinds: str) -> list[dict[str, Any]]:
        return [parse(entry.body) for entry in await self.entries(*kinds) if entry.body is not None]

    async def binding_reasons(self, station: str) -> list[str]:
        return [body["reason"] for body in await self.bodies("binding") if body["station"] == station]

    def wrapped(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give a body as a whole EPCIS document."""
        return wrap([body], self.time.wall, SITE.namespace)

    async def checked(self) -> None:
        """Wait until the full check in the background has come to its end."""
        async with asyncio.timeout(60):
            while not self.journal.state().checked:  # noqa: ASYNC110 - a thread of the journal's own, which sets no Event
                await asyncio.sleep(0.01)

    async def receive_lot(self, *loads: str) -> str:
        """Bring a lot through the gate and give its code."""
        await self.scan("gate-scanner", "OP-07")
        await self.scan("gate-scanner", "FARM-0042")
        lot = self.view("gate").lot
        assert lot is not None
        for kg in loads:
            await self.load("gate-scale", kg)
        await self.shows("gate-scale", "0.00", 3)
        await self.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        return lot

    async def begin_packing(self, *loads: str) -> str:
        """Receive a lot, sign in at the packing station and scan its tag."""
        lot = await self.receive_lot(*(loads or ("101.50",)))
        await self.scan("pack-scanner", "OP-11")
        await self.scan("pack-scanner", tag(lot), "]Q1")
        await self.shows("pack-scale", "0.00", 3)
        return lot


def tag(lot: str, gtin: str = "99521234000016") -> str:
    return f"https://trace.example.org/01/{gtin}/10/{lot}?3102=010000"


@asynccontextmanager
async def packing_house(
    directory: Path,
    time: Time | None = None,
    *,
    stations: dict[str, StationTable] | None = None,
    registers: Registers = REGISTERS,
    journal_table: JournalTable | None = None,
    link: bool = True,
    rules: Mapping[str, Limit] | None = None,
    judges: Callable[[PackingHouse], Mapping[str, Condition]] | None = None,
    check_after_s: float = BEGINS_AFTER_S,
) -> AsyncIterator[PackingHouse]:
    """Open the house as the daemon does, on what an earlier run left in the directory."""
    time = time or Time()
    if not (directory / "counters.json").exists():
        start_counters(directory)
    before = past(directory, time.boot)
    clock = Clock(
        ClockTable(),
        floor=max(MORNING - timedelta(days=1), before.latest),
        boot=time.boot,
        base_s=None if before.base_ms is None else before.base_ms / 1000,
        was_synced=before.synced,
        wall=lambda: time.wall.timestamp(),  # noqa: PLW0108 - the wall of that moment, not of now
        monotonic=lambda: time.mono,
        kernel=lambda: Synchronisation(time.synced, 0.01),
    )
    async with (
        Journal.open(
            directory,
            journal_table or JournalTable(),
            gateway="gw-1",
            number=0,
            stamp=clock.stamp,
            check_after_s=check_after_s,
        ) as journal,
        ReadingsStore.open(directory, ReadingsTable(commit_every_s=0.05)) as readings,
    ):
        house = House(site=SITE, gateway="gw-1", registers=registers, journal=journal, clock=clock, board=Board())
        house.limits = {"cold-chain": LIMIT} if rules is None else rules
        desks = {
            StationId(name): DESKS[table.step](StationId(name), table, house, read)
            for name, table in (stations or STATIONS).items()
        }
        rooms = Rooms(ROOMS, house, readings)
        judged: dict[str, Judge] = {
            name: rule.judge(name) for name, rule in ({"cold-chain": LIMIT} if rules is None else rules).items()
        }
        recorder = Recorder(house, desks, rooms, judged, readings)
        packing = PackingHouse(time, journal, house, recorder, readings, desks)
        judged |= judges(packing) if judges is not None else {}
        await recorder.resume()
        if link:
            for table in (stations or STATIONS).values():
                if table.scale:
                    await packing.says(table.scale, Link(up=True))
        yield packing
