"""Small journals for single questions about traces: facts told one by one, at times and by clocks of the test's own."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from gateway import acts
from gateway.epcis import draft
from gateway.event import ClockQuality, Draft, Entry, Event, Fact, Stamp
from gateway.journal import JournalTable
from gateway.journal.canonical import parse
from gateway.journal.fair_copy import fair_copy
from gateway.journal.opening import Home, Known, open_ledger
from gateway.lot import CartonId, Lot, LotCode, OperatorId, Origin, ProductId, Sscc
from gateway.reading import DeviceId
from gateway.readings.file import FILE, ReadingsFile
from gateway.station import RoomId, StationId
from tests.season_house import GATEWAY, SENSOR, SITE

LOCAL = timezone(timedelta(hours=7))
DAY = datetime(2026, 11, 21, tzinfo=LOCAL)
BOOT = "b0000000-0000-4000-8000-000000000001"
PALLET = Sscc("395212340000000014")
ROOM = RoomId("cold-room-1")
BY = OperatorId("OP-07")


def at(hour: int, minute: int = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


LOT = Lot(
    LotCode("H261121-0001"),
    "99521234000016",
    ProductId("ri6"),
    Origin("VN-XXOR-0001", "HTX-0001", DAY.date(), DAY.date(), "Tỉnh mẫu"),
    at(6),
)


class Scene:
    """A journal written entry by entry."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.stamp = Stamp(BOOT, 1, int(at(6).timestamp() * 1000), "synced")
        home = Home(directory, JournalTable(), GATEWAY, lambda: self.stamp)
        self._ledger = open_ledger(home, Known(), starting=True).ledger
        self._number = 0

    def tell(self, when: datetime, fact: Fact, key: str, *, station: str | None = None) -> Entry:
        """Enter a fact that happened at a time, recorded by the present stamp."""
        event = Event(when, fact, key=key, station=StationId(station) if station else None)
        return self.enter(draft(event, SITE))

    def enter(self, document: Draft) -> Entry:
        with self._ledger.transaction():
            return self._ledger._enter(fair_copy(document), self.stamp)

    def clock(self, quality: ClockQuality, boot: str = BOOT, wall: datetime | None = None) -> None:
        ms = int(wall.timestamp() * 1000) if wall else self.stamp.wall_ms
        self.stamp = Stamp(boot, self.stamp.mono_ms + 1000, ms, quality)

    def close(self) -> None:
        self._ledger.connection.close()

    # a day in few words

    def lot(self) -> None:
        self.tell(at(6), acts.LotOpened(LOT, "R261121-0001"), "lot-opened|1", station="gate-1")
        self.tell(at(6, 10), acts.HarvestLot(LOT, Decimal(100), "Sầu riêng Ri6", "Ri6"), f"harvest-lot|{LOT.code}")

    def carton(self, serial: str, kg: str, when: datetime, *, form: str | None = None, revision: int = 0) -> Draft:
        net = Decimal(kg)
        paper = acts.PaperForm(form, when, "mất điện") if form else None
        weighing = acts.Weighing(
            net + 1,
            Decimal(1),
            net,
            kg,
            "kg",
            b"",
            DeviceId("pack-1-scale"),
            when,
            "flag",
            BY,
            form=paper,
        )
        carton = acts.Carton(
            gtin="99521234000054",
            serial=serial,
            lot=LOT,
            weighing=weighing,
            product_name="Sầu riêng Ri6",
            variety="Ri6",
            packed_on=when.date(),
            best_before=None,
            facility="VN-XXPH-000",
            label_uri="https://trace.example.org/x",
            printer=None,
            template=None,
            revision=revision,
        )
        key = f"carton|99521234000054|{serial}|{revision}"
        return draft(Event(when, carton, key=key, station=StationId("pack-1")), SITE)

    def pallet(self, *serials: str, when: datetime) -> None:
        cartons = tuple(CartonId("99521234000054", serial, LOT.code) for serial in serials)
        self.tell(when, acts.PalletBegun(PALLET, "9521234", BY), "pallet-begun|1", station="pallets")
        for number, carton in enumerate(cartons):
            self.tell(when, acts.CartonStacked("on", PALLET, carton, BY), f"carton-on-pallet|{number}")
        built = acts.PalletBuilt(
            sscc=PALLET,
            n="0.1",
            cartons=cartons,
            count=len(cartons),
            net=Decimal(20),
            gross=None,
            gtin="99521234000054",
            lots=(LOT.code,),
            packed_on=when.date(),
            product_name="Sầu riêng Ri6",
            areas=("VN-XXOR-0001",),
            by=BY,
        )
        self.tell(when, built, f"pallet|{PALLET}|0.1")

    def move(self, direction: str, when: datetime, n: int, room: RoomId = ROOM) -> Entry:
        assert direction in ("in", "out")
        move = acts.RoomMove("in" if direction == "in" else "out", PALLET, room, f"0.{n}", BY)
        return self.tell(when, move, f"room-{direction}|{PALLET}|{room}|0.{n}", station="door")

    def in_error(self, entry: Entry, when: datetime, n: int, corrective: tuple[UUID, ...] = ()) -> None:
        reason: acts.ErrorReason = "incorrect_data" if corrective else "did_not_occur"
        declared = acts.ErrorDeclared(
            entry.id, entry.kind, f"0.{n}", reason, corrective, "nhầm", OperatorId("SUP-01"), parse(entry.body or b"")
        )
        self.tell(when, declared, f"declare|urn:uuid:{entry.id}|0.{n}")


def readings(directory: Path, values: dict[tuple[int, int], str], room: str = ROOM) -> None:
    """Store one reading a minute from each of these times to the next; the last ends it."""
    store = ReadingsFile(directory / FILE)
    times = sorted(values)
    rows: list[tuple[str, str, str, int, str | None, str | None]] = []
    for begin, end in pairwise(times):
        minute = begin[0] * 60 + begin[1]
        while minute < end[0] * 60 + end[1]:
            ms = int(at(0, minute).timestamp() * 1000)
            if values[begin]:
                rows.append((SENSOR[room], "Temperature", "CEL", ms, values[begin], None))
            minute += 1
    store.write(rows)
    store.close()
