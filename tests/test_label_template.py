"""Templates: read from TOML, every mistake told, words replaced for a house or a market."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.errors import ConfigError
from gateway.labels.boxes import least_module
from gateway.labels.template import LabelTable, load_templates, read_template, too_wide

SHIPPED = Path(__file__).parents[1] / "config" / "labels"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """Give a copy of the 50 x 30 template with one passage put otherwise."""

    def change(old: str, new: str) -> Path:
        text = (SHIPPED / "carton-50x30.toml").read_text("utf-8")
        assert old in text
        path = tmp_path / "carton-50x30.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    return change


def test_the_shipped_templates_are_sound() -> None:
    templates = load_templates(SHIPPED)
    assert {name: template.kind for name, template in templates.items()} == {
        "carton-100x75": "carton",
        "carton-48x30": "carton",
        "carton-50x30": "carton",
        "carton-72x50": "carton",
        "carton-80x50": "carton",
        "lot-tag-80x50": "lot",
        "pallet-100x150": "pallet",
        "test-48x30": "test",
        "weigh-slip-72x100": "receipt",
    }
    assert templates["carton-50x30"].size(Decimal(8)) == (400, 240)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('field = "product"', 'field = "price"', "a carton has no field 'price'; it has area, best_before"),
        ('{ field = "lot" }', '{ field = "lot", optional = true }', "lot is never missing: it cannot be optional"),
        ('packed = "Đóng gói"\n', "", "texts has no packed"),
        ('reprint = "IN LẠI"\n', "", "texts has no reprint"),
        ("x_mm = 23.5", "x_mm = 23.75", "qr reaches beyond the label"),
        ("x_mm = 23.5", "x_mm = 23", "qr and text product overlap"),
        ("row_mm = 2.25", "row_mm = 2.5", "column 1 is too low for its 5 rows"),
        ("module_mm = 0.5", "module_mm = 0.375", "qr.module_mm: Input should be greater than or equal to 0.396"),
        ("size_mm = 3.25", "size_mm = 1.5", "text.0.size_mm: Input should be greater than or equal to 1.75"),
        ("lines = 2", "rows = 2", "text.0.rows: Extra inputs are not permitted"),
        ("width_mm = 50", "width_mm = 50 mm", "carton-50x30.toml: "),
    ],
)
def test_a_mistake_in_a_template_is_told_by_its_name(
    changed: Callable[[str, str], Path], old: str, new: str, mistake: str
) -> None:
    with pytest.raises(ConfigError) as told:
        read_template(changed(old, new))
    assert mistake in str(told.value)
    assert str(told.value).startswith("carton-50x30.toml: ")


def test_all_mistakes_come_at_once(changed: Callable[[str, str], Path]) -> None:
    path = changed('packed = "Đóng gói"\nharvested = "Thu hoạch"\n', "")
    with pytest.raises(ConfigError, match=r"texts has no harvested; texts has no packed"):
        read_template(path)


def test_a_house_may_put_words_otherwise() -> None:
    table = LabelTable(texts={"area": "Growing area"})
    templates = load_templates(SHIPPED, {"carton-80x50": table})
    assert templates["carton-80x50"].texts["area"] == "Growing area"
    assert templates["carton-80x50"].texts["lot"] == "Lô"
    assert templates["carton-50x30"].texts["area"] == "Vùng trồng"


def test_words_no_template_has_cannot_be_replaced() -> None:
    with pytest.raises(ConfigError, match="the template has no text 'colour' to replace"):
        load_templates(SHIPPED, {"carton-80x50": LabelTable(texts={"colour": "Red"})})


def test_a_label_table_for_no_template_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"label\.carton-60x40: no template of that name; there are carton-100x75"):
        load_templates(SHIPPED, {"carton-60x40": LabelTable()})


def test_a_house_may_bring_a_template_of_its_own(changed: Callable[[str, str], Path]) -> None:
    path = changed('lot = "Lô"', 'lot = "Mẻ"')
    templates = load_templates(SHIPPED, {"mine": LabelTable(file=str(path))})
    assert templates["mine"].texts["lot"] == "Mẻ"


def test_a_template_too_wide_for_a_head_is_told_with_the_cure() -> None:
    template = load_templates(SHIPPED)["carton-50x30"]
    assert too_wide(template, 400, Decimal(8)) is None
    assert too_wide(template, 384, Decimal(8)) == (
        "the label is 400 dots wide, the printer's head only 384; choose a narrower template"
    )


@pytest.mark.parametrize(("dots_per_mm", "dots"), [("8", 4), ("11.8", 5), ("24", 10)])
def test_a_module_is_four_dots_and_never_below_the_retail_minimum(dots_per_mm: str, dots: int) -> None:
    assert least_module(Decimal(dots_per_mm)) == dots


def test_one_file_serves_several_markets() -> None:
    tables = {
        "carton-china": LabelTable(file="carton-100x75.toml", market="china", texts={"fruit": "鲜榴莲"}),
        "carton-here": LabelTable(file="carton-100x75.toml"),
    }
    templates = load_templates(SHIPPED, tables)
    assert templates["carton-china"].texts["export"] == "输往中华人民共和国"
    assert templates["carton-china"].texts["fruit"] == "鲜榴莲"
    assert templates["carton-here"].texts["export"] == ""


def test_a_market_a_template_does_not_know_is_told() -> None:
    with pytest.raises(ConfigError, match=r"no market 'japan'; it has china, china-en"):
        load_templates(SHIPPED, {"carton-100x75": LabelTable(market="japan")})


def test_a_market_may_only_change_words_the_template_has(changed: Callable[[str, str], Path]) -> None:
    path = changed("[qr]", '[market.china.texts]\nfruit = "鲜榴莲"\n\n[qr]')
    with pytest.raises(ConfigError, match="texts has no fruit, which market china changes"):
        read_template(path)
