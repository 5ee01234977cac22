"""`gateway label`, and what `gateway check` tells of labels before one is printed."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from gateway.__main__ import main
from gateway.config import examine, load
from gateway.journal import Journal, JournalTable
from gateway.labels import sheet
from gateway.labels.words import in_vietnamese
from gateway.record.request_socket import RequestSocket
from gateway.record.requests import Requests
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, printout, receipt
from tests.label_readers import by_zxing
from tests.road import packing_house

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "config" / "gateway.toml"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["label", *arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def house(tmp_path: Path) -> Callable[..., Path]:
    """Give a copy of the sample house with some passages put otherwise."""

    def change(*changes: tuple[str, str], products: tuple[str, str] = ("", "")) -> Path:
        text = SAMPLE.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "local").mkdir()
        for file in (SAMPLE.parent / "local").glob("*.toml"):
            said = file.read_text("utf-8")
            (tmp_path / "local" / file.name).write_text(said.replace(*products) if products[0] else said, "utf-8")
        (tmp_path / "gateway.toml").write_text(text, "utf-8")
        return tmp_path / "gateway.toml"

    return change


def told(path: Path) -> list[tuple[str, str, str, bool]]:
    _, mistakes = examine(path, draw=True)
    return [(mistake.key, mistake.words.vi, mistake.words.en, mistake.notice) for mistake in mistakes]


async def test_the_queue_of_each_printer_is_listed_the_next_one_first(
    house: Callable[..., Path], tmp_path: Path, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    path = house(('# data = "/var/lib/gateway"', f'data = "{data}"'))
    closed = receipt("H261121-0001", "R261121-0001", Decimal(100))
    both = replace(
        closed, body={**closed.body, "ph:slipPrinterId": "gate-slips", "ph:slipTemplate": "weigh-slip-72x100"}
    )
    packed = [carton("H261121-0001", f"26112100000{number}", Decimal(10), act=number) for number in (1, 2, 3)]
    async with Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
        await journal.record(lot_opened("H261121-0001", "R261121-0001"), both, *packed)
        await journal.record(printout(packed[0].id, "done"), printout(packed[1].id, "unknown"))
        await journal.begin_print(f"{both.id}.slip")
        assert run("queue", "-c", str(path), "--json") == 0
        rows = json.loads(capsys.readouterr().out)["labels"]
        assert run("queue", "-c", str(path)) == 0
        said = capsys.readouterr().out
        assert run("queue", "labels", "-c", str(path)) == 0
        assert "slip" not in capsys.readouterr().out
    assert [(row["printer"], row["state"], row["serial"], row["station"], row["paper"]) for row in rows] == [
        ("slips", "queued", None, "gate-1", ""),
        ("gate-slips", "sending", None, "gate-1", "slip"),
        ("labels", "unknown", "261121000002", "pack-1", ""),
        ("labels", "queued", "261121000003", "pack-1", ""),
    ]
    assert all(row["age_s"] is not None for row in rows)
    assert "1. thùng / carton 261121000002 · pack-1 · chưa rõ đã ra chưa / asked about" in said
    assert "2. thùng / carton 261121000003 · pack-1 · đang chờ in / waiting" in said
    assert "1. phiếu cân / weigh slip · gate-1 · đang in / on its way" in said


def test_a_queue_where_no_gateway_ever_ran_says_so(
    house: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = house(('# data = "/var/lib/gateway"', f'data = "{tmp_path / "none"}"'))
    assert run("queue", "-c", str(path)) != 0
    assert "there is no journal" in capsys.readouterr().err


async def test_a_waiting_label_is_cancelled_from_the_command_line_through_the_running_gateway(
    house: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    path = house(('# data = "/var/lib/gateway"', f'data = "{data}"'))
    async with packing_house(data) as running:
        await running.begin_packing()
        await running.load("pack-scale", "10.25")
        (job,) = await running.journal.print_jobs("queued")
        requests = Requests(running.house, lambda: running.desks)
        asked = RequestSocket(data / "requests.sock", lambda: requests)
        serving = asyncio.create_task(asked.run())
        while not (data / "requests.sock").exists():  # noqa: ASYNC110 - only its file tells that it serves
            await asyncio.sleep(0)
        cancel = ("cancel", job.job, "-c", str(path), "--reason", "wrong carton", "--by", "OP-11")
        assert await asyncio.to_thread(run, *cancel) == 0
        assert "Đã bỏ nhãn đang chờ in" in capsys.readouterr().out
        assert await asyncio.to_thread(run, *cancel) == 1, "it is void: nothing is left to cancel"
        assert not await running.journal.begin_print(job.job)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        (printout,) = await running.bodies("printout")
    assert (printout["state"], printout["reason"], printout["operator"]) == ("void", "wrong carton", "OP-11")


def test_a_cancel_without_a_reason_or_a_gateway_is_refused(
    house: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = house(('# data = "/var/lib/gateway"', f'data = "{tmp_path}"'))
    assert run("cancel", "some-job", "-c", str(path)) == 2
    assert run("cancel", "some-job", "-c", str(path), "--reason", "torn") == 1
    assert "no gateway answers here" in capsys.readouterr().err


def test_a_preview_is_a_picture_at_the_printers_dots_that_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "label.png"
    assert run("preview", "carton-80x50", "-c", str(SAMPLE), "-o", str(out)) == 0
    with Image.open(out) as picture:
        assert picture.size == (640, 400)
        (code,) = by_zxing(picture)
    assert code.startswith(f"https://{load(SAMPLE).site.domain}/01/")
    assert "80 x 50 mm, 640 x 400, qr" in capsys.readouterr().out


def test_a_template_or_printer_that_is_not_there_is_told_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("preview", "carton-1x1", "-c", str(SAMPLE)) == 2
    assert "carton-50x30" in capsys.readouterr().err
    assert run("test", "no-printer", "-c", str(SAMPLE)) == 2
    assert "gate-printer" in capsys.readouterr().err


def test_a_test_label_for_a_printer_that_is_away_says_that_nothing_was_sent(
    house: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = house(('host = "192.0.2.31"', 'host = "127.0.0.1"\nport = 1'))
    assert run("test", "gate-printer", "-c", str(path), "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["evidence"]) == ("queued", "none")
    assert "cannot be reached" in said["reason"]


def test_the_command_sheet_shows_every_code_of_the_house(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert run("sheet", "-c", str(SAMPLE), "-o", str(out)) == 0
    registers = load(SAMPLE).registers
    read: list[str] = []
    for path in sorted(tmp_path.glob("sheet*.png")):
        with Image.open(path) as page:
            assert page.size == (1680, 2376)
            read += by_zxing(page)
    grades = {f"GRADE-{name}" for product in registers.product.values() for name in product.grade}
    house = {*registers.operator, *registers.crate, *registers.customer, *grades}
    assert sorted(read) == sorted({*sheet.COMMANDS, *house}), "each once"


def test_the_command_sheet_as_a_page_fetches_nothing(tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    assert run("sheet", "-c", str(SAMPLE), "-o", str(out)) == 0
    text = out.read_text("utf-8")
    assert "@page { size: A4" in text
    assert re.findall(r"(?:src|href)=\"(?!data:)", text) == []


def test_every_command_a_station_knows_is_on_the_sheet() -> None:
    known = {
        command
        for file in (ROOT / "gateway" / "record").glob("*.py")
        for command in re.findall(r'"((?:CMD|WHY)-[A-Z-]+)"', file.read_text("utf-8"))
    }
    assert known <= sheet.COMMANDS.keys()


def test_the_sample_house_prints_all_its_labels() -> None:
    assert told(SAMPLE) == []


def test_a_product_name_no_label_can_hold_is_told_at_the_check(house: Callable[..., Path]) -> None:
    path = house(products=("Sầu riêng Ri6", "Sầu riêng Ri6 loại đặc biệt trồng tại Krông Pắc và Cư M'gar " * 3))
    mistakes = told(path)
    assert {key for key, *_ in mistakes} == {
        f"station.{paper}"
        for paper in ("gate.label", "gate.slip_label", "pack-1.label", "pack-2.label", "pallet-1.label")
    }
    assert "không vừa ô" in mistakes[0][1]
    assert "does not fit its box" in mistakes[0][2]


def test_a_letter_no_font_has_is_told_at_the_check(house: Callable[..., Path]) -> None:
    (first, *_) = told(house(products=("Sầu riêng Ri6", "ทุเรียน")))
    assert "phông chữ của nhãn không có" in first[1]


def test_a_field_this_house_never_has_is_told_at_the_check(house: Callable[..., Path], tmp_path: Path) -> None:
    path = house(('facility = "VN-XXPH-000"', '# facility = "VN-XXPH-000"'))
    template = (SAMPLE.parent / "labels" / "carton-80x50.toml").read_text("utf-8")
    (tmp_path / "labels").mkdir()
    wanted = template.replace('{ field = "facility", optional = true }', '{ field = "facility" }')
    (tmp_path / "labels" / "carton-80x50.toml").write_text(wanted, "utf-8")
    assert told(path) == [
        ("station.pack-1.label", "thiếu facility; mẫu này cần có", "facility is missing; this template needs it", False)
    ]


def test_a_product_without_a_last_day_is_told_where_a_label_must_show_one(
    house: Callable[..., Path], tmp_path: Path
) -> None:
    path = house()
    template = (SAMPLE.parent / "labels" / "carton-80x50.toml").read_text("utf-8")
    (tmp_path / "labels").mkdir()
    wanted = template.replace('{ field = "best_before", optional = true }', '{ field = "best_before" }')
    (tmp_path / "labels" / "carton-80x50.toml").write_text(wanted, "utf-8")
    products = tmp_path / "local" / "products.toml"
    without = re.sub(r"(?m)^shelf_life_days.*$", "", products.read_text("utf-8"))
    products.write_text(re.sub(r"(?m)^gtin_carton", "shelf_life_days = 14\ngtin_carton", without), "utf-8")
    assert told(path) == []
    products.write_text(without, "utf-8")
    assert [(key, en) for key, _, en, _ in told(path)] == [
        ("station.pack-1.label", "best_before is missing; this template needs it")
    ]


def test_a_mistake_in_a_template_is_told_with_its_file_and_line(house: Callable[..., Path], tmp_path: Path) -> None:
    path = house()
    template = (SAMPLE.parent / "labels" / "carton-80x50.toml").read_text("utf-8")
    (tmp_path / "labels").mkdir()
    broken = template.replace("size_mm = 39.75", "size_mm = -3").replace("width_mm = 76", "widht_mm = 76", 1)
    (tmp_path / "labels" / "carton-80x50.toml").write_text(broken, "utf-8")
    lines = [number for number, line in enumerate(broken.splitlines(), 1) if "= -3" in line or "widht" in line]
    _, mistakes = examine(path)
    at = {(mistake.file, mistake.line) for mistake in mistakes}
    assert {("labels/carton-80x50.toml", line) for line in lines} <= at
    assert any("width_mm" in mistake.words.en for mistake in mistakes), "it says what was meant"


def test_a_label_of_another_step_is_told_at_the_check(house: Callable[..., Path]) -> None:
    path = house(
        (
            "[station.pack-2]",
            '[station.sort]\nname = "Bàn phân loại"\nstep = "grading"\n'
            'scanner = "dock-camera"\nprinter = "pack-2-printer"\nlabel = "carton-50x30"\n\n[station.pack-2]',
        )
    )
    assert ("station.sort.label", "template 'carton-50x30' is a carton label, not for grading") in [
        (key, en) for key, _, en, _ in told(path)
    ]


def test_a_domain_that_makes_a_code_too_fine_is_told_at_the_check(house: Callable[..., Path]) -> None:
    path = house(('domain = "trace.example.com"', f'domain = "{"x" * 60}.{"y" * 60}.example.com"'))
    assert any("ô QR 3 chấm, cần ít nhất 4" in vi for _, vi, _, _ in told(path))


def test_a_slow_line_is_warned_of(house: Callable[..., Path]) -> None:
    path = house(
        ('host = "192.0.2.32"', 'serial = "/dev/serial/by-id/usb-printer"\nbaud = 9600'),
    )
    ((key, vi, en, notice),) = told(path)
    assert (key, notice) == ("printer.pack-1-printer.baud", True)
    assert "ở 9600 baud mỗi nhãn mất 33 s" in vi
    assert "each label takes 33 s" in en


def test_a_usb_number_that_changes_is_warned_of(house: Callable[..., Path]) -> None:
    ((key, _, en, notice),) = told(house(('host = "192.0.2.32"', 'usb = "/dev/usb/lp0"')))
    assert (key, notice) == ("printer.pack-1-printer.usb", True)
    assert "changes on replug" in en


def test_a_market_a_template_does_not_have_is_told(house: Callable[..., Path]) -> None:
    path = house(
        (
            "[label.carton-80x50]",
            '[label.carton-china]\nfile = "carton-100x75.toml"\nmarket = "chine"\n\n[label.carton-80x50]',
        )
    )
    ((key, vi, _, _),) = told(path)
    assert key == "label.carton-china.market"
    assert "có phải 'china' không" in vi


@pytest.mark.parametrize(
    "message",
    [
        "product: the label's font has no ท (in 'ทุเรียน')",
        "area: 'x' does not fit its box, even at 14 dots; shorten it or take a larger label",
        "the label is 400 dots wide, the printer's head only 384",
        "lot is missing; this template needs it",
        "the carton entry does not say its lot, which its label must show",
        "the template is for a receipt, the entry is a carton",
    ],
)
def test_what_is_wrong_with_a_label_is_said_in_vietnamese(message: str) -> None:
    assert in_vietnamese(message) != message
