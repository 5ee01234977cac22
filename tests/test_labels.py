"""Labels: what they say, that every reader reads them, that no letter is lost and no quiet zone entered."""

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gateway.errors import LabelRefused
from gateway.labels import escpos as escpos_bytes
from gateway.labels import preflight
from gateway.labels import tspl as tspl_bytes
from gateway.labels import zpl as zpl_bytes
from gateway.labels.boxes import Place
from gateway.labels.fonts import font, font_of, ink, missing_letters
from gateway.labels.preflight import inspect
from gateway.labels.qr import symbol
from gateway.labels.render import Label, Line, render, write
from gateway.labels.template import LabelTable, Template, load_templates
from gateway.labels.trial import SAMPLES
from tests.label_damage import DAMAGES, damaged, two_read
from tests.label_readers import READERS, bars_by_zbar, escpos, gs1_symbols, is_black, tspl, zpl

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "labels"
TEMPLATES = load_templates(ROOT / "config" / "labels")
NAMES = sorted(TEMPLATES)
NAMING_PRODUCT = [name for name in NAMES if TEMPLATES[name].kind != "test"]

CARTON = dict(SAMPLES["carton"])


def fields_for(template: Template) -> dict[str, str]:
    return dict(SAMPLES[template.kind])


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


@pytest.mark.parametrize("name", ["carton-50x30", "lot-tag-80x50"])
def test_fifty_labels_in_a_row_are_read_by_all_three(name: str) -> None:
    for number in range(50):
        serial = f"2611210{number * 1999 % 100000:05}"
        uri = fields_for(TEMPLATES[name])["uri"].replace("0042", f"{number:04}").replace("261121000001", serial)
        label, _ = drawn(name, serial=serial, uri=uri)
        assert [read(label.picture) for read in READERS.values()] == [[uri]] * 3, uri


@pytest.mark.parametrize(
    ("name", "identifiers"),
    [("carton-100x75", ["]d2"]), ("pallet-100x150", ["]d2", "]C1", "]C1"])],
)
def test_gs1_symbols_say_what_the_entry_says_and_are_marked_as_gs1(name: str, identifiers: list[str]) -> None:
    label, fields = drawn(name)
    wanted = [fields[code.field] for code in TEMPLATES[name].code]
    assert gs1_symbols(label.picture) == dict(zip(wanted, identifiers, strict=True))


def test_a_pallets_bars_are_read_by_a_second_reader() -> None:
    label, _ = drawn("pallet-100x150")
    assert sorted(bars_by_zbar(label.picture)) == ["00395212340000000014", "02995212340000543760"]


def test_bars_are_as_wide_and_high_as_gs1_wants_them_on_a_logistic_unit() -> None:
    label, _ = drawn("pallet-100x150")
    linear = [symbol for symbol in label.symbols if symbol.carrier == "gs1-128"]
    for bars in linear:
        assert bars.module >= 4  # 0.495 mm
        assert bars.quiet[0] >= 10 * bars.module
        assert bars.bars.height >= 32 * 8
    assert [symbol.text[:4] for symbol in linear] == ["(02)", "(00)"]


def test_a_pallet_of_several_products_says_its_sscc_alone() -> None:
    label, _ = drawn("pallet-100x150", contents="", unit_elements="(00)395212340000000014")
    inspect(label)
    assert [symbol.text for symbol in label.symbols[1:]] == ["(00)395212340000000014"] * 2


@pytest.mark.parametrize("name", NAMES)
def test_a_label_of_a_house_without_gs1_keys_bears_its_qr_alone(name: str) -> None:
    keys = ("elements", "gtin", "sscc_elements", "unit_elements", "contents")
    label, fields = drawn(name, **dict.fromkeys(keys, ""))
    inspect(label)
    assert [(symbol.carrier, symbol.text) for symbol in label.symbols] == [("qr", fields["uri"])]


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ("(00)395212340000000013", "Bad checksum"),
        ("(00)39521234", "Invalid data length"),
        ("(01)99521234000054(13)261341", "Invalid month"),
        ("no element string", "makes no gs1-datamatrix symbol"),
        ("(10)" + 30 * "A", "makes no gs1-datamatrix symbol"),
    ],
)
def test_an_element_string_that_is_none_is_refused(elements: str, why: str) -> None:
    with pytest.raises(LabelRefused, match=why):
        drawn("carton-100x75", elements=elements)


def test_a_symbol_larger_than_its_box_is_refused_with_the_cure() -> None:
    with pytest.raises(LabelRefused, match=r"its box only .* take a larger label or a smaller module"):
        drawn("pallet-100x150", contents="(02)99521234000054(37)60(10)H261121-0001")


def test_words_for_china_are_drawn_in_letters_a_chinese_font_has() -> None:
    china = load_templates(ROOT / "config" / "labels", {"china": LabelTable(file="carton-100x75.toml", market="china")})
    template = china["china"]
    assert template.texts["export"] == "输往中华人民共和国"
    label = render(template, CARTON)
    inspect(label)
    (export,) = (text.place(Decimal(8)) for text in template.text if text.words == "export")
    assert is_black(label.picture)[export.top : export.bottom, export.left : export.right].mean() > 0.03
    elsewhere = render(TEMPLATES["carton-100x75"], CARTON)
    assert not is_black(elsewhere.picture)[export.top : export.bottom, export.left : export.right].any()


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_fifty_labels_are_read_by_two_of_three_after(damage: str) -> None:
    for number in range(50):
        serial = f"2611210{number * 1999 % 100000:05}"
        label, fields = drawn("carton-50x30", serial=serial, uri=CARTON["uri"].replace("261121000001", serial))
        assert two_read(damaged(label, damage, number), fields["uri"]), fields["uri"]


@pytest.mark.parametrize("name", NAMES)
def test_the_label_of_today_looks_like_the_golden_one(name: str) -> None:
    label, _ = drawn(name)
    golden = Image.open(GOLDEN / f"{name}.png")
    assert golden.size == label.picture.size
    differing = np.mean(is_black(golden) != is_black(label.picture))
    assert differing < 0.005, "drawn differently; if that is meant, save the new picture as the golden one"


def test_what_a_second_reader_reads_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    label, fields = drawn("carton-50x30")
    assert preflight.by_zbar(label.picture) == [fields["uri"]]
    monkeypatch.setattr(preflight, "by_zbar", lambda _: ["https://trace.example.org/another"])
    with pytest.raises(LabelRefused, match=r"reads as .*another"):
        inspect(label)
    monkeypatch.setattr(preflight, "by_zbar", lambda _: [])
    inspect(label)  # it may be blind, or not be there


# --- sizes and quiet zones -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size", "module"),
    [
        ("carton-48x30", (384, 240), 4),
        ("carton-50x30", (400, 240), 4),
        ("carton-72x50", (576, 400), 6),
        ("carton-80x50", (640, 400), 6),
        ("carton-100x75", (800, 600), 6),
        ("lot-tag-80x50", (640, 400), 6),
        ("weigh-slip-72x100", (576, 800), 6),
        ("pallet-100x150", (800, 1200), 6),
        ("test-48x30", (384, 240), 4),
    ],
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
    inspect(label, dots_per_mm=Decimal("11.8"))
    assert label.picture.size == (590, 354)
    assert label.symbol.module >= 5


@pytest.mark.parametrize("dots_per_mm", ["8", "11.8", "11.81", "12"])
@pytest.mark.parametrize("name", NAMES)
def test_every_template_fits_every_head_in_the_words_of_every_market(name: str, dots_per_mm: str) -> None:
    template = TEMPLATES[name]
    for market in (None, *template.market):
        words = template.texts | (template.market[market].texts if market else {})
        reworded = template.model_copy(update={"texts": words})
        label = render(reworded, fields_for(template), marks=("reprint", "practice"), dots_per_mm=Decimal(dots_per_mm))
        inspect(label, dots_per_mm=Decimal(dots_per_mm))


# --- text ------------------------------------------------------------------------------------------------------------


def test_a_line_kept_from_an_earlier_label_is_the_one_that_would_be_drawn_anew() -> None:
    for text in ("Sầu riêng Ri6", "Ẵ ự ỹ Ộ", "10,25\u00a0kg", "输往中华人民共和国", "j(|"):
        for size in (14, 19, 44):
            anew = Image.new("1", (700, 120), 255)
            draw = ImageDraw.Draw(anew)
            draw.fontmode = "1"
            draw.text((30, 80), text, fill=0, font=font_of(text, "semibold", size), anchor="ls")
            kept = Image.new("1", (700, 120), 255)
            for _ in range(2):
                write(ImageDraw.Draw(kept), [Line(text, "semibold", size, 30, 80)])
            assert kept.tobytes() == anew.tobytes(), (text, size)


def test_there_are_134_letters_and_the_font_has_each() -> None:
    letters = vietnamese_letters()
    assert len(set(letters)) == 134
    assert missing_letters("".join(letters)) == ""


def test_a_letter_the_font_lacks_is_named_and_refused() -> None:
    with pytest.raises(LabelRefused, match=r"product: the label.s font has no ท ุ"):
        drawn("carton-50x30", product="Sầu riêng ทุ")


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


@pytest.mark.parametrize("name", NAMING_PRODUCT)
@pytest.mark.parametrize(
    "long", ["Bưởi da xanh Hữu Nghị", "Chanh dây tím Đài Nông loại đặc biệt", "Sầu riêng Monthong Krông Pắc"]
)
def test_a_long_product_name_shrinks_or_wraps_and_the_label_passes(name: str, long: str) -> None:
    label, _fields = drawn(name, product=long)
    inspect(label)


@pytest.mark.parametrize("name", NAMING_PRODUCT)
def test_a_name_no_size_can_hold_is_refused_with_the_cure(name: str) -> None:
    with pytest.raises(LabelRefused, match=r"product: .* does not fit its (box|row), even at \d+ dots; shorten it"):
        drawn(name, product="Sầu riêng Monthong Krông Pắc " * 6)


def test_every_vietnamese_letter_stays_inside_its_box() -> None:
    for letter in vietnamese_letters():
        label, _fields = drawn("carton-50x30", product=f"{letter}g {letter}")
        inspect(label)


def test_a_thousands_space_is_drawn_though_the_font_has_none() -> None:
    label, _fields = drawn("lot-tag-80x50", net="12\u202f254,5\u00a0kg")
    inspect(label)


def test_what_may_be_missing_closes_up_and_what_may_not_is_refused() -> None:
    whole, _ = drawn("carton-80x50")
    less, _fields = drawn("carton-80x50", best_before="")
    inspect(less)
    assert is_black(less.picture).sum() < is_black(whole.picture).sum()
    with pytest.raises(LabelRefused, match="lot is missing"):
        drawn("carton-80x50", lot="")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", ["reprint", "practice"])
def test_a_mark_is_seen_and_changes_nothing_else(name: str, mark: str) -> None:
    template = TEMPLATES[name]
    fields = fields_for(template)
    plain, marked = render(template, fields), render(template, fields, marks=(mark,))  # type: ignore[arg-type]
    inspect(marked)
    change = is_black(plain.picture) != is_black(marked.picture)
    room = template.mark.place(Decimal(8))
    assert change[room.top : room.bottom, room.left : room.right].mean() > 0.5
    change[room.top : room.bottom, room.left : room.right] = False
    assert not change.any()


# --- preflight -------------------------------------------------------------------------------------------------------


def test_preflight_refuses_ink_in_the_quiet_zone() -> None:
    label, _fields = drawn("carton-50x30")
    label.picture.putpixel((label.symbol.place.left + 3, label.symbol.place.top + 90), 0)
    with pytest.raises(LabelRefused, match="quiet zone"):
        inspect(label)


def test_preflight_refuses_ink_outside_the_boxes() -> None:
    label, _fields = drawn("carton-50x30")
    label.picture.putpixel((0, 239), 0)
    with pytest.raises(LabelRefused, match="outside the template's boxes"):
        inspect(label)


def test_preflight_refuses_a_picture_that_does_not_decode() -> None:
    label, _fields = drawn("carton-50x30")
    bars = label.symbol.bars
    ImageDraw.Draw(label.picture).rectangle((bars.left, bars.top, bars.left + 60, bars.top + 60), fill=255)
    with pytest.raises(LabelRefused, match="reads as \\[\\]"):
        inspect(label)


def test_preflight_refuses_a_picture_that_says_something_else() -> None:
    label, fields = drawn("carton-50x30")
    said = replace(label.symbol, text=fields["uri"].replace("001025", "001026"))
    with pytest.raises(LabelRefused, match="not as"):
        inspect(replace(label, symbols=(said,)))


def test_preflight_refuses_two_symbols() -> None:
    label, _fields = drawn("carton-80x50")
    wide = Image.new("1", (1280, 400), 255)
    wide.paste(label.picture, (0, 0))
    wide.paste(label.picture, (640, 0))
    twice = Label(wide, label.symbols, (Place(0, 0, 1280, 400),))
    with pytest.raises(LabelRefused, match="reads as"):
        inspect(twice)


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


def zpl_job(picture: Image.Image, head_dots: int = 832, *, compressed: bool = True) -> bytes:
    return zpl_bytes.encode(
        picture, head_dots=head_dots, direction=1, density=15, speed=Decimal(3), compressed=compressed
    )


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_a_zpl_printer_puts_out_the_very_picture(name: str, compressed: bool) -> None:
    label, _ = drawn(name)
    paper = zpl(zpl_job(label.picture, compressed=compressed))
    assert len(paper.labels) == 1
    assert np.array_equal(paper.labels[0], is_black(label.picture))
    width, height = label.picture.size
    assert paper.setup == {"PW": f"{width}", "LL": f"{height}", "PO": "N", "PR": "3", "SD": "15"}


def test_z64_is_much_shorter() -> None:
    label, _ = drawn("carton-50x30")
    assert len(zpl_job(label.picture)) < len(zpl_job(label.picture, compressed=False)) / 4


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
    for paper in (tspl(tspl_job(picture)), escpos(escpos_job(picture)), zpl(zpl_job(picture))):
        burnt = paper.labels[0]
        assert burnt[:, :width].all()
        assert not burnt[:, width:].any()


@pytest.mark.parametrize("job", [tspl_job, escpos_job, zpl_job])
def test_a_label_wider_than_the_head_is_refused(job: object) -> None:
    label, _ = drawn("carton-50x30")
    with pytest.raises(LabelRefused, match="the label is 400 dots wide, the printer's head only 384"):
        job(label.picture, 384)  # type: ignore[operator]
