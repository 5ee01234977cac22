"""The conversation with all units of a Modbus line: whose turn it is, what is asked, and what a refusal means."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gateway import wire
from gateway.drivers.modbus_rounds import WAITED_FOR_S, Rounds
from gateway.drivers.register_map import Block, Point, blocks
from gateway.drivers.register_values import decode, fault, source_channel
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import Link, Measurement, Quality, Weight

if TYPE_CHECKING:
    from gateway.drivers.modbus_line import Answer, Denied, Line, Question

REFUSED_AGAIN_S: Final = 300.0
"""A question that the unit refuses as wrong is not repeated for so long: somebody may have changed the device."""

BUSY_AGAIN_S: Final = (1.0, 60.0)
"""A unit that is busy is left alone for so long, first and at most."""


@dataclass(frozen=True, slots=True)
class Member:
    """A unit as the bus asks it. `pause_s` is the rest it needs after an answer; `first` goes before the others.

    `weigh` reads the answer of a weighing transmitter, which has one block; the others measure.
    """

    id: int
    every_s: float
    answer_within_s: float
    blocks: tuple[Block, ...]
    all_zero_is_fault: bool = False
    pause_s: float = 0.0
    first: bool = False
    weigh: Callable[[Sequence[int]], Weight] | None = None

    @property
    def points(self) -> Iterator[Point]:
        """Everything it measures."""
        return (point for block in self.blocks for point in block.points)

    def channels(self, channel: str) -> list[str]:
        """Name the channels its values come from: the unit's own, and one for each probe."""
        return list(dict.fromkeys([channel, *(source_channel(point, channel) for point in self.points)]))


async def polls(line: "Line", members: Mapping[str, Member]) -> AsyncGenerator[Measurement | Weight | Link, None]:
    """Ask all members for ever, each at its pace.

    Raises:
        PortLost: The line is gone, or no member answers any more.
    """
    loop = asyncio.get_running_loop()
    rounds = Rounds(
        {channel: member.every_s for channel, member in members.items()},
        loop.time(),
        jitter=lambda: random.uniform(0.9, 1.1),
        first={channel for channel, member in members.items() if member.first},
    )
    talks = {channel: _Talk(channel, member) for channel, member in members.items()}
    while True:
        at, channel = rounds.next(loop.time())
        await asyncio.sleep(at - loop.time())
        talk = talks[channel]
        heard = False
        wire.speak(channel)
        for ask in talk.questions(loop.time()):
            await asyncio.sleep(talk.rested_at - loop.time())
            try:
                values = talk.take(ask, await line.ask(talk.question(ask)), loop.time())
            except (DeviceSilent, BadFrame) as error:
                wire.failed(error)
                for unknown in talk.unheard(ask.block.points if heard else (), str(error)):
                    yield unknown
                if heard:  # it lives, but not for this block
                    rounds.spare(channel, line.free_at(talk.member.id))
                elif rounds.failed(channel, loop.time(), line.free_at(talk.member.id)):
                    for name in talk.channels:
                        yield Link(up=False, why=str(error), channel=name)
                if rounds.all_down:
                    raise PortLost("no unit answers; look at the adapter, the cable and the power") from error
                break
            heard = True
            if rounds.answered(channel, loop.time()):
                for name in talk.channels:
                    yield Link(up=True, channel=name)
            for value in values:
                yield value
        rounds.spare(channel, talk.asked_again_at)


@dataclass(eq=False, slots=True)
class _Ask:
    """One question to a unit, and when it may be put again."""

    block: Block
    not_before: float = 0.0
    again_s: float = BUSY_AGAIN_S[0] / 2


class _Talk:
    """What goes on with one unit: its questions, those it refused set aside, and inputs that have just changed."""

    def __init__(self, channel: str, member: Member) -> None:
        self.member = member
        self.channels = member.channels(channel)
        self.rested_at = 0.0
        self._channel = channel
        self._asks = [_Ask(block) for block in member.blocks]
        self._seen: dict[tuple[str, str], tuple[object, int]] = {}
        self._heard = False

    @property
    def asked_again_at(self) -> float:
        """When there is something to ask it again; 0 when there is now."""
        return min(ask.not_before for ask in self._asks)

    def questions(self, now: float) -> Iterator[_Ask]:
        """Yield what is to be asked in this turn; pieces of a question that is refused meanwhile follow it."""
        at = 0
        while at < len(self._asks):
            ask = self._asks[at]
            if ask.not_before <= now:
                yield ask
            at += ask in self._asks

    def question(self, ask: _Ask) -> "Question":
        """Put a block as a question to the unit."""
        from gateway.drivers.modbus_line import Question

        block = ask.block
        return Question(self.member.id, block.function, block.address, block.count, self.member.answer_within_s)

    def take(self, ask: _Ask, answer: "Answer", now: float) -> Iterable[Measurement | Weight]:
        """Give the values in an answer.

        Raises:
            BadFrame: A transmitter contradicts itself.
        """
        self._heard = True
        self.rested_at = now + self.member.pause_s
        if not isinstance(answer, tuple):
            return self._refused(ask, answer, now)
        ask.again_s = BUSY_AGAIN_S[0] / 2
        if self.member.weigh is not None:
            return [self.member.weigh(answer)]
        if self.member.all_zero_is_fault and not any(answer):
            why = "all registers are 0: no sensor on the board"
            return [fault(point, why, self._channel) for point in ask.block.points]
        return self._settled(ask.block.points, decode(ask.block, answer, self._channel))

    def unheard(self, points: Sequence[Point], why: str) -> Iterator[Measurement]:
        """Give what is known of `points`, and of every input of this unit, when it was not heard: nothing.

        An input that cannot be heard is unknown at once: a door is never closed because its cable is cut. A unit that
        never spoke has nothing to take back.
        """
        self._seen.clear()
        for point in self.member.points:
            if self._heard and (point.type == "bit" or point in points):
                yield fault(point, why, self._channel)

    def _refused(self, ask: _Ask, denied: "Denied", now: float) -> list[Measurement | Weight]:
        if denied.for_good and len(ask.block.points) > 1:
            # It may be a hole that the read goes over: each value by itself then.
            at = self._asks.index(ask)
            self._asks[at : at + 1] = [_Ask(piece) for point in ask.block.points for piece in blocks([point])]
            return []
        if denied.for_good:
            ask.not_before = now + REFUSED_AGAIN_S
        elif denied.busy:
            longest_s = WAITED_FOR_S if self.member.first else BUSY_AGAIN_S[1]
            ask.again_s = min(2 * ask.again_s, longest_s)
            ask.not_before = now + ask.again_s
        if self.member.weigh is not None:
            return [Weight(None, None, quality=Quality.BAD, condition="error", channel=self._channel)]
        return [fault(point, denied.why, self._channel) for point in ask.block.points]

    def _settled(self, points: Iterable[Point], values: Iterable[Measurement]) -> Iterator[Measurement]:
        """Leave out a change that has not been read often enough yet."""
        for point, value in zip(points, values, strict=True):
            if point.debounce > 1:
                key = point.probe, point.quantity
                before, times = self._seen.get(key, (value.amount, 0))
                times = times + 1 if before == value.amount else 1
                self._seen[key] = value.amount, min(times, point.debounce)
                if times < point.debounce:
                    continue
            yield value


def turned_over(found: Iterable[Block]) -> tuple[Block, ...]:
    """Give the blocks with every input turned over."""
    return tuple(replace(block, points=tuple(map(_turned, block.points))) for block in found)


def _turned(point: Point) -> Point:
    return point.model_copy(update={"inverted": not point.inverted}) if point.type == "bit" else point
