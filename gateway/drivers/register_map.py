"""What the registers of a Modbus device mean: maps as TOML data, and the reads they need."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from gateway.drivers.port import Baud, LineFormat
from gateway.settings import Amount, Seconds, Settings

MAPS: Final = Path(__file__).parents[2] / "config" / "maps"
"""The maps that come with the gateway."""

MOST_REGISTERS: Final = 125
MOST_BITS: Final = 2000

Encoding = Literal[
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float32",
    "float64",
    "bcd16",
    "bcd32",
    "magnitude16",
    "magnitude32",
    "offset10000",
    "bit",
    "string",
]
Order = Literal["ABCD", "CDAB", "BADC", "DCBA"]
Function = Literal[1, 2, 3, 4]
Confidence = Literal["manual", "capture", "source", "unverified"]

_BITS: Final = (1, 2)
"""Functions whose answer is bits, not registers."""

_WORDS: Final[dict[str, int]] = {"32": 2, "64": 4}


def _tuple(value: object) -> object:
    """Take a TOML array where a tuple is meant."""
    return tuple(value) if isinstance(value, list) else value


def _pairs(value: object) -> object:
    """Take a TOML array of arrays where a tuple of pairs is meant."""
    return tuple(_tuple(item) for item in value) if isinstance(value, list) else value


Address = Annotated[int, Field(ge=0, le=0xFFFF)]
Place = tuple[Address, Address]


class Help(Settings):
    """What a technician is told, in both languages."""

    vi: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Flag(Settings):
    """`sign` or `fault` of a point: bits of another register, read in the same request as the value."""

    address: Address
    mask: Annotated[int, Field(ge=1, le=0xFFFF)] = 0xFFFF


class Point(Settings):
    """`[[point]]`: one value in a device's registers.

    `address` is the one on the wire, counted from 0. The amount is `raw * scale + offset` in `unit` (UN/ECE code).
    `order` says where the bytes of the value (ABCD, most significant first) stand. `no_value` lists the raw
    register contents, as unsigned numbers, by which the device says that it has no value; an amount outside
    `valid` is a sensor fault, and one from `saturates` on is the end of the sensor's range, not a measurement.

    `probe` names one of several sensors at one unit; it becomes part of the source: `cold-rooms/plc.2`. The type
    `bit` is a coil or input (functions 1 and 2), or bit number `bit` of a register; `inverted` turns it over, and a
    change counts once `debounce` polls in a row say the same. `magnitude16` and `magnitude32` keep the sign in their
    own top bit, `offset10000` writes -5 as 10005, a `string` takes `length` registers.

    Registers beside the value: `decimals_at` (how many of the digits are decimals), `exponent_at` (times ten to the
    power of it, signed), `sign` (negative when any of the bits is set), `fault` (no value while any bit is set).
    """

    quantity: Annotated[str, Field(pattern=r"^(ph:)?[A-Za-z][A-Za-z0-9]*$")]
    probe: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,16}$")] = ""
    function: Function
    address: Address
    type: Encoding
    order: Order = "ABCD"
    bit: Annotated[int, Field(ge=0, le=15)] | None = None
    inverted: bool = False
    debounce: Annotated[int, Field(ge=1, le=10)] = 1
    length: Annotated[int, Field(ge=1, le=64)] | None = None
    scale: Amount = Decimal(1)
    offset: Amount = Decimal(0)
    decimals_at: Address | None = None
    exponent_at: Address | None = None
    sign: Flag | None = None
    fault: Flag | None = None
    unit: str | None = None
    valid: Annotated[tuple[Amount, Amount] | None, BeforeValidator(_tuple)] = None
    saturates: Amount | None = None
    no_value: Annotated[tuple[int, ...], BeforeValidator(_tuple)] = ()
    help: Help

    @property
    def registers(self) -> int:
        """How many registers (functions 1 and 2: bits) the value takes."""
        return self.length or _WORDS.get(self.type[-2:], 1)

    @property
    def span(self) -> tuple[int, int]:
        """The first register that must come in the same request as the value, and the one behind the last."""
        beside = [self.decimals_at, self.exponent_at, *(flag.address for flag in (self.sign, self.fault) if flag)]
        found = [address for address in beside if address is not None]
        return min([self.address, *found]), max([self.address + self.registers, *(at + 1 for at in found)])

    @model_validator(mode="after")
    def _can_be_read(self) -> "Point":
        if self.registers == 1 and self.order in ("CDAB", "DCBA"):
            raise ValueError(f"order: {self.type} has one register; ABCD, or BADC when its bytes are swapped")
        if self.type == "string" and self.order in ("CDAB", "DCBA"):
            raise ValueError("order: the words of a string stand in order; ABCD, or BADC when its bytes are swapped")
        if (self.type == "string") != (self.length is not None):
            raise ValueError("length: a string, and nothing else, needs its length in registers")
        if self.function in _BITS and (self.type != "bit" or self.bit is not None):
            raise ValueError("type: functions 1 and 2 give a bit, and no bit number")
        if self.type == "bit" and self.function not in _BITS and self.bit is None:
            raise ValueError("bit: say which bit of the register, 0 to 15")
        if self.type not in ("bit", "string") and self.valid is None:
            raise ValueError("valid: say what the sensor can measure, [lowest, highest]")
        if self.valid is not None and self.valid[0] >= self.valid[1]:
            raise ValueError("valid: the first number must be the smaller one")
        if self.span[1] > 0x10000:
            raise ValueError("address: the value does not fit below 0xFFFF")
        return self


class Sign(Settings):
    """`[[sign]]`: a register by which `gateway scan` knows the device: it `is_id`, or holds a number `between` two."""

    function: Function
    address: Address
    is_id: bool = False
    between: Annotated[tuple[int, int] | None, BeforeValidator(_tuple)] = None

    @model_validator(mode="after")
    def _says_something(self) -> "Sign":
        if self.is_id == (self.between is not None):
            raise ValueError("sign: it is the unit's id, or between two numbers; one of the two")
        return self

    def fits(self, unit: int, content: int) -> bool:
        """Say whether a register of unit `unit` that holds `content` is this sign."""
        return content == unit if self.between is None else self.between[0] <= content <= self.between[1]


class Exactly(Settings):
    """`[[block]]`: registers that the device gives only in exactly this read."""

    function: Function
    address: Address
    count: Annotated[int, Field(ge=1, le=MOST_BITS)]


class RegisterMap(Settings):
    """`config/maps/<name>.toml`: what a device's registers mean, and how the device wants to be read.

    `baud` and `line` are what it is sold with. Points next to each other are read together, also over a gap of up to
    `gap` registers in between, at most `most` registers (`most_bits` bits) at once, never over one of the `holes`
    ([first, last] addresses that the device does not have). `pause_s` is the rest it needs after each of its answers.
    `all_zero_is_fault`: every register 0 at once is a board without its sensor. `first`: it is asked before the others
    when several are due. `confidence` says how well the map is known: from a manual, a capture, somebody's working
    source, or unverified; then compare the first values with another instrument.
    """

    model: str
    source: str
    confidence: Confidence = "manual"
    help: Help
    point: Annotated[tuple[Point, ...], BeforeValidator(_tuple), Field(min_length=1)]
    sign: Annotated[tuple[Sign, ...], BeforeValidator(_tuple)] = ()
    block: Annotated[tuple[Exactly, ...], BeforeValidator(_tuple)] = ()
    baud: Baud | None = None
    line: LineFormat | None = None
    gap: Annotated[int, Field(ge=0, le=20)] = 0
    most: Annotated[int, Field(ge=2, le=MOST_REGISTERS)] = MOST_REGISTERS
    most_bits: Annotated[int, Field(ge=1, le=MOST_BITS)] = MOST_BITS
    holes: Annotated[tuple[Place, ...], BeforeValidator(_pairs)] = ()
    pause_s: Annotated[Seconds, Field(ge=0, le=10)] = 0.0
    answer_within_s: Annotated[Seconds, Field(gt=0, le=10)] | None = None
    all_zero_is_fault: bool = False
    first: bool = False

    @model_validator(mode="after")
    def _quantities_differ(self) -> "RegisterMap":
        said = [(point.probe, point.quantity) for point in self.point]
        if len(set(said)) < len(said):
            raise ValueError("point: two points have the same quantity; nobody could tell them apart")
        return self

    @model_validator(mode="after")
    def _values_are_whole(self) -> "RegisterMap":
        for point in self.point:
            first, end = point.span
            if end - first > (self.most_bits if point.function in _BITS else self.most):
                raise ValueError(f"point: {point.quantity} at {point.address} takes more than one read can hold")
            if any(hole[0] < end and first <= hole[1] for hole in self.holes):
                raise ValueError(f"holes: {point.quantity} at {point.address} lies in one")
        return self

    def blocks(self) -> "tuple[Block, ...]":
        """Say which requests read this map."""
        return blocks(
            self.point, gap=self.gap, most=self.most, most_bits=self.most_bits, holes=self.holes, exactly=self.block
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Registers (functions 1 and 2: bits) to read in one request, and the points in them."""

    function: int
    address: int
    count: int
    points: tuple[Point, ...]

    @property
    def data_bytes(self) -> int:
        """How many bytes of data its answer has."""
        return (self.count + 7) // 8 if self.function in _BITS else 2 * self.count


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
    from difflib import get_close_matches  # only who mistypes needs it

    close = get_close_matches(name, known, 1)
    there_are = f"there are {', '.join(sorted(known))}"
    raise ValueError(f"no map {name!r}; " + (f"did you mean {close[0]}?" if close else there_are))


def _read(path: Path) -> RegisterMap:
    try:
        return RegisterMap.model_validate(tomllib.loads(path.read_text("utf-8"), parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"maps/{path.name}: {error}") from None
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        raise ValueError(f"maps/{path.name}: {'; '.join(mistakes)}") from None


def blocks(
    points: Iterable[Point],
    *,
    gap: int = 0,
    most: int = MOST_REGISTERS,
    most_bits: int = MOST_BITS,
    holes: Sequence[Place] = (),
    exactly: Sequence[Exactly] = (),
) -> tuple[Block, ...]:
    """Say which requests read all `points`: as few as the limits allow, no value split over two of them.

    What belongs to a value (its sign, its decimals) is part of it. Two points are read together over at most `gap`
    registers that nobody wants, and over none of the `holes`. Points inside one of `exactly` are read just so.
    """
    found: list[Block] = []
    open_to_more = False
    for point in sorted(points, key=lambda point: (point.function, *point.span)):
        first, end = point.span
        fixed = next((one for one in exactly if _holds(one, point)), None)
        limit = most_bits if point.function in _BITS else most
        last = found[-1] if found else None
        if fixed is not None:
            if last and (last.function, last.address, last.count) == (fixed.function, fixed.address, fixed.count):
                found[-1] = Block(last.function, last.address, last.count, (*last.points, point))
            else:
                found.append(Block(fixed.function, fixed.address, fixed.count, (point,)))
            open_to_more = False
            continue
        if last and open_to_more and last.function == point.function:
            last_end = last.address + last.count
            count = max(last_end, end) - last.address
            over_hole = any(hole[0] < first and last_end <= hole[1] for hole in holes)
            if first <= last_end + gap and count <= limit and not over_hole:
                found[-1] = Block(last.function, last.address, count, (*last.points, point))
                continue
        found.append(Block(point.function, first, end - first, (point,)))
        open_to_more = True
    return tuple(found)


def _holds(block: Exactly, point: Point) -> bool:
    first, end = point.span
    return block.function == point.function and block.address <= first and end <= block.address + block.count
