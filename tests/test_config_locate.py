"""Every key of a TOML file is found on its line."""

import tomllib
from pathlib import Path
from typing import Any

from gateway.config.locate import lines

CONFIG = Path(__file__).parents[1] / "config"


def test_plain_tables_and_keys() -> None:
    assert lines('a = 1\n\n[t]\nb = "x"  # y\n[t.u]\nc = 2026-11-21 08:00:00\n') == {
        ("a",): 1,
        ("t",): 3,
        ("t", "b"): 4,
        ("t", "u"): 5,
        ("t", "u", "c"): 6,
    }


def test_dotted_keys_begin_where_they_are_first_named() -> None:
    found = lines("x . y.z = 1\nx.q = 2\n[device.can-1]\nunit.a.id = 3\n")
    assert found["x",] == 1
    assert found["x", "y"] == 1
    assert found["x", "y", "z"] == 1
    assert found["x", "q"] == 2
    assert found["device",] == 3
    assert found["device", "can-1", "unit", "a", "id"] == 4


def test_inline_tables_and_arrays_over_many_lines() -> None:
    found = lines('a = [\n  1, # one\n  { b = 2, c.d = [3, "]" ] },\n]\ne = 4\n')
    assert found["a", 0] == 2
    assert found["a", 1] == 3
    assert found["a", 1, "b"] == 3
    assert found["a", 1, "c", "d", 1] == 3
    assert found["e",] == 5


def test_arrays_of_tables_are_counted() -> None:
    found = lines("[[p]]\nx = 1\n[p.q]\ny = 2\n\n[[p]]\nx = 3\n[[p.r]]\nz = 4\n")
    assert found["p",] == 1
    assert found["p", 0, "x"] == 2
    assert found["p", 0, "q", "y"] == 4
    assert found["p", 1] == 6
    assert found["p", 1, "x"] == 7
    assert found["p", 1, "r", 0, "z"] == 9


def test_quoted_keys_and_strings_that_look_like_toml() -> None:
    text = '"a.b" = """\n[no]\nx = 1\\""" "\n"""\n\'c "d\' = \'\'\'\n]\'\'\'\n"\\u00e9" = "# no"\nlast = \'\'\n'
    assert tomllib.loads(text).keys() == {"a.b", 'c "d', "é", "last"}
    assert lines(text) == {("a.b",): 1, ('c "d',): 5, ("é",): 7, ("last",): 8}


def _paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))
    return [found for key, value in items for found in ((*path, key), *_paths(value, (*path, key)))]


def test_every_key_of_the_shipped_files_stands_on_its_line() -> None:
    checked = 0
    for file in sorted(CONFIG.rglob("*.toml")):
        text = file.read_text("utf-8")
        rows, found = text.split("\n"), lines(text)
        for path in _paths(tomllib.loads(text)):
            checked += 1
            if isinstance(path[-1], str):
                assert path[-1] in rows[found[path] - 1], f"{file.name}: {path}"
    assert checked > 200
