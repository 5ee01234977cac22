"""Whose turn it is on a shared line: absolute deadlines for units that answer, seldom probes for those that do not."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

STRIKES: Final = 3
"""Failures in a row after which a unit counts as gone."""

STRIKES_NEVER_HEARD: Final = 2
"""The same for a unit that has not answered since the line was opened: the first question and its repetition."""

FIRST_PROBE_S: Final = 5.0
LONGEST_PROBE_S: Final = 300.0
WAITED_FOR_S: Final = 10.0
"""The same for a unit that goes before the others: somebody stands in front of it."""

IDLE_S: Final = 1.0
"""A line with nothing to do for this long may be used for a probe."""


@dataclass(slots=True)
class _Turn:
    every_s: float
    origin: float
    due: float
    up: bool | None = None
    strikes: int = 0
    probe_s: float = FIRST_PROBE_S

    def next_on_grid(self, now: float) -> float:
        """Give the next of this unit's deadlines; those that passed unused are skipped, not caught up."""
        return self.origin + self.every_s * max(0, math.floor((now - self.origin) / self.every_s) + 1)


class Rounds:
    """The turns of all units of a line; the time is handed in.

    Every unit is asked once at once, then at its own phase of its period, so that questions do not bunch. A unit that
    fails is asked once more, then at its period; when it is given up, it is probed after 5, 10, 20 … 300 s, one of
    `first` every 10 s at most. Between
    two probes each living unit has been asked once, or the line had nothing to do: a dead unit costs a round at
    most one timeout, however many there are. Of several units that are due, those in `first` come before the others,
    but none of them twice in a row.
    """

    def __init__(
        self,
        every_s: Mapping[str, float],
        now: float,
        jitter: Callable[[], float] = lambda: 1.0,
        first: Collection[str] = (),
    ) -> None:
        self._jitter = jitter
        self._first = frozenset(first)
        self._last = ""
        self._since_probe: set[str] = set()
        self._turns = {
            unit: _Turn(period, origin=now + period * place / len(every_s), due=now)
            for place, (unit, period) in enumerate(every_s.items())
        }

    @property
    def all_down(self) -> bool:
        """Whether no unit is left that answers: then it is the adapter or the cable."""
        return all(turn.up is False for turn in self._turns.values())

    def next(self, now: float) -> tuple[float, str]:
        """Say who is asked next, and when."""
        living = {unit: turn for unit, turn in self._turns.items() if turn.up is not False}
        first = min(living, key=lambda unit: self._rank(unit, living[unit].due, now)) if living else None
        gone = {unit: turn for unit, turn in self._turns.items() if turn.up is False}
        if gone:
            probe = min(gone, key=lambda unit: gone[unit].due)
            at = max(gone[probe].due, now)
            if first is None:
                return at, probe
            may_probe = self._since_probe >= living.keys() or living[first].due > at + IDLE_S
            if may_probe and (at <= now or at < living[first].due):
                return at, probe
        if first is None:
            raise ValueError("a line without units")
        return living[first].due, first

    def answered(self, unit: str, now: float) -> bool:
        """Take note that `unit` answered; say whether that is news."""
        turn = self._turns[unit]
        self._note(unit, turn)
        news = turn.up is not True
        turn.up, turn.strikes, turn.probe_s = True, 0, FIRST_PROBE_S
        turn.due = turn.next_on_grid(now)
        return news

    def failed(self, unit: str, now: float, free_at: float = 0.0) -> bool:
        """Take note that `unit` failed and can be asked again at `free_at`; say whether it is given up now."""
        turn = self._turns[unit]
        self._note(unit, turn)
        turn.strikes += 1
        if turn.up is False:
            turn.probe_s = min(2 * turn.probe_s, WAITED_FOR_S if unit in self._first else LONGEST_PROBE_S)
        elif turn.strikes >= (STRIKES if turn.up else STRIKES_NEVER_HEARD):
            turn.up = False
            turn.due = now + turn.probe_s * self._jitter()
            return True
        elif turn.strikes == 1:
            turn.due = max(now, free_at)
            return False
        else:
            turn.due = max(turn.next_on_grid(now), free_at)
            return False
        turn.due = now + turn.probe_s * self._jitter()
        return False

    def spare(self, unit: str, until: float) -> None:
        """Do not ask `unit` before `until`."""
        turn = self._turns[unit]
        turn.due = max(turn.due, until)

    def _rank(self, unit: str, due: float, now: float) -> tuple[bool, float]:
        """Say who goes before whom: the smaller goes first."""
        return not (unit in self._first and unit != self._last and due <= now), due

    def _note(self, unit: str, turn: _Turn) -> None:
        self._last = unit
        if turn.up is False:
            self._since_probe.clear()
        else:
            self._since_probe.add(unit)
