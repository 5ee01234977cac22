"""What people scan, right, wrong, mangled by the scanner, or nothing of ours."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.gs1.codes import CartonCode, Code, LocalCode, LotTag, PalletCode
from gateway.gs1.digital_link import carton_uri, lot_tag_uri
from gateway.gs1.identifiers import CodeWrong, with_check_digit
from gateway.gs1.scanned import read

GTIN, LOT, SERIAL, SSCC = "99521234000054", "H261121-0042", "261121000001", "395212340000000014"
TAG = LotTag(GTIN, LOT)
CARTON = CartonCode(GTIN, SERIAL, LOT)


@dataclass(frozen=True)
class Scan:
    data: str
    symbology: str | None = None


def test_our_own_labels_are_read() -> None:
    day = date(2026, 11, 21)
    carton = carton_uri("trace.example.org", GTIN, LOT, SERIAL, net=Decimal("10.25"), packed_on=day)
    tag = lot_tag_uri(
        "trace.example.org",
        GTIN,
        LOT,
        net=Decimal("1254.5"),
        harvested_from=date(2026, 11, 20),
        harvested_to=day,
    )
    assert read(Scan(carton, "]Q1")) == CARTON
    assert read(Scan(tag, "]Q1")) == TAG


@pytest.mark.parametrize(
    ("data", "symbology", "meaning"),
    [
        (f"https://trace.example.org/01/{GTIN}/10/{LOT}", "]Q1", TAG),
        (f"https://trace.example.org/01/{GTIN}/10/{LOT}", None, TAG),
        (f"]Q1https://trace.example.org/01/{GTIN}/10/{LOT}", None, TAG),
        (f"]Q1https://trace.example.org/01/{GTIN}/10/{LOT}", "]Q1", TAG),
        (f"]d1https://trace.example.org/01/{GTIN}/10/{LOT}\r\n", None, TAG),
        (f"HTTPS://TRACE.EXAMPLE.ORG/01/{GTIN}/10/{LOT}", "]Q1", TAG),
        (f"https://trace.example.org/01/{GTIN}/10/{LOT}/21/{SERIAL}?13=261121&3102=001025&linkType=all", "]Q1", CARTON),
        (f"https://trace.example.org/01/{GTIN}/21/{SERIAL}", "]Q1", CartonCode(GTIN, SERIAL)),
        (f"https://id.gs1.org/00/{SSCC}", "]Q1", PalletCode(SSCC)),
        (f"01{GTIN}3102001025132611211{'0'}{LOT}\x1d21{SERIAL}", "]C1", CARTON),
        (f"]C101{GTIN}10{LOT}", None, TAG),
        (f"]J101{GTIN}10{LOT}", None, TAG),
        (f"]d201{GTIN}10{LOT}", None, TAG),
        (f"01{GTIN}10{LOT}", None, TAG),
        (f"01{GTIN}10{LOT}", "]C0", TAG),
        (f"\x1d01{GTIN}10{LOT}\x1d", "]C1", TAG),
        (f"01{GTIN}\x1d10{LOT}", "]C1", TAG),
        (f"01{GTIN}10{LOT}|21{SERIAL}", "]C1", CARTON),
        (f"01{GTIN}10{LOT}^]21{SERIAL}", "]C1", CARTON),
        (f"01{GTIN}10{LOT}{{GS}}21{SERIAL}", "]C1", CARTON),
        (f"01{GTIN}10{LOT}\\x1d21{SERIAL}", "]C1", CARTON),
        (f"(01){GTIN}(10){LOT}(21){SERIAL}", None, CARTON),
        (f"01{GTIN}10{LOT}\x1d10{LOT}", "]C1", TAG),
        (f"01{GTIN}11261100" + f"10{LOT}", "]C1", TAG),
        (f"01{GTIN}7007261120261121\x1d10{LOT}", "]C1", TAG),
        (f"00{SSCC}", "]C1", PalletCode(SSCC)),
        (f"00{SSCC}", None, PalletCode(SSCC)),
        (f"00{SSCC}02{GTIN}3760\x1d10{LOT}", "]C1", PalletCode(SSCC)),
    ],
)
def test_a_code_means_the_same_however_it_comes(data: str, symbology: str | None, meaning: Code) -> None:
    assert read(Scan(data, symbology)) == meaning


@pytest.mark.parametrize(
    ("data", "symbology"),
    [
        ("OP-07", "]C0"),
        ("OP-07", None),
        ("FARM-0042", "]Q1"),
        ("CRATE-A", None),
        ("CMD-CLOSE-RECEIPT", "]C0"),
        ("2112345", None),
        ("0112", None),
        ("https://stamp.example.org/check?c=4711", "]Q1"),
        ("https://stamp.example.org/01/", "]Q1"),
        ("https://stamp.example.org/01/4711-A/10/x", "]Q1"),
        ("9521234000013", "]E0"),
        (f"https://id.gs1.org/01/{GTIN}", "]Q1"),
        ("https://id.gs1.org/414/9521234000013/254/GATE-1", "]Q1"),
        (f"02{GTIN}3760\x1d10{LOT}", "]C1"),
        ("Sầu riêng", "]Q1"),
    ],
)
def test_what_is_none_of_ours_is_left_to_the_registers(data: str, symbology: str | None) -> None:
    assert read(Scan(data, symbology)) == LocalCode(data)


def test_what_a_scanner_puts_round_a_local_code_is_taken_off() -> None:
    assert read(Scan("]C0OP-07\r\n")) == LocalCode("OP-07")
    assert read(Scan("\tOP-07 \n", "]C0")) == LocalCode("OP-07")


@pytest.mark.parametrize(
    ("data", "symbology", "why"),
    [
        ("019952123400005510" + LOT, "]C1", "check digit"),
        ("019952123400005510" + LOT, None, "check digit"),
        (f"https://trace.example.org/01/99521234000055/10/{LOT}", "]Q1", "check digit"),
        ("00395212340000000015", "]C1", "check digit"),
        ("https://id.gs1.org/00/395212340000000015", "]Q1", "check digit"),
        ("https://id.gs1.org/414/9521234000014", "]Q1", "check digit"),
        ("9521234000014", "]E0", "check digit"),
        (f"01{GTIN}1326113110{LOT}", "]C1", "no date"),
        (f"01{GTIN}1326130110{LOT}", "]C1", "(13)"),
        (f"01{GTIN}7007261100\x1d10{LOT}", "]C1", "no date"),
        (f"01{GTIN}7007261121261132\x1d10{LOT}", "]C1", "no date"),
        (f"01{GTIN}7007261121261120\x1d10{LOT}", "]C1", "before it begins"),
        (f"https://id.gs1.org/01/{GTIN}/10/{LOT}?13=261131", "]Q1", "no date"),
        (f"10{LOT}", "]C1", "beside it"),
        (f"21{SERIAL}", "]C1", "beside it"),
        (f"02{GTIN}21{SERIAL}", "]C1", "beside it"),
        ("3760", "]C1", "beside it"),
        ("3102001025", "]C1", "beside it"),
        (f"01{GTIN}02{GTIN}10{LOT}", "]C1", "may not stand"),
        (f"01{GTIN}3102001025310301025010{LOT}", "]C1", "two net weights"),
        (f"https://id.gs1.org/01/{GTIN}/10/{LOT}?3102=001025&3103=010250", "]Q1", "two net weights"),
        (f"01{GTIN}10{LOT}\x1d10H261121-0043", "]C1", "twice"),
        (f"https://id.gs1.org/01/{GTIN}?10={LOT}", "]Q1", "in the path"),
        (f"https://id.gs1.org/01/{GTIN}?21={SERIAL}", "]Q1", "in the path"),
        (f"https://id.gs1.org/00/{SSCC}?21={SERIAL}", "]Q1", "in the path"),
        (f"https://id.gs1.org/01/{GTIN}/21/{SERIAL}/10/{LOT}", "]Q1", "may not stand"),
        (f"https://id.gs1.org/01/{GTIN}?422=704&426=704", "]Q1", "may not stand"),
        (f"01{GTIN}3302001025330301025010{LOT}", "]C1", "may not stand"),
        (f"01{GTIN}422704427HN", "]C1", "separator was lost"),
        (f"01{GTIN}427HN", "]C1", "beside it"),
        (f"02{GTIN}10{LOT}", "]C1", "beside it"),
        (f"https://id.gs1.org/01/{GTIN}/10/{LOT}?3102=10.25", "]Q1", "3102"),
        (f"https://id.gs1.org/01/{GTIN}/10/{'A' * 21}", "]Q1", "10"),
        (f"01{GTIN}10{LOT}21{SERIAL}", "]C1", "separator was lost"),
        (f"01{GTIN}10Sầu riêng", "]C1", "separator was lost"),
        ("0199521234", "]C1", "01"),
        ("OP-07", "]C1", "OP-07"),
        (f"(01){GTIN}(10)", None, "element string"),
        (f"(01){GTIN}(1234){LOT}", None, "1234"),
        ("", None, "empty"),
        ("]Q1\r\n", None, "empty"),
    ],
)
def test_a_wrong_code_is_refused_and_says_why(data: str, symbology: str | None, why: str) -> None:
    with pytest.raises(CodeWrong, match=why):
        read(Scan(data, symbology))


gtins = st.text("0123456789", min_size=13, max_size=13).map(with_check_digit)


@given(gtins, st.integers(0, 13), st.sampled_from("123456789"))
def test_no_misread_digit_of_a_gtin_passes(gtin: str, place: int, shift: str) -> None:
    misread = gtin[:place] + str((int(gtin[place]) + int(shift)) % 10) + gtin[place + 1 :]
    for data in (f"01{misread}10{LOT}", f"https://trace.example.org/01/{misread}/10/{LOT}"):
        with pytest.raises(CodeWrong):
            read(Scan(data, "]C1" if data.startswith("01") else "]Q1"))


aim = st.sampled_from([None, "]C0", "]C1", "]Q1", "]Q3", "]d2", "]E0", "]e0", "]J1", "]X0"])
noise = st.text(max_size=60)
nearly = st.text("0123456789()|^]\x1d/?=&%AHh:.-", max_size=60)


@given(noise | nearly | nearly.map(lambda text: f"01{GTIN}{text}"), aim)
def test_any_text_is_a_code_or_refused_and_nothing_third(data: str, symbology: str | None) -> None:
    try:
        code = read(Scan(data, symbology))
    except CodeWrong:
        return
    assert isinstance(code, LotTag | CartonCode | PalletCode | LocalCode)


@given(nearly, aim)
def test_any_tail_of_a_link_is_a_code_or_refused(tail: str, symbology: str | None) -> None:
    try:
        code = read(Scan(f"https://trace.example.org/01/{tail}", symbology))
    except CodeWrong:
        return
    assert isinstance(code, LotTag | CartonCode | PalletCode | LocalCode)
