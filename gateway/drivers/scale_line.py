"""The conversation with a scale on an open line: what it says unasked, or what it answers."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Final

from gateway.drivers.port import Port
from gateway.drivers.scales.protocol import Greeting, ScaleProtocol, explained
from gateway.errors import BadFrame, DeviceSilent
from gateway.reading import Weight
from gateway.units import SHOWN

BAD_ANSWERS_IN_A_ROW: Final = 3
"""How many garbled answers an asked scale may give before the conversation is over."""

KEPT_FOR_THE_REASON: Final = 64
"""How much of what made no sense is looked at to say what is wrong."""


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


class _Trouble:
    """What came and made no sense since the last good frame; it says what is wrong better than silence does."""

    def __init__(self) -> None:
        self._heard = b""
        self._bad: BadFrame | None = None

    def note(self, bad: BadFrame) -> None:
        self._bad = bad
        self._heard = (self._heard + bad.frame)[-KEPT_FOR_THE_REASON:]

    def over(self) -> None:
        self._heard, self._bad = b"", None

    def reason(self, rest: bytes, silent: DeviceSilent) -> BadFrame | DeviceSilent:
        """Give what to raise: what was garbled, or what never ended, or the silence."""
        if self._bad is None:
            if not rest:
                return silent
            self._bad = BadFrame("something came, but no whole frame", rest[-KEPT_FOR_THE_REASON:])
        return explained(self._bad, (self._heard + rest)[-KEPT_FOR_THE_REASON:])


async def _unasked(
    port: Port, protocol: ScaleProtocol, unit: str, now: Callable[[], float] = time.monotonic
) -> AsyncGenerator[Weight, None]:
    """Give the newest good frame each time something came; older ones are history, not weights."""
    rest = b""
    start_seen = bool(protocol.start)  # a line without start mark begins where the one before it ended
    trouble = _Trouble()
    deadline = now() + protocol.answer_within_s
    while True:
        left = deadline - now()
        if left <= 0:
            raise trouble.reason(rest, DeviceSilent(f"no whole frame for {protocol.answer_within_s:g} s"))
        over = False
        try:
            rest += await port.read(within_s=min(left, protocol.gap_s) if rest and protocol.gap_s else left)
        except DeviceSilent as silent:
            over = bool(rest) and protocol.gap_s is not None
            if not over:
                raise trouble.reason(rest, silent) from None
        if now() - port.heard_at > protocol.answer_within_s:
            rest = b""  # it lay here while nobody was reading: too old to be the weight now
            start_seen = bool(protocol.start)
            continue
        pieces, rest = protocol.cut(rest, over=over)
        if pieces and not start_seen:
            start_seen = True
            del pieces[0]
        for piece in reversed(pieces):
            try:
                weight = _weigh(protocol, unit, piece)
            except BadFrame as error:
                trouble.note(error)
                continue
            yield weight
            trouble.over()
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
        try:
            if protocol.greeting is not None:
                await _greet(port, protocol, protocol.greeting, loop.time)
            await port.write(ask)
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


async def _greet(port: Port, protocol: ScaleProtocol, greeting: Greeting, now: Callable[[], float]) -> None:
    """Say what the scale wants to hear first, and wait until it agreed.

    Raises:
        DeviceSilent: It said nothing.
        BadFrame: It said something else.
    """
    await port.write(greeting.say)
    heard = b""
    async for came in _until(port, now() + protocol.answer_within_s, now):
        heard = (heard + came)[-KEPT_FOR_THE_REASON:]
        if greeting.answer in heard:
            return
    raise explained(BadFrame("not the answer to a greeting", heard))


async def _answer(port: Port, protocol: ScaleProtocol, now: Callable[[], float]) -> bytes:
    """Give the first piece that begins like a frame.

    Raises:
        DeviceSilent: Nothing came.
        BadFrame: Something came, but nothing that begins and ends like a frame.
    """
    heard = rest = b""
    async for came in _until(port, now() + protocol.answer_within_s, now):
        heard = (heard + came)[-KEPT_FOR_THE_REASON:]
        pieces, rest = protocol.cut(rest + came)
        for piece in pieces:
            if piece.startswith(protocol.start):
                return piece
    raise explained(BadFrame("something came, but no whole answer", heard))


async def _until(port: Port, deadline: float, now: Callable[[], float]) -> AsyncGenerator[bytes, None]:
    """Give what comes until the deadline, however much it is.

    Raises:
        DeviceSilent: Nothing came at all.
    """
    silent = True
    while silent or now() < deadline:
        try:
            came = await port.read(within_s=max(0.0, deadline - now()))
        except DeviceSilent:
            if silent:
                raise
            return
        silent = False
        yield came


def _weigh(protocol: ScaleProtocol, unit: str, frame: bytes) -> Weight:
    weight = protocol.read(frame)
    if weight.amount is None:
        return replace(weight, raw=frame)
    unsaid = weight.unit is None and weight.stable is False  # some name the unit only at rest; such is never captured
    if protocol.says_unit and weight.unit != unit and not unsaid:
        raise BadFrame(f"the scale speaks of {SHOWN.get(weight.unit or '')}, the config of {SHOWN[unit]}", frame)
    return replace(weight, unit=unit, raw=frame)
