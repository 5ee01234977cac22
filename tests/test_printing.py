"""Printing against real TCP printers: every label ends in one Printout or one question, and is never sent twice."""

import asyncio
import json
import os
import re
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from gateway.acts import Printout, PrintState
from gateway.errors import DiskRefuses, Refused
from gateway.journal import Journal, PrintJob
from gateway.labels.fields import fields_of
from gateway.labels.render import render
from gateway.lot import OperatorId
from gateway.printing.jobs import Printing
from gateway.printing.lines import SerialLine
from gateway.printing.printer import PrinterTable, send
from gateway.printing.status import PrinterStatus
from gateway.station import PrinterId
from tests.journal_day import carton, lot_opened
from tests.journal_day import printout as told_by_journal
from tests.label_queue import CARTON, HANG_S, IMPATIENT, PRINTER, TEMPLATES, Job, SmallJournal
from tests.label_readers import by_zxing, escpos, is_black, tspl

HERE = Path(__file__).parent

Language = Literal["tspl", "escpos"]
BOTH = pytest.mark.parametrize("language", ["tspl", "escpos"])


# --- a printer, small ------------------------------------------------------------------------------------------------


@dataclass
class Manner:
    """How a printer behaves; changed while it runs."""

    mute: bool = False
    mute_behind: bool = False
    """Answers before a label, not behind it."""
    cut_after: int | None = None
    """Breaks the connection after so many bytes of a label."""
    out_behind: bool = False
    """The paper ends while printing."""
    busy_looks: int = 0
    unasked: bytes = b""
    flags: int = 0
    """TSPL flags, taken over into the ESC/POS answers for paper (04) and cover (01)."""


class TcpPrinter:
    """A label printer on a real socket: keeps what it was sent, and answers as its language says."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.manner = Manner()
        self.sent: list[bytes] = []
        self.looks = 0
        self.greeted = 0
        self.changed = asyncio.Condition()
        self.port = 0

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator["TcpPrinter"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.greeted += 1
        label = b""
        try:
            writer.write(self.manner.unasked)
            while chunk := await reader.read(1024):
                label = await self._take(label + chunk, writer)
                if self.manner.cut_after is not None and len(label) > self.manner.cut_after:
                    writer.transport.abort()
                    break
        except ConnectionError:
            pass
        finally:
            if label:
                self.sent.append(label)
            writer.close()
            async with self.changed:
                self.changed.notify_all()

    async def _take(self, received: bytes, writer: asyncio.StreamWriter) -> bytes:
        """Answer the queries at the end of what came; give what is left: the label."""
        query = self._query(received)
        while query:
            received = received.removesuffix(query)
            self._answer(query, behind=bool(received), writer=writer)
            query = self._query(received)
        async with self.changed:
            self.changed.notify_all()
        return received

    def _query(self, received: bytes) -> bytes:
        found = re.search(rb"(\x1b!\?|\x10\x04[\x01-\x04]|\x1dr\x01)\Z", received, re.DOTALL)
        return found[1] if found else b""

    def _answer(self, query: bytes, *, behind: bool, writer: asyncio.StreamWriter) -> None:
        self.looks += 1
        manner = self.manner
        flags = manner.flags | (0x04 if behind and manner.out_behind else 0)
        if manner.mute or (behind and manner.mute_behind):
            return
        if query == b"\x1b!?":
            if behind and manner.busy_looks:
                manner.busy_looks -= 1
                flags |= 0x20
            writer.write(bytes((flags,)))
        elif query == b"\x1dr\x01":
            if not flags:
                writer.write(b"\x00")
        else:
            paper, cover = bool(flags & 0x04), bool(flags & 0x01)
            writer.write(
                {
                    1: bytes((0x12 | (0x08 if flags else 0),)),
                    2: bytes((0x12 | (0x20 if paper else 0) | (0x04 if cover else 0),)),
                    4: bytes((0x12 | (0x60 if paper else 0),)),
                }[query[2]]
            )

    def pictures(self) -> list[np.ndarray]:
        return [(tspl if self.language == "tspl" else escpos)(label).labels[0] for label in self.sent]

    def codes(self) -> list[str]:
        return [by_zxing(Image.fromarray(~picture))[0] for picture in self.pictures()]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(HANG_S), self.changed:
            await self.changed.wait_for(holds)


# --- the two together ------------------------------------------------------------------------------------------------


@dataclass
class House:
    journal: SmallJournal
    shown: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def printing(self, *printers: tuple[PrinterId, PrinterTable]) -> AsyncIterator[None]:
        def show(_: PrinterId, status: PrinterStatus) -> None:
            self.shown.append(str(status))

        printing = Printing(self.journal, dict(printers), TEMPLATES, self.journal.keep, show, patience=IMPATIENT)
        task = asyncio.create_task(printing.run())
        try:
            yield
        finally:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


@pytest.fixture
async def house() -> House:
    return House(SmallJournal())


def table(printer: TcpPrinter, **other: Any) -> PrinterTable:
    settings = {"language": printer.language, "host": "127.0.0.1", "port": printer.port, "head_dots": 832}
    return PrinterTable.model_validate({**settings, "timeout_s": 2, **other})


def ends(printouts: list[Printout]) -> list[tuple[PrintState, str]]:
    return [(printout.state, printout.evidence) for printout in printouts]


@BOTH
async def test_a_carton_in_the_journal_is_a_label_on_paper(house: House, language: Language) -> None:
    job = house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer, house.printing((PRINTER, table(printer))):
        printouts = await house.journal.kept(1)
    assert printouts == [Printout(job.job, "carton-50x30", "261121000001", PRINTER, "done", "device-ready", "", None)]
    body = json.loads(house.journal.bodies[job.entry_id][1], parse_float=Decimal)
    drawn = render(TEMPLATES["carton-50x30"], fields_of("carton", body))
    assert np.array_equal(printer.pictures()[0], is_black(drawn.picture))
    assert house.shown == ["unknown", "ready"]


@BOTH
async def test_labels_come_in_the_order_of_the_journal_each_once(house: House, language: Language) -> None:
    jobs = [house.journal.carton(number) for number in range(5)]
    async with TcpPrinter(language).listening() as printer, house.printing((PRINTER, table(printer))):
        await house.journal.kept(5)
        jobs.append(house.journal.carton(5))
        await house.journal.grow()
        printouts = await house.journal.kept(6)
    assert ends(printouts) == [("done", "device-ready")] * 6
    assert printer.codes() == [house.journal.uri(job) for job in jobs]
    assert house.journal.begun == [job.job for job in jobs]


async def test_the_begin_is_on_disk_before_the_first_byte(house: House) -> None:
    """While the disk refuses, nothing leaves; once it takes the begin, the label prints, once."""
    house.journal.carton(1)
    house.journal.refuses = 3
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        await printer.until(lambda: printer.looks >= 3)
        assert not printer.sent
        printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", "device-ready")]
    assert len(printer.sent) == 1


async def test_a_printer_that_cannot_be_reached_leaves_the_job_queued_until_it_can(house: House) -> None:
    job = house.journal.carton(1)
    printer = TcpPrinter("tspl")
    async with printer.listening():
        there = table(printer)
    async with house.printing((PRINTER, there)):
        await asyncio.sleep(0)
        assert house.journal.jobs[job.job].state == "queued"
        async with printer.listening(there.port):
            printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", "device-ready")]
    assert len(printer.sent) == 1


@BOTH
@pytest.mark.parametrize(("flags", "shown"), [(0x04, "paper_out"), (0x01, "cover_open")])
async def test_without_paper_or_with_the_cover_open_nothing_is_sent_and_the_label_waits(
    house: House, language: Language, flags: int, shown: str
) -> None:
    job = house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer:
        printer.manner.flags = flags
        async with house.printing((PRINTER, table(printer))):
            await printer.until(lambda: printer.greeted >= 4)
            assert not printer.sent
            assert house.journal.jobs[job.job].state == "queued"
            assert not house.journal.begun
            printer.manner.flags = 0
            printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", "device-ready")]
    assert len(printer.sent) == 1
    assert house.shown[:2] == ["unknown", shown]
    assert house.shown[-1] == "ready"


@BOTH
async def test_a_label_cut_in_the_middle_is_asked_about_once_and_the_next_one_prints(
    house: House, language: Language
) -> None:
    first = house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer:
        printer.manner.cut_after = 5000
        async with house.printing((PRINTER, table(printer))):
            await house.journal.kept(1)
            printer.manner.cut_after = None
            printer.sent.clear()
            second = house.journal.carton(2)
            await house.journal.grow()
            printouts = await house.journal.kept(2)
    assert [printout.state for printout in printouts] == ["unknown", "done"]
    assert house.journal.jobs[first.job].state == "unknown"
    assert printer.codes() == [house.journal.uri(second)]
    assert house.journal.begun == [first.job, second.job]


@BOTH
async def test_silence_behind_a_label_is_a_question_not_an_ok(house: House, language: Language) -> None:
    house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer:
        printer.manner.mute_behind = True
        async with house.printing((PRINTER, table(printer, timeout_s=0.3))):
            printouts = await house.journal.kept(1)
    assert ends(printouts) == [("unknown", "sent")]
    assert "does not answer" in printouts[0].reason
    assert len(printer.sent) == 1
    assert house.shown[-1] == "unknown"


@BOTH
async def test_paper_that_ends_in_a_label_is_a_question(house: House, language: Language) -> None:
    house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer:
        printer.manner.out_behind = True
        async with house.printing((PRINTER, table(printer))):
            printouts = await house.journal.kept(1)
    assert ends(printouts) == [("unknown", "sent")]
    assert printouts[0].reason == "behind the label: paper out"
    assert house.shown[-1] == "paper_out"


@BOTH
async def test_a_printer_that_is_asked_and_never_answers_gets_no_byte_of_a_label(
    house: House, language: Language
) -> None:
    job = house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer:
        printer.manner.mute = True
        async with house.printing((PRINTER, table(printer))):
            await printer.until(lambda: printer.looks >= 2)
            assert house.journal.jobs[job.job].state == "queued"
            printer.manner.mute = False
            printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", "device-ready")]
    assert len(printer.sent) == 1


@BOTH
async def test_a_printer_that_is_never_asked_has_only_sent_as_evidence(house: House, language: Language) -> None:
    house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer:
        printer.manner.mute = True
        async with house.printing((PRINTER, table(printer, status="none"))):
            printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", "sent")]
    assert printer.looks == 0
    assert house.shown == ["unknown"]


@BOTH
async def test_a_cut_is_also_noticed_on_a_printer_that_is_never_asked(house: House, language: Language) -> None:
    house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer:
        printer.manner.cut_after = 5000
        async with house.printing((PRINTER, table(printer, status="none"))):
            printouts = await house.journal.kept(1)
    assert [printout.state for printout in printouts] == ["unknown"]


async def test_a_printer_still_printing_is_waited_for(house: House) -> None:
    house.journal.carton(1)
    async with TcpPrinter("tspl").listening() as printer:
        printer.manner.busy_looks = 3
        async with house.printing((PRINTER, table(printer))):
            printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", "device-ready")]
    assert printer.manner.busy_looks == 0


@BOTH
@pytest.mark.parametrize("unasked", [b"\x04", b"\x10\x00\x00\x00", b"\x11\x13"])
async def test_what_a_printer_says_unasked_is_not_taken_for_an_answer(
    house: House, language: Language, unasked: bytes
) -> None:
    house.journal.carton(1)
    async with TcpPrinter(language).listening() as printer, house.printing((PRINTER, table(printer))):
        await house.journal.kept(1)
        printer.manner.unasked = unasked
        house.journal.carton(2)
        await house.journal.grow()
        printouts = await house.journal.kept(2)
    assert ends(printouts) == [("done", "device-ready")] * 2
    assert len(printer.sent) == 2


async def test_a_label_on_its_way_when_the_gateway_stopped_is_asked_about_and_not_sent(house: House) -> None:
    left = house.journal.carton(1, state="sending")
    queued = house.journal.carton(2)
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        printouts = await house.journal.kept(2)
    assert [(printout.job, printout.state, printout.evidence) for printout in printouts] == [
        (left.job, "unknown", "none"),
        (queued.job, "done", "device-ready"),
    ]
    assert printer.codes() == [house.journal.uri(queued)]


async def test_a_stop_in_the_middle_of_a_label_finishes_it_first(house: House) -> None:
    house.journal.carton(1)
    async with TcpPrinter("tspl").listening() as printer:
        printer.manner.busy_looks = 5
        async with house.printing((PRINTER, table(printer))):
            await printer.until(lambda: bool(house.journal.begun) and printer.manner.busy_looks < 5)
        assert ends(house.journal.printouts) == [("done", "device-ready")]


async def test_a_picture_that_does_not_decode_is_not_sent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.labels import preflight

    monkeypatch.setattr(preflight, "read_back", lambda *_: [])
    house.journal.carton(1)
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        printouts = await house.journal.kept(1)
    assert ends(printouts) == [("void", "none")]
    assert "the drawn label reads as []" in printouts[0].reason
    assert not printer.sent


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"template": "carton-90x90"}, "no label template 'carton-90x90'"),
        ({"template": "lot-tag-80x50"}, "the template is for a lot, the entry is a carton"),
        ({"printer": PrinterId("old-printer")}, "no printer 'old-printer'"),
    ],
)
async def test_a_job_that_can_never_print_is_void_with_the_reason_and_does_not_stop_the_next(
    house: House, other: dict[str, str], why: str
) -> None:
    house.journal.carton(1, **other)
    house.journal.carton(2)
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        printouts = await house.journal.kept(2)
    assert ends(printouts) == [("void", "none"), ("done", "device-ready")]
    assert why in printouts[0].reason


async def test_a_label_wider_than_the_head_is_void_and_not_sent(house: House) -> None:
    house.journal.carton(1)
    async with TcpPrinter("escpos").listening() as printer, house.printing((PRINTER, table(printer, head_dots=384))):
        printouts = await house.journal.kept(1)
    assert ends(printouts) == [("void", "none")]
    assert "the label is 400 dots wide, the printer's head only 384" in printouts[0].reason
    assert not printer.sent


async def test_a_reprint_says_the_same_and_is_marked(house: House) -> None:
    first = house.journal.carton(1)
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        await house.journal.kept(1)
        again = Job("again", first.entry_id, serial=first.serial, reprint_of=first.job)
        house.journal.jobs["again"] = again
        house.journal.last_seq += 1
        await house.journal.grow()
        await house.journal.kept(2)
    assert printer.codes() == [house.journal.uri(first)] * 2
    plain, marked = printer.pictures()
    room = TEMPLATES["carton-50x30"].mark.place(Decimal(8))
    assert not plain[room.top : room.bottom, room.left : room.right].any()
    assert marked[room.top : room.bottom, room.left : room.right].mean() > 0.5


async def test_a_lot_tag_leaves_at_the_gate(house: House) -> None:
    body = json.loads((HERE / "golden" / "labels" / "receipt.json").read_text("utf-8"))
    house.journal.add("receipt", body, template="lot-tag-80x50")
    async with TcpPrinter("escpos").listening() as printer, house.printing((PRINTER, table(printer))):
        await house.journal.kept(1)
    assert printer.codes() == [body["ph:labelUri"]]


async def test_a_lot_tag_and_a_slip_leave_at_two_printers_from_one_receipt(house: House) -> None:
    slips = PrinterId("gate-slips")
    body = json.loads((HERE / "golden" / "labels" / "receipt.json").read_text("utf-8"))
    tag = house.journal.add("receipt", body, template="lot-tag-80x50")
    slip = replace(tag, job=f"{tag.job}.slip", paper="slip", printer=slips, template="weigh-slip-72x100")
    house.journal.jobs[slip.job] = slip
    async with (
        TcpPrinter("tspl").listening() as label,
        TcpPrinter("escpos").listening() as roll,
        house.printing((PRINTER, table(label)), (slips, table(roll, head_dots=576))),
    ):
        printouts = await house.journal.kept(2)
    assert {(out.job, out.label, out.state) for out in printouts} == {
        (tag.job, "lot-tag-80x50", "done"),
        (slip.job, "weigh-slip-72x100", "done"),
    }
    assert [picture.shape for picture in (*label.pictures(), *roll.pictures())] == [(400, 640), (800, 576)]


async def test_the_tag_of_a_graded_lot_is_drawn_from_its_grading(house: House) -> None:
    outputs = [{"ph:lot": lot, "ph:gtin": "99521234000023", "ph:kg": 100.5} for lot in ("G261121-0001", "G261121-0002")]
    body = {"ph:outputs": outputs, "ph:productName": "Sầu riêng Ri6"}
    for lot in ("G261121-0001", "G261121-0002"):
        house.journal.add("grading", body, template="lot-tag-80x50", paper=lot)
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        printouts = await house.journal.kept(2)
    assert ends(printouts) == [("done", "device-ready")] * 2
    assert printer.codes() == [f"https://id.gs1.org/01/99521234000023/10/{output['ph:lot']}" for output in outputs]


async def test_the_journal_itself_is_followed_from_carton_to_printout(journal: Journal) -> None:
    """With the real journal: the job comes with the carton itself, is `sending` before the bytes, then done."""
    packed = carton("H261121-0001", "261121000001", Decimal("10.20"))
    told = asyncio.Event()

    async def keep(printout: Printout, job: PrintJob) -> None:
        assert [job.state for job in await journal.print_jobs("sending")] == ["sending"]
        await journal.record(told_by_journal(job.job, printout.state))
        told.set()

    await journal.record(lot_opened("H261121-0001", "R261121-0001"))
    async with TcpPrinter("tspl").listening() as printer:
        printers = {PrinterId("labels"): table(printer)}
        printing = Printing(journal, printers, {"carton": TEMPLATES["carton-50x30"]}, keep, lambda *_: None)
        task = asyncio.create_task(printing.run())
        ilmd = {**packed.body["ilmd"], **CARTON["ilmd"]}  # type: ignore[dict-item] # a table in every carton
        gtin = CARTON["ph:gtin"]
        await journal.record(replace(packed, body={**packed.body, "ilmd": ilmd, "ph:gtin": gtin}))
        async with asyncio.timeout(HANG_S):
            await told.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert printer.codes() == [CARTON["ilmd"]["ph:labelUri"]]
    assert [job.state for job in await journal.print_jobs("queued", "sending", "unknown")] == []
    assert [job.job for job in await journal.print_jobs("done")] == [str(packed.id)]


async def test_one_printer_out_of_paper_does_not_keep_the_other_waiting(house: House) -> None:
    other = PrinterId("other-printer")
    waiting = house.journal.carton(1)
    house.journal.carton(2, printer=other)
    async with TcpPrinter("tspl").listening() as empty, TcpPrinter("escpos").listening() as full:
        empty.manner.flags = 0x04
        async with house.printing((PRINTER, table(empty)), (other, table(full))):
            printouts = await house.journal.kept(1)
    assert [(printout.printer, printout.state) for printout in printouts] == [(other, "done")]
    assert house.journal.jobs[waiting.job].state == "queued"


async def test_a_printout_the_disk_refuses_is_kept_later_and_the_label_not_sent_again(house: House) -> None:
    house.journal.carton(1)
    refusals = [DiskRefuses("no space"), DiskRefuses("no space")]
    keep = house.journal.keep

    async def keep_late(printout: Printout, job: Job) -> None:
        if refusals:
            raise refusals.pop()
        await keep(printout, job)

    house.journal.keep = keep_late  # type: ignore[method-assign] # one journal of one test
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", "device-ready")]
    assert not refusals
    assert len(printer.sent) == 1


# --- the queue -------------------------------------------------------------------------------------------------------


async def test_a_waiting_label_can_be_taken_out_of_the_queue_and_the_next_one_prints(house: House) -> None:
    unwanted, wanted = house.journal.carton(1), house.journal.carton(2)
    async with TcpPrinter("tspl").listening() as printer:
        printer.manner.flags = 0x04
        printing = Printing(
            house.journal, {PRINTER: table(printer)}, TEMPLATES, house.journal.keep, lambda *_: None, patience=IMPATIENT
        )
        task = asyncio.create_task(printing.run())
        await printer.until(lambda: printer.greeted >= 3)
        assert [job.job for job in await printing.queue(PRINTER)] == [unwanted.job, wanted.job]
        await printing.cancel(unwanted.job, reason="wrong carton", by=OperatorId("OP-07"))
        assert [job.job for job in await printing.queue(PRINTER)] == [wanted.job]
        with pytest.raises(Refused):
            await printing.cancel(unwanted.job, reason="again", by=None)
        printer.manner.flags = 0
        printouts = await house.journal.kept(2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [(out.job, out.state, out.reason, out.by) for out in printouts] == [
        (unwanted.job, "void", "wrong carton", "OP-07"),
        (wanted.job, "done", "", None),
    ]
    assert printer.codes() == [house.journal.uri(wanted)]


async def test_a_label_on_its_way_cannot_be_cancelled(house: House) -> None:
    job = house.journal.carton(1)
    async with TcpPrinter("tspl").listening() as printer:
        printer.manner.busy_looks = 5
        printing = Printing(
            house.journal, {PRINTER: table(printer)}, TEMPLATES, house.journal.keep, lambda *_: None, patience=IMPATIENT
        )
        task = asyncio.create_task(printing.run())
        await printer.until(lambda: bool(house.journal.begun))
        with pytest.raises(Refused, match="printing"):
            await printing.cancel(job.job, reason="too late", by=None)
        printouts = await house.journal.kept(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert ends(printouts) == [("done", "device-ready")]


async def test_a_label_asked_about_can_be_given_up_too(house: House) -> None:
    asked = house.journal.carton(1, state="unknown")
    printing = Printing(house.journal, {}, TEMPLATES, house.journal.keep, lambda *_: None, patience=IMPATIENT)
    assert [(job.job, job.state) for job in await printing.queue()] == [(asked.job, "unknown")]
    await printing.cancel(asked.job, reason="torn in the printer", by=OperatorId("OP-07"))
    (out,) = house.journal.printouts
    assert (out.state, out.evidence, out.reason, out.by) == ("void", "operator", "torn in the printer", "OP-07")
    assert await printing.queue() == []
    with pytest.raises(Refused):
        await printing.cancel(asked.job, reason="again", by=None)


async def test_what_is_settled_or_unknown_to_the_journal_cannot_be_cancelled(house: House) -> None:
    done = house.journal.carton(1, state="done")
    printing = Printing(house.journal, {}, TEMPLATES, house.journal.keep, lambda *_: None, patience=IMPATIENT)
    for job in (done.job, "no such job"):
        with pytest.raises(Refused):
            await printing.cancel(job, reason="not wanted", by=None)
    assert house.journal.printouts == []


async def test_a_label_voided_while_its_printer_is_being_asked_never_leaves(house: House) -> None:
    """Its act was undone by somebody else, between the look at the queue and the first byte."""
    unwanted, wanted = house.journal.carton(1), house.journal.carton(2)
    begin = house.journal.begin_print

    async def begin_late(job: str) -> bool:
        if job == unwanted.job:
            house.journal.jobs[job] = replace(house.journal.jobs[job], state="void")
        return await begin(job)

    house.journal.begin_print = begin_late  # type: ignore[method-assign] # one journal of one test
    async with TcpPrinter("tspl").listening() as printer, house.printing((PRINTER, table(printer))):
        printouts = await house.journal.kept(1)
    assert [(out.job, out.state) for out in printouts] == [(wanted.job, "done")]
    assert printer.codes() == [house.journal.uri(wanted)]


async def test_a_cancel_the_disk_refuses_leaves_the_label_waiting(house: House) -> None:
    job = house.journal.carton(1)
    keep, refusals = house.journal.keep, [DiskRefuses("no space")]

    async def keep_later(printout: Printout, of: Job) -> None:
        if refusals:
            raise refusals.pop()
        await keep(printout, of)

    async with TcpPrinter("tspl").listening() as printer:
        printer.manner.flags = 0x01
        printing = Printing(
            house.journal, {PRINTER: table(printer)}, TEMPLATES, keep_later, lambda *_: None, patience=IMPATIENT
        )
        task = asyncio.create_task(printing.run())
        await printer.until(lambda: printer.greeted >= 2)
        with pytest.raises(DiskRefuses):
            await printing.cancel(job.job, reason="not wanted", by=None)
        printer.manner.flags = 0
        printouts = await house.journal.kept(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert ends(printouts) == [("done", "device-ready")]


# --- other wires -----------------------------------------------------------------------------------------------------


class Wire:
    """A printer at the end of a pty, as a USB or serial one looks from here: answers TSPL, keeps the rest."""

    def __init__(self) -> None:
        self.ours, theirs = os.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        self._theirs = theirs
        os.set_blocking(self.ours, False)
        self.label = b""
        self.reads = True
        self.changed = asyncio.Condition()
        asyncio.get_running_loop().add_reader(self.ours, self._take)

    def _take(self) -> None:
        data = os.read(self.ours, 4096)
        for piece in re.split(rb"(\x1b!\?)", data):
            if piece == b"\x1b!?":
                os.write(self.ours, b"\x00")
            else:
                self.label += piece

    def stop_reading(self) -> None:
        asyncio.get_running_loop().remove_reader(self.ours)

    def close(self) -> None:
        self.stop_reading()
        os.close(self.ours)
        os.close(self._theirs)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


@pytest.mark.parametrize("way", ["usb", "serial"])
@pytest.mark.parametrize(("status", "evidence"), [("full", "device-ready"), ("none", "sent")])
async def test_a_label_comes_out_over_usb_and_serial_too(
    house: House, wire: Wire, way: str, status: str, evidence: str
) -> None:
    house.journal.carton(1)
    settings = {"language": "tspl", way: wire.path, "head_dots": 832, "status": status, "handshake": False}
    async with house.printing((PRINTER, PrinterTable.model_validate(settings))):
        printouts = await house.journal.kept(1)
    assert ends(printouts) == [("done", evidence)]
    assert len(tspl(wire.label).labels) == 1


@pytest.mark.parametrize("way", ["usb", "serial"])
async def test_a_printer_that_takes_no_more_is_asked_about_and_blocks_nobody(
    house: House, wire: Wire, way: str
) -> None:
    house.journal.carton(1)
    wire.stop_reading()
    settings = {"language": "tspl", way: wire.path, "head_dots": 1200, "status": "none", "timeout_s": 0.3}
    settings |= {"dots_per_mm": Decimal(24)}  # 108 kB: more than the kernel keeps for a terminal nobody reads
    async with house.printing((PRINTER, PrinterTable.model_validate({**settings, "handshake": False}))):
        printouts = await house.journal.kept(1)
    assert ends(printouts) == [("unknown", "none")]
    assert "stopped reading" in printouts[0].reason


@pytest.mark.parametrize("way", ["usb", "serial"])
async def test_a_device_that_is_not_there_leaves_the_label_in_the_queue(house: House, way: str) -> None:
    settings = PrinterTable.model_validate({"language": "tspl", way: "/dev/no-such-printer", "head_dots": 832})
    outcome = await send(settings, b"label", lambda: asyncio.sleep(0))
    assert outcome.state == "queued"
    assert "is not there; is it plugged in" in outcome.reason


async def test_a_slow_line_is_given_the_time_it_takes() -> None:
    class SlowPort:
        heard_at = 0.0

        async def write(self, data: bytes, within_s: float = 1.0) -> None:
            pass

    line = SerialLine(SlowPort(), 9600, "8N1")  # type: ignore[arg-type] # only write is used
    await line.write(bytes(960))
    assert line.takes_s(bytes(960)) == pytest.approx(1.0)
    assert 0.9 < line.lag_s <= 1.0


# --- ZPL, and evidence that is more than "ready" ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"host": "a", "usb": "/dev/usb/lp0"}, "one of the three"),
        ({}, "one of the three"),
        ({"usb": "lp0"}, "is no device; use its name under /dev"),
        ({"serial": "/dev/ttyUSB0"}, "may be another device after the next start"),
        ({"host": "a", "density": 20}, "density: tspl knows 0 to 15"),
    ],
)
def test_a_printer_table_says_where_the_printer_is_once(settings: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        PrinterTable.model_validate({"language": "tspl", "head_dots": 832, **settings})
