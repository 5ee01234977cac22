"""Digital Link URIs: written by us, read back by us and by biip."""

from datetime import date
from decimal import Decimal

import pytest
from biip import ParseConfig
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from hypothesis import given
from hypothesis import strategies as st

from gateway.gs1 import digital_link
from gateway.gs1.digital_link import DigitalLink, ai_date, carton_uri, lot_tag_uri, parse, weight
from gateway.gs1.identifiers import CHARACTERS_82, CodeWrong, with_check_digit

gtins = st.text("0123456789", min_size=13, max_size=13).map(with_check_digit)
texts = st.text(sorted(CHARACTERS_82), min_size=1, max_size=20)
days = st.dates(date(2020, 1, 1), date(2049, 12, 31))
weights = st.integers(0, 5).flatmap(
    lambda decimals: st.integers(0, 999_999).map(lambda digits: Decimal(digits).scaleb(-decimals))
)

DAYS_UNJUDGED = ParseConfig(gs1_element_strings_verify_date=False)


def read_by_biip(uri: str) -> dict[str, str]:
    elements = GS1DigitalLinkURI.parse(uri, config=DAYS_UNJUDGED).element_strings
    return {element.ai.ai: element.value for element in elements}


def test_a_carton_label_says_what_the_example_says() -> None:
    assert (
        carton_uri(
            "trace.example.org",
            "99521234000054",
            "P261121-03",
            "261121000001",
            net=Decimal("10.25"),
            packed_on=date(2026, 11, 21),
        )
        == "https://trace.example.org/01/99521234000054/10/P261121-03/21/261121000001?13=261121&3102=001025"
    )


def test_a_lot_tag_says_lot_weight_and_harvest() -> None:
    def tag(net: Decimal | None, first: date) -> str:
        return lot_tag_uri(
            "trace.example.org",
            "99521234000016",
            "H261121-0042",
            net=net,
            harvested_from=first,
            harvested_to=date(2026, 11, 21),
        )

    start = "https://trace.example.org/01/99521234000016/10/H261121-0042?"
    assert tag(Decimal("1254.5"), date(2026, 11, 20)) == start + "3101=012545&7007=261120261121"
    assert tag(None, date(2026, 11, 21)) == start + "7007=261121"


def test_canonical_uris_are_those_of_the_examples() -> None:
    assert digital_link.lot_class("99521234000016", "H261121-0042") == (
        "https://id.gs1.org/01/99521234000016/10/H261121-0042"
    )
    assert digital_link.carton("99521234000054", "261121000001") == (
        "https://id.gs1.org/01/99521234000054/21/261121000001"
    )
    assert digital_link.pallet("395212340000000014") == "https://id.gs1.org/00/395212340000000014"
    assert digital_link.location("9521234000013", "GATE-1") == "https://id.gs1.org/414/9521234000013/254/GATE-1"
    assert digital_link.location("9521234000013") == "https://id.gs1.org/414/9521234000013"
    assert digital_link.party("9521234000013") == "https://id.gs1.org/417/9521234000013"
    assert digital_link.device("9521234", "SCALE-07") == "https://id.gs1.org/8004/9521234SCALE-07"


@given(gtins, texts, texts, weights, st.tuples(days, st.none() | days))
def test_what_is_written_is_read_back(
    gtin: str, lot: str, serial: str, net: Decimal, dates: tuple[date, date | None]
) -> None:
    packed, best = dates
    uri = carton_uri("trace.example.org", gtin, lot, serial, net=net, packed_on=packed, best_before=best)
    link = parse(uri)
    assert str(link) == uri
    assert (link.key, link.value, link.get("10"), link.get("21")) == ("01", gtin, lot, serial)
    by_biip = read_by_biip(uri)
    assert by_biip == {link.key: link.value, **dict(link.qualifiers), **link.attributes}
    assert (by_biip["01"], by_biip["10"], by_biip["21"], by_biip["13"]) == (gtin, lot, serial, ai_date(packed))
    assert by_biip.get("15") == (ai_date(best) if best else None)


@given(weights)
def test_biip_reads_the_weight_we_meant(net: Decimal) -> None:
    ai, digits = weight("310", net)
    (element,) = [
        element
        for element in GS1DigitalLinkURI.parse(f"https://id.gs1.org/01/99521234000054?{ai}={digits}").element_strings
        if element.ai.ai == ai
    ]
    assert element.decimal == net


@given(st.dictionaries(st.sampled_from(["11", "13", "15", "17", "3102", "7007", "422"]), texts, max_size=7), gtins)
def test_query_keys_ascend_so_that_a_label_has_one_uri(attributes: dict[str, str], gtin: str) -> None:
    turned = dict(reversed(attributes.items()))
    assert str(DigitalLink("01", gtin, (), attributes)) == str(DigitalLink("01", gtin, (), turned))


@pytest.mark.parametrize(
    ("kg", "expected"),
    [
        ("10.25", ("3102", "001025")),
        ("10.250", ("3103", "010250")),
        ("10", ("3100", "000010")),
        ("0.00", ("3102", "000000")),
        ("9999.99", ("3102", "999999")),
        ("1E+3", ("3100", "001000")),
    ],
)
def test_a_weight_keeps_the_decimals_of_its_scale(kg: str, expected: tuple[str, str]) -> None:
    assert weight("310", Decimal(kg)) == expected
    assert weight("330", Decimal(kg)) == ("330" + expected[0][-1], expected[1])


@pytest.mark.parametrize("kg", ["10000.00", "1E+6", "-0.01", "0.000001", "NaN", "Infinity"])
def test_a_weight_that_does_not_fit_is_refused_not_rounded(kg: str) -> None:
    with pytest.raises(ValueError, match=r"does not fit|no weight"):
        weight("310", Decimal(kg))


def test_a_wrong_gtin_makes_no_label() -> None:
    with pytest.raises(CodeWrong):
        carton_uri("trace.example.org", "99521234000055", "L-1", "1", net=Decimal(1), packed_on=date(2026, 11, 21))


def test_signs_that_mean_something_in_a_uri_are_encoded() -> None:
    uri = str(DigitalLink("01", "99521234000054", (("10", "A/B%?&"),)))
    assert uri == "https://id.gs1.org/01/99521234000054/10/A%2FB%25%3F%26"
    assert parse(uri).get("10") == "A/B%?&"


@pytest.mark.parametrize(
    ("uri", "domain"),
    [
        ("HTTPS://Trace.Example.ORG/01/99521234000054/10/H261121-0042", "trace.example.org"),
        ("http://trace.example.org/fruit/01/99521234000054/10/H261121-0042?linkType=all", "trace.example.org/fruit"),
    ],
)
def test_other_spellings_of_the_same_link_are_read(uri: str, domain: str) -> None:
    link = parse(uri)
    assert (link.domain, link.value, link.get("10"), dict(link.attributes)) == (
        domain,
        "99521234000054",
        "H261121-0042",
        {},
    )


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.gs1.org/01/99521234000054?10=H261121-0042",
        "https://id.gs1.org/01/99521234000054?01=99521234000054",
        "https://id.gs1.org/01/99521234000054/21/1/10/A",
        "https://id.gs1.org/01/99521234000054/10/A/10/A",
        "https://id.gs1.org/01/99521234000054/10",
        "https://id.gs1.org/01/99521234000054/10/",
        "https://id.gs1.org/00/395212340000000014/10/A",
        "https://id.gs1.org/01/99521234000054?3102=001025&3102=001026",
        "https://id.gs1.org/01/99521234000054/10/%FF",
    ],
)
def test_a_link_that_breaks_the_rules_is_refused(uri: str) -> None:
    with pytest.raises(CodeWrong):
        parse(uri)


@pytest.mark.parametrize(
    "text", ["https://example.org/stamp/4711", "OP-07", "ftp://id.gs1.org/01/99521234000054", "https://", "http://[::1"]
)
def test_what_is_no_digital_link_is_not_called_a_wrong_one(text: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - urlsplit has words of its own
        parse(text)
    assert not isinstance(refused.value, CodeWrong)


@given(st.text(max_size=80))
def test_any_text_is_a_link_or_refused(text: str) -> None:
    for uri in (text, f"https://id.gs1.org/01/{text}", f"https://id.gs1.org/01/99521234000054?{text}"):
        try:
            assert isinstance(parse(uri), DigitalLink)
        except ValueError:
            continue
