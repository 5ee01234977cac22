"""The config file as a whole: which tables there are, the class each one is read by, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gateway.drivers import DEVICES
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.clock import ClockTable
    from gateway.drivers.barcode_scanner import BarcodeScanner
    from gateway.drivers.camera import Camera
    from gateway.drivers.hid_scanner import HidScanner
    from gateway.drivers.modbus_bus import ModbusBus
    from gateway.drivers.onewire import Onewire
    from gateway.drivers.scale import Scale
    from gateway.journal.table import JournalTable
    from gateway.labels.template import LabelTable, Template
    from gateway.mqtt.broker import BrokerTable
    from gateway.printing.printer import PrinterTable
    from gateway.readings import ReadingsTable
    from gateway.record.tables import RoomTable, StationTable
    from gateway.registers import Registers
    from gateway.registers.table import RegistersTable
    from gateway.rules.limit import Limit
    from gateway.site import GatewayTable, Site
    from gateway.web.table import WebTable

SINGLE: Final = {
    "site": "gateway.site:Site",
    "gateway": "gateway.site:GatewayTable",
    "broker": "gateway.mqtt.broker:BrokerTable",
    "journal": "gateway.journal.table:JournalTable",
    "readings": "gateway.readings:ReadingsTable",
    "clock": "gateway.clock:ClockTable",
    "registers": "gateway.registers.table:RegistersTable",
}
"""Tables that stand once. Classes are named, not imported: a part comes into memory when a table needs it."""

OPTIONAL: Final = {"web": "gateway.web.table:WebTable"}
"""Tables that may stand once, and mean something by standing there."""

NAMED: Final = {
    "printer": "gateway.printing.printer:PrinterTable",
    "station": "gateway.record.tables:StationTable",
    "room": "gateway.record.tables:RoomTable",
    "label": "gateway.labels.template:LabelTable",
}
"""Tables of tables: `[printer.<name>]` and so on."""

RULES: Final = {"limit": "gateway.rules.limit:Limit"}
"""`[rule.<name>]` by its `kind`."""

CHOSEN: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {"device": ("driver", DEVICES), "rule": ("kind", RULES)}
"""Tables of tables whose class is chosen by one of their keys."""

REQUIRED: Final = ("site", "gateway", "broker")
TABLES: Final = (*SINGLE, *OPTIONAL, *NAMED, *CHOSEN)


def settings_class(reference: str) -> type[Settings]:
    """Import the class that `module:name` stands for."""
    module, name = reference.split(":")
    found: type[Settings] = getattr(import_module(module), name)
    return found


@dataclass(frozen=True, slots=True)
class Config:
    """A whole configuration, checked within its tables and across them. Every part is handed its own table."""

    site: "Site"
    gateway: "GatewayTable"
    broker: "BrokerTable"
    journal: "JournalTable"
    readings: "ReadingsTable"
    clock: "ClockTable"
    web: "WebTable | None"
    device: "Mapping[str, BarcodeScanner | Camera | HidScanner | ModbusBus | Onewire | Scale]"
    printer: "Mapping[str, PrinterTable]"
    station: "Mapping[str, StationTable]"
    room: "Mapping[str, RoomTable]"
    rule: "Mapping[str, Limit]"
    label: "Mapping[str, LabelTable]"
    registers: "Registers"
    """The rows of `local/*.toml`; what comes down over them is the running gateway's affair."""

    registers_table: "RegistersTable"
    """`[registers]`."""

    templates: "Mapping[str, Template]"
    """Every label template by its name, with this house's words in it; empty in a house that prints nothing."""

    directory: Path
    """Where the config file lies; `local/`, `maps/` and `labels/` beside it belong to it."""

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Any],
        registers: "Registers",
        templates: "Mapping[str, Template]",
        directory: Path,
    ) -> "Config":
        """Unite tables that were read by their classes; those that may be missing stand at their defaults."""
        once: dict[str, Any] = {
            name: tables[name] if name in tables else settings_class(SINGLE[name])() for name in SINGLE
        }
        once["registers_table"] = once.pop("registers")
        once |= {name: tables.get(name) for name in OPTIONAL}
        named: dict[str, Any] = {name: tables.get(name, {}) for name in (*NAMED, *CHOSEN)}
        return cls(**once, **named, registers=registers, templates=templates, directory=directory)
