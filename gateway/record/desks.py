"""From a station's table to its desk: which step is worked by which kind of desk, and what it reads codes with."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.plate import Plate
from gateway.record.desk import Desk
from gateway.record.dock import DockDesk
from gateway.record.door import DoorDesk
from gateway.record.gate import GateDesk
from gateway.record.grading import GradingDesk
from gateway.record.house import House
from gateway.record.inspecting import InspectionDesk
from gateway.record.packing import PackingDesk
from gateway.record.palletising import PalletDesk
from gateway.record.setting_apart import DestroyingDesk, HoldingDesk
from gateway.record.tables import StationTable
from gateway.station import StationId

DESKS: Final[dict[str, type[Desk]]] = {
    "receiving": GateDesk,
    "inspecting": InspectionDesk,
    "grading": GradingDesk,
    "packing": PackingDesk,
    "palletising": PalletDesk,
    "storing": DoorDesk,
    "staging_outbound": DoorDesk,
    "holding": HoldingDesk,
    "shipping": DockDesk,
    "destroying": DestroyingDesk,
}


def desk(name: str, table: StationTable, house: House, devices: Mapping[str, object]) -> Desk:
    """Set up the desk of a station; `devices` are the tables of the devices its own one names."""
    from gateway.gs1.scanned import read  # the GS1 parser: only in a house that has stations, which all scan

    reading = partial(read, private_domain=house.site.private_domain)
    return DESKS[table.step](StationId(name), table, house, reading, plate(table, devices))


def plate(table: StationTable, devices: Mapping[str, object]) -> Plate | None:
    """Give what stands on the plate of a station's scale: a device, or one of the scales on a bus."""
    name, _, channel = (table.scale or "").partition("/")
    device = devices.get(name)
    if channel:
        return device.scale.get(channel) if isinstance(device, ModbusBus) else None
    return device if isinstance(device, Plate) else None
