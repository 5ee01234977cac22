"""Whose turn it is: deadlines that do not drift, units given up and probed, and what dead units may cost."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.drivers.modbus_rounds import FIRST_PROBE_S, LONGEST_PROBE_S, Rounds

ANSWER_S = 0.05
TIMEOUT_S = 0.3


class Bus:
    """A line played through in no time: each question costs what it would on the wire."""

    def __init__(self, *units: str, every_s: float = 1.0) -> None:
        self.now = 100.0
        self.rounds = Rounds(dict.fromkeys(units, every_s), self.now)
        self.dead: set[str] = set()
        self.asked: list[tuple[float, str]] = []
        self.given_up: list[str] = []

    def ask_next(self) -> str:
        at, unit = self.rounds.next(self.now)
        self.now = max(self.now, at)
        self.asked.append((self.now, unit))
        if unit in self.dead:
            self.now += TIMEOUT_S
            if self.rounds.failed(unit, self.now):
                self.given_up.append(unit)
        else:
            self.now += ANSWER_S
            self.rounds.answered(unit, self.now)
        return unit

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.rounds.next(self.now)[0] < end and self.now < end:
            self.ask_next()
        self.now = max(self.now, end)

    def times(self, unit: str) -> list[float]:
        return [at for at, asked in self.asked if asked == unit]


def test_every_unit_is_asked_at_once_after_the_start() -> None:
    bus = Bus("a", "b", "c", every_s=60.0)
    assert [bus.ask_next() for _ in range(3)] == ["a", "b", "c"]
    assert bus.now - 100.0 == pytest.approx(3 * ANSWER_S)


def test_units_are_asked_at_phases_of_their_own_without_drift() -> None:
    bus = Bus("a", "b", "c", "d")
    bus.run(100.0)
    for place, unit in enumerate("abcd"):
        later = [at for at in bus.times(unit) if at > 100.9]
        assert later == pytest.approx([101.0 + place / 4 + turn for turn in range(len(later))])
        assert len(later) >= 98


def test_turns_missed_while_nobody_asked_are_skipped() -> None:
    bus = Bus("a")
    bus.run(3.0)
    before = len(bus.asked)
    bus.now += 10.0  # the disk was slow
    bus.run(3.0)
    assert len(bus.asked) - before <= 4


def test_unit_that_fails_is_asked_again_once_when_its_late_answer_is_no_longer_feared() -> None:
    rounds = Rounds({"a": 10.0, "b": 10.0}, now=0.0)
    rounds.answered("a", 0.0)
    rounds.answered("b", 5.0)
    rounds.failed("a", 10.3, free_at=11.3)
    assert rounds.next(10.3) == (11.3, "a")
    rounds.failed("a", 11.6, free_at=12.6)
    assert rounds.next(11.6) == (15.0, "b")


def test_unit_once_heard_is_given_up_after_three_failures_in_a_row() -> None:
    rounds = Rounds({"a": 1.0}, now=0.0)
    assert rounds.answered("a", 0.0)
    assert [rounds.failed("a", 1.0), rounds.failed("a", 2.0)] == [False, False]
    assert not rounds.answered("a", 3.0)
    assert [rounds.failed("a", at) for at in (4.0, 5.0, 6.0)] == [False, False, True]
    assert rounds.all_down


def test_unit_never_heard_is_given_up_after_the_second_failure() -> None:
    rounds = Rounds({"a": 60.0, "b": 60.0}, now=0.0)
    assert [rounds.failed("a", 0.3), rounds.failed("a", 1.3)] == [False, True]
    assert not rounds.all_down


def test_first_answer_brings_a_unit_back_and_is_news_once() -> None:
    rounds = Rounds({"a": 1.0, "b": 1.0}, now=0.0)
    rounds.failed("a", 0.3)
    assert rounds.failed("a", 0.6)
    assert [rounds.answered("a", 6.0), rounds.answered("a", 7.0)] == [True, False]


def test_dead_unit_is_probed_ever_more_seldom() -> None:
    bus = Bus("a", "b")
    bus.dead = {"a"}
    bus.run(3000.0)
    probes = bus.times("a")[2:]
    waits = [later - before for before, later in pairwise(probes)]
    expected = [10.0, 20.0, 40.0, 80.0, 160.0, LONGEST_PROBE_S, LONGEST_PROBE_S]
    assert waits[:7] == pytest.approx(expected, abs=1.5)
    assert probes[0] - 100.0 == pytest.approx(FIRST_PROBE_S, abs=1.5)


def test_ten_dead_of_twenty_cost_at_most_one_timeout_a_round() -> None:
    units = [f"u{number}" for number in range(20)]
    bus = Bus(*units)
    bus.run(5.0)
    bus.dead = set(units[:10])
    bus.run(20.0)  # until they are given up
    assert sorted(bus.given_up) == sorted(bus.dead)
    bus.asked.clear()
    bus.run(400.0)
    living_since_probe: set[str] = set()
    probes = 0
    for _, unit in bus.asked:
        if unit in bus.dead:
            assert probes == 0 or len(living_since_probe) == 10, "two probes in one round"
            probes += 1
            living_since_probe.clear()
        else:
            living_since_probe.add(unit)
    assert probes >= 10
    for unit in units[10:]:
        assert len(bus.times(unit)) >= 0.95 * 400


def test_idle_line_is_used_for_probes_although_the_round_is_long() -> None:
    bus = Bus("slow", "dead 1", "dead 2", every_s=300.0)
    bus.dead = {"dead 1", "dead 2"}
    bus.run(60.0)
    asked = Counter(unit for _, unit in bus.asked)
    assert asked["dead 1"] >= 4
    assert asked["dead 2"] >= 4


def test_unit_that_matters_more_goes_first_but_never_twice_in_a_row() -> None:
    rounds = Rounds({"slow": 1.0, "other": 1.0, "door": 0.01}, now=0.0, first={"door"})
    asked = []
    now = 5.0
    for _ in range(6):
        at, unit = rounds.next(now)
        now = max(now, at) + 0.05  # longer than the door's period: it is always due
        rounds.answered(unit, now)
        asked.append(unit)
    assert asked[:4] == ["door", "slow", "door", "other"]


def test_dead_unit_that_matters_more_does_not_hold_up_the_others() -> None:
    rounds = Rounds({"a": 1.0, "b": 1.0, "door": 0.1}, now=0.0, first={"door"})
    for _ in range(3):
        rounds.failed("door", 0.1)
    asked = []
    now = 0.2
    for _ in range(4):
        at, unit = rounds.next(now)
        now = max(now, at) + 0.05
        rounds.answered(unit, now)
        asked.append(unit)
    assert "door" not in asked


@given(seed=st.integers(), share=st.floats(0.0, 1.0))
def test_whatever_fails_every_unit_keeps_being_asked(seed: int, share: float) -> None:
    chance = random.Random(seed)
    bus = Bus("a", "b", "c")
    for _ in range(200):
        bus.dead = {unit for unit in "abc" if chance.random() < share}
        bus.ask_next()
    for unit in "abc":
        times = [100.0, *bus.times(unit), bus.now]
        assert max(later - before for before, later in pairwise(times)) <= LONGEST_PROBE_S + 5.0
