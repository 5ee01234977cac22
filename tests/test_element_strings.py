"""Element strings we write, read back by biip, and out of pictures by zxing-cpp."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import zxingcpp
from biip.gs1_messages import GS1Message
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gateway.gs1 import digital_link
from gateway.gs1.codes import CartonCode, PalletCode
from gateway.gs1.element_strings import GS, Element, element_string, in_order, readable
from gateway.gs1.identifiers import CHARACTERS_82, CodeWrong, pallet_code, with_check_digit
from gateway.gs1.scanned import read
from gateway.labels.gs1_symbols import Carrier, symbol
from tests.test_scanned import Scan

GTIN, LOT, SERIAL = "99521234000054", "H261121-0042", "261121000001"
CARTON = [("01", GTIN), ("10", LOT), ("21", SERIAL), ("3102", "001025"), ("13", "261121")]

# brackets cannot stand in the readable form, which is what the symbols are made from
signs = st.text(sorted(CHARACTERS_82 - set("()")), min_size=1, max_size=12)
gtins = st.text("0123456789", min_size=13, max_size=13).map(with_check_digit)
days = st.dates(date(2020, 1, 1), date(2049, 12, 31)).map(digital_link.ai_date)
weights = st.decimals(0, 999, places=2).map(lambda kg: digital_link.weight("310", kg))
cartons = st.tuples(
    gtins.map(lambda gtin: ("01", gtin)),
    weights,
    days.map(lambda day: ("13", day)),
    signs.map(lambda lot: ("10", lot)),
    signs.map(lambda serial: ("21", serial)),
).flatmap(st.permutations)


@given(cartons)
def test_biip_reads_what_we_wrote(elements: list[Element]) -> None:
    message = GS1Message.parse(element_string(elements))
    assert sorted((found.ai.ai, found.value) for found in message.element_strings) == sorted(elements)


@given(cartons)
def test_our_own_reader_reads_what_we_wrote(elements: list[Element]) -> None:
    said = dict(elements)
    assert read(Scan(element_string(elements), "]C1")) == CartonCode(said["01"], said["21"], said["10"])


@settings(max_examples=10, deadline=None)
@given(cartons)
def test_a_picture_says_what_we_wrote(elements: list[Element]) -> None:
    found = _seen("gs1-datamatrix", readable(elements))
    assert found == ("]d2", element_string(elements))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 9), st.integers(7, 10), st.integers(0, 9), st.integers(0, 99_999))
def test_a_pallets_code_goes_through_its_bars(extension: int, length: int, gateway: int, count: int) -> None:
    code = pallet_code(extension, "9521234567"[:length], gateway, count)
    identifier, data = _seen("gs1-128", readable([("00", code)]))
    assert (identifier, data) == ("]C1", f"00{code}")
    assert read(Scan(data, identifier)) == PalletCode(code)


def _seen(carrier: Carrier, text: str) -> tuple[str, str]:
    """Draw a symbol, four dots a module with quiet zone, and read it."""
    modules = symbol(carrier, text)
    high = modules.height * 4 if carrier == "gs1-datamatrix" else 120
    picture = Image.new("L", (modules.width * 4 + 160, high + 160), 255)
    picture.paste(modules.convert("L").resize((modules.width * 4, high), Image.Resampling.NEAREST), (80, 80))
    (found,) = zxingcpp.read_barcodes(np.asarray(picture), text_mode=zxingcpp.TextMode.Plain)
    return found.symbology_identifier, found.text


def test_elements_stand_in_the_order_of_the_standard_and_only_open_ends_are_parted() -> None:
    assert element_string(CARTON) == f"01{GTIN}310200102513261121" + f"10{LOT}{GS}21{SERIAL}"
    assert readable(CARTON) == f"(01){GTIN}(3102)001025(13)261121(10){LOT}(21){SERIAL}"


def test_a_pallets_second_symbol_rests_on_its_first() -> None:
    contents = [("37", "60"), ("02", GTIN), ("13", "261121"), ("10", LOT)]
    assert element_string(contents, beside=("00",)) == f"02{GTIN}13261121" + f"3760{GS}10{LOT}"
    with pytest.raises(CodeWrong, match="needs"):
        element_string(contents)


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ([("10", LOT)], "beside it"),
        ([("01", GTIN), ("10", LOT), ("10", "H261121-0043")], "twice"),
        ([("01", GTIN), ("10", LOT), ("10", LOT)], "twice"),
        ([("01", GTIN), ("3102", "001025"), ("3103", "010250")], "two net weights"),
        ([("01", "99521234000055")], "check digit"),
        ([("01", GTIN), ("13", "261131")], "no date"),
        ([("01", GTIN), ("13", "261100")], "never written"),
        ([("01", GTIN), ("10", "LÔ-1")], "set 82"),
        ([("01", GTIN), ("10", "")], "no value"),
        ([("01", GTIN), ("37", "60")], "together"),
    ],
)
def test_a_bad_element_string_is_not_written(elements: list[Element], why: str) -> None:
    with pytest.raises(CodeWrong, match=why):
        element_string(elements)


def test_a_bracket_cannot_be_written_the_readable_way() -> None:
    elements = [("01", GTIN), ("10", "A(21)B")]
    assert element_string(elements) == f"01{GTIN}10A(21)B"
    with pytest.raises(CodeWrong, match="brackets"):
        readable(elements)


def test_nothing_is_added_or_lost_by_ordering() -> None:
    assert sorted(in_order(CARTON)) == sorted(CARTON)
    assert Decimal(dict(in_order(CARTON))["3102"]).scaleb(-2) == Decimal("10.25")
