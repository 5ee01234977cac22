"""A weighing transmitter that shares its line with others: one of the scales on a Modbus bus."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.drivers.modbus_polls import Member
from gateway.drivers.plate import Plate
from gateway.drivers.register_map import Block
from gateway.drivers.weight_map import Answer, MapName
from gateway.reading import Weight
from gateway.settings import Seconds
from gateway.units import CONFIGURED


class Transmitter(Plate):
    """`[device.<bus>.scale.<channel>]`: one weighing transmitter on a bus; a station's scale is `bus/channel`.

    `map` names a file in `config/maps/scales/`. `unit` is what the transmitter shows, `decimals` how many of its digits
    stand behind the point, where the registers do not say. It is asked before the sensors when several are due, since
    somebody stands in front of it.
    """

    id: Annotated[int, Field(ge=0, le=255)]
    map: MapName
    unit: Literal["kg", "g", "t"]
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    every_s: Annotated[Seconds, Field(ge=0.05, le=60)] = 0.2
    answer_within_s: Annotated[Seconds, Field(gt=0, le=10)] | None = None

    @model_validator(mode="after")
    def _point_is_known(self) -> "Transmitter":
        if not self.map.says_decimals and self.decimals is None:
            raise ValueError("decimals: these registers hold digits without a point; say how many the display shows")
        return self

    def member(self, channel: str, answer_within_s: float) -> Member:
        """Give it as the bus asks it; `answer_within_s` is what is usual there."""
        block = self.map.block
        return Member(
            id=self.id,
            every_s=self.every_s,
            answer_within_s=self.answer_within_s or answer_within_s,
            blocks=(block,),
            first=True,
            weigh=_Weigher(
                self.id, block, Answer(self.map, block, self.decimals), CONFIGURED[self.unit], channel
            ).weigh,
        )


@dataclass(frozen=True, slots=True)
class _Weigher:
    """How the registers of one transmitter become a weight of its channel."""

    id: int
    block: Block
    answer: Answer
    unit: str
    channel: str

    def weigh(self, registers: Sequence[int]) -> Weight:
        """Read the registers of one answer; the frame kept as evidence is unit id, function, length and data.

        Raises:
            BadFrame: They contradict themselves.
        """
        head = bytes((self.id, self.block.function, self.block.data_bytes))
        frame = head + struct.pack(f">{len(registers)}H", *registers)
        weight = self.answer.weigh(registers, frame)
        unit = self.unit if weight.amount is not None else None
        return replace(weight, unit=unit, raw=frame, channel=self.channel)
