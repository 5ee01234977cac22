"""Seeded days in which everything goes wrong; `python -m tests.faults.simulation_world SEED` replays one."""

import logging
import random
from collections import Counter

import pytest

from tests.faults.simulation_world import World, play

KNOWN = range(180)
NEW = [random.SystemRandom().randrange(1_000_000, 2**32) for _ in range(20)]
LYING = range(500, 505)
REFUSALS = 4


@pytest.fixture(autouse=True)
def quiet() -> object:
    """A refusing disk is logged by the house each time; here that is played on purpose."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def wrong(worlds: list[World]) -> str:
    return "\n".join(
        f"python -m tests.faults.simulation_world {world.seed}: {mistake}"
        for world in worlds
        for mistake in world.mistakes
    )


@pytest.mark.slow
async def test_nothing_that_goes_wrong_breaks_a_promise(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nnew seeds: {' '.join(map(str, NEW))}")
    worlds = [await play(seed) for seed in (*KNOWN, *NEW)]
    assert not wrong(worlds), wrong(worlds)
    troubles = sum((world.troubles for world in worlds), Counter[str]())
    cartons = sum(len(packer.tally) for world in worlds for packer in world.packers)
    receipts = sum(len(world.gate.tally) for world in worlds)
    # or the days were so quiet that nothing was shown
    assert min(troubles[what] for what in ("kill -9", "power cut", "refuse", "broker", "receiver", "sync")) > 50, (
        troubles
    )
    assert cartons > 300
    assert receipts > 100


@pytest.mark.slow
async def test_a_disk_that_only_says_it_has_written_is_found_out() -> None:
    """The control: a refusal kept quiet must be seen in every day in which it happened."""
    worlds = [world for seed in LYING if (world := await play(seed, lies=True)).lied]
    assert len(worlds) >= REFUSALS
    assert [world.seed for world in worlds if not world.mistakes] == []
