"""What is wrong on a Modbus line: each unit is asked a few times, and what comes back is looked at byte by byte."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.diagnosis.finding import Finding, finding
from gateway.diagnosis.scan import LINES, Setting, Tell, overheard, speed_of
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.modbus_line import Denied, Line, Question, frames_in
from gateway.drivers.modbus_polls import Member
from gateway.drivers.port import Port
from gateway.drivers.register_map import Block
from gateway.drivers.register_values import decode
from gateway.drivers.tapped_port import TappedPort, Traffic
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import Quality, Weight

TIMES: Final = 3
"""How often each unit is asked: a single odd answer is noise."""

OVERHEAR_S: Final = 1.5
LATE_S: Final = 1.5
"""How long a late answer is waited for."""

BAUDS: Final = (9600, 4800, 19200, 2400, 38400)


@dataclass(slots=True)
class Look:
    """What came of asking one unit."""

    channel: str
    member: Member
    good: int = 0
    silent: int = 0
    crc: int = 0
    garbage: int = 0
    foreign: int = 0
    denied: dict[int, Block] = field(default_factory=dict)
    echoes: int = 0
    unechoed: int = 0
    late_ms: list[int] = field(default_factory=list)
    absurd: str = ""
    sensor: str = ""
    seen: bytes = b""

    @property
    def alive(self) -> bool:
        """Whether it said anything that only it could say."""
        return bool(self.good or self.denied or self.late_ms)


async def examine_bus(name: str, bus: ModbusBus, *, tell: Tell = lambda _: None) -> list[Finding]:
    """Say all that is wrong on a bus; an empty list means that every unit answers as it should.

    Raises:
        PortLost: The port cannot be opened, or went away.
    """
    serial = bus.port is not None
    found: list[Finding] = []
    async with bus.open() as port:
        log: list[Traffic] = []
        line = bus.on(TappedPort(port, log.append))
        if serial:
            tell(f"{name}: …")
            found += unasked(name, await overheard(port, OVERHEAR_S))
        looks = []
        for channel, member in bus.members().items():
            tell(f"{name}/{channel} …")
            look = Look(channel, member)
            await _look(look, line, port, log)
            if look.denied and (hint := await _off_by_one(look, line)):
                found.append(finding("refused", f"{name}/{channel}", "exception 2", hint=f" ({hint})"))
                look.denied.clear()
            looks.append(look)
    if bus.echo and not any(look.echoes for look in looks) and any(look.unechoed for look in looks):
        return [*found, finding("no-echo", name)]
    if not bus.echo and any(look.echoes for look in looks):
        found.append(finding("echo", name))
        for look in looks:
            look.crc = 0  # an answer with its question in front: the echo is the cause, not a second one beside it
    answers_at: Setting | None = None
    # A head that is right proves the speed: then it is not looked for elsewhere.
    if serial and not any(look.alive or look.crc for look in looks):
        answers_at = await _other_speed(bus, tell)
    return found + list(conclude(name, bus, looks, answers_at, already=bool(found)))


def conclude(
    name: str, bus: ModbusBus, looks: list[Look], answers_at: Setting | None, *, already: bool = False
) -> Iterator[Finding]:
    """Draw the conclusions from what came of asking every unit; `already` says that a cause is known."""
    if answers_at is not None:
        at = f'baud = {answers_at[0]}, line = "{answers_at[1]}"'
        heard = b"".join(look.seen for look in looks)
        yield finding("wrong-speed", name, heard[:32].hex(" "), hint=at)
        return
    if all(look.silent == TIMES for look in looks):
        if not already:
            yield finding("silent-port", name, port=bus.port or bus.host)
        return
    for look in looks:
        yield from _of_unit(f"{name}/{look.channel}", look, looks)


def _of_unit(about: str, look: Look, looks: list[Look]) -> Iterator[Finding]:
    seen = look.seen[:32].hex(" ")
    others_sound = any(other is not look and other.good for other in looks)
    others_spoilt = any(other is not look and (other.crc or other.garbage) for other in looks)
    if look.late_ms:
        ms = max(look.late_ms)
        yield finding("late", about, seen, ms=ms, s=round(1.5 * ms / 1000 + look.member.answer_within_s, 1))
    elif look.crc + look.garbage >= TIMES - 1 and others_sound and not others_spoilt:
        yield finding("same-id", about, seen, unit=look.member.id)
    elif look.crc:
        yield finding("crc", about, seen)
    elif look.garbage:
        yield finding("garbage", about, seen, hint=" ".join(LINES))
    elif look.foreign:
        yield finding("foreign-answer", about, seen)
    elif look.silent:
        yield finding("silent-unit", about, f"{look.silent}/{TIMES}")
    for code in look.denied:
        if code in (1, 2, 3):
            yield finding("refused", about, f"exception {code}", hint="")
        else:
            yield finding("failing", about, f"exception {code}")
    if look.absurd:
        yield finding("word-order", about, look.absurd)
    elif look.sensor:
        yield finding("sensor-fault" if look.member.weigh is None else "load-cell", about, look.sensor)


def unasked(about: str, heard: bytes) -> Iterator[Finding]:
    """Say what it means that something is heard although nobody asked."""
    if not heard:
        return
    if any(True for _ in frames_in(heard)):
        yield finding("two-masters", about, heard[:32].hex(" "))
    else:
        yield finding("talks-unasked", about, heard[:32].hex(" "))


async def _look(look: Look, line: Line, port: Port, log: list[Traffic]) -> None:
    """Ask a unit for its first block a few times, and once for each of the others."""
    first, *others = look.member.blocks
    for block in [first] * TIMES + others:
        log.clear()
        question = Question(look.member.id, block.function, block.address, block.count, look.member.answer_within_s)
        try:
            answer = await line.ask(question)
        except DeviceSilent:
            if block is first or look.good:
                await _silence(look, question, port, log)
        except BadFrame:
            _odd(look, question, _heard(log))
        else:
            if isinstance(answer, Denied):
                look.denied[answer.code] = block
            else:
                look.good += 1
                _values(look, block, answer)
        look.seen = _heard(log) or look.seen
        sent = b"".join(traffic.data for traffic in log if traffic.sent)
        if sent and (heard := _heard(log)):
            echoed = heard.startswith(sent)
            look.echoes += echoed
            look.unechoed += not echoed


def _heard(log: list[Traffic]) -> bytes:
    return b"".join(traffic.data for traffic in log if not traffic.sent)


async def _silence(look: Look, question: Question, port: Port, log: list[Traffic]) -> None:
    """Wait for an answer that comes too late."""
    sent_at = next((traffic.at for traffic in log if traffic.sent), 0.0)
    loop = asyncio.get_running_loop()
    end = loop.time() + LATE_S
    heard = b""
    while (left := end - loop.time()) > 0:
        try:
            heard += await port.read(within_s=left)
        except DeviceSilent:
            break
        if question.unit in heard:
            look.late_ms.append(round((loop.time() - sent_at) * 1000))
            look.seen = heard
            return
    if heard:
        _odd(look, question, heard)
    else:
        look.silent += 1


def _odd(look: Look, question: Question, heard: bytes) -> None:
    """Sort bytes that are no answer to the question."""
    own = bytes((question.unit, question.function, question.data_bytes))
    if any(frame[0] != question.unit for frame in frames_in(heard)):
        look.foreign += 1
    elif any(heard.find(own[:size]) >= 0 for size in (3, 2)):
        look.crc += 1
    else:
        look.garbage += 1


def _values(look: Look, block: Block, answer: tuple[int, ...]) -> None:
    if look.member.weigh is not None:
        _weight(look, look.member.weigh, answer)
        return
    for value in decode(block, answer):
        if value.quality is Quality.BAD:
            if "look at order" in value.why:
                look.absurd = value.why
            else:
                look.sensor = look.sensor or value.why


def _weight(look: Look, weigh: Callable[[Sequence[int]], Weight], answer: tuple[int, ...]) -> None:
    """Look at what a transmitter weighs: overload is no fault of it, a load cell that is gone is."""
    try:
        weight = weigh(answer)
    except BadFrame as bad:
        look.sensor = bad.why
        return
    if weight.condition == "error":
        look.sensor = " ".join(f"{word:04x}" for word in answer)


async def _off_by_one(look: Look, line: Line) -> str:
    """Say where a refused register is answered, one address up or down."""
    block = look.denied.get(2)
    if block is None or look.good:
        return ""
    for address in (block.address - 1, block.address + 1):
        if address < 0:
            continue
        question = Question(look.member.id, block.function, address, block.count, look.member.answer_within_s)
        try:
            answer = await line.ask(question)
        except (DeviceSilent, BadFrame):
            continue
        if isinstance(answer, tuple):
            return f"{address:#06x}"
    return ""


async def _other_speed(bus: ModbusBus, tell: Tell) -> Setting | None:
    """Look for a speed at which a unit answers; what their maps say first."""
    sold = [(known.baud or bus.baud, known.line or bus.line) for known in bus.maps]
    walk = dict.fromkeys([*sold, *((baud, line) for baud in BAUDS for line in LINES)])
    walk.pop((bus.baud, bus.line), None)
    ids = [member.id for member in bus.members().values()][:2]
    try:
        return await speed_of(bus.port or "", walk, ids, tell=tell)
    except PortLost:
        return None
