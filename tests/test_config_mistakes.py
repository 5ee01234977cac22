"""A mistake in the config file is told by file, line, key, what and the cure; all of them at once."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config import examine, load
from gateway.config.mistakes import did_you_mean, report
from gateway.config.words import unstable_port
from gateway.errors import ConfigError

GOLDEN = Path(__file__).parent / "golden" / "config"
FILES = sorted(GOLDEN.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_mistakes_are_told_in_these_words(file: Path) -> None:
    config, mistakes = examine(file)
    assert config is None
    assert report(file.name, mistakes) + "\n" == file.with_suffix(".txt").read_text("utf-8")


def test_there_are_files_to_check() -> None:
    assert len(FILES) >= 9


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_one_language_says_as_much_as_both(file: Path) -> None:
    _, mistakes = examine(file)
    for language in ("vi", "en"):
        told = report(file.name, mistakes, language).split("\n")
        assert len(told) == 1 + len(mistakes)
        for mistake in mistakes:
            assert f"  {mistake.place}: {getattr(mistake.words, language)}" in told


def test_load_raises_with_every_mistake() -> None:
    with pytest.raises(ConfigError) as raised:
        load(GOLDEN / "scale.toml", "en")
    assert str(raised.value).startswith("scale.toml: 12 mistakes\n")


def _house(directory: Path, *more: str) -> Path:
    """Write a sound config file, with more at its end."""
    sound = (GOLDEN / "scale.toml").read_text("utf-8").partition("[device.")[0]
    file = directory / "gateway.toml"
    file.write_text(sound + "\n".join(more) + "\n", "utf-8")
    return file


def test_the_house_these_tests_begin_with_is_sound(tmp_path: Path) -> None:
    config, mistakes = examine(_house(tmp_path))
    assert config is not None
    assert mistakes == []


def test_a_rule_cannot_go_by_a_name_of_the_gateways_own_alarms(tmp_path: Path) -> None:
    rule = ("[rule.journal-space]", 'kind = "limit"', 'room = "x"', 'quantity = "Temperature"', "above = 4.0")
    config, mistakes = examine(_house(tmp_path, *rule))
    assert config is None
    assert "rule journal-space is a name the gateway uses itself" in [mistake.words.en for mistake in mistakes]


def test_a_secret_others_can_read_is_refused(tmp_path: Path) -> None:
    text = _house(tmp_path).read_text("utf-8")
    (tmp_path / "gateway.toml").write_text(text + 'username = "gw"\npassword_file = "secret"\n', "utf-8")
    (tmp_path / "secret").write_text("x", "utf-8")
    (tmp_path / "secret").chmod(0o644)
    _, mistakes = examine(tmp_path / "gateway.toml")
    assert [(mistake.key, mistake.words.en) for mistake in mistakes] == [
        ("broker.password_file", "a secret that others can read; run chmod 600 on it")
    ]
    (tmp_path / "secret").chmod(0o600)
    config, _ = examine(tmp_path / "gateway.toml")
    assert config is not None
    assert config.broker.password_file == tmp_path / "secret"


def test_an_unstable_port_is_cured_by_its_own_stable_names(tmp_path: Path) -> None:
    port, other = tmp_path / "ttyUSB0", tmp_path / "ttyUSB1"
    port.touch()
    other.touch()
    (tmp_path / "by-id").mkdir()
    (tmp_path / "by-id" / "usb-FTDI-if00").symlink_to(port)
    (tmp_path / "by-id" / "usb-other").symlink_to(other)
    assert unstable_port(str(port), tmp_path).en.endswith(f"stable name: {tmp_path}/by-id/usb-FTDI-if00")
    assert "usb-other" in unstable_port("/dev/ttyUSB7", tmp_path).en
    assert unstable_port("/dev/ttyUSB7", tmp_path / "none").en.endswith("/dev/serial/by-id/…")


def test_ports_that_are_links_to_one_device_are_one_port(tmp_path: Path) -> None:
    (tmp_path / "tty").touch()
    for name in ("a", "b"):
        os.symlink(tmp_path / "tty", tmp_path / name)
    scanners = [f'[device.{name}]\ndriver = "barcode_scanner"\nport = "{tmp_path}/{name}"' for name in ("a", "b")]
    _, mistakes = examine(_house(tmp_path, *scanners))
    assert [mistake.key for mistake in mistakes] == ["device.b.port"]


def test_registers_are_checked_with_their_own_lines(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "a.toml").write_text(
        '[product.ri6]\nname = { vi = "Sầu riêng", en = "Durian" }\ngtin_lot = "99521234000017"\n'
        'gtin_carton = "99521234000054"\nmin_kg = 12\nmax_kg = 8\n\n[crate.A]\nname = "Sọt"\ntare_kg = "1,5"\n',
        "utf-8",
    )
    (tmp_path / "local" / "b.toml").write_text(
        '[farm.F]\nid = "1"\nname = "Hộ"\narea = "VN-XXOR-0001"\nproduct = "ri7"\n\n'
        '[area.odd]\nstatus = "activ"\n\n[crate.A]\nname = "Sọt"\ntare_kg = 1.5\n\n[crates.B]\n',
        "utf-8",
    )
    config, mistakes = examine(_house(tmp_path))
    assert config is None
    told = report("gateway.toml", mistakes, "en").split("\n")
    assert told == [
        "gateway.toml: 8 mistakes",
        "  local/a.toml:3: product.ri6.gtin_lot: GTIN: wrong check digit, should be 6",
        "  local/a.toml:5: product.ri6.min_kg: the lower limit is not below the upper one",
        "  local/a.toml:10: crate.A.tare_kg: write decimals with a point in this file: 1.5, not 1,5",
        "  local/b.toml:4: farm.F.area: no growing area named 'VN-XXOR-0001'",
        "  local/b.toml:5: farm.F.product: no product named 'ri7'; did you mean 'ri6'?",
        "  local/b.toml:8: area.odd.status: no such value 'activ'; did you mean 'active'?",
        "  local/b.toml:10: crate.A: is already set in local/a.toml:8; take one away",
        "  local/b.toml:14: crates: is not a setting here; did you mean 'crate'?",
    ]


def test_further_registers_are_checked_too(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "a.toml").write_text(
        '[product.ri6]\nname = { vi = "Sầu riêng", en = "Durian" }\ngtin_lot = "99521234000016"\n'
        'gtin_carton = "99521234000054"\nmin_kg = 8\nmax_kg = 12\n'
        '[product.ri6.grade.A]\nname = { vi = "Loại A", en = "Grade A" }\ngtin = "99521234000024"\n'
        '[product.ri6.grade.B]\nname = { vi = "Loại B", en = "Grade B" }\n\n'
        '[customer.C-1]\nname = "Công ty"\ngln = "9525678000012"\n\n'
        '[facility.PH-1]\nstatus = "active"\n\n[operator.OP-1]\nname = "Mai"\nrole = "boss"\n',
        "utf-8",
    )
    _, mistakes = examine(_house(tmp_path))
    assert report("gateway.toml", mistakes, "en").split("\n")[1:] == [
        "  local/a.toml:9: product.ri6.grade.A.gtin: GTIN: wrong check digit, should be 3",
        "  local/a.toml:10: product.ri6.grade.B.gtin: required, missing;"
        " only a house that is no member of GS1 does without",
        "  local/a.toml:15: customer.C-1.gln: GLN: wrong check digit, should be 1",
        "  local/a.toml:17: facility.PH-1: note: unusual packing-facility code",
        "  local/a.toml:22: operator.OP-1.role: no such value 'boss'; known: admin, operator, supervisor, technician,"
        " viewer",
    ]


def test_a_market_may_have_codes_of_its_own_form(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "areas.toml").write_text('[area.HTX-7]\nstatus = "active"\n', "utf-8")
    _, told = examine(_house(tmp_path))
    assert [mistake.key for mistake in told] == ["area.HTX-7"]
    config, mistakes = examine(_house(tmp_path, "[registers.market.EU]", 'area = "HTX-[0-9]+"'))
    assert config is not None
    assert mistakes == []
    _, mistakes = examine(_house(tmp_path, "[registers.market.EU]", 'area = "HTX-["'))
    assert ["regular expression" in mistake.words.en for mistake in mistakes if not mistake.notice] == [True]


def test_a_farm_may_name_an_area_that_only_came_down(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    farm = '[farm.F]\nid = "1"\nname = "Hộ"\narea = "VN-XXOR-0001"\nproduct = "ri6"\n'
    (tmp_path / "local" / "farms.toml").write_text(farm, "utf-8")
    file = _house(tmp_path)
    file.write_text(file.read_text("utf-8").replace("[gateway]", '[gateway]\ndata = "books"'), "utf-8")
    _, mistakes = examine(file)
    assert [mistake.key for mistake in mistakes] == ["farm.F.area", "farm.F.product"]
    (tmp_path / "books" / "registers").mkdir(parents=True)
    (tmp_path / "books" / "registers" / "areas.json").write_text(
        '{"name": "areas", "version": 1, "issued": "2026-11-21T05:00:00+07:00",'
        ' "rows": {"VN-XXOR-0001": {"status": "active"}}}',
        "utf-8",
    )
    _, mistakes = examine(file)
    assert [mistake.key for mistake in mistakes] == ["farm.F.product"]


def test_a_notice_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "areas.toml").write_text('[area.HTX-7]\nstatus = "active"\n', "utf-8")
    config, mistakes = examine(_house(tmp_path))
    assert config is not None
    assert report("gateway.toml", mistakes) == (
        "  local/areas.toml:1: area.HTX-7: chú ý: mã số vùng trồng khác mẫu thường gặp\n"
        "      note: unusual growing-area code"
    )


def test_a_label_template_is_checked_with_its_own_lines(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[1] / "config" / "labels" / "carton-50x30.toml"
    (tmp_path / "labels").mkdir()
    text = shipped.read_text("utf-8")
    (tmp_path / "labels" / "own.toml").write_text(text.replace("width_mm = 50\n", "width_mm = 0\n", 1), "utf-8")
    printer = '[printer.p]\nlanguage = "tspl"\nhost = "192.0.2.1"\nhead_dots = 832'
    words = '[label.own]\ntexts = { batch = "Mẻ" }\n[label.carton]\n'
    _, mistakes = examine(_house(tmp_path, printer, words))
    line = text[: text.index("width_mm = 50\n")].count("\n") + 1
    told = {mistake.place: mistake.words.en for mistake in mistakes}
    assert told[f"labels/own.toml:{line}: width_mm"] == "must be more than 0 (found 0)"
    assert "is not a setting here" in told["gateway.toml:22: label.own.texts.batch"]
    assert "no label template named 'carton'" in told["gateway.toml:23: label.carton"]


def test_accents_are_one_however_they_were_typed(tmp_path: Path) -> None:
    file = _house(tmp_path)
    decomposed = "Nha\u0300 ma\u0302\u0303u"
    file.write_text("\ufeff" + file.read_text("utf-8").replace("Nhà mẫu", decomposed).replace("\n", "\r\n"), "utf-8")
    config, _ = examine(file)
    assert config is not None
    assert config.site.name == "Nhà mẫu"


def test_near_names_are_offered_and_far_ones_listed() -> None:
    assert did_you_mean("baudrate", ["port", "baud"]).en == "; did you mean 'baud'?"
    assert did_you_mean("x", ["port", "baud"]).en == "; known: baud, port"
    assert did_you_mean("x", []).en == ""


SAMPLE = (Path(__file__).parents[1] / "config" / "gateway.toml").read_text("utf-8")


@given(
    at=st.integers(0, len(SAMPLE) - 1),
    cut=st.integers(0, 40),
    put=st.sampled_from(
        ["", "\n", "[", "]", "[[", '"', "'''", "=", ",", "{", "}", "1,5", "0x", "#", ".", "\\", "[a.b]\n"]
    ),
)
@settings(max_examples=150)
def test_a_damaged_file_is_told_about_and_nothing_breaks(
    tmp_path_factory: pytest.TempPathFactory, at: int, cut: int, put: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged.toml"
    file.write_text(SAMPLE[:at] + put + SAMPLE[at + cut :], "utf-8")
    config, mistakes = examine(file)
    assert (config is None) == any(not mistake.notice for mistake in mistakes)
    assert all(mistake.line is None or mistake.line <= SAMPLE.count("\n") + 3 for mistake in mistakes)
    assert report("damaged.toml", mistakes) or config is not None
