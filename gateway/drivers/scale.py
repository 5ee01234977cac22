"""A scale or weighing indicator on a serial line, speaking one of the protocols in `scales/`."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from gateway.drivers.plate import Plate
from gateway.drivers.port import Baud, LineFormat, Port, PortName, open_port
from gateway.drivers.scale_line import weights
from gateway.drivers.scales import SCALES
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.drivers.weight_map import MapName
from gateway.reading import Weight
from gateway.settings import Seconds
from gateway.units import CONFIGURED

MODBUS: Final = "modbus"
"""The protocol of weighing transmitters, whose registers a map explains; the others are in `SCALES`."""

_NAMES: Final = (*SCALES, MODBUS)


def _known(name: str) -> str:
    if name not in _NAMES:
        from difflib import get_close_matches  # only who mistypes needs it

        close = get_close_matches(name, _NAMES, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(_NAMES)}"
        raise ValueError(f"no scale protocol {name!r}; {hint}")
    return name


ScaleName = Annotated[str, AfterValidator(_known), WithJsonSchema({"enum": sorted(_NAMES)})]


class Scale(Plate):
    """`[device.<name>]` with `driver = "scale"`.

    `unit` is what the scale shows. Where frames name no unit it must be given; where they do, a frame in another one
    than `unit` (kg, if nothing is given) is refused: one lost byte makes "kg" a "g". `every_s` is the pace of asking;
    a scale that talks unasked sets its own, and with `asked = false` one that could be asked has been set to talk.
    `address` is the number of a scale that answers only to its own. With `protocol = "modbus"`, `map` names a file in
    `config/maps/scales/` and `decimals` is what the display shows, where the registers do not say; a transmitter that
    shares its line, or stands behind TCP, is one of the scales of a `modbus_bus`.
    """

    driver: Literal["scale"]
    port: PortName
    protocol: ScaleName
    baud: Baud | None = None
    line: LineFormat | None = None
    unit: Literal["kg", "g", "t"] | None = None
    asked: bool | None = None
    address: Annotated[int, Field(ge=1, le=247)] | None = None
    map: MapName | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    every_s: Annotated[Seconds, Field(ge=0.02, le=60)] = 0.1
    answer_within_s: Annotated[Seconds, Field(gt=0, le=60)] | None = None

    @model_validator(mode="after")
    def _fits_the_protocol(self) -> "Scale":
        if (self.protocol == MODBUS) != (self.map is not None):
            raise ValueError('map: a weighing transmitter (protocol = "modbus"), and nothing else, needs its map')
        if self.decimals is not None and self.map is None:
            raise ValueError(f"decimals: {self.protocol} frames say how many there are")
        if self.map is not None and not self.map.says_decimals and self.decimals is None:
            raise ValueError("decimals: these registers hold digits without a point; say how many the display shows")
        known = SCALES.get(self.protocol)
        if self.unit is None and not (known and known.says_unit):
            raise ValueError(f"unit: {self.protocol} frames name no unit; say what the scale shows: kg, g or t")
        if known is None:
            if self.asked is False:
                raise ValueError("asked: a weighing transmitter never talks by itself")
            return self
        if self.asked and known.ask is None:
            raise ValueError(f"asked: a {self.protocol} scale takes no questions, it talks by itself")
        if self.address is not None and known.at_address is None:
            raise ValueError(f"address: {self.protocol} knows no addresses")
        if self.address is not None and self.address > known.addresses:
            raise ValueError(f"address: {self.protocol} knows 1 to {known.addresses} (found {self.address})")
        return self

    def row(self) -> ScaleProtocol:
        """Give the protocol as this scale is set up to speak it."""
        if self.map is not None:
            protocol = self.map.protocol(self.address or 1, self.decimals)
        else:
            protocol = SCALES[self.protocol]
            if self.address is not None and protocol.at_address is not None:
                protocol = protocol.at_address(self.address)
            if self.asked is False:
                protocol = replace(protocol, ask=None)
        if self.answer_within_s is not None:
            protocol = replace(protocol, answer_within_s=self.answer_within_s)
        return protocol

    async def talk(self) -> AsyncGenerator[Weight, None]:
        """Yield every weight the scale sends, for as long as the line holds.

        Raises:
            DeviceError: The conversation broke; calling again starts a new one.
        """
        async with (
            self.open() as port,
            aclosing(weights(port, self.row(), CONFIGURED[self.unit or "kg"], self.every_s)) as values,
        ):
            async for value in values:
                yield value

    def open(self) -> AbstractAsyncContextManager[Port]:
        """Open the line, for the conversation or for a technician's questions.

        Raises:
            PortLost: It cannot be opened.
        """
        protocol = self.row()
        return open_port(self.port, baud=self.baud or protocol.baud, line=self.line or protocol.line)
