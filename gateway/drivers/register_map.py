"""What the registers of a Modbus device mean: maps as TOML data, the reads they need, and exact decoding."""

import math
import struct
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from gateway.drivers.port import Baud, LineFormat
from gateway.reading import Measurement, Quality
from gateway.settings import Amount, Seconds, Settings

MAPS: Final = Path(__file__).parents[2] / "config" / "maps"
"""The maps that come with the gateway."""

MOST_REGISTERS: Final = 125

Encoding = Literal["int16", "uint16", "int32", "uint32", "float32"]
Order = Literal["ABCD", "CDAB", "BADC", "DCBA"]

_FORMATS: Final[dict[Encoding, str]] = {
    "int16": ">h",
    "uint16": ">H",
    "int32": ">i",
    "uint32": ">I",
    "float32": ">f",
}
_FLOAT32_DIGITS: Final = range(6, 10)


def _tuple(value: object) -> object:
    """Take a TOML array where a tuple is meant."""
    return tuple(value) if isinstance(value, list) else value


class Help(Settings):
    """What a technician is told, in both languages."""

    vi: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Point(Settings):
    """`[[point]]`: one value in a device's registers.

    `address` is the one on the wire, counted from 0. The amount is `raw * scale + offset` in `unit` (UN/ECE code).
    `order` says where the bytes of the value (ABCD, most significant first) stand. `no_value` lists the raw
    register contents, as unsigned numbers, by which the device says that it has no value; an amount outside
    `valid` is a sensor fault.
    """

    quantity: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
    function: Literal[3, 4]
    address: Annotated[int, Field(ge=0, le=0xFFFF)]
    type: Encoding
    order: Order = "ABCD"
    scale: Amount = Decimal(1)
    offset: Amount = Decimal(0)
    unit: str | None = None
    valid: Annotated[tuple[Amount, Amount], BeforeValidator(_tuple)]
    no_value: Annotated[tuple[int, ...], BeforeValidator(_tuple)] = ()
    help: Help

    @property
    def registers(self) -> int:
        """How many registers the value takes."""
        return struct.calcsize(_FORMATS[self.type]) // 2

    @model_validator(mode="after")
    def _can_be_read(self) -> "Point":
        if self.registers == 1 and self.order in ("CDAB", "DCBA"):
            raise ValueError(f"order: {self.type} has one register; ABCD, or BADC when its bytes are swapped")
        if self.valid[0] >= self.valid[1]:
            raise ValueError("valid: the first number must be the smaller one")
        if self.address + self.registers > 0x10000:
            raise ValueError("address: the value does not fit below 0xFFFF")
        return self


class RegisterMap(Settings):
    """`config/maps/<name>.toml`: what a device's registers mean, and how the device wants to be read.

    `baud` and `line` are what it is sold with. Points next to each other are read together, also over a gap of up to
    `gap` registers in between, at most `most` registers at once. `all_zero_is_fault`: every register 0 at once
    is a board without its sensor.
    """

    model: str
    source: str
    help: Help
    point: Annotated[tuple[Point, ...], BeforeValidator(_tuple), Field(min_length=1)]
    baud: Baud | None = None
    line: LineFormat | None = None
    gap: Annotated[int, Field(ge=0, le=20)] = 0
    most: Annotated[int, Field(ge=2, le=MOST_REGISTERS)] = MOST_REGISTERS
    answer_within_s: Annotated[Seconds, Field(gt=0, le=10)] | None = None
    all_zero_is_fault: bool = False

    @model_validator(mode="after")
    def _quantities_differ(self) -> "RegisterMap":
        quantities = [point.quantity for point in self.point]
        if len(set(quantities)) < len(quantities):
            raise ValueError("point: two points have the same quantity; nobody could tell them apart")
        return self


@dataclass(frozen=True, slots=True)
class Block:
    """Registers to read in one request, and the points in them."""

    function: int
    address: int
    count: int
    points: tuple[Point, ...]


def load_map(name: str, directories: Iterable[Path] = (MAPS,)) -> RegisterMap:
    """Load the map called `name` from the first of `directories` that has it.

    Raises:
        ValueError: There is none, or it is not a map; the message says why.
    """
    known: list[str] = []
    for directory in directories:
        path = directory / f"{name}.toml"
        if path.is_file():
            return _read(path)
        known += (found.stem for found in directory.glob("*.toml"))
    close = get_close_matches(name, known, 1)
    raise ValueError(f"no map {name!r}; " + (f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"))


def _read(path: Path) -> RegisterMap:
    try:
        return RegisterMap.model_validate(tomllib.loads(path.read_text("utf-8"), parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"maps/{path.name}: {error}") from None
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        raise ValueError(f"maps/{path.name}: {'; '.join(mistakes)}") from None


def blocks(points: Iterable[Point], *, gap: int = 0, most: int = MOST_REGISTERS) -> tuple[Block, ...]:
    """Say which requests read all `points`: as few as `gap` and `most` allow, no value split over two of them."""
    found: list[Block] = []
    for point in sorted(points, key=lambda point: (point.function, point.address, point.registers)):
        end = point.address + point.registers
        if found:
            last = found[-1]
            count = max(last.address + last.count, end) - last.address
            if last.function == point.function and point.address <= last.address + last.count + gap and count <= most:
                found[-1] = Block(last.function, last.address, count, (*last.points, point))
                continue
        found.append(Block(point.function, point.address, point.registers, (point,)))
    return tuple(found)


def decode(block: Block, registers: Sequence[int], channel: str = "") -> tuple[Measurement, ...]:
    """Give the values in a block that was read; a fault of the sensor is a BAD value, never a number."""
    found: list[Measurement] = []
    for point in block.points:
        at = point.address - block.address
        found.append(_measure(point, registers[at : at + point.registers], channel))
    return tuple(found)


def fault(point: Point, why: str, channel: str = "") -> Measurement:
    """Give the value of a point that has none."""
    return Measurement(point.quantity, None, point.unit, channel, Quality.BAD, why)


def _measure(point: Point, words: Sequence[int], channel: str) -> Measurement:
    content = _in_order(words, point.order)
    if int.from_bytes(content, "big") in point.no_value:
        return fault(point, f"the sensor says it has no value ({content.hex()})", channel)
    (raw,) = struct.unpack(_FORMATS[point.type], content)
    if not math.isfinite(raw):
        return fault(point, "not a number", channel)
    amount = (_exact(raw) if isinstance(raw, float) else Decimal(raw)) * point.scale + point.offset
    low, high = point.valid
    if not low <= amount <= high:
        return fault(point, f"{amount} is outside {low} to {high}", channel)
    return Measurement(point.quantity, amount, point.unit, channel)


def _in_order(words: Sequence[int], order: Order) -> bytes:
    """Give the value's bytes, most significant first."""
    if order in ("CDAB", "DCBA"):
        words = words[::-1]
    return struct.pack(f"{'<' if order in ('BADC', 'DCBA') else '>'}{len(words)}H", *words)


def _exact(value: float) -> Decimal:
    """Give the shortest decimal that is this float32: 230.4, not 230.399993896484375."""
    for digits in _FLOAT32_DIGITS:
        text = f"{value:.{digits}g}"
        if struct.pack(">f", float(text)) == struct.pack(">f", value):
            break
    return Decimal(text)
