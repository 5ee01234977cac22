"""Every string of the page stands in both languages, is used, and has its values."""

import re
import string
from pathlib import Path

import pytest

from gateway.locale import page, views
from gateway.web.words import words

STATIC = Path(__file__).parents[1] / "gateway" / "web" / "static" / "js"
SHOW_SAMPLES = ("station.js", "goods.js", "house.js", "format.js")
"""The components' samples show invented names, and what folds letters names them."""

WORDS = {**page.WORDS, **views.WORDS}
SCRIPTS = {path: path.read_text("utf-8") for path in STATIC.rglob("*.js")}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("id_", WORDS)
def test_a_word_has_the_same_values_in_both_languages(id_: str) -> None:
    vi, en = WORDS[id_]
    assert vi.strip(), id_
    assert en.strip(), id_
    assert places(vi) == places(en), id_
    assert "!" not in vi + en, id_


def test_the_two_lists_share_no_word() -> None:
    assert page.WORDS.keys().isdisjoint(views.WORDS)


def test_every_word_a_script_asks_for_is_there() -> None:
    asked = {
        (path.name, id_)
        for path, text in SCRIPTS.items()
        for id_ in re.findall(r"\bword\(\s*[\"']([a-z0-9_]+)[\"']", text)
    }
    assert len(asked) > 60
    assert sorted(one for one in asked if one[1] not in WORDS) == []


def test_no_vietnamese_stands_in_a_script() -> None:
    marked = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    told = {
        path.name: line
        for path, text in SCRIPTS.items()
        for line in text.splitlines()
        if marked.search(re.sub(r"//.*|/\*.*?\*/|^ {3}.*", "", line)) and "Tiếng Việt" not in line
    }
    assert {name: line for name, line in told.items() if name not in SHOW_SAMPLES} == {}


def test_a_browser_gets_every_sentence_in_both_languages() -> None:
    told = words()
    assert told["vi"]["sentences"].keys() == told["en"]["sentences"].keys()
    assert told["vi"]["page"].keys() == told["en"]["page"].keys() == WORDS.keys()
