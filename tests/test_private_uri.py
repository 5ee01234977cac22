"""A house that is no member of GS1: its things bear private URIs, in events, in QR codes and under the scanner."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.config import examine
from gateway.epcis import draft, wrap
from gateway.event import Event
from gateway.gs1.codes import CartonCode, Code, LocalCode, LotTag, PalletCode
from gateway.gs1.digital_link import carton_uri, lot_tag_uri
from gateway.gs1.identifiers import CodeWrong, carton_serial, document_number, entry_id, plain_pallet_code
from gateway.gs1.private_uri import private_uri
from gateway.gs1.scanned import read
from gateway.labels.fields import fields_of
from gateway.labels.qr import symbol
from gateway.lot import Lot
from gateway.site import Site
from tests.epcis_checker import as_plain, check
from tests.facts import CARTON, EVENTS, LOT, RECEIPT, at
from tests.facts_after_the_gate import LATER, PALLET_OUT
from tests.test_scanned import Scan

DOMAIN = "trace.example.org"
SITE = Site(id="htx-7", name="Hợp tác xã 7", domain=DOMAIN, namespace="https://ns.example.org/packhouse/v1/")
SERIAL = "261121000001"

days = st.dates(date(2020, 1, 1), date(2099, 12, 31))


def without_gtins(event: Event) -> Event:
    """Give the same fact as a house without GTINs would state it."""
    changes: dict[str, Any] = {}
    for name in ("lot", "goods", "input_lot"):
        if isinstance(found := getattr(event.fact, name, None), Lot):
            changes[name] = replace(found, gtin="")
    if hasattr(event.fact, "gtin"):
        changes["gtin"] = ""
    return replace(event, fact=replace(event.fact, **changes))  # type: ignore[type-var]


SENT = {kind: event for kind, event in (EVENTS | LATER).items() if kind not in ("error-declaration",)}


@pytest.mark.parametrize("kind", [kind for kind in SENT if "eventID" in draft(SENT[kind], SITE).body])
def test_no_event_holds_a_gs1_key(kind: str) -> None:
    drafted = draft(without_gtins(SENT[kind]), SITE)
    customers = ("9525678000011",)  # a customer may well be a member
    text = str(as_plain(drafted.body))
    for gln in customers:
        text = text.replace(f"https://id.gs1.org/417/{gln}", "").replace(f"https://id.gs1.org/414/{gln}", "")
    assert "id.gs1.org" not in text
    if str(drafted.body.get("type", "")).endswith("Event"):
        assert check(as_plain(wrap([drafted.body], at(12, 0), SITE.namespace))) == 1


def test_the_sites_own_uri_is_the_root_of_its_ids() -> None:
    assert SITE.uri == f"https://{DOMAIN}/site/htx-7"
    event = without_gtins(EVENTS["harvest-lot"])
    assert draft(event, SITE).id == entry_id(SITE.uri, event.key)


def test_things_are_named_by_what_they_are() -> None:
    harvest = draft(without_gtins(EVENTS["harvest-lot"]), SITE).body
    assert harvest["quantityList"] == [
        {"epcClass": f"https://{DOMAIN}/lot/{LOT.code}", "quantity": Decimal("1254.5"), "uom": "KGM"}
    ]
    assert harvest["readPoint"] == {"id": f"https://{DOMAIN}/location/GATE-1"}
    assert draft(without_gtins(EVENTS["carton"]), SITE).body["outputEPCList"] == [f"https://{DOMAIN}/carton/{SERIAL}"]
    receipt = draft(without_gtins(EVENTS["receipt"]), SITE).body
    assert receipt["destinationList"] == [
        {"type": "possessing_party", "destination": f"https://{DOMAIN}/party/htx-7"},
        {"type": "location", "destination": SITE.uri},
    ]
    assert receipt["bizTransactionList"] == [
        {"type": "recadv", "bizTransaction": f"https://{DOMAIN}/document/R261121-0042"}
    ]
    assert draft(PALLET_OUT, SITE).body["epcList"] == [f"https://{DOMAIN}/pallet/395212340000000014"]


@given(days, st.integers(0, 9), st.integers(0, 999))
def test_what_the_qr_says_is_read_back(day: date, gateway: int, count: int) -> None:
    lot, serial = document_number("H", day, gateway, count), carton_serial(day, gateway, count)
    pallet = plain_pallet_code(gateway, count)
    tag = lot_tag_uri(DOMAIN, "", lot, net=None, harvested_from=day, harvested_to=day)
    label = carton_uri(DOMAIN, "", lot, serial, net=Decimal("10.25"), packed_on=day)
    assert (tag, label) == (f"https://{DOMAIN}/lot/{lot}", f"https://{DOMAIN}/carton/{serial}")
    found = [read(Scan(uri, "]Q1"), DOMAIN) for uri in (tag, label, private_uri(DOMAIN, "pallet", pallet))]
    assert found == [LotTag("", lot), CartonCode("", serial), PalletCode(pallet)]


@pytest.mark.parametrize(
    ("data", "meaning"),
    [
        (f"HTTPS://TRACE.EXAMPLE.ORG/lot/{LOT.code}", LotTag("", LOT.code)),
        (f"https://{DOMAIN}/lot/{LOT.code}/?from=web", LotTag("", LOT.code)),
        (f"https://elsewhere.example.org/lot/{LOT.code}", LocalCode(f"https://elsewhere.example.org/lot/{LOT.code}")),
        (f"https://{DOMAIN}/farm/HTX-7", LocalCode(f"https://{DOMAIN}/farm/HTX-7")),
        (f"https://{DOMAIN}/01/99521234000054/21/{SERIAL}", CartonCode("99521234000054", SERIAL)),
    ],
)
def test_only_our_own_addresses_are_ours(data: str, meaning: Code) -> None:
    assert read(Scan(data, "]Q1"), DOMAIN) == meaning


@pytest.mark.parametrize(
    "path", ["lot/261121", "lot/%ff%fe", "carton/12", "carton/26112100000１", "pallet/H261121-0042"]
)
def test_our_own_address_with_a_wrong_code_is_refused(path: str) -> None:
    with pytest.raises(CodeWrong):
        read(Scan(f"https://{DOMAIN}/{path}", "]Q1"), DOMAIN)


def test_a_member_knows_no_private_lots() -> None:
    assert read(Scan(f"https://{DOMAIN}/lot/{LOT.code}", "]Q1")) == LocalCode(f"https://{DOMAIN}/lot/{LOT.code}")


def test_a_label_says_all_but_the_gtin() -> None:
    uri = f"https://{DOMAIN}/carton/{SERIAL}"
    event = replace(EVENTS["carton"], fact=replace(CARTON, gtin="", lot=replace(LOT, gtin=""), label_uri=uri))
    fields = fields_of("carton", draft(event, SITE).body)
    assert (fields["uri"], fields["net"], fields["lot"]) == (uri, "10,25\u00a0kg", LOT.code)
    assert not {"gtin", "elements"} & fields.keys()
    assert symbol(uri).size[0] <= 33, "shorter than a Digital Link: version 4 or less"
    tag = f"https://{DOMAIN}/lot/{LOT.code}"
    receipt = replace(EVENTS["receipt"], fact=replace(RECEIPT, lot=replace(LOT, gtin=""), label_uri=tag))
    assert fields_of("receipt", draft(receipt, SITE).body)["uri"] == tag


# the config file


@pytest.mark.parametrize(("given", "missing"), [("gln", "company_prefix"), ("company_prefix", "gln")])
def test_half_a_membership_is_a_mistake(given: str, missing: str) -> None:
    codes = {"gln": "9521234000013", "company_prefix": "9521234"}
    with pytest.raises(ValidationError, match=f"{missing}: gln and company_prefix go together"):
        Site(id="x", name="x", domain=DOMAIN, namespace="https://ns.example.org/", **{given: codes[given]})


PLAIN = f"""
[site]
id = "htx-7"
name = "Hợp tác xã 7"
domain = "{DOMAIN}"
namespace = "https://ns.example.org/packhouse/v1/"

[gateway]
name = "gw-1"

[broker]
host = "127.0.0.1"
acknowledge = "receiver"

[device.scanner]
driver = "barcode_scanner"
port = "/dev/serial/by-id/scanner"

[device.scale]
driver = "scale"
port = "/dev/serial/by-id/scale"
protocol = "mt_sics"
max_kg = 60
interval_kg = 0.01

[printer.labels]
language = "tspl"
host = "192.0.2.31"
head_dots = 832

[station.pack]
name = "Trạm"
step = "packing"
scanner = "scanner"
scale = "scale"
printer = "labels"
label = "{{label}}"
"""
PRODUCT = '[product.ri6]\nname = { vi = "Sầu riêng", en = "Durian" }\nmin_kg = 8\nmax_kg = 12\n'


def _house(directory: Path, label: str, product: str = PRODUCT) -> Path:
    (directory / "local").mkdir()
    (directory / "local" / "products.toml").write_text(product, "utf-8")
    file = directory / "gateway.toml"
    file.write_text(PLAIN.format(label=label), "utf-8")
    return file


def test_check_says_what_is_off_without_gs1(tmp_path: Path) -> None:
    config, mistakes = examine(_house(tmp_path, "carton-80x50"), draw=True)
    assert config is not None
    assert config.registers.product["ri6"].gtin_carton == ""
    (notice,) = mistakes
    assert (notice.notice, notice.key) == (True, "site")
    assert "GS1 symbols are off" in notice.words.en


def test_check_refuses_a_label_with_a_gs1_symbol_without_gs1(tmp_path: Path) -> None:
    config, mistakes = examine(_house(tmp_path, "carton-100x75"))
    assert config is None
    assert "has a GS1 symbol" in {mistake.key: mistake.words.en for mistake in mistakes}["station.pack.label"]


def test_a_gtin_needs_a_membership(tmp_path: Path) -> None:
    config, mistakes = examine(_house(tmp_path, "carton-80x50", PRODUCT + 'gtin_lot = "99521234000016"\n'))
    assert config is None
    assert (
        "neither gln nor company_prefix"
        in {mistake.key: mistake.words.en for mistake in mistakes}["product.ri6.gtin_lot"]
    )


def test_a_member_needs_gtins(tmp_path: Path) -> None:
    file = _house(tmp_path, "carton-80x50")
    text = file.read_text("utf-8").replace("domain =", 'gln = "8931234000011"\ncompany_prefix = "8931234"\ndomain =', 1)
    file.write_text(text, "utf-8")
    config, mistakes = examine(file)
    assert config is None
    assert [mistake.key for mistake in mistakes] == ["product.ri6.gtin_lot", "product.ri6.gtin_carton"]
