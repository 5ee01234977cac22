"""Keys of GS1 and the house's own numbers: forms, check digits, ids."""

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from biip.checksums import gs1_standard_check_digit
from biip.gtin import Gtin
from biip.sscc import Sscc
from hypothesis import given
from hypothesis import strategies as st

from gateway.gs1 import identifiers
from gateway.gs1.identifiers import CodeWrong, carton_serial, check_digit, document_number, entry_id, with_check_digit

digits = st.text("0123456789", min_size=1, max_size=17)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))

SITE_URI = "https://id.gs1.org/414/9521234000013"


@given(digits)
def test_the_check_digit_is_the_one_an_independent_reader_computes(text: str) -> None:
    assert check_digit(text) == str(gs1_standard_check_digit(text))


@given(digits, st.data())
def test_one_wrong_digit_is_always_noticed(text: str, data: st.DataObject) -> None:
    code = with_check_digit(text)
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != code[place]))
    changed = code[:place] + wrong + code[place + 1 :]
    assert changed[-1] != check_digit(changed[:-1])


@given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda length: st.text("0123456789", min_size=length, max_size=length)))
def test_a_gtin_of_any_length_becomes_fourteen_digits(text: str) -> None:
    code = identifiers.gtin14(with_check_digit(text))
    assert len(code) == 14
    assert int(code) == int(with_check_digit(text))
    assert identifiers.gtin14(code) == code


def test_a_gtin_is_read_alike_by_biip() -> None:
    assert Gtin.parse("99521234000054").as_gtin_14() == identifiers.gtin14("99521234000054")


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (identifiers.gtin14, "99521234000055"),
        (identifiers.gtin14, "9952123400005"),
        (identifiers.gtin14, "9952123400005X"),
        (identifiers.gtin14, "９９５２１２３４００００５４"),  # full-width digits are digits to Python, not to GS1
        (identifiers.gtin14, ""),
        (identifiers.gln, "9521234000014"),
        (identifiers.gln, "99521234000016"),
        (identifiers.sscc, "395212340000000015"),
        (identifiers.sscc, "39521234000000001"),
        (identifiers.location_extension, ""),
        (identifiers.location_extension, "A" * 21),
        (identifiers.location_extension, "CỔNG-1"),
        (identifiers.lot_code, "261121"),
        (identifiers.lot_code, "H26"),
        (identifiers.lot_code, "h261121-0042"),
        (identifiers.lot_code, "-H261121"),
        (identifiers.lot_code, "H261121/0042"),
        (identifiers.lot_code, "H" * 21),
        (identifiers.lot_code, "H261121-0042\n"),
    ],
)
def test_a_wrong_code_is_refused_with_the_words_for_it(check: object, code: str) -> None:
    assert callable(check)
    with pytest.raises(CodeWrong) as refused:
        check(code)
    assert refused.value.sentence == "code_wrong"


def test_sound_codes_pass_as_they_are() -> None:
    assert identifiers.gln("9521234000013") == "9521234000013"
    assert identifiers.sscc("395212340000000014") == "395212340000000014"
    assert identifiers.giai("9521234", "SCALE-07") == "9521234SCALE-07"
    assert identifiers.location_extension("CR1") == "CR1"
    assert identifiers.lot_code("H261121-0042") == "H261121-0042"


def test_a_device_reference_is_thirty_signs_with_its_prefix() -> None:
    assert identifiers.giai("9521234", "X" * 23)
    with pytest.raises(CodeWrong):
        identifiers.giai("9521234", "X" * 24)


def test_there_are_eighty_two_signs_in_set_82() -> None:
    assert len(identifiers.CHARACTERS_82) == 82


@given(days, st.integers(0, 9), st.integers(0, 99_999))
def test_a_serial_says_day_gateway_and_count(day: date, gateway: int, count: int) -> None:
    serial = carton_serial(day, gateway, count)
    assert (serial[:6], int(serial[6]), int(serial[7:])) == (f"{day:%y%m%d}", gateway, count)
    assert len(serial) == 12


@given(days, st.integers(0, 9), st.integers(0, 999))
def test_a_lot_number_is_a_lot_code(day: date, gateway: int, count: int) -> None:
    number = document_number("H", day, gateway, count)
    assert identifiers.lot_code(number) == number
    assert number == f"H{day:%y%m%d}-{gateway}{count:03d}"


def test_numbers_look_as_designed() -> None:
    assert document_number("H", date(2026, 11, 21), 0, 42) == "H261121-0042"
    assert carton_serial(date(2026, 11, 21), 0, 1) == "261121000001"


def test_a_full_day_of_numbers_does_not_spill_over() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        carton_serial(date(2026, 11, 21), 0, 100_000)
    with pytest.raises(ValueError, match="does not fit"):
        document_number("H", date(2026, 11, 21), 0, 1000)
    with pytest.raises(ValueError, match="does not fit"):
        document_number("H", date(2026, 11, 21), 0, -1)


# logistic units


prefixes = st.integers(7, 10).flatmap(lambda length: st.text("0123456789", min_size=length, max_size=length))


@given(st.integers(0, 9), prefixes, st.integers(0, 9), st.integers(0, 99_999))
def test_a_pallet_code_is_a_sound_sscc_that_names_its_gateway(
    extension: int, prefix: str, gateway: int, count: int
) -> None:
    code = identifiers.pallet_code(extension, prefix, gateway, count)
    assert identifiers.sscc(code) == code
    assert code[: len(prefix) + 2] == f"{extension}{prefix}{gateway}"
    assert int(code[len(prefix) + 2 : -1]) == count
    assert Sscc.parse(code).check_digit == int(code[-1])


@pytest.mark.parametrize(("prefix", "room"), [("9521234", 10**8), ("9521234567", 10**5)])
def test_a_longer_prefix_leaves_fewer_pallets(prefix: str, room: int) -> None:
    assert identifiers.pallet_codes(prefix) == room
    assert identifiers.pallet_code(3, prefix, 9, room - 1)
    with pytest.raises(ValueError, match="does not fit"):
        identifiers.pallet_code(3, prefix, 9, room)


def test_the_first_pallet_is_the_one_of_the_worked_examples() -> None:
    assert identifiers.pallet_code(3, "9521234", 0, 1) == "395212340000000014"


@pytest.mark.parametrize("prefix", ["952123", "95212345678", "952123X", ""])
def test_a_pallet_needs_a_company_prefix(prefix: str) -> None:
    with pytest.raises(CodeWrong, match="7 to 10 digits"):
        identifiers.pallet_code(3, prefix, 0, 1)


# entry ids


def test_ids_are_those_of_the_worked_examples() -> None:
    assert uuid5(NAMESPACE_URL, SITE_URI) == UUID("c5222db6-b0d9-5508-9db5-d6bf43e1729a")
    assert entry_id(SITE_URI, "harvest-lot|H261121-0042|0") == UUID("a05e6efd-cfec-5a7a-aaff-50f83b28ccc2")
    assert entry_id(SITE_URI, "carton|99521234000054|261121000001|0") == UUID("6860f173-4457-58a6-b41b-83abc95062e8")
    assert entry_id(SITE_URI, "alarm|AL-20261121-0003|raised|0") == UUID("170a2408-faf4-56df-b5d3-1d75e257975b")


@given(st.text(), st.text())
def test_two_acts_never_share_an_id(one: str, other: str) -> None:
    assert (entry_id(SITE_URI, one) == entry_id(SITE_URI, other)) == (one == other)


@given(st.text(max_size=40))
def test_two_sites_never_share_an_id(key: str) -> None:
    assert entry_id(SITE_URI, key) != entry_id("https://id.gs1.org/414/9521234000020", key)
