"""A Modbus bus: many units on one serial line, or behind one TCP address; each unit is a channel."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from gateway.drivers.modbus_rounds import Rounds
from gateway.drivers.port import Baud, LineFormat, PortName, open_port, open_tcp
from gateway.drivers.register_map import MAPS, Block, RegisterMap, blocks, decode, fault, load_map
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import Link, Measurement
from gateway.settings import Seconds, Settings

if TYPE_CHECKING:
    from gateway.drivers.modbus_line import Line

RTU_ANSWER_WITHIN_S = 0.3
TCP_ANSWER_WITHIN_S = 1.0


def _map_called(value: object, info: ValidationInfo) -> object:
    """Take the map's name as it stands in the config file; `maps` in the validation context is looked in first."""
    if not isinstance(value, str):
        return value
    own: tuple[Path, ...] = (info.context or {}).get("maps", ())
    return load_map(value, (*own, MAPS))


class Unit(Settings):
    """`[device.<name>.unit.<channel>]`: one unit of the bus. `map` names a file in `config/maps/`."""

    id: Annotated[int, Field(ge=0, le=255)]
    map: Annotated[RegisterMap, BeforeValidator(_map_called), WithJsonSchema({"type": "string"})]
    every_s: Annotated[Seconds, Field(ge=0.05, le=3600)] = 5.0
    answer_within_s: Annotated[Seconds, Field(gt=0, le=10)] | None = None


class ModbusBus(Settings):
    """`[device.<name>]` with `driver = "modbus_bus"`: RTU with `port`, or TCP with `host`.

    `answer_within_s` counts from the question until the answer begins (0.3 s on a serial line, 1 s on TCP; a unit or
    its map may say otherwise). `pause_s` is the silence before each question, where a unit needs more than the
    standard's 3.5 characters. `late_s` is how long after its time an answer can still come. `echo` is for adapters that
    give back what was sent.
    """

    driver: Literal["modbus_bus"]
    port: PortName | None = None
    baud: Baud = 9600
    line: LineFormat = "8N1"
    host: str | None = None
    tcp_port: Annotated[int, Field(ge=1, le=65535)] = 502
    connect_within_s: Annotated[Seconds, Field(gt=0, le=60)] = 3.0
    answer_within_s: Annotated[Seconds, Field(gt=0, le=10)] | None = None
    pause_s: Annotated[Seconds, Field(ge=0, le=10)] = 0.0
    late_s: Annotated[Seconds, Field(gt=0, le=60)] = 1.0
    echo: bool = False
    unit: Annotated[dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")], Unit], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_line(self) -> "ModbusBus":
        if (self.port is None) == (self.host is None):
            raise ValueError("port: a bus has a port (RTU) or a host (TCP), one of the two")
        seen: dict[int, str] = {}
        for channel, unit in self.unit.items():
            if self.port is not None and not 1 <= unit.id <= 247:
                raise ValueError(f"unit.{channel}.id: must be 1 to 247 (found {unit.id})")
            if unit.id in seen:
                raise ValueError(f"unit.{channel}.id: {unit.id} is taken by {seen[unit.id]}")
            seen[unit.id] = channel
        return self

    async def talk(self) -> AsyncGenerator[Measurement | Link, None]:
        """Yield every unit's values in turn, and a Link when a unit begins or ceases to answer.

        Raises:
            DeviceError: The conversation broke, or no unit answers; calling again starts a new one.
        """
        async with self._open() as line, aclosing(polls(line, self._members())) as values:
            async for value in values:
                yield value

    @asynccontextmanager
    async def _open(self) -> "AsyncIterator[Line]":
        # pymodbus takes 3 MB: only a gateway with a bus pays for it.
        from gateway.drivers.modbus_line import RtuLine, TcpLine

        if self.port is not None:
            async with open_port(self.port, baud=self.baud, line=self.line) as port:
                yield RtuLine(
                    port, baud=self.baud, line=self.line, echo=self.echo, pause_s=self.pause_s, late_s=self.late_s
                )
        elif self.host is not None:
            async with open_tcp(self.host, self.tcp_port, connect_within_s=self.connect_within_s) as port:
                yield TcpLine(port)

    def _members(self) -> "dict[str, Member]":
        usual = self.answer_within_s or (TCP_ANSWER_WITHIN_S if self.port is None else RTU_ANSWER_WITHIN_S)
        return {
            channel: Member(
                id=unit.id,
                every_s=unit.every_s,
                answer_within_s=unit.answer_within_s or unit.map.answer_within_s or usual,
                blocks=blocks(unit.map.point, gap=unit.map.gap, most=unit.map.most),
                all_zero_is_fault=unit.map.all_zero_is_fault,
            )
            for channel, unit in self.unit.items()
        }


@dataclass(frozen=True, slots=True)
class Member:
    """A unit as the bus asks it."""

    id: int
    every_s: float
    answer_within_s: float
    blocks: tuple[Block, ...]
    all_zero_is_fault: bool = False


async def polls(line: "Line", members: Mapping[str, Member]) -> AsyncGenerator[Measurement | Link, None]:
    """Ask all members for ever, each at its pace.

    Raises:
        PortLost: The line is gone, or no member answers any more.
    """
    loop = asyncio.get_running_loop()
    rounds = Rounds(
        {channel: member.every_s for channel, member in members.items()},
        loop.time(),
        jitter=lambda: random.uniform(0.9, 1.1),
    )
    while True:
        at, channel = rounds.next(loop.time())
        await asyncio.sleep(at - loop.time())
        member = members[channel]
        heard = False
        for block in member.blocks:
            try:
                values = await _read(line, channel, member, block)
            except (DeviceSilent, BadFrame) as error:
                if heard:  # it lives, but not for this block
                    rounds.spare(channel, line.free_at(member.id))
                    for point in block.points:
                        yield fault(point, str(error), channel)
                elif rounds.failed(channel, loop.time(), line.free_at(member.id)):
                    yield Link(up=False, why=str(error), channel=channel)
                if rounds.all_down:
                    raise PortLost("no unit answers; look at the adapter, the cable and the power") from error
                break
            heard = True
            if rounds.answered(channel, loop.time()):
                yield Link(up=True, channel=channel)
            for value in values:
                yield value


async def _read(line: "Line", channel: str, member: Member, block: Block) -> tuple[Measurement, ...]:
    from gateway.drivers.modbus_line import Denied, Question

    question = Question(member.id, block.function, block.address, block.count, member.answer_within_s)
    answer = await line.ask(question)
    if isinstance(answer, Denied):
        return tuple(fault(point, answer.why, channel) for point in block.points)
    if member.all_zero_is_fault and not any(answer):
        return tuple(fault(point, "all registers are 0: no sensor on the board", channel) for point in block.points)
    return decode(block, answer, channel)
