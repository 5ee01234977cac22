"""A Modbus bus: many units on one serial line, or behind one TCP address; each unit is a channel."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from gateway.drivers.modbus_polls import Member, polls, turned_over
from gateway.drivers.port import Baud, LineFormat, Port, PortName, open_port, open_tcp
from gateway.drivers.register_map import MAPS, RegisterMap, load_map
from gateway.drivers.transmitter import Transmitter
from gateway.reading import Link, Measurement, Weight
from gateway.settings import Seconds, Settings

if TYPE_CHECKING:
    from gateway.drivers.modbus_line import Line
    from gateway.drivers.weight_map import WeightMap

RTU_ANSWER_WITHIN_S = 0.3
TCP_ANSWER_WITHIN_S = 1.0


def _map_called(value: object, info: ValidationInfo) -> object:
    """Take the map's name as it stands in the config file; `maps` in the validation context is looked in first."""
    if not isinstance(value, str):
        return value
    own: tuple[Path, ...] = (info.context or {}).get("maps", ())
    return load_map(value, (*own, MAPS))


Channel = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class Unit(Settings):
    """`[device.<name>.unit.<channel>]`: one unit of the bus. `map` names a file in `config/maps/`.

    `first`: asked before the others when several are due (default: as its map says). `inverted` turns its inputs
    over, for contacts wired the other way round than its map expects.
    """

    id: Annotated[int, Field(ge=0, le=255)]
    map: Annotated[RegisterMap, BeforeValidator(_map_called), WithJsonSchema({"type": "string"})]
    every_s: Annotated[Seconds, Field(ge=0.05, le=3600)] = 5.0
    answer_within_s: Annotated[Seconds, Field(gt=0, le=10)] | None = None
    first: bool | None = None
    inverted: bool = False


class ModbusBus(Settings):
    """`[device.<name>]` with `driver = "modbus_bus"`: RTU with `port`, or TCP with `host`.

    `framing = "rtu"` is for a converter that passes RTU frames on as they are, CRC and all; `baud` and `line` then say
    what runs behind it. Modbus TCP proper is `framing = "tcp"`.

    `answer_within_s` counts from the question until the answer begins (0.3 s on a serial line, 1 s on TCP; a unit or
    its map may say otherwise). `pause_s` is the silence before each question, where a unit needs more than the
    standard's 3.5 characters. `late_s` is how long after its time an answer can still come. `echo` is for adapters that
    give back what was sent.

    `unit` are the sensors, `scale` the weighing transmitters of the bus; each is a channel of its own name.
    """

    driver: Literal["modbus_bus"]
    port: PortName | None = None
    baud: Baud = 9600
    line: LineFormat = "8N1"
    host: str | None = None
    tcp_port: Annotated[int, Field(ge=1, le=65535)] = 502
    framing: Literal["tcp", "rtu"] = "tcp"
    connect_within_s: Annotated[Seconds, Field(gt=0, le=60)] = 3.0
    answer_within_s: Annotated[Seconds, Field(gt=0, le=10)] | None = None
    pause_s: Annotated[Seconds, Field(ge=0, le=10)] = 0.0
    late_s: Annotated[Seconds, Field(gt=0, le=60)] = 1.0
    echo: bool = False
    unit: Annotated[dict[Channel, Unit], Field(default_factory=dict)]
    scale: Annotated[dict[Channel, Transmitter], Field(default_factory=dict)]

    @model_validator(mode="after")
    def _one_line(self) -> "ModbusBus":
        if (self.port is None) == (self.host is None):
            raise ValueError("port: a bus has a port (RTU) or a host (TCP), one of the two")
        if not self.unit and not self.scale:
            raise ValueError("unit: a bus needs at least one unit or scale")
        seen: dict[int, str] = {}
        for kind, channel, found in self._ids():
            if self.port is not None and not 1 <= found <= 247:
                raise ValueError(f"{kind}.{channel}.id: must be 1 to 247 (found {found})")
            if found in seen:
                raise ValueError(f"{kind}.{channel}.id: {found} is taken by {seen[found]}")
            seen[found] = channel
        for channel in self.unit.keys() & self.scale.keys():
            raise ValueError(f"scale.{channel}: a unit has this name too; nobody could tell them apart")
        return self

    @property
    def maps(self) -> "list[RegisterMap | WeightMap]":
        """The maps of everyone on the bus."""
        return [*(unit.map for unit in self.unit.values()), *(scale.map for scale in self.scale.values())]

    def _ids(self) -> Iterator[tuple[str, str, int]]:
        """Yield the table, the channel and the id of everyone on the bus."""
        for channel, unit in self.unit.items():
            yield "unit", channel, unit.id
        for channel, scale in self.scale.items():
            yield "scale", channel, scale.id

    async def talk(self) -> AsyncGenerator[Measurement | Weight | Link, None]:
        """Yield everyone's values in turn, and a Link when a unit begins or ceases to answer.

        Raises:
            DeviceError: The conversation broke, or no unit answers; calling again starts a new one.
        """
        async with self.open() as port, aclosing(polls(self.on(port), self.members())) as values:
            async for value in values:
                yield value

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Port]:
        """Open what the units are on, for the conversation or for a technician's questions.

        Raises:
            PortLost: It cannot be opened.
        """
        if self.port is not None:
            async with open_port(self.port, baud=self.baud, line=self.line) as port:
                yield port
        elif self.host is not None:
            async with open_tcp(self.host, self.tcp_port, connect_within_s=self.connect_within_s) as port:
                yield port

    def on(self, port: Port) -> "Line":
        """Give the line that runs over an open port."""
        # pymodbus takes 3 MB: only a gateway with a bus pays for it.
        from gateway.drivers.modbus_line import RtuLine, TcpLine

        if self.port is None and self.framing == "tcp":
            return TcpLine(port)
        return RtuLine(port, baud=self.baud, line=self.line, echo=self.echo, pause_s=self.pause_s, late_s=self.late_s)

    def members(self) -> dict[str, Member]:
        """Give the scales and the units as they are asked, by channel."""
        usual = self.answer_within_s or (TCP_ANSWER_WITHIN_S if self.port is None else RTU_ANSWER_WITHIN_S)
        scales = {channel: scale.member(channel, usual) for channel, scale in self.scale.items()}
        return scales | {
            channel: Member(
                id=unit.id,
                every_s=unit.every_s,
                answer_within_s=unit.answer_within_s or unit.map.answer_within_s or usual,
                blocks=turned_over(unit.map.blocks()) if unit.inverted else unit.map.blocks(),
                all_zero_is_fault=unit.map.all_zero_is_fault,
                pause_s=unit.map.pause_s,
                first=unit.map.first if unit.first is None else unit.first,
            )
            for channel, unit in self.unit.items()
        }
