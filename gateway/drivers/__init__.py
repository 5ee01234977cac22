"""The devices a gateway talks to: one file a kind, its settings and its one method `talk`."""

from collections.abc import AsyncGenerator
from typing import Annotated, Protocol

from pydantic import Field

from gateway.drivers.barcode_scanner import BarcodeScanner
from gateway.drivers.camera import Camera
from gateway.drivers.hid_scanner import HidScanner
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.onewire import Onewire
from gateway.drivers.scale import Scale
from gateway.reading import Value

Device = Annotated[BarcodeScanner | Camera | HidScanner | ModbusBus | Onewire | Scale, Field(discriminator="driver")]
"""`[device.<name>]`: the table that its `driver` names."""


class Driver(Protocol):
    """What every device table can do."""

    def talk(self) -> AsyncGenerator[Value, None]:
        """Yield what the device says, for as long as the line holds.

        Raises:
            DeviceError: The conversation broke; calling again starts a new one.
        """
