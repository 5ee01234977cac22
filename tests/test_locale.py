"""The words people read: complete in both languages, short enough, and asked for with the values they need."""

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import locale
from gateway.locale import Sentence, en, placeholders, sentence, shown, vi
from gateway.station import Show

GATEWAY = Path(locale.__file__).parents[1]
GLOSSARY = GATEWAY.parent.parent / "shared" / "glossary.md"


def named(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def bare(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def test_both_languages_have_the_same_sentences() -> None:
    assert list(vi.SENTENCES) == list(en.SENTENCES)


@pytest.mark.parametrize("id", vi.SENTENCES)
def test_a_sentence_needs_the_same_values_in_both_languages(id: str) -> None:
    assert named(*vi.SENTENCES[id]) == named(en.SENTENCES[id]) == placeholders(id)


@pytest.mark.parametrize("id", vi.SENTENCES)
def test_a_sentence_can_be_read_from_where_the_worker_stands(id: str) -> None:
    first, second = map(bare, vi.SENTENCES[id])
    assert 0 < len(first) <= 34
    assert 0 < len(second) <= 44
    for text in (*vi.SENTENCES[id], en.SENTENCES[id]):
        assert unicodedata.is_normalized("NFC", text)
        assert "!" not in text
        assert text == text.strip()
        assert not re.search(r"\} (kg|°C)", text), "a no-break space stands before the unit"


def test_every_state_of_a_station_has_its_words() -> None:
    assert {show.value for show in Show} - {Show.REFUSED.value} <= set(vi.SENTENCES)


def test_values_are_dressed_for_people() -> None:
    assert sentence("captured", kg=Decimal("10.25")) == Sentence(
        vi=("Đã ghi 10,25\u00a0kg", "Nhấc thùng ra"), en="Recorded 10,25\u00a0kg. Take it off"
    )
    assert sentence("captured", kg="10.250").vi[0] == "Đã ghi 10,250\u00a0kg"
    assert sentence("date_ask", date="2026-11-21").vi[0] == "Hôm nay là 21/11/2026?"
    assert sentence("date_ask", date=date(2026, 11, 21)).en == "Is today 21/11/2026?"
    assert sentence("temp_high", room="Kho 1", t="7.84").vi[0] == "Kho 1: nhiệt độ cao 7,8\u00a0°C"
    assert sentence("lot_closed", lot="H261121-0042").vi[0] == "Lô H261121-0042 đã kết thúc"
    assert sentence("catching_up", n=12345) == sentence("catching_up", n="12345")
    assert sentence("catching_up", n=12345).vi[1] == "Còn 12\u202f345. Cứ làm tiếp"


def test_a_value_already_dressed_is_left_alone() -> None:
    assert sentence("captured", kg="10,25").vi[0] == "Đã ghi 10,25\u00a0kg"
    assert sentence("date_ask", date="21/11/2026").vi[0] == "Hôm nay là 21/11/2026?"


def test_a_sentence_that_lacks_a_value_or_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="kg"):
        sentence("captured")
    with pytest.raises(KeyError, match="no_such"):
        sentence("no_such")


def test_a_value_a_sentence_does_not_use_is_passed_over() -> None:
    assert sentence("ready", lot="H261121-0042") == sentence("ready")


# who asks for sentences, anywhere in the gateway


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Yield place, id and names of values of every sentence asked for by its name."""
    for path in sorted(GATEWAY.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                place = f"{path.relative_to(GATEWAY)}:{node.lineno}"
                yield from ((place, id, values) for id, values in _asked(node))


def _asked(call: ast.Call) -> Iterator[tuple[str, set[str]]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"Refused", "sentence", "tell"} and call.args and all(word.arg for word in call.keywords):
        for id in _words(call.args[0]):
            yield id, {str(word.arg) for word in call.keywords}
    if (name == "Shown" and len(call.args) >= 2) or (name == "Said" and call.args):
        first = 1 if name == "Shown" else 0
        values = call.args[first + 1] if len(call.args) > first + 1 else ast.Dict([], [])
        if isinstance(values, ast.Dict):
            for id in _words(call.args[first]):
                yield id, {str(ast.literal_eval(key)) for key in values.keys if key is not None}


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_words(node.body), *_words(node.orelse))


def test_every_sentence_asked_for_exists_and_gets_its_values() -> None:
    asked = list(calls())
    assert len(asked) > 20, "the search finds nothing: it is looking for the wrong calls"
    wrong = [
        f"{place}: {id} with {sorted(values)}"
        for place, id, values in asked
        if id not in vi.SENTENCES or not placeholders(id) <= values
    ]
    assert not wrong, "\n".join(wrong)


def test_a_sentence_said_in_another_step_instead_needs_no_further_value() -> None:
    swaps = list(_swaps())
    assert swaps
    assert not [(old, new) for old, new in swaps if not placeholders(new) <= placeholders(old)]


def _swaps() -> Iterator[tuple[str, str]]:
    """Yield what a desk says instead of the usual sentence: its `words`."""
    for path in sorted((GATEWAY / "record").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "words":
                assert node.value is not None
                yield from dict(ast.literal_eval(node.value)).items()


# the glossary


@pytest.mark.skipif(not GLOSSARY.exists(), reason="the glossary lies in ../shared, absent here")
def test_no_sentence_of_the_glossary_is_missing() -> None:
    text = GLOSSARY.read_text("utf-8").split("## 2.")[1].split("## 3.")[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines() if line[:2] == "| "]
    assert len(rows) > 60
    said = {first.replace("\u00a0", " ") for first, _ in vi.SENTENCES.values()}
    missing = [row[0] for row in rows[1:] if "/" not in row[0] and row[1] not in said]
    assert not missing
    split = [row[0].split(" / ")[0] for row in rows[1:] if "/" in row[0]]
    assert set(split) <= set(vi.SENTENCES)


# numbers, dates, times


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10.25", "10,25"),
        ("10.250", "10,250"),
        ("1025", "1025"),
        ("9999.99", "9999,99"),
        ("10000", "10\u202f000"),
        ("1234567.5", "1\u202f234\u202f567,5"),
        ("-10.1", "−10,1"),
        ("0.00", "0,00"),
        ("-0.0", "0,0"),
        ("1E+4", "10\u202f000"),
    ],
)
def test_a_number_is_written_as_people_here_read_it(value: str, text: str) -> None:
    assert shown.amount(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_no_digit_is_lost_on_the_way_to_the_screen(value: Decimal) -> None:
    back = shown.amount(value).replace("\u202f", "").replace("−", "-").replace(",", ".")
    assert Decimal(back) == value


def test_units_keep_to_their_number() -> None:
    assert shown.kg(Decimal("10.25")) == "10,25\u00a0kg"
    assert shown.temperature(Decimal("-10.13")) == "−10,1\u00a0°C"
    assert shown.temperature(Decimal("-0.04")) == "0,0\u00a0°C"
    assert shown.with_unit(Decimal(88), "%") == "88%"


def test_days_and_times_are_local_and_day_first() -> None:
    moment = datetime(2026, 11, 20, 23, 50, 5, tzinfo=UTC)
    assert shown.day(moment) == "21/11/2026"
    assert shown.day(date(2026, 1, 2)) == "02/01/2026"
    assert shown.hour(moment) == "06:50"
    assert shown.hour_to_the_second(moment) == "06:50:05"
    assert shown.moment(moment) == "21/11/2026 06:50"


def test_a_time_nobody_can_place_is_not_shown() -> None:
    with pytest.raises(ValueError, match="offset"):
        shown.hour(datetime(2026, 11, 21))  # noqa: DTZ001 - the mistake under test


def test_a_serial_is_shown_in_the_parts_people_compare() -> None:
    assert shown.carton_number("261121000001") == "2611210 00001"
    assert shown.carton_number("00001") == "00001"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "5 giây"), (60, "1 phút"), (7500, "2 giờ 5 phút"), (7200, "2 giờ"), (59.9, "59 giây")],
)
def test_a_duration_is_said_in_words(seconds: float, text: str) -> None:
    assert shown.duration(timedelta(seconds=seconds)) == text
