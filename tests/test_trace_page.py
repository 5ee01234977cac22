"""The trace as people get it: text, JSON and a page of paper, word for word; the command line that makes them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from firmware_mock import season_words as told
from firmware_mock.season import VIETNAM, Season
from gateway.journal.canonical import canonical
from gateway.locale.traced import TRACED
from gateway.trace import Premises, Trace, recall_now, trace_now
from gateway.trace.curve import Curve
from gateway.trace.page import page
from gateway.trace.terminal import recall_text, trace_text
from tests.season_house import load_readings, load_season, premises

GOLDEN: Final = Path(__file__).parent / "golden" / "trace"
VOID_ELEMENTS: Final = frozenset({"meta", "br", "link", "img"})


class Page(HTMLParser):
    """Reads a page strictly: every element closed in order, every attribute quoted once."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.classes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        self.seen.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "xlink:href", "action"}]
        self.classes |= {word for name, value in attrs if name == "class" for word in (value or "").split()}
        if tag not in VOID_ELEMENTS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """Give a season of four lots, its readings every five minutes, an hour of them missing."""
    directory = tmp_path_factory.mktemp("page")
    happened = list(Season(3, 4, lots_a_day=4, loads=(1, 1)).happened())
    load_season(directory, happened)
    begin = min(one.at for one in happened) - timedelta(hours=2)
    silent = (datetime(2026, 5, 4, 14, tzinfo=VIETNAM), datetime(2026, 5, 4, 15, 20, tzinfo=VIETNAM))
    load_readings(directory, begin, begin + timedelta(days=3), every_s=300, silent=[silent], happened=happened)
    made = premises(directory)
    rooms = {name: table.model_copy(update={"sample_every_s": 300.0}) for name, table in made.rooms.items()}
    return Premises(directory, made.site, made.registers, rooms, made.rules)


@pytest.fixture(scope="module")
def happened() -> list[told.Happened]:
    return list(Season(3, 4, lots_a_day=4, loads=(1, 1)).happened())


@pytest.fixture(scope="module")
def carton(house: Premises, happened: list[told.Happened]) -> Trace:
    serial = [one.serial for one in happened if isinstance(one, told.Packed)][10]
    answer = trace_now(house, serial, _now(happened))
    assert isinstance(answer, Trace)
    return answer


def _now(happened: list[told.Happened]) -> datetime:
    return (max(one.at for one in happened) + timedelta(hours=1)).astimezone(VIETNAM)


@pytest.mark.parametrize("name", ["carton.txt", "carton.json", "carton.html", "recall.txt"])
def test_what_people_and_programs_get_is_as_it_was(
    house: Premises, happened: list[told.Happened], carton: Trace, name: str
) -> None:
    area = next(one.area for one in happened if isinstance(one, told.Received))
    made = {
        "carton.txt": lambda: trace_text(carton),
        "carton.json": lambda: canonical(carton.as_json()).decode() + "\n",
        "carton.html": lambda: page(carton),
        "recall.txt": lambda: recall_text(recall_now(house, area, None, None, _now(happened))),
    }[name]()
    assert made == (GOLDEN / name).read_text("utf-8")


def test_the_page_is_well_formed_and_needs_nothing_else(house: Premises, carton: Trace) -> None:
    for told_of in (carton, *_others(house, carton)):
        text = page(told_of)
        parsed = Page()
        parsed.feed(text)
        parsed.close()
        assert parsed.open == []
        assert text.startswith("<!DOCTYPE html>\n")
        assert '<html lang="vi">' in text
        assert parsed.addresses == []
        assert not re.search(r"https?://(?!trace\.example\.org|id\.gs1\.org)|@import|url\((?!#)", text)
        assert [tag for tag in parsed.seen if tag in {"script", "iframe", "link", "img"}] == []
        assert parsed.seen.count("h1") == 1


def _others(house: Premises, carton: Trace) -> Iterator[Trace]:
    for code in (next(node.code for node in carton.tree if node.kind == "pallet"), carton.before[0].code):
        answer = trace_now(house, code, carton.made_at)
        assert isinstance(answer, Trace)
        yield answer


def test_every_class_on_the_page_is_in_its_style_sheet(carton: Trace) -> None:
    text = page(carton)
    parsed = Page()
    parsed.feed(text)
    style = text[text.index("<style>") : text.index("</style>")]
    unknown = {name for name in parsed.classes if f".{name}" not in style}
    assert unknown <= {"there", "depth-2", "depth-3"}


def test_the_curve_keeps_its_peak_and_leaves_its_gap_open(carton: Trace) -> None:
    (stay,) = carton.stays
    (series,) = stay.series
    drawn = Curve(stay, series).svg()
    assert "url(#hatch)" in drawn
    assert drawn.count('class="open-dot"') == 2
    assert drawn.count('class="mean"') == 2  # one line before the gap, one after it
    label = re.search(r'aria-label="([^"]+)"', drawn)
    assert label is not None
    assert "thiếu số liệu: 1" in label[1]


def test_words_are_there_in_both_languages_without_marks_to_be_filled_left(carton: Trace, house: Premises) -> None:
    for vi, en in TRACED.values():
        assert set(re.findall(r"\{\w+\}", vi)) == set(re.findall(r"\{\w+\}", en))
        assert "!" not in vi
    for text in (trace_text(carton), page(carton)):
        assert not re.search(r"\{[a-z_]+\}", text[text.find("</style>") + 1 :] if "</style>" in text else text)
        assert "None" not in text


# the command line


@pytest.fixture(scope="module")
def config(house: Premises, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound config file whose data directory is the season's; it knows no rooms."""
    sound = (Path(__file__).parent / "golden" / "config" / "scale.toml").read_text("utf-8").partition("[device.")[0]
    file = tmp_path_factory.mktemp("config") / "gateway.toml"
    file.write_text(sound.replace('name = "gw-1"\n', f'name = "gw-1"\ndata = "{house.data}"\n'), "utf-8")
    return file


def gateway(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_command_line_traces_a_carton_three_ways(carton: Trace, config: Path, tmp_path: Path) -> None:
    shown = gateway("trace", carton.code, "-c", config)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith(f"Thùng / Carton {carton.code}\n")
    paper = tmp_path / "carton.html"
    told_of = gateway("trace", carton.code, "-c", config, "--json", "--html", paper)
    document = json.loads(told_of.stdout, parse_float=Decimal)
    assert (document["code"], document["kg"]) == (carton.code, carton.kg)
    assert [moment["kind"] for moment in document["story"]] == [moment.kind for moment in carton.story]
    assert paper.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.slow
def test_the_command_line_gives_recall_lists_and_the_report_of_a_day(
    carton: Trace, config: Path, tmp_path: Path
) -> None:
    area = carton.before[0].detail[0].vi
    day = f"{carton.before[0].at:%Y-%m-%d}"
    sheet = tmp_path / "recall.csv"
    listed = gateway(
        "trace", "--area", area.lower(), "--from", day, "--to", day, "--csv", sheet, "-c", config, "--json"
    )
    assert listed.returncode == 0, listed.stderr
    assert [lot["lot"] for lot in json.loads(listed.stdout)["lots"]] == [carton.before[0].code]
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")
    report = gateway("report", "day", "--date", day, "-c", config, "--json")
    assert report.returncode == 0, report.stderr
    totals = {one["act"]: one["count"] for one in json.loads(report.stdout)["totals"]}
    assert totals["receipt"] == 4


@pytest.mark.slow
def test_a_code_nobody_knows_ends_with_status_one_and_says_what(config: Path) -> None:
    unknown = gateway("trace", "260504099999", "-c", config)
    assert unknown.returncode == 1
    assert "260504099999: không có trong sổ sự kiện này / not in this journal" in unknown.stderr
    assert gateway("trace", "x", "--area", "y", "-c", config).returncode == 2
