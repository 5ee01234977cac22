"""A scale or weighing indicator on a serial line, speaking one of the protocols in `scales/`."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from gateway.drivers.port import Baud, LineFormat, Port, PortName, open_port
from gateway.drivers.scales import SCALES
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame, DeviceSilent
from gateway.reading import Weight
from gateway.settings import Amount, Seconds, Settings
from gateway.units import GRAM, KILOGRAM, SHOWN, TONNE

BAD_ANSWERS_IN_A_ROW: Final = 3
"""How many garbled answers an asked scale may give before the conversation is over."""

_UNITS: Final = {"kg": KILOGRAM, "g": GRAM, "t": TONNE}


def _known(name: str) -> str:
    if name not in SCALES:
        close = get_close_matches(name, SCALES, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(SCALES)}"
        raise ValueError(f"no scale protocol {name!r}; {hint}")
    return name


ScaleName = Annotated[str, AfterValidator(_known), WithJsonSchema({"enum": sorted(SCALES)})]


class Scale(Settings):
    """`[device.<name>]` with `driver = "scale"`.

    `unit` is what the scale shows. Where frames name no unit it must be given; where they do, a frame in another one
    than `unit` (kg, if nothing is given) is refused: one lost byte makes "kg" a "g". `every_s` is the pace of asking;
    a scale that talks unasked sets its own. `max_kg`, `interval_kg` (verification scale interval e) and
    `verified_until` stand on the scale's plate and its verification mark; they become part of each weighing's
    evidence.
    """

    driver: Literal["scale"]
    port: PortName
    protocol: ScaleName
    baud: Baud | None = None
    line: LineFormat | None = None
    unit: Literal["kg", "g", "t"] | None = None
    every_s: Annotated[Seconds, Field(ge=0.02, le=60)] = 0.1
    answer_within_s: Annotated[Seconds, Field(gt=0, le=60)] | None = None
    max_kg: Annotated[Amount, Field(gt=0)] | None = None
    interval_kg: Annotated[Amount, Field(gt=0)] | None = None
    verified_until: date | None = None

    @model_validator(mode="after")
    def _unit_is_known(self) -> "Scale":
        if self.unit is None and not SCALES[self.protocol].says_unit:
            raise ValueError(f"unit: {self.protocol} frames name no unit; say what the scale shows: kg, g or t")
        return self

    async def talk(self) -> AsyncGenerator[Weight, None]:
        """Yield every weight the scale sends, for as long as the line holds.

        Raises:
            DeviceError: The conversation broke; calling again starts a new one.
        """
        protocol = SCALES[self.protocol]
        if self.answer_within_s is not None:
            protocol = replace(protocol, answer_within_s=self.answer_within_s)
        async with (
            open_port(self.port, baud=self.baud or protocol.baud, line=self.line or protocol.line) as port,
            aclosing(weights(port, protocol, _UNITS[self.unit or "kg"], self.every_s)) as values,
        ):
            async for value in values:
                yield value


def weights(port: Port, protocol: ScaleProtocol, unit: str, every_s: float = 0.1) -> AsyncGenerator[Weight, None]:
    """Give the weights, in `unit` (UN/ECE code), of a scale on an open port; each carries the frame it was read from.

    A garbled frame is never a weight. One of them does not end the conversation either, since the next frame is a
    fraction of a second away; when no good one comes in time, what was garbled is the reason given.

    Raises:
        DeviceSilent: Nothing came for `protocol.answer_within_s`.
        BadFrame: Something came, but no frame of this protocol: for as long as that, or three answers in a row.
        PortLost: The line is gone.
    """
    if protocol.ask is None:
        return _unasked(port, protocol, unit)
    return _asked(port, protocol, unit, protocol.ask, every_s)


async def _unasked(
    port: Port, protocol: ScaleProtocol, unit: str, now: Callable[[], float] = time.monotonic
) -> AsyncGenerator[Weight, None]:
    """Give the newest good frame each time something came; older ones are history, not weights."""
    rest = b""
    start_seen = bool(protocol.start)  # a line without start mark begins where the one before it ended
    bad: BadFrame | None = None
    deadline = now() + protocol.answer_within_s
    while True:
        left = deadline - now()
        if left <= 0:
            raise bad or DeviceSilent(f"no whole frame for {protocol.answer_within_s:g} s")
        try:
            rest += await port.read(within_s=left)
        except DeviceSilent as silent:
            raise bad or silent from None
        if now() - port.heard_at > protocol.answer_within_s:
            rest = b""  # it lay here while nobody was reading: too old to be the weight now
            continue
        pieces, rest = protocol.cut(rest)
        if pieces and not start_seen:
            start_seen = True
            del pieces[0]
        for piece in reversed(pieces):
            try:
                weight = _weigh(protocol, unit, piece)
            except BadFrame as error:
                bad = error
                continue
            yield weight
            bad = None
            deadline = now() + protocol.answer_within_s
            break


async def _asked(
    port: Port, protocol: ScaleProtocol, unit: str, ask: bytes, every_s: float
) -> AsyncGenerator[Weight, None]:
    """Ask, take the first whole answer, and wait for the next turn; turns that were missed are skipped."""
    loop = asyncio.get_running_loop()
    turn = loop.time()
    bad_in_a_row = 0
    while True:
        port.discard()
        await port.write(ask)
        try:
            weight = _weigh(protocol, unit, await _answer(port, protocol, loop.time))
        except BadFrame:
            bad_in_a_row += 1
            if bad_in_a_row == BAD_ANSWERS_IN_A_ROW:
                raise
        else:
            bad_in_a_row = 0
            yield weight
        turn += every_s * max(1, -((turn - loop.time()) // every_s))
        await asyncio.sleep(turn - loop.time())


async def _answer(port: Port, protocol: ScaleProtocol, now: Callable[[], float]) -> bytes:
    deadline = now() + protocol.answer_within_s
    heard = b""
    while True:
        heard += await port.read(within_s=max(0.0, deadline - now()))
        pieces, _ = protocol.cut(heard)
        if pieces:
            return pieces[0]


def _weigh(protocol: ScaleProtocol, unit: str, frame: bytes) -> Weight:
    weight = protocol.parse(frame)
    if weight.amount is None:
        return replace(weight, raw=frame)
    if protocol.says_unit and weight.unit != unit:
        raise BadFrame(f"the scale speaks of {SHOWN.get(weight.unit or '')}, the config of {SHOWN[unit]}", frame)
    return replace(weight, unit=unit, raw=frame)
