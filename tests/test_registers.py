"""Registers that come down: what is taken, what is refused, and whose word counts."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.acts import RegisterRefused, RegisterTaken
from gateway.event import Fact
from gateway.record.register_book import DIRECTORY, RegisterBook
from gateway.registers import Registers, downlink
from gateway.registers.downlink import TABLES, check_follows, kept, merged, read
from gateway.registers.table import Downlinked, RegistersTable
from tests.province_registers import FILE, made
from tests.road import MORNING, REGISTERS, PackingHouse, packing_house

ISSUED = "2026-11-21T05:00:00+07:00"
AREA = "VN-XXOR-0000"
SUSPENDED = {AREA: {"status": "suspended", "since": "2026-11-20", "reason": "dư lượng"}}
PRODUCT = {
    "name": {"vi": "Sầu riêng Ri6", "en": "Durian Ri6"},
    "gtin_lot": "99521234000016",
    "gtin_carton": "99521234000054",
    "min_kg": 8,
    "max_kg": 20.5,
    "grade": {"A": {"name": {"vi": "Loại A", "en": "Grade A"}, "gtin": "99521234000023"}},
}
SOUND: dict[str, dict[str, Any]] = {
    "areas": SUSPENDED,
    "facilities": {"VN-XXPH-000": {"status": "active"}},
    "products": {"ri6": PRODUCT},
    "customers": {"C-1": {"name": "Công ty mẫu", "address": "Số 1", "gln": "9525678000011", "market": "CN"}},
    "farms": {
        "FARM-1": {
            "id": "HTX-1",
            "name": "Hộ 1",
            "area": AREA,
            "product": "ri6",
            "certificate": [{"scheme": "VietGAP", "number": "VG-1", "expires": "2027-01-31"}],
        }
    },
    "crates": {"CRATE-A": {"name": "Sọt", "tare_kg": 1.55}},
    "people": {"OP-90": {"name": "Tổ trưởng", "role": "supervisor", "language": "vi"}},
}


def sent(name: str = "areas", version: int = 1, issued: str = ISSUED, **rows: Any) -> bytes:
    """Give a document as the province would publish it."""
    told = {"name": name, "version": version, "issued": issued, "rows": rows or SOUND[name]}
    return json.dumps(told, ensure_ascii=False).encode()


def test_every_register_has_a_sound_example_and_a_table() -> None:
    assert set(SOUND) == set(TABLES) == set(get_args(Downlinked))
    assert {*TABLES.values(), "version"} == set(Registers.model_fields)


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_document_is_read_and_passes_its_schema(name: str) -> None:
    found = read(name, sent(name))
    assert (found.name, found.version, set(found.rows)) == (name, 1, set(SOUND[name]))
    assert found.issued == datetime(2026, 11, 20, 22, tzinfo=UTC)
    schema = json.loads(made())
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(sent(name))
    )


def test_the_published_schema_is_the_one_we_read_by() -> None:
    assert FILE.read_text("utf-8") == made()
    jsonschema.Draft202012Validator.check_schema(json.loads(made()))


def test_amounts_and_dates_are_exact() -> None:
    product = read("products", sent("products")).rows["ri6"]
    assert (product.max_kg, product.grade["A"].export) == (Decimal("20.5"), True)
    assert read("crates", sent("crates")).rows["CRATE-A"].tare_kg == Decimal("1.55")
    assert read("areas", sent()).rows[AREA].since == date(2026, 11, 20)
    assert read("farms", sent("farms")).rows["FARM-1"].certificate[0].expires == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "the document"),
        (b"[" * 100_000, "no JSON"),
        (sent("crates"), "on the topic of 'areas'"),
        (sent(version=0), "version"),
        (sent(issued="2026-11-21T05:00:00"), "offset"),
        (sent(issued="yesterday"), "issued"),
        (sent(**{AREA: {"status": "activ"}}), f"rows.{AREA}.status"),
        (sent(**{AREA: {"status": "active", "colour": "green"}}), f"rows.{AREA}.colour"),
        (sent(**{"": {"status": "active"}}), "1 to 64 letters"),
        (sent(**{"x" * 65: {"status": "active"}}), "1 to 64 letters"),
        (sent().replace(b"]", b"").replace(b"}", b"", 1), "no JSON"),
        (b'{"name": "areas", "version": NaN, "issued": 1, "rows": {}}', "NaN"),
        (b" " * (downlink.LARGEST + 1), "at most"),
    ],
)
def test_a_bad_document_is_refused_and_says_why(payload: bytes, why: str) -> None:
    with pytest.raises(downlink.RegisterRefused, match=why):
        read("areas", payload)


@pytest.mark.parametrize(
    ("name", "rows", "why"),
    [
        ("products", {"ri6": PRODUCT | {"gtin_carton": "99521234000055"}}, "ri6.*check digit"),
        (
            "products",
            {"ri6": PRODUCT | {"grade": {"A": {"name": PRODUCT["name"], "gtin": "99521234000024"}}}},
            "check digit",
        ),
        ("products", {"ri6": PRODUCT | {"max_kg": 8}}, "min_kg"),
        ("products", {"ri6": PRODUCT | {"min_kg": "8"}}, "min_kg"),
        ("customers", {"C-1": {"name": "x", "gln": "9525678000012"}}, "check digit"),
        ("people", {"OP-1": {"name": "x", "role": "boss"}}, "role"),
    ],
)
def test_a_bad_row_spoils_its_document(name: str, rows: dict[str, Any], why: str) -> None:
    with pytest.raises(downlink.RegisterRefused, match=why):
        read(name, sent(name, **rows))


@settings(max_examples=60)
@given(st.binary(max_size=60) | st.sampled_from(sorted(SOUND)).map(sent), st.integers(0, 200), st.binary(max_size=3))
def test_any_bytes_are_a_register_or_refused(payload: bytes, place: int, instead: bytes) -> None:
    with suppress(downlink.RegisterRefused):
        assert read("areas", payload[:place] + instead + payload[place:]).name == "areas"


# versions


@pytest.mark.parametrize(
    ("version", "rows", "issued", "news"),
    [
        (2, SUSPENDED, ISSUED, True),
        (1, SUSPENDED, ISSUED, False),
        (1, SUSPENDED, "2026-11-21T06:00:00+07:00", True),
        (1, SUSPENDED, "2026-11-21T04:00:00+07:00", False),
    ],
)
def test_a_document_follows_the_one_in_use(version: int, rows: dict[str, Any], issued: str, news: bool) -> None:
    before = read("areas", sent())
    after = read("areas", sent("areas", version, issued, **rows))
    assert check_follows(after, before, MORNING + timedelta(days=1)) is news


@pytest.mark.parametrize(
    ("version", "rows", "issued", "why"),
    [
        (4, SUSPENDED, ISSUED, "older than 5"),
        (5, {AREA: {"status": "active"}}, ISSUED, "needs a new version"),
        (6, SUSPENDED, "2126-11-21T05:00:00+07:00", "yet to come"),
    ],
)
def test_a_document_that_does_not_follow_is_refused(version: int, rows: dict[str, Any], issued: str, why: str) -> None:
    before = read("areas", sent(version=5))
    with pytest.raises(downlink.RegisterRefused, match=why):
        check_follows(read("areas", sent("areas", version, issued, **rows)), before, MORNING + timedelta(days=1))


def test_a_clock_nobody_trusts_does_not_judge_the_time_of_issue() -> None:
    assert check_follows(read("areas", sent(issued="2126-11-21T05:00:00+07:00")), None, None)


# whose word counts


def test_what_came_down_stands_over_the_local_rows_where_it_wins() -> None:
    united = merged(REGISTERS, [read("areas", sent())], RegistersTable().downlink_wins)
    assert united.area[AREA].status == "suspended"
    assert united.area["VN-XXOR-0009"] == REGISTERS.area["VN-XXOR-0009"], "rows of ours alone stay"
    assert united.farm == REGISTERS.farm


def test_local_rows_stand_over_what_came_down_elsewhere() -> None:
    documents = [read("crates", sent("crates")), read("people", sent("people"))]
    united = merged(REGISTERS, documents, RegistersTable().downlink_wins)
    assert united.crate["CRATE-A"].tare_kg == REGISTERS.crate["CRATE-A"].tare_kg
    assert united.operator["OP-90"].role == "supervisor", "rows of theirs alone are added"
    told_otherwise = merged(REGISTERS, documents, ("crates",))
    assert told_otherwise.crate["CRATE-A"].tare_kg == Decimal("1.55")


def test_a_house_without_gs1_takes_no_gtins() -> None:
    product = merged(REGISTERS, [read("products", sent("products"))], ("products",), member=False).product["ri6"]
    assert (product.gtins, product.max_kg) == ((), Decimal("20.5"))


def test_a_product_goes_by_each_of_its_gtins() -> None:
    united = merged(REGISTERS, [read("products", sent("products"))], ("products",))
    assert {united.product_of(gtin) for gtin in ("99521234000016", "99521234000023", "99521234000054")} == {"ri6"}
    assert united.product_of("") is None


def test_a_damaged_copy_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "areas.json").write_bytes(sent()[:-3])
    (tmp_path / "crates.json").write_bytes(sent("crates"))
    assert set(kept(tmp_path)) == {"crates"}
    assert kept(tmp_path / "nowhere") == {}


# the book of a running house


class _Hearing:
    """A book in a house, as the daemon puts them together; what it owes to the journal is paid at once."""

    def __init__(self, house: PackingHouse, data: Path) -> None:
        self.house = house.house
        self.book = RegisterBook(data, RegistersTable(old_after_h=24), REGISTERS, member=True)
        self.house.registers = self.book.merged
        self.owed: list[Fact] = []

    async def hear(self, payload: bytes, name: str = "areas") -> None:
        await self.book.hear(name, payload, self.house, self.owed.append)


async def test_a_register_taken_over_is_journaled_once_by_name_version_and_digest(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        hearing = _Hearing(house, tmp_path)
        for payload in (sent(), sent(), sent(issued="2026-11-21T06:30:00+07:00")):
            await hearing.hear(payload)
        (taken,) = hearing.owed
        digest = read("areas", sent()).digest
        assert isinstance(taken, RegisterTaken)
        assert (taken.register, taken.version, taken.rows, taken.sha256) == ("areas", 1, 1, digest)
        assert hearing.book.versions == {"areas": 1}
        assert hearing.book.troubles == {}


async def test_a_refused_register_changes_nothing_and_is_told_once(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        hearing = _Hearing(house, tmp_path)
        await hearing.hear(sent(version=5))
        before, on_disk = hearing.house.registers, (tmp_path / DIRECTORY / "areas.json").read_bytes()
        for _ in range(3):
            await hearing.hear(sent(version=4, **{AREA: {"status": "active"}}))
        assert (hearing.house.registers, (tmp_path / DIRECTORY / "areas.json").read_bytes()) == (before, on_disk)
        _, refused = hearing.owed
        assert isinstance(refused, RegisterRefused)
        assert "older than 5" in refused.why
        assert hearing.book.troubles == {"areas": refused.why}
        await hearing.hear(sent(version=6, **{AREA: {"status": "active"}}))
        assert hearing.book.troubles == {}
        assert hearing.house.registers.area[AREA].status == "active"


async def test_a_register_taken_off_the_broker_serves_on(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        hearing = _Hearing(house, tmp_path)
        await hearing.hear(sent())
        await hearing.hear(b"")
        await hearing.hear(b"x", "phones")
        assert hearing.house.registers.area[AREA].status == "suspended"
        assert len(hearing.owed) == 1


async def test_a_disk_that_refuses_keeps_no_suspended_area_open(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        hearing = _Hearing(house, tmp_path)
        (tmp_path / DIRECTORY).write_text("a file where the directory should be")
        await hearing.hear(sent())
        assert hearing.house.registers.area[AREA].status == "suspended"
        assert "not kept on disk" in hearing.book.troubles["areas"]


async def test_an_old_register_of_areas_says_how_old_it_is(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        hearing = _Hearing(house, tmp_path)
        issued = datetime.fromisoformat(ISSUED)
        assert hearing.book.old_h(issued + timedelta(days=400)) is None, "local files have no age"
        await hearing.hear(sent())
        ages = [hearing.book.old_h(issued + timedelta(hours=hours)) for hours in (-1, 0, 24, 25, 100)]
        assert ages == [None, None, None, 25, 100]
        await hearing.hear(sent(issued="2026-11-21T06:30:00+07:00"))
        assert hearing.book.old_h(issued + timedelta(hours=25)) is None, "issued anew, unchanged: fresh again"


async def test_a_reloaded_config_keeps_what_came_down(tmp_path: Path) -> None:
    async with packing_house(tmp_path) as house:
        hearing = _Hearing(house, tmp_path)
        await hearing.hear(sent())
        assert hearing.book.renew(RegistersTable(), Registers()).area[AREA].status == "suspended"
        assert hearing.book.renew(RegistersTable(downlink_wins=()), REGISTERS).area[AREA].status == "active"


def test_the_schema_refuses_what_we_refuse() -> None:
    validator = jsonschema_rs.validator_for(json.loads(made()))
    assert validator.is_valid(json.loads(sent()))
    for wrong in (sent(version=0), sent(**{AREA: {"status": "activ"}}), sent(**{AREA: {"status": "active", "x": 1}})):
        assert not validator.is_valid(json.loads(wrong))
