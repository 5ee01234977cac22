"""From registers to values, exactly; what the device does not know is a BAD value, never a number."""

import math
import struct
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from gateway.drivers.register_map import Block, Encoding, Order, Point
from gateway.reading import Measurement, Quality

_FORMATS: Final[dict[Encoding, str]] = {
    "int16": ">h",
    "uint16": ">H",
    "int32": ">i",
    "uint32": ">I",
    "int64": ">q",
    "uint64": ">Q",
}
_FLOAT32_DIGITS: Final = range(6, 10)
_MOST_DECIMALS: Final = 9
_OFFSET: Final = 10_000
_FLOATS: Final = ("float32", "float64")
_ABSURD: Final = Decimal("1e-9")
"""Nothing measured here is nearer to 0 without being 0: such a float was put together in the wrong order."""


class _NoValue(Exception):
    """The registers hold no value; the text says why."""


def decode(block: Block, answer: Sequence[int], channel: str = "") -> tuple[Measurement, ...]:
    """Give the values in a block that was read: `answer` holds its registers, for functions 1 and 2 its bits."""
    return tuple(_measure(point, block.address, answer, channel) for point in block.points)


def fault(point: Point, why: str, channel: str = "") -> Measurement:
    """Give the value of a point that has none."""
    return Measurement(point.quantity, None, point.unit, source_channel(point, channel), Quality.BAD, why)


def source_channel(point: Point, channel: str) -> str:
    """Name the channel a point's values come from: the unit's, or `unit.probe`."""
    return f"{channel}.{point.probe}" if point.probe else channel


def _measure(point: Point, first: int, answer: Sequence[int], channel: str) -> Measurement:
    if point.fault is not None and (set_bits := answer[point.fault.address - first] & point.fault.mask):
        return fault(point, f"the device reports a fault ({set_bits:#06x})", channel)
    at = point.address - first
    content = answer[at : at + point.registers]
    where = source_channel(point, channel)
    if point.type == "bit":
        is_set = bool(content[0] >> (point.bit or 0) & 1) != point.inverted
        return Measurement(point.quantity, Decimal(int(is_set)), point.unit, where)
    try:
        if point.type == "string":
            return Measurement(point.quantity, None, point.unit, where, text=_text(_in_order(content, point.order)))
        return Measurement(point.quantity, _amount(point, first, answer, content), point.unit, where)
    except _NoValue as none:
        return fault(point, str(none), channel)


def _amount(point: Point, first: int, answer: Sequence[int], content: Sequence[int]) -> Decimal:
    data = _in_order(content, point.order)
    if int.from_bytes(data, "big") in point.no_value:
        raise _NoValue(f"the sensor says it has no value ({data.hex()})")
    raw = _READ[point.type](data)
    if point.type in _FLOATS and 0 < abs(raw) < _ABSURD:
        raise _NoValue(f"{raw} is absurdly small: look at order")
    if point.sign is not None and answer[point.sign.address - first] & point.sign.mask:
        raw = -raw
    if point.decimals_at is not None:
        decimals = answer[point.decimals_at - first]
        if decimals > _MOST_DECIMALS:
            raise _NoValue(f"{decimals} is no number of decimals")
        raw = raw.scaleb(-decimals)
    if point.exponent_at is not None:
        exponent = _signed(answer[point.exponent_at - first])
        if abs(exponent) > _MOST_DECIMALS:
            raise _NoValue(f"{exponent} is no exponent")
        raw = raw.scaleb(exponent)
    amount = raw * point.scale + point.offset
    if point.valid is not None and not point.valid[0] <= amount <= point.valid[1]:
        raise _NoValue(f"{amount} is outside {point.valid[0]} to {point.valid[1]}")
    if point.saturates is not None and amount >= point.saturates:
        raise _NoValue(f"{amount} is the end of the sensor's range")
    return amount


def _in_order(words: Sequence[int], order: Order) -> bytes:
    """Give the value's bytes, most significant first; the word order is that of all words."""
    if order in ("CDAB", "DCBA"):
        words = words[::-1]
    return struct.pack(f"{'<' if order in ('BADC', 'DCBA') else '>'}{len(words)}H", *words)


def _signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word


def _text(data: bytes) -> str:
    """Give a text padded with zeros or blanks."""
    try:
        text = data.decode("ascii").rstrip("\0 ")
    except UnicodeDecodeError:
        raise _NoValue(f"not a text ({data.hex()})") from None
    if not text or not text.isprintable():
        raise _NoValue(f"not a text ({data.hex()})")
    return text


def _integer(type_: Encoding) -> Callable[[bytes], Decimal]:
    return lambda data: Decimal(struct.unpack(_FORMATS[type_], data)[0])


def _float32(data: bytes) -> Decimal:
    """Give the shortest decimal that is this float32: 230.4, not 230.399993896484375."""
    (value,) = struct.unpack(">f", data)
    if not math.isfinite(value):
        raise _NoValue("not a number")
    for digits in _FLOAT32_DIGITS:
        text = f"{value:.{digits}g}"
        try:
            again = struct.pack(">f", float(text))
        except OverflowError:  # the largest ones round up beyond what a float32 can hold
            continue
        if again == struct.pack(">f", value):
            break
    return Decimal(text)


def _float64(data: bytes) -> Decimal:
    (value,) = struct.unpack(">d", data)
    if not math.isfinite(value):
        raise _NoValue("not a number")
    return Decimal(repr(value))


def _bcd(data: bytes) -> Decimal:
    digits = data.hex()
    if not digits.isdecimal():
        raise _NoValue(f"not a BCD number ({digits})")
    return Decimal(int(digits))


def _magnitude(data: bytes) -> Decimal:
    bits = 8 * len(data)
    raw = int.from_bytes(data, "big")
    amount = Decimal(raw & ~(1 << bits - 1))
    return -amount if raw >> bits - 1 else amount


def _offset(data: bytes) -> Decimal:
    raw = int.from_bytes(data, "big")
    return Decimal(_OFFSET - raw if raw >= _OFFSET else raw)


_READ: Final[dict[str, Callable[[bytes], Decimal]]] = {
    **{type_: _integer(type_) for type_ in _FORMATS},
    "float32": _float32,
    "float64": _float64,
    "bcd16": _bcd,
    "bcd32": _bcd,
    "magnitude16": _magnitude,
    "magnitude32": _magnitude,
    "offset10000": _offset,
}
