"""Labels: what they say, that every reader reads them, that no letter is lost and no quiet zone entered."""

import io
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gateway.errors import LabelRefused
from gateway.labels import escpos as escpos_bytes
from gateway.labels import tspl as tspl_bytes
from gateway.labels.fonts import font, ink, missing_letters
from gateway.labels.preflight import inspect
from gateway.labels.qr import symbol
from gateway.labels.render import Label, render
from gateway.labels.template import Place, Template, load_templates
from tests.label_readers import READERS, escpos, is_black, tspl

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "labels"
TEMPLATES = load_templates(ROOT / "config" / "labels")
NAMES = sorted(TEMPLATES)

CARTON = {
    "product": "Sầu riêng Ri6",
    "lot": "H261121-0042",
    "serial": "261121000001",
    "gtin": "99521234000054",
    "net": "10,25\u00a0kg",
    "packed": "21/11/2026",
    "harvested": "20/11/2026",
    "best_before": "05/12/2026",
    "area": "VN-XXOR-0000",
    "facility": "VN-XXPH-000",
    "uri": "https://trace.example.org/01/99521234000054/10/H261121-0042/21/261121000001?13=261121&15=261205&3102=001025",
}
TAG = {
    "product": "Sầu riêng Ri6",
    "lot": "H261121-0042",
    "gtin": "99521234000016",
    "net": "1254,5\u00a0kg",
    "harvested": "20/11/2026",
    "area": "VN-XXOR-0000",
    "receipt": "R261121-0042",
    "crates": "48",
    "uri": "https://trace.example.org/01/99521234000016/10/H261121-0042?3101=012545&7007=261120",
}


def fields_for(template: Template) -> dict[str, str]:
    return dict(CARTON if template.kind == "carton" else TAG)


def drawn(name: str, **other: str) -> tuple[Label, Mapping[str, str]]:
    fields = fields_for(TEMPLATES[name]) | other
    return render(TEMPLATES[name], fields), fields


def vietnamese_letters() -> list[str]:
    """The letters of Vietnamese beyond ASCII: 12 vowels in 6 tones and đ, both cases, less the bare a e i o u y."""
    vowels = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"]
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    small = [unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product(vowels, tones)]
    small = [letter for letter in small if not letter.isascii()] + ["đ"]
    return small + [letter.upper() for letter in small]


# --- read back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_reader_reads_exactly_the_uri(name: str, reader: str) -> None:
    label, fields = drawn(name)
    assert READERS[reader](label.picture) == [fields["uri"]]


@pytest.mark.parametrize("name", NAMES)
def test_fifty_labels_in_a_row_are_read_by_all_three(name: str) -> None:
    for number in range(50):
        serial = f"2611210{number * 1999 % 100000:05}"
        uri = fields_for(TEMPLATES[name])["uri"].replace("0042", f"{number:04}").replace("261121000001", serial)
        label, _ = drawn(name, serial=serial, uri=uri)
        assert [read(label.picture) for read in READERS.values()] == [[uri]] * 3, uri


@pytest.mark.parametrize("dots_wide", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_dead_dot_of_the_head_leaves_a_label_at_least_two_readers_read(name: str, dots_wide: int) -> None:
    label, fields = drawn(name)
    damaged = label.picture.copy()
    middle = (label.symbol.bars.left + label.symbol.bars.right) // 2 + 7
    ImageDraw.Draw(damaged).rectangle((middle, 0, middle + dots_wide - 1, damaged.height), fill=255)
    assert sum(read(damaged) == [fields["uri"]] for read in READERS.values()) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_the_label_of_today_looks_like_the_golden_one(name: str) -> None:
    label, _ = drawn(name)
    golden = Image.open(GOLDEN / f"{name}.png")
    assert golden.size == label.picture.size
    differing = np.mean(is_black(golden) != is_black(label.picture))
    assert differing < 0.005, "drawn differently; if that is meant, save the new picture as the golden one"


# --- sizes and quiet zones -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size", "module"),
    [("carton-50x30", (400, 240), 4), ("carton-80x50", (640, 400), 6), ("lot-tag-80x50", (640, 400), 6)],
)
def test_a_label_has_the_dots_of_its_millimetres_and_whole_dots_a_module(
    name: str, size: tuple[int, int], module: int
) -> None:
    label, _ = drawn(name)
    assert label.picture.mode == "1"
    assert label.picture.size == size
    assert label.symbol.module == module
    assert label.symbol.place.width == (label.symbol.modules + 8) * module


@pytest.mark.parametrize("name", NAMES)
def test_four_modules_round_the_symbol_are_white_even_with_every_mark(name: str) -> None:
    template = TEMPLATES[name]
    label = render(template, fields_for(template), marks=("reprint", "practice"))
    place, bars = label.symbol.place, label.symbol.bars
    black = is_black(label.picture)
    black[bars.top : bars.bottom, bars.left : bars.right] = False
    assert bars.left - place.left == place.bottom - bars.bottom == 4 * label.symbol.module
    assert not black[place.top : place.bottom, place.left : place.right].any()


def test_a_longer_uri_gets_smaller_modules_down_to_four_dots_and_is_then_refused() -> None:
    def module(domain: str) -> int:
        uri = CARTON["uri"].replace("trace.example.org", domain)
        return drawn("carton-80x50", uri=uri)[0].symbol.module

    assert [module("a.vn"), module("truy-xuat." + 40 * "x" + ".vn"), module("truy-xuat." + 120 * "x" + ".vn")] == [
        6,
        5,
        4,
    ]
    with pytest.raises(LabelRefused, match="module would be 3 dots, it needs 4"):
        module("truy-xuat." + 250 * "x" + ".vn")


def test_at_300_dpi_a_module_keeps_the_size_gs1_asks_for() -> None:
    template = TEMPLATES["carton-50x30"]
    label = render(template, CARTON, dots_per_mm=Decimal("11.8"))
    inspect(label, CARTON["uri"], dots_per_mm=Decimal("11.8"))
    assert label.picture.size == (590, 354)
    assert label.symbol.module >= 5


# --- text ------------------------------------------------------------------------------------------------------------


def test_there_are_134_letters_and_the_font_has_each() -> None:
    letters = vietnamese_letters()
    assert len(set(letters)) == 134
    assert missing_letters("".join(letters)) == ""


def test_a_letter_the_font_lacks_is_named_and_refused() -> None:
    with pytest.raises(LabelRefused, match="product: the label's font has no → ✓"):
        drawn("carton-50x30", product="Sầu riêng → ✓")


@pytest.mark.parametrize("weight", ["medium", "semibold"])
@pytest.mark.parametrize("size", [14, 15, 19, 26, 44])
def test_no_two_letters_are_drawn_alike(size: int, weight: str) -> None:
    """At the sizes the labels use every mark of every letter can be told: no letter looks like another."""
    masks = {letter: bytes(font(weight, size).getmask(letter, "1")) for letter in vietnamese_letters()}  # type: ignore[arg-type]
    sizes = {letter: font(weight, size).getmask(letter, "1").size for letter in masks}  # type: ignore[arg-type]
    seen: dict[tuple[bytes, tuple[int, int]], str] = {}
    for letter, mask in masks.items():
        twin = seen.setdefault((mask, sizes[letter]), letter)
        assert twin == letter, f"{letter} looks like {twin} at {size} dots"


def test_the_ink_is_where_the_font_says() -> None:
    """What decides whether text fits is true of the picture: an independent drawing has its ink in the same place."""
    data = (files("fontpkg_be_vietnam_pro") / "files" / "BeVietnamPro-SemiBold.ttf").read_bytes()
    free = ImageFont.truetype(io.BytesIO(data), 26, layout_engine=ImageFont.Layout.BASIC)
    for text in ("Ẵ Ễ Ỗ", "Bưởi", "gụy", "H261121-0042"):
        picture = Image.new("1", (400, 120), 0)
        draw = ImageDraw.Draw(picture)
        draw.fontmode = "1"
        draw.text((50, 60), text, fill=255, font=free, anchor="ls")
        box = picture.getbbox()
        assert box is not None
        place = ink(text, "semibold", 26)
        assert Place(50 + place.left, 60 + place.top, 50 + place.right, 60 + place.bottom).holds(Place(*box))


def test_text_in_decomposed_letters_is_drawn_like_the_composed_one() -> None:
    composed, _ = drawn("carton-50x30")
    apart, _ = drawn("carton-50x30", product=unicodedata.normalize("NFD", CARTON["product"]))
    assert composed.picture.tobytes() == apart.picture.tobytes()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "long", ["Bưởi da xanh Hữu Nghị", "Chanh dây tím Đài Nông loại đặc biệt", "Sầu riêng Monthong Krông Pắc"]
)
def test_a_long_product_name_shrinks_or_wraps_and_the_label_passes(name: str, long: str) -> None:
    label, fields = drawn(name, product=long)
    inspect(label, fields["uri"])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_no_size_can_hold_is_refused_with_the_cure(name: str) -> None:
    with pytest.raises(LabelRefused, match=r"product: .* does not fit its box, even at \d+ dots; shorten it"):
        drawn(name, product="Sầu riêng Monthong Krông Pắc " * 6)


def test_every_vietnamese_letter_stays_inside_its_box() -> None:
    for letter in vietnamese_letters():
        label, fields = drawn("carton-50x30", product=f"{letter}g {letter}")
        inspect(label, fields["uri"])


def test_a_thousands_space_is_drawn_though_the_font_has_none() -> None:
    label, fields = drawn("lot-tag-80x50", net="12\u202f254,5\u00a0kg")
    inspect(label, fields["uri"])


def test_what_may_be_missing_closes_up_and_what_may_not_is_refused() -> None:
    whole, _ = drawn("carton-80x50")
    less, fields = drawn("carton-80x50", best_before="")
    inspect(less, fields["uri"])
    assert is_black(less.picture).sum() < is_black(whole.picture).sum()
    with pytest.raises(LabelRefused, match="lot is missing"):
        drawn("carton-80x50", lot="")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", ["reprint", "practice"])
def test_a_mark_is_seen_and_changes_nothing_else(name: str, mark: str) -> None:
    template = TEMPLATES[name]
    fields = fields_for(template)
    plain, marked = render(template, fields), render(template, fields, marks=(mark,))  # type: ignore[arg-type]
    inspect(marked, fields["uri"])
    change = is_black(plain.picture) != is_black(marked.picture)
    room = template.mark.place(Decimal(8))
    assert change[room.top : room.bottom, room.left : room.right].mean() > 0.5
    change[room.top : room.bottom, room.left : room.right] = False
    assert not change.any()


# --- preflight -------------------------------------------------------------------------------------------------------


def test_preflight_refuses_ink_in_the_quiet_zone() -> None:
    label, fields = drawn("carton-50x30")
    label.picture.putpixel((label.symbol.place.left + 3, label.symbol.place.top + 90), 0)
    with pytest.raises(LabelRefused, match="quiet zone"):
        inspect(label, fields["uri"])


def test_preflight_refuses_ink_outside_the_boxes() -> None:
    label, fields = drawn("carton-50x30")
    label.picture.putpixel((0, 239), 0)
    with pytest.raises(LabelRefused, match="outside the template's boxes"):
        inspect(label, fields["uri"])


def test_preflight_refuses_a_picture_that_does_not_decode() -> None:
    label, fields = drawn("carton-50x30")
    bars = label.symbol.bars
    ImageDraw.Draw(label.picture).rectangle((bars.left, bars.top, bars.left + 60, bars.top + 60), fill=255)
    with pytest.raises(LabelRefused, match="reads as \\[\\]"):
        inspect(label, fields["uri"])


def test_preflight_refuses_a_picture_that_says_something_else() -> None:
    label, fields = drawn("carton-50x30")
    with pytest.raises(LabelRefused, match="not as"):
        inspect(label, fields["uri"].replace("001025", "001026"))


def test_preflight_refuses_two_symbols() -> None:
    label, fields = drawn("carton-80x50")
    wide = Image.new("1", (1280, 400), 255)
    wide.paste(label.picture, (0, 0))
    wide.paste(label.picture, (640, 0))
    twice = Label(wide, label.symbol, (Place(0, 0, 1280, 400),))
    with pytest.raises(LabelRefused, match="reads as"):
        inspect(twice, fields["uri"])


def test_a_text_longer_than_any_symbol_is_refused() -> None:
    with pytest.raises(LabelRefused, match="too long for any symbol"):
        symbol("x" * 5000)


# --- the printer's bytes ---------------------------------------------------------------------------------------------


def tspl_job(picture: Image.Image, head_dots: int = 832) -> bytes:
    return tspl_bytes.encode(
        picture,
        head_dots=head_dots,
        dots_per_mm=Decimal(8),
        gap_mm=Decimal(2),
        direction=1,
        density=8,
        speed=Decimal(3),
    )


def escpos_job(picture: Image.Image, head_dots: int = 832, *, feed_mm: str = "0", cut: bool = False) -> bytes:
    return escpos_bytes.encode(picture, head_dots=head_dots, dots_per_mm=Decimal(8), feed_mm=Decimal(feed_mm), cut=cut)


@pytest.mark.parametrize("name", NAMES)
def test_a_tspl_printer_puts_out_the_very_picture(name: str) -> None:
    label, _ = drawn(name)
    paper = tspl(tspl_job(label.picture))
    assert len(paper.labels) == 1
    assert np.array_equal(paper.labels[0], is_black(label.picture))
    millimetres = f"{TEMPLATES[name].width_mm} mm,{TEMPLATES[name].height_mm} mm"
    assert paper.setup == {
        "SIZE": millimetres,
        "GAP": "2 mm,0 mm",
        "DIRECTION": "1",
        "REFERENCE": "0,0",
        "SPEED": "3",
        "DENSITY": "8",
    }


@pytest.mark.parametrize("name", NAMES)
def test_an_escpos_printer_puts_out_the_very_picture_in_small_strips(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    label, _ = drawn(name)
    paper = escpos(escpos_job(label.picture, feed_mm="40", cut=True))
    assert len(paper.labels) == 1
    assert np.array_equal(paper.labels[0], is_black(label.picture))
    assert max(paper.strips) <= 128
    assert (paper.fed, paper.cuts) == (320, 1)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("width", [9, 15, 17])
def test_a_width_that_is_no_whole_byte_is_padded_with_white(width: int) -> None:
    picture = Image.new("1", (width, 8), 0)
    for paper in (tspl(tspl_job(picture)), escpos(escpos_job(picture))):
        burnt = paper.labels[0]
        assert burnt[:, :width].all()
        assert not burnt[:, width:].any()


@pytest.mark.parametrize("job", [tspl_job, escpos_job])
def test_a_label_wider_than_the_head_is_refused(job: object) -> None:
    label, _ = drawn("carton-50x30")
    with pytest.raises(LabelRefused, match="the label is 400 dots wide, the printer's head only 384"):
        job(label.picture, 384)  # type: ignore[operator]
