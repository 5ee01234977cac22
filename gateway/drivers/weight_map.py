"""Modbus weighing transmitters: no two makers' registers are alike, so a map says where weight and status stand.

Weight and status come from one read, always: a stable flag read in another question belongs to another weight.
"""

import struct
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, WithJsonSchema, model_validator

from gateway.drivers.port import Baud, LineFormat
from gateway.drivers.register_map import MAPS, MOST_REGISTERS, Address, Block, Confidence, Help, Order, Point
from gateway.drivers.register_values import decode
from gateway.errors import BadFrame
from gateway.reading import Condition, Quality, Weight
from gateway.settings import Amount, Settings

if TYPE_CHECKING:
    from gateway.drivers.scales.protocol import ScaleProtocol

FOLDER: Final = "scales"
"""Where such maps lie, below the folder of the other maps."""

_HEAD, _CRC = 3, 2
_ANY: Final = (Decimal(-(10**12)), Decimal(10**12))
_CRC_POLYNOMIAL: Final = 0xA001


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Bit = Annotated[int, Field(ge=0, le=15)]
Bits = Annotated[tuple[Bit, ...], BeforeValidator(_tuple)]


class Value(Settings):
    """`[weight]`: the register the weight stands in, and how; `basis` is left out where the status says it.

    `valid` are the lowest and the highest number it may hold, before its point is set; beyond, there is no weight.
    """

    address: Address
    type: Literal["int16", "uint16", "int32", "uint32", "float32"]
    order: Order = "ABCD"
    basis: Literal["gross", "net"] | None = None
    valid: Annotated[tuple[Amount, Amount] | None, BeforeValidator(_tuple)] = None

    @property
    def registers(self) -> int:
        """How many registers it takes."""
        return 2 if self.type.endswith("32") else 1


class Status(Settings):
    """`[status]`: the register with the flags, by bit number.

    `negative`: then the digits are a magnitude, or say minus themselves too. `decimals` are the lowest and the highest
    of the bits that count the decimals. `valid` must be set, none of `error`, `overload`, `underload` may be.
    """

    address: Address
    stable: Bit | None = None
    moving: Bit | None = None
    net: Bit | None = None
    negative: Bit | None = None
    valid: Bit | None = None
    error: Bits = ()
    overload: Bits = ()
    underload: Bits = ()
    decimals: Annotated[tuple[Bit, Bit] | None, BeforeValidator(_tuple)] = None


class WeightMap(Settings):
    """`config/maps/scales/<name>.toml`: where a transmitter keeps its weight and the status that belongs to it.

    `confidence` says how well the map is known; then compare with a known weight. Where no status is known, `valid` of
    the weight must say what it can be: nothing else would tell an overload.
    """

    model: str
    source: str
    confidence: Confidence = "manual"
    help: Help
    function: Literal[3, 4] = 3
    baud: Baud = 9600
    line: LineFormat = "8N1"
    weight: Value
    status: Status | None = None

    @model_validator(mode="after")
    def _one_read(self) -> "WeightMap":
        if self.status is None and self.weight.valid is None:
            raise ValueError("weight.valid: without a status, say what the weight can be: [lowest, highest]")
        if self.block.count > MOST_REGISTERS:
            raise ValueError("status: too far from the weight to be read together with it")
        return self

    @property
    def says_decimals(self) -> bool:
        """Whether the point of the weight is known without being told."""
        return self.weight.type == "float32" or (self.status is not None and self.status.decimals is not None)

    @property
    def block(self) -> Block:
        """The one read that gives weight and status."""
        first, end = self.weight.address, self.weight.address + self.weight.registers
        if self.status is not None:
            first, end = min(first, self.status.address), max(end, self.status.address + 1)
        return Block(self.function, first, end - first, (self._point(),))

    def _point(self) -> Point:
        weight = self.weight
        return Point(
            quantity="Mass",
            function=self.function,
            address=weight.address,
            type=weight.type,
            order=weight.order,
            valid=weight.valid or _ANY,
            help=self.help,
        )

    def protocol(self, unit: int, decimals: int | None) -> "ScaleProtocol":
        """Give the row for a transmitter at id `unit` that shows so many `decimals` (None: its status says it)."""
        from gateway.drivers.scales.protocol import ScaleProtocol

        block = self.block
        question = struct.pack(">BBHH", unit, block.function, block.address, block.count)
        size = _HEAD + block.data_bytes + _CRC
        return ScaleProtocol(
            model=self.model,
            source=self.source,
            baud=self.baud,
            line=self.line,
            start=struct.pack("BBB", unit, block.function, block.data_bytes),
            end=b"",
            size=size,
            longest=size,
            ask=question + crc(question),
            says_unit=False,
            parse=Answer(self, block, decimals).parse,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """How to read the answers of one transmitter."""

    map: WeightMap
    block: Block
    decimals: int | None

    def parse(self, frame: bytes) -> Weight:
        """Read one answer on an RTU line.

        Raises:
            BadFrame: Another length, a wrong CRC, or a sign that contradicts itself.
        """
        if len(frame) != _HEAD + self.block.data_bytes + _CRC:
            raise BadFrame("not the answer to the question for the weight", frame)
        if frame[1:_HEAD] != bytes((self.block.function, self.block.data_bytes)):
            raise BadFrame("not the answer to the question for the weight", frame)
        if crc(frame[:-_CRC]) != frame[-_CRC:]:
            raise BadFrame("the CRC does not fit", frame)
        return self.weigh(struct.unpack(f">{self.block.count}H", frame[_HEAD:-_CRC]), frame)

    def weigh(self, registers: Sequence[int], frame: bytes) -> Weight:
        """Read the registers of one answer, whatever line the `frame` came on.

        Raises:
            BadFrame: A sign that contradicts itself.
        """
        from gateway.drivers.scales.fields import no_weight  # all protocols of scales: only where one weighs

        flags = self.map.status or Status(address=self.block.address)
        status = registers[flags.address - self.block.address]
        if (condition := _condition(flags, status)) is not None:
            return no_weight(condition)
        (found,) = decode(self.block, registers)
        if found.amount is None or found.quality is Quality.BAD:
            return no_weight("error")
        basis = self.map.weight.basis
        if flags.net is not None:
            basis = "net" if _is_set(status, flags.net) else "gross"
        stable = None
        if flags.stable is not None:
            stable = _is_set(status, flags.stable)
        elif flags.moving is not None:
            stable = not _is_set(status, flags.moving)
        return Weight(self._amount(found.amount, flags, status, frame), unit=None, basis=basis, stable=stable)

    def _amount(self, said: Decimal, flags: Status, status: int, frame: bytes) -> Decimal:
        amount = said
        if flags.negative is not None:
            minus = _is_set(status, flags.negative)
            if said < 0 and not minus:
                raise BadFrame("the digits say minus and the status does not", frame)
            amount = -abs(said) if minus else said
        if self.map.weight.type == "float32":
            amount = _with_decimals(amount, self.decimals)
        else:
            amount = amount.scaleb(-self._decimals(flags, status))
        return amount or abs(amount)

    def _decimals(self, flags: Status, status: int) -> int:
        if flags.decimals is not None:
            lowest, highest = flags.decimals
            return status >> lowest & ((1 << highest - lowest + 1) - 1)
        return self.decimals or 0


def _condition(flags: Status, status: int) -> Condition | None:
    if flags.valid is not None and not _is_set(status, flags.valid):
        return "error"
    if any(_is_set(status, bit) for bit in flags.error):
        return "error"
    if any(_is_set(status, bit) for bit in flags.overload):
        return "overload"
    return "underload" if any(_is_set(status, bit) for bit in flags.underload) else None


def _is_set(status: int, bit: int) -> bool:
    return bool(status >> bit & 1)


def _with_decimals(amount: Decimal, decimals: int | None) -> Decimal:
    """Give a float the zeros its display has behind the point; no digit is ever rounded away."""
    if decimals is None:
        return amount
    shown = amount.quantize(Decimal(1).scaleb(-decimals))
    return shown if shown == amount else amount


def crc(data: bytes) -> bytes:
    """Give the CRC-16 of Modbus RTU, low byte first."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (_CRC_POLYNOMIAL if register & 1 else 0)
    return register.to_bytes(2, "little")


def load_weight_map(name: str, directories: Iterable[Path] = (MAPS,)) -> WeightMap:
    """Load the map called `name` from `scales/` below the first of `directories` that has it.

    Raises:
        ValueError: There is none, or it is not such a map; the message says why.
    """
    found: Mapping[str, Path] = {
        path.stem: path for directory in reversed([*directories]) for path in (directory / FOLDER).glob("*.toml")
    }
    if name not in found:
        from difflib import get_close_matches  # only who mistypes needs it

        close = get_close_matches(name, found, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(found))}"
        raise ValueError(f"no map {name!r} of a weighing transmitter; {hint}")
    try:
        return WeightMap.model_validate(tomllib.loads(found[name].read_text("utf-8"), parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"maps/{FOLDER}/{name}.toml: {error}") from None
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ValueError(f"maps/{FOLDER}/{name}.toml: {'; '.join(mistakes)}") from None


def _map_called(value: object, info: ValidationInfo) -> object:
    """Take the map's name as it stands in the config file; `maps` in the validation context is looked in first."""
    if not isinstance(value, str):
        return value
    own: tuple[Path, ...] = (info.context or {}).get("maps", ())
    return load_weight_map(value, (*own, MAPS))


MapName = Annotated[WeightMap, BeforeValidator(_map_called), WithJsonSchema({"type": "string"})]
"""A map as the config file has it: by its name."""
