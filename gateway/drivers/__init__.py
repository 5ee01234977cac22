"""The devices a gateway talks to: one file a kind, its settings and its one method `talk`."""

from collections.abc import AsyncGenerator, Mapping
from typing import Final, Protocol

from gateway.reading import Value

DEVICES: Final[Mapping[str, str]] = {
    "barcode_scanner": "gateway.drivers.barcode_scanner:BarcodeScanner",
    "camera": "gateway.drivers.camera:Camera",
    "hid_scanner": "gateway.drivers.hid_scanner:HidScanner",
    "modbus_bus": "gateway.drivers.modbus_bus:ModbusBus",
    "onewire": "gateway.drivers.onewire:Onewire",
    "scale": "gateway.drivers.scale:Scale",
}
"""`[device.<name>]`: the table that its `driver` names. Classes are named, not imported: a house has two or three."""


class Driver(Protocol):
    """What every device table can do."""

    def talk(self) -> AsyncGenerator[Value, None]:
        """Yield what the device says, for as long as the line holds.

        Raises:
            DeviceError: The conversation broke; calling again starts a new one.
        """
