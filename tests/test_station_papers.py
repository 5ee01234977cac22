"""A station with more than one paper: the lot tag and the farmer's weigh slip, asked for together, settled apart."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.acts import Printout, PrintState
from gateway.errors import Refused
from gateway.journal import Journal, JournalTable, PrintJob
from gateway.journal.rebuild import differences
from gateway.lot import OperatorId
from gateway.record.requests import Requests
from gateway.station import Show
from tests.conftest import Time
from tests.journal_day import draft, harvest_lot, lot_opened, printout, receipt
from tests.road import GATE, STATIONS, PackingHouse, packing_house

WITH_SLIPS = {
    **STATIONS,
    "gate": GATE.model_copy(
        update={
            "printer": "gate-printer",
            "label": "lot-tag-80x50",
            "slip_printer": "gate-slips",
            "slip_label": "weigh-slip-72x100",
        }
    ),
}


async def settle(house: PackingHouse, job: PrintJob, state: PrintState) -> None:
    out = Printout(job.job, job.template, job.serial, job.printer, state, "sent" if state == "done" else "none", "")
    await house.recorder.keep_printout(out, job)
    await house.passes(0.1)


async def gate_says(house: PackingHouse) -> str:
    """What the gate shows while its scale is heard and empty."""
    await house.shows("gate-scale", "0.00", 3)
    return house.view("gate").sentence


async def queued(house: PackingHouse) -> list[PrintJob]:
    return await house.journal.print_jobs("queued")


async def test_a_closed_receipt_asks_for_its_lot_tag_and_its_slip_in_one_event(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.receive_lot("101.50")
        (entry,) = await house.entries("receipt")
        tag, slip = await queued(house)
        assert (tag.job, tag.paper, tag.printer, tag.template) == (str(entry.id), "", "gate-printer", "lot-tag-80x50")
        assert (slip.job, slip.paper) == (f"{entry.id}.slip", "slip")
        assert (slip.printer, slip.template, slip.station) == ("gate-slips", "weigh-slip-72x100", "gate")
        assert tag.entry_id == slip.entry_id == entry.id
        assert house.view("gate").sentence == "receipt_closed_slip"
    assert differences(tmp_path) == {}


async def test_a_gate_without_a_slip_printer_asks_for_the_lot_tag_alone(tmp_path: Path) -> None:
    gate = WITH_SLIPS["gate"].model_copy(update={"slip_printer": None, "slip_label": None})
    async with packing_house(tmp_path, stations={**STATIONS, "gate": gate}) as house:
        await house.receive_lot("101.50")
        assert [job.paper for job in await queued(house)] == [""]
        assert house.view("gate").sentence == "receipt_closed"


async def test_what_becomes_of_one_paper_says_nothing_about_the_other(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.receive_lot("101.50")
        tag, slip = await queued(house)
        await settle(house, tag, "done")
        await house.journal.begin_print(slip.job)
        assert [job.job for job in await house.journal.print_jobs("sending")] == [slip.job]
        await settle(house, slip, "unknown")
        assert [(job.paper, job.state) for job in await house.journal.print_jobs()] == [
            ("", "done"),
            ("slip", "unknown"),
        ]
        assert await gate_says(house) == "print_unknown_slip"
        assert house.state("gate") is Show.PRINT_UNKNOWN
        question = house.view("gate").question
        assert question is not None
        assert (question.job, question.paper) == (slip.job, "slip")


async def test_papers_are_asked_about_one_by_one_and_each_answer_is_about_its_own(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.receive_lot("101.50")
        tag, slip = await queued(house)
        await settle(house, tag, "unknown")
        await settle(house, slip, "unknown")
        assert await gate_says(house) == "print_unknown_tag"
        await house.scan("gate-scanner", "CMD-LABEL-OUT")
        assert await gate_says(house) == "print_unknown_slip"
        await house.scan("gate-scanner", "CMD-REPRINT")
        assert [(job.paper, job.state) for job in await house.journal.print_jobs()] == [
            ("", "done"),
            ("slip", "void"),
            ("slip", "queued"),
        ]
        (again,) = await queued(house)
        (entry,) = await house.entries("reprint")
        assert (again.job, again.reprint_of, again.entry_id) == (f"{entry.id}.slip", slip.job, slip.entry_id)
        assert (again.printer, again.template) == ("gate-slips", "weigh-slip-72x100")
    assert differences(tmp_path) == {}


async def test_the_tag_and_the_slip_are_printed_again_each_by_its_own_command(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.receive_lot("101.50")
        for job in await queued(house):
            await settle(house, job, "done")
        await house.scan("gate-scanner", "CMD-REPRINT")
        (tag,) = await queued(house)
        assert (tag.paper, tag.printer) == ("", "gate-printer")
        await settle(house, tag, "done")
        await house.scan("gate-scanner", "CMD-REPRINT-SLIP")
        (slip,) = await queued(house)
        assert (slip.paper, slip.printer) == ("slip", "gate-slips")
        await house.scan("gate-scanner", "CMD-REPRINT-SLIP")
        assert await gate_says(house) == "printing"
        await settle(house, slip, "done")
        await house.scan("gate-scanner", "CMD-REPRINT")
        assert [job.paper for job in await queued(house)] == [""], "the slip printed last is not taken for the label"


async def test_after_a_restart_each_paper_can_still_be_printed_again(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.receive_lot("101.50")
        for job in await queued(house):
            await settle(house, job, "done")
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.scan("gate-scanner", "OP-07")
        for command, paper in (("CMD-REPRINT-SLIP", "slip"), ("CMD-REPRINT", "")):
            await house.scan("gate-scanner", command)
            assert (await queued(house))[-1].paper == paper


async def test_a_slip_at_a_station_that_has_none_is_refused(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        await house.begin_packing()
        await house.load("pack-scale", "10.25")
        (job,) = await queued(house)
        await settle(house, job, "done")
        await house.shows("pack-scale", "0.00", 3)
        await house.scan("pack-scanner", "CMD-REPRINT-SLIP")
        assert house.view("pack").sentence == "label_none"


async def test_a_label_cancelled_while_its_printer_begins_is_either_printed_or_void(tmp_path: Path) -> None:
    """Who cancels and the printer are decided one after the other: whoever comes second is refused."""
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.receive_lot("101.50")
        tag, slip = await queued(house)
        requests = Requests(house.house, lambda: house.desks)
        wanted = {"do": "cancel-label", "job": tag.job, "reason": "not wanted"}
        cancelled, began = await asyncio.gather(
            requests.do(wanted, key="k1"), house.recorder.begin_print(tag.job), return_exceptions=True
        )
        assert isinstance(cancelled, Refused) == bool(began)
        assert await house.recorder.begin_print(slip.job)
        with pytest.raises(Refused, match="printing"):
            await requests.do({**wanted, "job": slip.job}, key="k2")


async def test_a_label_asked_about_that_is_given_up_is_asked_about_no_more(tmp_path: Path) -> None:
    async with packing_house(tmp_path, stations=WITH_SLIPS) as house:
        await house.receive_lot("101.50")
        tag, slip = await queued(house)
        await settle(house, tag, "done")
        await settle(house, slip, "unknown")
        assert await gate_says(house) == "print_unknown_slip"
        requests = Requests(house.house, lambda: house.desks)
        by = OperatorId("OP-07")
        await requests.do({"do": "cancel-label", "job": slip.job, "reason": "torn"}, key="k", by=by)
        assert await gate_says(house) != "print_unknown_slip"
        printout = (await house.bodies("printout"))[-1]
        assert (printout["job"], printout["state"], printout["reason"]) == (slip.job, "void", "torn")
        assert (printout["operator"], printout["evidence"]) == ("OP-07", "operator")


async def test_a_grading_asks_for_a_tag_of_each_lot_that_came_out_of_it(journal: Journal) -> None:
    made = draft(
        "grading|S261121-0001|0",
        "grading",
        **{
            "ph:outputs": [
                {"ph:lot": lot, "ph:gtin": "99521234000023", "ph:kg": Decimal("100.5"), "ph:grade": "A"}
                for lot in ("G261121-0002", "G261121-0001")
            ],
            "eventTime": "2026-11-21T09:40:00.000+07:00",
            "ph:lot": "H261121-0001",
            "ph:run": "0.1",
            "ph:massBalance": {"ph:inputKg": Decimal(201), "ph:outputKg": Decimal(201), "ph:lossKg": Decimal(0)},
            "ph:station": "sort-1",
            "ph:printerId": "labels",
            "ph:labelTemplate": "lot-tag-80x50",
        },
    )
    await journal.record(made)
    jobs = await journal.print_jobs_of(made.id)
    assert [(job.job, job.paper) for job in jobs] == [
        (f"{made.id}.G261121-0001", "G261121-0001"),
        (f"{made.id}.G261121-0002", "G261121-0002"),
    ]
    await journal.record(printout(jobs[1].job, "done"))
    assert [job.state for job in await journal.print_jobs_of(made.id)] == ["queued", "done"]
    assert await journal.print_job(jobs[1].job) == replace(jobs[1], state="done")


async def test_a_pallets_job_bears_its_sscc(journal: Journal) -> None:
    made = draft(
        "pallet|395212340000000014|0",
        "pallet",
        **{
            "parentID": "https://id.gs1.org/00/395212340000000014",
            "ph:sscc": "395212340000000014",
            "ph:printerId": "labels",
            "ph:labelTemplate": "pallet-100x150",
        },
    )
    await journal.record(made)
    (job,) = await journal.print_jobs("queued")
    assert (job.job, job.serial, job.kind) == (str(made.id), "395212340000000014", "pallet")


async def test_two_papers_of_one_entry_survive_a_restart_each_in_its_own_state(tmp_path: Path, time: Time) -> None:
    closed = receipt("H261121-0001", "R261121-0001", Decimal(100))
    both = replace(closed, body={**closed.body, "ph:slipPrinterId": "slips", "ph:slipTemplate": "weigh-slip-72x100"})
    async with Journal.open(tmp_path, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
        await journal.record(
            lot_opened("H261121-0001", "R261121-0001"), harvest_lot("H261121-0001", Decimal(100)), both
        )
        await journal.begin_print(f"{both.id}.slip")
    async with Journal.open(tmp_path, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
        assert [(job.paper, job.state) for job in await journal.print_jobs()] == [("", "queued"), ("slip", "sending")]
        await journal.record(printout(f"{both.id}.slip", "void"))
        assert [(job.paper, job.state) for job in await journal.print_jobs()] == [("", "queued"), ("slip", "void")]
