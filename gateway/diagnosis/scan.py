"""Who is on this port: speeds, parities and unit ids walked through, and known devices recognised by what they say."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.drivers.modbus_line import Answer, Line, Question, RtuLine
from gateway.drivers.port import Port, open_port
from gateway.drivers.register_map import MAPS, RegisterMap, load_map
from gateway.drivers.register_values import decode
from gateway.drivers.scales import SCALES
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import Measurement, Quality

Setting = tuple[int, str]
"""Baud and line format."""

OpenAt = Callable[[str, int, str], AbstractAsyncContextManager[Port]]
Tell = Callable[[str], None]
Ask = Callable[[int, int, int], Awaitable[Answer | None]]
"""Function, address, count."""

BAUDS: Final = (9600, 4800, 19200, 2400, 38400)
LINES: Final = ("8N1", "8E1", "8N2")
USUAL_IDS: Final = (*range(1, 17), 104, 240)
"""1 on nearly all; Senseair 104, Vaisala 240."""

LISTEN_S: Final = 0.4
ANSWER_WITHIN_S: Final = 0.15
GOOD_FRAMES: Final = 2
"""So many frames in a row of one protocol are no accident."""

_HEARD_MOST: Final = 1024


@dataclass(frozen=True, slots=True)
class Guess:
    """A map that reads the unit, how sure that is (`signs` of it that fit), and the values it gives."""

    map: str
    model: str
    signs: int
    values: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A Modbus unit that answered; `guesses` are the maps that fit it, best first."""

    id: int
    guesses: tuple[Guess, ...]


@dataclass(slots=True)
class Found:
    """What is on a port, and at which setting."""

    port: str
    setting: Setting
    units: list[FoundUnit] = field(default_factory=list)
    scales: list[str] = field(default_factory=list)
    heard: bytes = b""
    spoilt: list[int] = field(default_factory=list)
    """Ids under which something answers, but never a whole frame: two units with one id, or noise."""


@asynccontextmanager
async def _opened(path: str, baud: int, line: str) -> AsyncIterator[Port]:
    async with open_port(path, baud=baud, line=line) as port:
        yield port


def settings(bauds: Sequence[int] = BAUDS, lines: Sequence[str] = LINES) -> list[Setting]:
    """Give the settings to walk through: the usual ones first, then those only some scale is sold with."""
    usual = [(baud, line) for baud in bauds for line in lines]
    return list(dict.fromkeys([*usual, *((protocol.baud, protocol.line) for protocol in SCALES.values())]))


async def scan(
    path: str,
    walk: Iterable[Setting],
    ids: Sequence[int] = USUAL_IDS,
    *,
    tell: Tell = lambda _: None,
    open_at: OpenAt = _opened,
    maps: Sequence[Path] = (MAPS,),
) -> Found | None:
    """Walk through settings until somebody speaks sense; give who it is, or None.

    What is heard unasked is tried as every scale protocol; then every unit id is asked. A line has one speed, so the
    walk ends at the first setting with an answer. Nothing is ever written to a device.

    Raises:
        PortLost: The port cannot be opened.
    """
    noisy: Found | None = None
    async with aclosing(_walked(path, walk, tell, open_at)) as opened:
        async for port, (baud, line) in opened:
            found = Found(path, (baud, line))
            found.heard = await overheard(port, LISTEN_S)
            found.scales = scales_in(found.heard)
            if not found.scales:
                found.units = await _units(
                    RtuLine(port, baud=baud, line=line, late_s=0.05), ids, tell, maps, found.spoilt
                )
            if not found.units and not found.scales:
                found.scales = await _asked_scales(port, baud, line, tell)
            if found.units or found.scales:
                return found
            if found.heard and noisy is None:
                noisy = found
    return noisy


async def _walked(
    path: str, walk: Iterable[Setting], tell: Tell, open_at: OpenAt
) -> AsyncGenerator[tuple[Port, Setting], None]:
    """Open a port at one setting after the other; one that the adapter cannot do is passed over.

    Raises:
        PortLost: It cannot be opened at any of them.
    """
    refused: PortLost | None = None
    opened = False
    for baud, line in walk:
        tell(f"{path}: {baud} {line} …")
        try:
            async with open_at(path, baud, line) as port:
                opened = True
                yield port, (baud, line)
        except PortLost as lost:
            refused = lost
    if refused is not None and not opened:
        raise refused


async def overheard(port: Port, seconds: float) -> bytes:
    """Give what comes while nobody here asks."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    heard = b""
    while (left := end - loop.time()) > 0 and len(heard) < _HEARD_MOST:
        try:
            heard += await port.read(within_s=left)
        except DeviceSilent:
            break
    return heard


def scales_in(heard: bytes) -> list[str]:
    """Name the scale protocols that understand what was heard, those that understand most of it first."""
    understood: dict[str, tuple[int, int]] = {}
    for name, protocol in SCALES.items():
        pieces, _ = protocol.cut(heard, over=True)
        good = sum(_is_weight(name, piece) for piece in pieces)
        bad = len(pieces) - good
        if good >= GOOD_FRAMES and bad <= 1 + good // 4:
            understood[name] = (-good + bad, protocol.ask is not None)
    return sorted(understood, key=lambda name: understood[name])


def _is_weight(name: str, piece: bytes) -> bool:
    try:
        SCALES[name].parse(piece)
    except BadFrame:
        return False
    return True


async def _asked_scales(port: Port, baud: int, line: str, tell: Tell) -> list[str]:
    """Ask as each scale protocol of this setting asks, and name those that are answered."""
    for name, protocol in SCALES.items():
        if protocol.ask is None or (protocol.baud, protocol.line) != (baud, line):
            continue
        tell(f"{name} …")
        with suppress(DeviceSilent):
            await port.write(b"\r\n")  # what was asked before is half a command to a scale
            await port.drain(quiet_s=LISTEN_S / 4, at_most_s=LISTEN_S)
            await port.write(protocol.ask)
        heard = await overheard(port, LISTEN_S)
        pieces, _ = protocol.cut(heard, over=True)
        if any(_is_weight(name, piece) for piece in pieces):
            return [name, *(other for other in SCALES if other != name and SCALES[other].ask == protocol.ask)]
    return []


async def _units(
    line: Line, ids: Sequence[int], tell: Tell, maps: Sequence[Path], spoilt: list[int]
) -> list[FoundUnit]:
    found = []
    for number in ids:
        if await is_there(line, number, spoilt):
            tell(f"id {number} …")
            found.append(FoundUnit(number, await recognise(line, number, maps)))
    return found


async def is_there(line: Line, unit: int, spoilt: list[int] | None = None) -> bool:
    """Say whether a unit answers, be it with a refusal: that proves speed, parity and id.

    One whose answers begin as they should and never end so is noted in `spoilt`.
    """
    begun = 0
    for function in (3, 4):
        try:
            await line.ask(Question(unit, function, 0, 1, ANSWER_WITHIN_S))
        except DeviceSilent:
            return False
        except BadFrame as bad:
            echo = bad.frame.startswith(bytes((unit, function, 0, 0, 0, 1)))
            begun += bad.frame[:1] == bytes((unit,)) and not echo
            continue
        return True
    if begun and spoilt is not None:
        spoilt.append(unit)
    return False


async def recognise(line: Line, unit: int, directories: Sequence[Path] = (MAPS,)) -> tuple[Guess, ...]:
    """Give the maps that read a unit, best first: those whose signs fit, then those with the most sound values."""
    answers: dict[tuple[int, int, int], Answer | None] = {}

    async def ask(function: int, address: int, count: int) -> Answer | None:
        key = function, address, count
        if key not in answers:
            try:
                answers[key] = await line.ask(Question(unit, function, address, count, 2 * ANSWER_WITHIN_S))
            except (DeviceSilent, BadFrame):
                answers[key] = None
        return answers[key]

    ranked: list[tuple[tuple[int, bool, int], Guess]] = []
    for name in dict.fromkeys(path.stem for directory in directories for path in sorted(directory.glob("*.toml"))):
        known = load_map(name, directories)
        if name == "generic":
            continue
        read = await _read(ask, known)
        if read is None:
            continue
        signs = 0
        for sign in known.sign:
            answer = await ask(sign.function, sign.address, 1)
            signs += isinstance(answer, tuple) and sign.fits(unit, answer[0])
        good = sum(value.quality is Quality.GOOD for value in read)
        if known.sign and not signs and known.confidence != "unverified":
            signs = -1
        # Values alone prove little: temperature and humidity look right in either order.
        rank = (-signs, known.confidence == "unverified", len(read) - 2 * good)
        if good:
            ranked.append((rank, Guess(name, known.model, max(signs, 0), read)))
    ranked.sort(key=lambda one: one[0])
    return tuple(guess for _, guess in ranked)


async def _read(ask: Ask, known: RegisterMap) -> tuple[Measurement, ...] | None:
    """Give all values of a map, or None when the unit has not all of its registers."""
    values: list[Measurement] = []
    for block in known.blocks():
        answer = await ask(block.function, block.address, block.count)
        if not isinstance(answer, tuple):
            return None
        if known.all_zero_is_fault and not any(answer):
            return None
        values += decode(block, answer)
    return tuple(values)


async def speed_of(
    path: str, walk: Iterable[Setting], ids: Sequence[int], *, tell: Tell, open_at: OpenAt = _opened
) -> Setting | None:
    """Give the setting at which one of these units answers; None when at none.

    Raises:
        PortLost: The port cannot be opened any more.
    """
    async with aclosing(_walked(path, walk, tell, open_at)) as opened:
        async for port, (baud, line) in opened:
            asked = RtuLine(port, baud=baud, line=line, late_s=0.05)
            for number in ids:
                if await is_there(asked, number):
                    return baud, line
    return None
