"""The style sheet says what the page's note says: contrasts that can be read, one dark, digits of one width."""

import re
from itertools import product
from pathlib import Path

import pytest

from gateway.web.files import STATIC
from gateway.web.fonts import NAMES, make_fonts

STYLE = STATIC / "style"
TOKENS = (STYLE / "tokens.css").read_text("utf-8")

TEXT, EDGE = 4.5, 3.0
GROUNDS = ("bg", "surface")
PAIRS = [
    *[(ink, ground, TEXT) for ink, ground in product(("ink", "ink2", "ink3"), ("bg", "surface", "sunk"))],
    *[(tone, ground, TEXT) for tone, ground in product(("accent", "ok", "warn", "stop", "stale"), GROUNDS)],
    *[(tone, f"{tone}-tint", TEXT) for tone in ("accent", "ok", "warn", "stop", "stale")],
    *[(f"on-{tone}", f"{tone}-solid", TEXT) for tone in ("ok", "warn", "stop")],
    *[
        (ink, tint, TEXT)
        for ink, tint in product(("ink", "ink2"), ("ok-tint", "warn-tint", "stop-tint", "stale-hatch"))
    ],
    ("on-accent", "accent", TEXT),
    ("stale", "stale-hatch", TEXT),
    ("surface", "ink", TEXT),  # the chart's flag
    ("stop", "sunk", TEXT),  # a scan that was not taken
    ("warn", "sunk", EDGE),  # a mark on the meter
    ("stop-solid", "bg", EDGE),
    ("edge", "bg", EDGE),
    ("edge", "surface", EDGE),
]


def _theme(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", block))


def _block(selector: str) -> str:
    found = re.search(re.escape(selector) + r" \{\n(.*?)\n\s*\}", TOKENS, re.S)
    assert found is not None, selector
    return found.group(1)


THEMES = {"light": _theme(_block(":root")), "dark": _theme(_block(':root[data-theme="dark"]'))}


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colours, 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


IN_EACH_THEME = [
    (theme, *pair)
    for theme in THEMES
    for pair in PAIRS
    if (theme, pair[0]) != ("dark", "stop-solid")  # in the dark a solid has an edge in its light tone
]


@pytest.mark.parametrize(("theme", "front", "ground", "least"), IN_EACH_THEME)
def test_what_stands_on_a_ground_can_be_read(theme: str, front: str, ground: str, least: float) -> None:
    colours = THEMES[theme]
    assert contrast(colours[front], colours[ground]) >= least


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_both_darks_are_the_same() -> None:
    wished = re.search(r"prefers-color-scheme: dark\) \{\n(.*?\n)\}", TOKENS, re.S)
    assert wished is not None
    assert _theme(wished.group(1)) == THEMES["dark"]
    assert THEMES["light"].keys() == THEMES["dark"].keys()


@pytest.mark.parametrize("sheet", sorted(path.name for path in STYLE.glob("*.css") if path.name != "tokens.css"))
def test_no_other_sheet_names_a_colour(sheet: str) -> None:
    text = (STYLE / sheet).read_text("utf-8")
    named = re.findall(r"#[0-9A-Fa-f]{3,8}\b", text)
    assert [colour for colour in named if colour != "#FFFFFF"] == []  # white paper under a label's picture


@pytest.mark.parametrize("sheet", sorted(path.name for path in STYLE.glob("*.css")))
def test_every_token_a_sheet_uses_is_there(sheet: str) -> None:
    text = (STYLE / sheet).read_text("utf-8")
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", text))  # those with a value to fall back on are set by a script
    declared = set(re.findall(r"--([a-z0-9-]+):", "".join(path.read_text("utf-8") for path in STYLE.glob("*.css"))))
    scripted = set(re.findall(r'"--([a-z0-9-]+)"', "".join(path.read_text("utf-8") for path in STATIC.rglob("*.js"))))
    assert used <= declared | scripted


def test_nothing_is_asked_of_anybody_else() -> None:
    own = {"http://www.w3.org/2000/svg"}
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js", ".html"}:
            assert set(re.findall(r"https?://[^\s\"'`)]+", path.read_text("utf-8"))) <= own, path


def test_fonts_are_cut_small_once_and_have_every_letter(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    sizes = make_fonts(tmp_path)
    assert sum(sizes.values()) < 100_000
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(kept) == len(NAMES)
    assert make_fonts(tmp_path) == sizes
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept
    from gateway.locale import en, page, vi, views

    spoken = "".join(line for lines in vi.SENTENCES.values() for line in lines) + "".join(en.SENTENCES.values())
    spoken += "".join(word for both in (*page.WORDS.values(), *views.WORDS.values()) for word in both)
    for weight in (400, 500, 600, 700):
        letters = TTFont(next(tmp_path.glob(f"text-{weight}-*.woff2"))).getBestCmap()
        missing = {letter for letter in spoken if ord(letter) not in letters and letter not in "\n\u202f"}
        assert missing == set(), weight


def test_digits_are_of_one_width_and_are_those_the_sheet_takes_from_them(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    make_fonts(tmp_path)
    font = TTFont(next(tmp_path.glob("digits-*.woff2")))
    letters = font.getBestCmap()
    said = re.search(r"unicode-range: ([^;]+);", (STYLE / "fonts.css").read_text("utf-8"))
    assert said is not None
    wanted: set[int] = set()
    for part in said.group(1).replace("U+", "").split(", "):
        first, _, last = part.partition("-")
        wanted |= set(range(int(first, 16), int(last or first, 16) + 1))
    assert set(letters) == wanted
    bold = instantiateVariableFont(font, {"wght": 700, "opsz": 32})
    tabular = {
        substitution.mapping[name]
        for feature in bold["GSUB"].table.FeatureList.FeatureRecord
        if feature.FeatureTag == "tnum"
        for at in feature.Feature.LookupListIndex
        for substitution in bold["GSUB"].table.LookupList.Lookup[at].SubTable
        for name in (letters[ord(digit)] for digit in "0123456789")
        if name in getattr(getattr(substitution, "ExtSubTable", substitution), "mapping", {})
    }
    assert len({bold["hmtx"][name][0] for name in tabular}) == 1
    assert len(tabular) == 10


def test_the_page_s_scripts_pass_their_own_tests() -> None:
    import shutil
    import subprocess

    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here; npm's tests are left out, too")
    files = sorted(str(path) for path in (Path(__file__).parent / "page").glob("*.test.js"))
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
