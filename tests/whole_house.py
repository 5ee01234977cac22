"""A house with every kind of station, and the ways goods go through it: built on the real road of tests/road.py."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from road import DOOR_IN, DOOR_OUT, GATE, PACKING, REGISTERS, PackingHouse, Time, packing_house

from gateway.errors import Refused
from gateway.lot import CartonBook, LotBook, OperatorId, PalletBook
from gateway.record.requests import Answer, Requests
from gateway.record.tables import StationTable
from gateway.registers import Registers
from gateway.station import StationId

BULK, GRADED_A, GRADED_B, CARTON = "99521234000016", "99521234000023", "99521234000030", "99521234000054"
SUPERVISOR = OperatorId("SUP-01")

PLAIN = Registers.model_validate(
    {
        **REGISTERS.model_dump(),
        "area": {
            "VN-XXOR-0000": {"status": "active"},
            "VN-XXOR-0001": {"status": "active"},
            "VN-XXOR-0008": {"status": "revoked"},
            "VN-XXOR-0009": {"status": "suspended"},
        },
        "farm": {
            **{key: farm.model_dump() for key, farm in REGISTERS.farm.items()},
            "FARM-0043": {"id": "HTX-0043", "name": "Hộ 43", "area": "VN-XXOR-0001", "product": "ri6"},
            "FARM-0008": {"id": "HTX-0008", "name": "Hộ 8", "area": "VN-XXOR-0008", "product": "ri6"},
            "FARM-0007": {"id": "HTX-0007", "name": "Hộ 7", "area": "VN-XXOR-7777", "product": "ri6"},
        },
        "operator": {
            **{key: operator.model_dump() for key, operator in REGISTERS.operator.items()},
            SUPERVISOR: {"name": "Tâm", "role": "supervisor"},
        },
        "facility": {"VN-XXPH-000": {"status": "active"}},
        "customer": {"CUST-1": {"name": "Công ty mẫu", "address": "Quảng Tây", "market": "CN"}},
    }
)
"""A house that packs harvest lots as they are."""

GRADES = {
    "A": {"gtin": GRADED_A, "name": {"vi": "Ri6 hạng A", "en": "Ri6 grade A"}},
    "B": {"gtin": GRADED_B, "name": {"vi": "Ri6 hạng B", "en": "Ri6 grade B"}},
}
GRADING = PLAIN.model_copy(
    update={
        "product": Registers.model_validate(
            {"product": {"ri6": {**PLAIN.product["ri6"].model_dump(), "grade": GRADES}}}
        ).product
    }
)
"""A house that grades before it packs."""

STATIONS = {
    "gate": GATE,
    "qc": StationTable(name="Kiểm tra", step="inspecting", scanner="qc-scanner"),
    "sort": StationTable(name="Phân loại", step="grading", scanner="sort-scanner", scale="sort-scale"),
    "pack": PACKING,
    "pallet": StationTable(
        name="Pallet", step="palletising", scanner="pallet-scanner", printer="p", label="pallet-100x150"
    ),
    "pallet-2": StationTable(name="Pallet 2", step="palletising", scanner="pallet-2-scanner"),
    "door-in": DOOR_IN,
    "door-out": DOOR_OUT,
    "hold": StationTable(name="Tạm giữ", step="holding", scanner="hold-scanner"),
    "dock": StationTable(name="Cửa xuất", step="shipping", scanner="dock-scanner"),
    "culls": StationTable(name="Tiêu hủy", step="destroying", scanner="cull-scanner", scale="cull-scale"),
}


class WholeHouse:
    """The house under test, and its people."""

    def __init__(self, road: PackingHouse) -> None:
        self.road = road
        self.journal = road.journal
        self.requests = Requests(road.house, lambda: road.desks)
        self._asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.road, name)

    async def ask(
        self, do: str, station: str | None = None, by: str = SUPERVISOR, key: str = "", **fields: Any
    ) -> Answer:
        self._asked += 1
        return await self.requests.do(
            {"do": do, **fields},
            key=key or f"key-{self._asked}",
            by=OperatorId(by),
            station=StationId(station) if station else None,
        )

    async def refused(self, do: str, station: str | None = None, by: str = SUPERVISOR, **fields: Any) -> str:
        """Ask for something that must be refused, and give the sentence."""
        try:
            answer = await self.ask(do, station, by, **fields)
        except Refused as refused:
            return refused.sentence
        raise AssertionError(f"{do} {fields} was done: {answer}")

    async def receive(self, *loads: str, card: str = "FARM-0042") -> str:
        """Bring a lot through the gate by scans and give its code."""
        await self.road.scan("gate-scanner", "OP-07")
        await self.road.scan("gate-scanner", card)
        lot = self.road.view("gate").lot
        assert lot is not None, self.road.view("gate").sentence
        for kg in loads or ("101.50",):
            await self.road.load("gate-scale", kg)
        await self.road.shows("gate-scale", "0.00", 3)
        await self.road.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        return lot

    async def pack(self, lot: str, *kg: str, gtin: str = BULK) -> list[str]:
        """Pack cartons of a lot by scans and give their serials."""
        before = len(await self.road.entries("carton"))
        await self.road.scan("pack-scanner", "OP-11")
        await self.road.scan("pack-scanner", lot_tag(lot, gtin), "]Q1")
        await self.road.shows("pack-scale", "0.00", 3)
        for load in kg:
            await self.road.load("pack-scale", load)
        await self.road.shows("pack-scale", "0.00", 3)
        return [body["ph:serial"] for body in (await self.road.bodies("carton"))[before:]]

    async def build(self, serials: list[str], station: str = "pallet") -> str:
        """Stack cartons and close the pallet by scans; give its SSCC."""
        await self.road.scan(f"{station}-scanner", "OP-07")
        for serial in serials:
            await self.road.scan(f"{station}-scanner", carton_label(serial), "]Q1")
        await self.road.scan(f"{station}-scanner", "CMD-CLOSE-PALLET")
        return str((await self.road.bodies("pallet"))[-1]["ph:sscc"])

    async def lot(self, code: str) -> LotBook:
        book = await self.journal.lot(code)
        assert book is not None
        return book

    async def carton(self, serial: str) -> CartonBook:
        book = await self.journal.carton(serial)
        assert book is not None
        return book

    async def pallet(self, sscc: str) -> PalletBook:
        book = await self.journal.pallet(sscc)
        assert book is not None
        return book

    def sentence(self, station: str) -> str:
        return self.road.view(station).sentence


def lot_tag(lot: str, gtin: str = BULK) -> str:
    return f"https://trace.example.org/01/{gtin}/10/{lot}"


def carton_label(serial: str, gtin: str = CARTON) -> str:
    return f"https://trace.example.org/01/{gtin}/21/{serial}"


def pallet_label(sscc: str) -> str:
    return f"https://trace.example.org/00/{sscc}"


@asynccontextmanager
async def whole_house(
    directory: Path,
    time: Time | None = None,
    *,
    registers: Registers = PLAIN,
    stations: dict[str, StationTable] | None = None,
    **others: Any,
) -> AsyncIterator[WholeHouse]:
    """Open the house as the daemon does, on what an earlier run left in the directory."""
    async with packing_house(directory, time, registers=registers, stations=stations or STATIONS, **others) as road:
        yield WholeHouse(road)


def kg(text: str) -> Decimal:
    return Decimal(text)
