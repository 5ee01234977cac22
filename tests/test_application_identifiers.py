"""What we hold about application identifiers against GS1's own table of them, and what values it lets pass."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from gateway.gs1.application_identifiers import FIXED, IDENTIFIERS, check_beside, check_value, family
from gateway.gs1.digital_link import QUALIFIERS
from gateway.gs1.identifiers import CodeWrong

DICTIONARY = Path(__file__).parents[2] / "shared" / "gs1" / "gs1-syntax-dictionary.txt"
with_dictionary = pytest.mark.skipif(
    not DICTIONARY.is_file(), reason="the GS1 syntax dictionary lies in ../shared, absent here"
)

LISTS_WE_DO_NOT_HOLD = {"gcppos1", "gcppos2", "iso3166", "iso3166999"}
"""Tests against lists of others: of company prefixes, of countries."""

_ROW = re.compile(r"(?P<ais>\d+(?:-\d+)?)\s+(?:(?P<flags>[*?]+)\s+)?(?P<rest>.*)")


@dataclass(frozen=True)
class Row:
    flags: str
    parts: tuple[str, ...]
    attributes: tuple[str, ...]

    def all_of(self, key: str) -> list[str]:
        return [text.partition("=")[2] for text in self.attributes if text.startswith(f"{key}=")]


@cache
def dictionary() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for line in DICTIONARY.read_text("utf-8").splitlines():
        found = _ROW.fullmatch(line.partition("#")[0].strip())
        if found is None:
            continue
        words = found["rest"].split()
        of_value = [word for word in words if re.match(r"\[?[NXYZ](\.\.)?\d", word)]
        row = Row(found["flags"] or "", tuple(map(_held, of_value)), tuple(w for w in words if w not in of_value))
        first, _, last = found["ais"].partition("-")
        rows |= {str(ai).zfill(len(first)): row for ai in range(int(first), int(last or first) + 1)}
    return rows


def _held(part: str) -> str:
    form, *tests = part.split(",")
    return ",".join([form, *(test for test in tests if test not in LISTS_WE_DO_NOT_HOLD)])


@cache
def members(name: str) -> tuple[str, ...]:
    own = set(IDENTIFIERS)
    return tuple(ai for ai in dictionary() if family(ai) == name and (ai == name or ai not in own))


@with_dictionary
def test_the_dictionary_is_read_whole() -> None:
    assert len(dictionary()) > 500
    assert {ai for ai in dictionary() if ai.startswith("310")} == {f"310{n}" for n in range(6)}


@with_dictionary
@pytest.mark.parametrize("name", IDENTIFIERS)
def test_a_row_of_ours_says_what_the_dictionary_says(name: str) -> None:
    known = IDENTIFIERS[name]
    assert members(name), "no such identifier"
    for ai in members(name):
        row = dictionary()[ai]
        assert known.parts == row.parts
        assert sorted(map(sorted, known.needs)) == sorted(sorted(group.split(",")) for group in row.all_of("req"))
        assert set(known.excludes) == {other for group in row.all_of("ex") for other in group.split(",")}
        assert known.in_query == ("?" in row.flags)


@with_dictionary
def test_the_dictionary_ends_values_where_we_do() -> None:
    assert {ai for ai, row in dictionary().items() if "*" in row.flags} == {
        ai for ai in dictionary() if FIXED.fullmatch(ai)
    }


@with_dictionary
def test_keys_and_qualifiers_of_links_are_those_of_the_dictionary() -> None:
    for key, ours in QUALIFIERS.items():
        attributes = dictionary()[key].attributes
        allowed = [tuple(way.split(",")) for keys in dictionary()[key].all_of("dlpkey") for way in keys.split("|")]
        assert ours in allowed or (ours == () and any(text.startswith("dlpkey") for text in attributes))


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("00", "395212340000000014"),
        ("01", "99521234000054"),
        ("10", "H261121-0042"),
        ("13", "261100"),
        ("7007", "261120261121"),
        ("4331", "001500"),
        ("4333", "000200-"),
        ("423", "704"),
        ("423", "704156"),
        ("8008", "2611211005"),
        ("7030", "704VN-XXPH-000"),
        ("99", "what we like"[:4]),
        ("7040", "unknown here, and so let pass"),
    ],
)
def test_a_sound_value_passes(ai: str, value: str) -> None:
    check_value(ai, value)


@pytest.mark.parametrize(
    ("ai", "value", "why"),
    [
        ("00", "395212340000000015", "check digit"),
        ("00", "39521234000000001", "too short"),
        ("01", "995212340000544", "too long"),
        ("10", "", "too short"),
        ("10", "H" * 21, "too long"),
        ("10", "LÔ-1", "set 82"),
        ("10", "H 1", "set 82"),
        ("3102", "10.25", "too short"),
        ("3102", "1025.0", "only digits"),
        ("3102", "００１０２５", "only digits"),
        ("13", "261131", "no date"),
        ("13", "261301", "no date"),
        ("7006", "261100", "no date"),
        ("8008", "26112124", "no time"),
        ("4325", "2611212460", "no time"),
        ("4333", "000200+", "below zero"),
        ("423", "70415", "too short"),
    ],
)
def test_a_wrong_value_is_refused(ai: str, value: str, why: str) -> None:
    with pytest.raises(CodeWrong, match=why):
        check_value(ai, value)


@pytest.mark.parametrize(
    ("found", "elsewhere"),
    [
        (["01", "3102", "13", "10", "21"], []),
        (["00"], []),
        (["02", "37", "10", "13"], ["00"]),
        (["00", "3302", "4331", "4333"], []),
        (["01", "422", "427"], []),
        (["414", "254"], []),
        (["8004", "7230"], []),
    ],
)
def test_sound_company_passes(found: list[str], elsewhere: list[str]) -> None:
    check_beside(found, elsewhere)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (["10"], "(10) needs"),
        (["01", "37"], "may not stand together"),
        (["02", "10"], "(02) needs (37)"),
        (["02", "37"], "(37) needs (00)"),
        (["01", "02", "37"], "may not stand together"),
        (["01", "3102", "3103"], "two net weights"),
        (["01", "3302", "3303"], "may not stand together"),
        (["3302"], "(3302) needs (00) or (01)"),
        (["01", "427"], "(427) needs (422)"),
        (["01", "422", "426"], "may not stand together"),
        (["01", "423", "426"], "may not stand together"),
        (["01", "4331"], "(4331) needs (00)"),
        (["254"], "(254) needs (414)"),
        (["02", "37", "21"], "(21) needs"),
    ],
)
def test_wrong_company_is_refused(found: list[str], why: str) -> None:
    with pytest.raises(CodeWrong, match=re.escape(why)):
        check_beside(found)
