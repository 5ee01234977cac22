"""Ways to a wrong or a lost record that somebody looked for: each of them is closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from whole_house import (
    GRADING,
    PLAIN,
    SUPERVISOR,
    kg,
    lot_tag,
    whole_house,
)

from gateway.errors import DiskRefuses
from gateway.registers import Registers
from gateway.station import StationId


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


async def test_an_expired_command_does_not_wake_when_a_reason_is_scanned(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.scan("pack-scanner", SUPERVISOR)
        await house.scan("pack-scanner", "CMD-DESTROY")
        house.time.passes(3600)
        await house.scan("pack-scanner", SUPERVISOR)
        await house.scan("pack-scanner", "WHY-OTHER")
        await house.scan("pack-scanner", lot_tag(lot), "]Q1")
        assert not await house.entries("destroy")


async def test_a_reason_scanned_long_ago_belongs_to_no_command(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        lot = await house.receive()
        await house.scan("hold-scanner", SUPERVISOR)
        await house.scan("hold-scanner", "WHY-SPOILED")
        house.time.passes(600)
        await house.scan("hold-scanner", SUPERVISOR)
        await house.scan("hold-scanner", "CMD-HOLD")
        await house.scan("hold-scanner", lot_tag(lot), "]Q1")
        ((held,),) = [await house.bodies("hold")]
        assert held["ph:reason"] == "scan"


async def test_an_output_weighed_elsewhere_does_not_choose_what_the_scale_weighs(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive("501.50")
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.scan("sort-scanner", "GRADE-A")
        await house.ask("grade-output", "sort", grade="B", kg="5")
        await house.load("sort-scale", "20.00")
        run = house.desks[StationId("sort")].run
        assert run.kg == {"B": kg("5"), "A": kg("20.00")}


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


async def test_a_register_that_loses_a_grade_stops_no_daemon(tmp_path: Path) -> None:
    async with whole_house(tmp_path, registers=GRADING) as house:
        lot = await house.receive("101.50")
        await house.scan("sort-scanner", "OP-07")
        await house.scan("sort-scanner", lot_tag(lot), "]Q1")
        await house.scan("sort-scanner", "GRADE-A")
        await house.load("sort-scale", "99.00")
        whole = house.house.registers
        house.house.registers = PLAIN
        await house.scan("sort-scanner", "CMD-FINISH-RUN")
        assert house.sentence("sort") == "grade_unknown"
        house.house.registers = whole
        await house.scan("sort-scanner", "CMD-FINISH-RUN")
        assert len(await house.entries("grading")) == 1


async def test_a_register_that_shortens_an_interval_stops_no_start(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
    sprayed = {**PLAIN.model_dump()["farm"]}
    sprayed["FARM-0042"] |= {"last_pesticide": date(2026, 11, 21), "interval_days": 14}
    async with whole_house(tmp_path, house.time, registers=registers(PLAIN, farm=sprayed)) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        assert house.sentence("gate") == "phi_short", "nothing is received while the interval is too short"
        assert not await house.entries("receipt")
        await house.scan("gate-scanner", "CMD-PHI-OK")
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        assert len(await house.entries("receipt")) == 1, "unless a person says that it was kept"


async def test_a_late_load_leaves_what_was_declared_at_the_gate(tmp_path: Path) -> None:
    async with whole_house(tmp_path) as house:
        await house.scan("gate-scanner", "OP-07")
        await house.scan("gate-scanner", "FARM-0042")
        await house.load("gate-scale", "101.50")
        await house.scan("gate-scanner", "CMD-PHI-OK")
        lot = house.view("gate").lot
        await house.ask(
            "late-weighing",
            form="F-1",
            at=house.time.wall.isoformat(),
            weigher="OP-07",
            lot=lot,
            gross="50.00",
            reason="mất điện",
        )
        await house.shows("gate-scale", "0.00", 3)
        await house.scan("gate-scanner", "CMD-CLOSE-RECEIPT")
        ((receipt,),) = [await house.bodies("receipt")]
        assert receipt["ph:preHarvest"] == {"ph:intervalOk": True}
