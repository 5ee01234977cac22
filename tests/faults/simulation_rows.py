"""The rows of the simulated days in the table of `make torture`."""

import asyncio
import logging
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.torture import Fault, Row
from tests.faults.simulation_world import play


def days(scratch: Path, long: bool) -> Iterator[Row]:
    del scratch
    logging.disable(logging.ERROR)
    fresh = [random.SystemRandom().randrange(1_000_000, 2**32) for _ in range(200 if long else 20)]
    seeds = [*range(2000 if long else 180), *fresh]
    failed: dict[int, list[str]] = {}
    cartons = deaths = 0
    for seed in seeds:
        world = asyncio.run(play(seed))
        cartons += sum(len(packer.tally) for packer in world.packers)
        deaths += world.troubles["kill -9"] + world.troubles["power cut"]
        if world.mistakes:
            failed[seed] = world.mistakes
    logging.disable(logging.NOTSET)
    measured = f"{len(fresh)} new seeds, {cartons} cartons, {deaths} deaths"
    if failed:
        measured += f"; failed: {' '.join(map(str, failed))} (python -m tests.faults.simulation_world SEED)"
    yield Row("simulated days", len(seeds), None, len(failed), "every invariant holds", not failed, measured)


def control(scratch: Path, long: bool) -> Iterator[Row]:
    del scratch
    logging.disable(logging.ERROR)
    worlds = [asyncio.run(play(seed, lies=True)) for seed in range(500, 540 if long else 505)]
    logging.disable(logging.NOTSET)
    lied = [world for world in worlds if world.lied]
    found = sum(bool(world.mistakes) for world in lied)
    yield Row(
        "  control: a disk that lies", len(lied), None, found, "found each time", bool(lied) and found == len(lied)
    )


ROWS: dict[str, Fault] = {"simulation": days, "simulation control": control}
