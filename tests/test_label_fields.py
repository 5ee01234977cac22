"""What a label says: fields of carton and receipt bodies, as people read them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import LabelRefused
from gateway.labels.fields import FIELDS, decimal_comma, fields_of

GOLDEN = Path(__file__).parent / "golden" / "labels"


def body(kind: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((GOLDEN / f"{kind}.json").read_text("utf-8"), parse_float=Decimal)
    return whole


def test_a_carton_says_all_its_label_shows() -> None:
    assert fields_of("carton", body("carton")) == {
        "product": "Sầu riêng Ri6",
        "lot": "H261121-0001",
        "serial": "261121000001",
        "gtin": "99521234000054",
        "net": "10,20\u00a0kg",
        "packed": "21/11/2026",
        "harvested": "20/11/2026",
        "best_before": "05/12/2026",
        "area": "VN-XXOR-0000",
        "facility": "VN-XXPH-000",
        "uri": "https://trace.example.org/01/99521234000054/10/H261121-0001/21/261121000001"
        "?13=261121&15=261205&3102=001020",
        "elements": "(01)99521234000054(13)261121(15)261205(3102)001020(10)H261121-0001(21)261121000001",
    }


def test_a_receipt_says_all_its_lot_tag_shows() -> None:
    assert fields_of("receipt", body("receipt")) == {
        "product": "Sầu riêng Ri6",
        "lot": "H261121-0001",
        "gtin": "99521234000016",
        "net": "1254,5\u00a0kg",
        "harvested": "20/11/2026",
        "area": "VN-XXOR-0000",
        "receipt": "R261121-0001",
        "crates": "48",
        "loads": "3",
        "weighed": "21/11/2026 06:15",
        "uri": "https://trace.example.org/01/99521234000016/10/H261121-0001?7007=261120",
        "elements": "(01)99521234000016(7007)261120(10)H261121-0001",
    }


def test_a_slip_shows_what_was_deducted_and_the_net_the_receipt_says() -> None:
    whole = body("receipt")
    assert "deduction" not in fields_of("receipt", whole), "nothing was deducted, so the slip has no such row"
    found = fields_of("receipt", whole | {"ph:deductionKg": Decimal(12)})
    assert (found["deduction"], found["net"]) == ("12,0\u00a0kg", "1254,5\u00a0kg")


GRADING: dict[str, Any] = {
    "ph:outputs": [
        {"ph:lot": "G261121-0001", "ph:gtin": "99521234000023", "ph:kg": Decimal("1102.0")},
        {"ph:lot": "G261121-0002", "ph:gtin": "99521234000030", "ph:kg": Decimal("118.5"), "ph:grade": "B"},
    ],
    "ph:productName": "Sầu riêng Ri6",
    "ilmd": {"ph:growingAreaCode": "VN-XXOR-0000"},
}


def test_each_lot_out_of_a_grading_has_a_tag_of_its_own() -> None:
    assert fields_of("grading", GRADING, "G261121-0002") == {
        "product": "Sầu riêng Ri6",
        "lot": "G261121-0002",
        "gtin": "99521234000030",
        "net": "118,5\u00a0kg",
        "grade": "B",
        "area": "VN-XXOR-0000",
        "uri": "https://id.gs1.org/01/99521234000030/10/G261121-0002",
        "elements": "(01)99521234000030(10)G261121-0002",
    }
    assert fields_of("grading", GRADING, "G261121-0001")["net"] == "1102,0\u00a0kg"
    with pytest.raises(LabelRefused, match="no lot 'G261121-0003' came out of this grading"):
        fields_of("grading", GRADING, "G261121-0003")


PALLET: dict[str, Any] = {
    "eventTime": "2026-11-21T11:20:45.000+07:00",
    "parentID": "https://id.gs1.org/00/395212340000000014",
    "childEPCs": [f"https://id.gs1.org/01/99521234000054/21/26112100000{number}" for number in (1, 2, 3)],
    "ph:sscc": "395212340000000014",
    "ph:cartonCount": 3,
    "ph:netWeightKg": Decimal("30.8"),
    "ph:grossWeightKg": Decimal("52.3"),
    "ph:lots": ["H261121-0042"],
    "ph:gtin": "99521234000054",
    "ph:packDate": "2026-11-21",
    "ph:productName": "Sầu riêng Ri6",
    "ph:growingAreaCode": "VN-XXOR-0000, VN-XXOR-0001",
}


def test_a_pallet_says_its_sscc_alone_and_beside_it_what_it_holds() -> None:
    assert fields_of("pallet", PALLET) == {
        "sscc": "395212340000000014",
        "sscc_elements": "(00)395212340000000014",
        "contents": "(02)99521234000054(37)03",
        "unit_elements": "(00)395212340000000014(02)99521234000054(3301)000523(13)261121(37)03(10)H261121-0042",
        "product": "Sầu riêng Ri6",
        "cartons": "3",
        "net": "30,8\u00a0kg",
        "gross": "52,3\u00a0kg",
        "lots": "H261121-0042",
        "packed": "21/11/2026",
        "area": "VN-XXOR-0000, VN-XXOR-0001",
        "uri": "https://id.gs1.org/00/395212340000000014",
    }
    assert fields_of("pallet", PALLET).keys() <= FIELDS["pallet"]


def test_a_pallet_of_several_products_says_its_gross_mass_and_neither_gtin_nor_lot() -> None:
    mixed = {**PALLET, "childEPCs": [*PALLET["childEPCs"], "https://id.gs1.org/01/99521234000061/21/261121000009"]}
    del mixed["ph:gtin"]
    found = fields_of("pallet", mixed)
    assert (found["contents"], found["unit_elements"]) == ("(3301)000523", "(00)395212340000000014(3301)000523")
    unweighed = {key: value for key, value in mixed.items() if key != "ph:grossWeightKg"}
    assert "contents" not in fields_of("pallet", unweighed)
    assert fields_of("pallet", unweighed)["unit_elements"] == "(00)395212340000000014"


def test_a_pallet_of_several_lots_names_them_all_in_words_and_none_in_its_symbol() -> None:
    found = fields_of("pallet", {**PALLET, "ph:lots": ["H261121-0042", "H261121-0043"]})
    assert found["lots"] == "H261121-0042, H261121-0043"
    assert "(10)" not in found["unit_elements"]
    many = fields_of("pallet", {**PALLET, "ph:lots": [f"H261121-004{number}" for number in range(5)]})
    assert many["lots"] == "H261121-0040, H261121-0041 +3"


def test_a_house_that_is_no_member_of_gs1_has_labels_whose_codes_stand_in_the_qr_alone() -> None:
    carton = body("carton")
    del carton["ph:gtin"]
    carton["ilmd"]["ph:labelUri"] = "https://trace.example.org/carton/261121000001"
    fields = fields_of("carton", carton)
    assert fields["uri"] == "https://trace.example.org/carton/261121000001"
    assert not {"gtin", "elements"} & fields.keys()
    unit = "https://trace.example.org/pallet/395212340000000014"
    pallet = {key: value for key, value in PALLET.items() if key != "ph:gtin"} | {"parentID": unit, "childEPCs": []}
    fields = fields_of("pallet", pallet)
    assert (fields["uri"], fields["sscc"], fields["cartons"]) == (unit, "395212340000000014", "3")
    assert not {"sscc_elements", "unit_elements", "contents"} & fields.keys()


def test_a_wrong_gs1_key_in_an_address_is_refused_and_not_taken_for_none() -> None:
    carton = body("carton")
    carton["ilmd"]["ph:labelUri"] = carton["ilmd"]["ph:labelUri"].replace("/10/", "/22/x/10/y/10/")
    with pytest.raises(LabelRefused, match="may not stand there"):
        fields_of("carton", carton)


@pytest.mark.parametrize("count", [0, -1, Decimal("2.5"), 10**8])
def test_a_pallet_of_no_whole_number_of_cartons_has_no_label(count: object) -> None:
    with pytest.raises(LabelRefused, match="a pallet holds 1 to 99 999 999 cartons"):
        fields_of("pallet", {**PALLET, "ph:cartonCount": count})


@pytest.mark.parametrize("kind", ["carton", "receipt"])
def test_no_field_comes_that_templates_do_not_know(kind: str) -> None:
    assert fields_of(kind, body(kind)).keys() <= FIELDS[kind]


def test_the_net_weight_has_the_decimals_of_the_scale_not_of_the_json_number() -> None:
    carton = body("carton")
    assert carton["ilmd"]["ph:netWeightKg"] == Decimal("10.2")
    assert fields_of("carton", carton)["net"] == "10,20\u00a0kg"


def test_paper_and_qr_never_tell_two_weights() -> None:
    carton = body("carton")
    carton["ilmd"]["ph:netWeightKg"] = Decimal("10.25")
    with pytest.raises(LabelRefused, match=r"the QR would say 10\.20 kg where the entry says 10\.25 kg"):
        fields_of("carton", carton)


def test_what_is_not_there_is_not_there() -> None:
    carton = body("carton")
    del carton["ilmd"]["cbvmda:bestBeforeDate"]
    carton["ilmd"]["ph:growingAreaCode"] = None
    fields = fields_of("carton", carton)
    assert "best_before" not in fields
    assert "area" not in fields


@pytest.mark.parametrize("key", ["ph:productName", "ph:labelUri", "ph:netWeightKg", "cbvmda:lotNumber", "ph:packDate"])
def test_a_carton_that_lacks_what_every_label_shows_is_refused(key: str) -> None:
    carton = body("carton")
    del carton["ilmd"][key]
    with pytest.raises(LabelRefused, match="the carton entry does not say its"):
        fields_of("carton", carton)


def test_a_date_that_is_none_is_refused() -> None:
    carton = body("carton")
    carton["ilmd"]["ph:packDate"] = "2026-02-30"
    with pytest.raises(LabelRefused, match="'2026-02-30' is no date"):
        fields_of("carton", carton)


def test_other_kinds_have_no_label() -> None:
    with pytest.raises(LabelRefused, match="an entry of kind 'weighing' has no label"):
        fields_of("weighing", {})


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("10.25", "10,25"),
        ("0.050", "0,050"),
        ("48", "48"),
        ("1025", "1025"),
        ("9999.5", "9999,5"),
        ("12254.5", "12\u202f254,5"),
        ("1234567", "1\u202f234\u202f567"),
        ("-10.1", "−10,1"),
    ],
)
def test_amounts_have_a_decimal_comma_and_groups_from_ten_thousand_up(amount: str, text: str) -> None:
    assert decimal_comma(Decimal(amount)) == text
