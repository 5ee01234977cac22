"""The demo's words: for workers, in both languages, and nothing moves on a screen that is none."""

import io
from typing import Any

import pytest

from gateway.cli.demo_books import Books, Line
from gateway.cli.demo_story import SCRIPT, Counts, Said, scripted, summary, tell
from gateway.cli.demo_terminal import Terminal, books_table, verdict

CARTON = {
    "who": "pack-1",
    "fact": "confirmed",
    "load": 3,
    "put": "10.02",
    "shown": "10.02",
    "lot": "H1",
    "serial": "261121100003",
    "receipt": None,
    "how": "captured",
}
LOAD = {**CARTON, "who": "gate", "serial": None, "receipt": "R1", "shown": "23.50"}
WALL: dict[str, Any] = {
    "on_disk": 312,
    "lost": 0,
    "backlog": 12,
    "connected": False,
    "confirmed_at": "2026-11-21T05:58:03+00:00",
    "rooms": {"cold-room-1": {"Temperature": "4.1", "lots": []}},
    "alarms": {"a": "…"},
}


class Screen(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        return True


def test_a_carton_is_told_in_vietnamese_with_a_decimal_comma() -> None:
    assert tell(CARTON, "vi") == Said("Trạm 1", "thùng 261121100003, 10,02\u00a0kg, đã ghi", "good")


def test_a_carton_is_told_in_english_with_a_point() -> None:
    assert tell(CARTON, "en") == Said("Station 1", "carton 261121100003, 10.02\u00a0kg, recorded", "good")


def test_a_load_at_the_gate_is_no_carton() -> None:
    said = tell(LOAD, "vi")
    assert said is not None
    assert said.what == "lần cân 3, tịnh 23,50\u00a0kg, đã ghi"


def test_a_carton_recorded_before_a_power_cut_says_so() -> None:
    said = tell({**CARTON, "how": "restart"}, "vi")
    assert said is not None
    assert "đã ghi từ trước khi mất điện" in said.what


@pytest.mark.parametrize(
    "line", [{"who": "gate", "did": "put", "kg": "25.00"}, {"ready": "workers"}, {"fact": "finished"}]
)
def test_what_nobody_needs_to_hear_is_not_told(line: dict[str, Any]) -> None:
    assert tell(line, "vi") is None


@pytest.mark.parametrize("name", SCRIPT)
def test_every_line_of_the_script_can_be_said_in_both_languages(name: str) -> None:
    values = {"n": 101, "t": "12,5"}
    vietnamese, english = scripted(name, "vi", **values), scripted(name, "en", **values)
    assert vietnamese.what != english.what
    assert "{" not in vietnamese.what + english.what


def test_the_summary_says_how_safe_everything_is() -> None:
    counts = Counts(gate=5, cartons=7, labels=6, pallets=2, dispatched=1)
    safe, done = summary(WALL, counts, "vi")
    assert safe == "312 bản ghi đã lưu · mất 0 · 12 chờ gửi · mất mạng · tỉnh nhận lần cuối 12:58:03"
    assert done == "Cổng 5 lần cân · Đóng gói 7 thùng, 6 nhãn · 2 pallet, xuất 1 · Kho lạnh 4,1\u00a0°C, 1 cảnh báo"


def test_the_summary_of_a_dark_gateway_claims_nothing() -> None:
    safe, _ = summary(None, Counts(), "vi")
    assert safe == "Máy thu thập đang khởi động"


def test_goods_are_told_by_their_code() -> None:
    def said(line: dict[str, Any]) -> str:
        told = tell(line, "vi")
        assert told is not None
        return told.what

    sscc = "095212340000000019"
    assert said({"who": "door-in", "fact": "moved", "goods": "H1", "direction": "in"}) == "lô H1 vào kho"
    assert said({"who": "door-out", "fact": "moved", "goods": sscc, "direction": "out"}) == f"pallet {sscc} ra kho"
    assert said({"who": "inspection", "fact": "inspected", "lot": "H1", "times": 1}) == "lô H1 đạt"
    pallet = {"who": "pallet", "fact": "palletised", "sscc": sscc, "serials": ["S1", "S2"]}
    assert said(pallet) == f"pallet {sscc}: 2 thùng, nhãn đã ra"
    assert said({"who": "dock", "fact": "dispatched", "number": "X1", "pallets": [sscc]}) == "chuyến X1 đi: 1 pallet"


def test_counts_follow_the_workers() -> None:
    counts = Counts()
    for line in (CARTON, LOAD, {"fact": "labelled"}, {"who": "pack-2", "did": "put", "kg": "9"}):
        counts.take(line)
    assert (counts.gate, counts.cartons, counts.labels, counts.on_scale) == (1, 1, 1, {"pack-2"})
    counts.take({"who": "pack-2", "did": "lift"})
    assert counts.on_scale == set()


def test_without_a_terminal_there_is_not_one_control_character() -> None:
    out = io.StringIO()
    terminal = Terminal(out, now=lambda: 0.0)
    terminal.say(Said("Trạm 1", "đã ghi", "good"))
    terminal.stay("312", "7")
    terminal.stay("313", "7")
    terminal.say(Said("Trạm 1", "đã ghi", "good"))
    assert "\x1b" not in out.getvalue()
    assert out.getvalue().count("312") == 1
    assert "313" not in out.getvalue(), "the lines that stay are repeated now and then only"


def test_on_a_terminal_the_last_lines_stay_last() -> None:
    out = Screen()
    terminal = Terminal(out)
    terminal.stay("first", "second")
    terminal.say(Said("Trạm 1", "story"))
    shown = out.getvalue().rsplit("\x1b[J", 1)[1]
    assert shown.index("story") < shown.index("first") < shown.index("second")


def test_the_verdict_is_said_in_both_languages() -> None:
    books = Books((Line(("a", "b"), (1, 0), lost=("x",)),))
    assert verdict(books, "vi") == "mất 1, ghi hai lần 0 (1 lost, 0 double)"
    assert verdict(books, "en") == "1 lost, 0 double"
    assert "SAI" in books_table(books, "vi")[0]
