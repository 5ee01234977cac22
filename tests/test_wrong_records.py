"""Ways to a wrong or a lost record that somebody looked for: each of them is closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whole_house import (
    whole_house,
)

from gateway.errors import DiskRefuses
from gateway.registers import Registers


def registers(base: Registers, **tables: Any) -> Registers:
    return Registers.model_validate({**base.model_dump(), **tables})


async def print_all(house: Any) -> None:
    """Let every label that waits come out."""
    from gateway.acts import Printout

    for job in await house.journal.print_jobs("queued"):
        assert await house.recorder.begin_print(job.job)
        await house.recorder.keep_printout(
            Printout(job.job, job.template, job.serial, job.printer, "done", "device complete", "", None), job
        )


@contextmanager
def unreadable(house: Any) -> Iterator[None]:
    """Have the disk refuse to read print jobs, though it takes records."""
    journal, read = house.journal, house.journal.print_jobs_of

    async def refuse(_: object) -> Any:
        raise DiskRefuses("disk I/O error")

    journal.print_jobs_of = refuse
    try:
        yield
    finally:
        journal.print_jobs_of = read


async def test_a_load_that_is_on_disk_is_not_taken_down_again_when_reading_fails(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.pack(lot)
        with unreadable(house):
            await house.load("pack-scale", "10.25")
        await house.shows("pack-scale", "10.25", 20)
        assert len(await house.entries("carton")) == 1
