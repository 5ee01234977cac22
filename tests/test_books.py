"""The books agree for a good day, and for no other: every way to lose or double something is tried."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from gateway.cli.demo_accounts import Paper, Record, Side, Told
from gateway.cli.demo_books import Books, compare
from gateway.cli.demo_ledgers import paper_of, read_journal, read_receiver, read_told
from gateway.cli.demo_terminal import books_table, verdict

LOT = "H261121-1001"
RECEIPT = "R261121-1001"
SSCC = "095212340000000019"
GATEWAY = "gw-1"
KEY = bytes(range(32))
EPOCH = "0123456789abcdef"


def receipt_body(loads: int) -> dict[str, Any]:
    masses = {"gross": Decimal("25.00"), "tare": Decimal("1.50"), "net": Decimal("23.50")}
    reports = [{"type": "Mass", "value": kg * loads, "ph:weightKind": kind} for kind, kg in masses.items()]
    return {
        "ph:receipt": RECEIPT,
        "ph:lot": LOT,
        "ph:loads": loads,
        "sensorElementList": [{"sensorReport": reports}],
    }


def weighing_body(load: int) -> dict[str, Any]:
    masses = {"gross": Decimal("25.00"), "tare": Decimal("1.50"), "net": Decimal("23.50")}
    return {"receipt": RECEIPT, "load": load, **masses}


def carton_body(serial: str) -> dict[str, Any]:
    return {"ph:serial": serial, "ilmd": {"ph:netWeightKg": Decimal("10.02")}}


def pallet_body(*serials: str, kg: str) -> dict[str, Any]:
    masses = {"ph:cartonCount": len(serials), "ph:netWeightKg": Decimal(kg)}
    return {"ph:sscc": SSCC, "ph:serials": list(serials), **masses}


BODIES: list[tuple[str, dict[str, Any]]] = [
    ("weighing", weighing_body(1)),
    ("weighing", weighing_body(2)),
    ("receipt", receipt_body(2)),
    ("carton", carton_body("S1")),
    ("carton", carton_body("S2")),
    ("inspection", {"ph:lot": LOT}),
    ("pallet", pallet_body("S1", "S2", kg="20.04")),
    ("room-in", {"ph:lot": LOT}),
    ("room-in", {"ph:sscc": SSCC}),
    ("dispatch", {"ph:dispatch": "X261121-1001", "ph:pallets": [SSCC]}),
    ("window", {"ph:lots": [LOT]}),
    ("alarm", {"ph:alarmState": "raised"}),
    ("alarm", {"ph:alarmState": "cleared"}),
]


def side(bodies: list[tuple[str, dict[str, Any]]] | None = None) -> Side:
    listed = BODIES if bodies is None else bodies
    return Side(
        tuple(
            Record(EPOCH, seq, f"id-{seq}", kind, hashlib.sha256(repr(body).encode()).digest(), body)
            for seq, (kind, body) in enumerate(listed, 1)
        )
    )


TOLD = Told(
    cartons={"S1": Decimal("10.02"), "S2": Decimal("10.02")},
    loads={(RECEIPT, 1): Decimal("23.50"), (RECEIPT, 2): Decimal("23.50")},
    receipts={RECEIPT: 2},
    moves=((LOT, "in"), (SSCC, "in")),
    inspected={LOT: 1},
    pallets={SSCC: ("S1", "S2")},
    dispatched=(SSCC,),
)
PAPER = Paper({"S1": 1, "S2": 1}, {LOT: 1}, pallets={SSCC: 1})


def without(kind: str, which: int = 0) -> Side:
    """A side that has lost one record, numbered as if nothing had happened."""
    places = [place for place, (name, _) in enumerate(BODIES) if name == kind]
    whole = side()
    return replace(whole, records=tuple(r for r in whole.records if r.seq != places[which] + 1))


def with_more(kind: str, body: dict[str, Any]) -> Side:
    return side([*BODIES, (kind, body)])


def with_pallet(body: dict[str, Any]) -> Side:
    return side([(kind, body if kind == "pallet" else other) for kind, other in BODIES])


def with_slips(*more: tuple[str, dict[str, Any]]) -> Side:
    slips = {"ph:slipPrinterId": "slips"}
    return side([*((kind, body | slips if kind == "receipt" else body) for kind, body in BODIES), *more])


def test_a_good_day_is_good() -> None:
    books = compare(TOLD, PAPER, side(), side())
    assert books.good, books_table(books, "en")
    assert verdict(books, "en") == "0 lost, 0 double"


@pytest.mark.parametrize(
    "kind", ["weighing", "receipt", "carton", "room-in", "inspection", "pallet", "dispatch", "window", "alarm"]
)
def test_a_record_missing_at_the_receiver_is_lost(kind: str) -> None:
    books = compare(TOLD, PAPER, side(), without(kind))
    assert not books.good
    assert books.lost >= 1


@pytest.mark.parametrize("kind", ["weighing", "receipt", "carton", "room-in", "inspection", "pallet", "dispatch"])
def test_a_record_missing_on_both_sides_is_lost(kind: str) -> None:
    books = compare(TOLD, PAPER, without(kind), without(kind))
    assert books.lost >= 1


BAD_DAYS: dict[str, tuple[Callable[[], Books], str]] = {
    "a carton with no label is lost": (
        lambda: compare(TOLD, replace(PAPER, serials={"S1": 1}), side(), side()),
        "lost",
    ),
    "a label of a serial nobody was told is double": (
        lambda: compare(TOLD, replace(PAPER, serials={"S1": 1, "S2": 1, "S9": 1}), side(), side()),
        "double",
    ),
    "two labels of one serial nobody asked for are double": (
        lambda: compare(TOLD, replace(PAPER, serials={"S1": 2, "S2": 1}), side(), side()),
        "double",
    ),
    "two tags of one lot nobody asked for are double": (
        lambda: compare(TOLD, replace(PAPER, tags={LOT: 2}), side(), side()),
        "double",
    ),
    "a carton recorded that nobody was told is double": (
        lambda: compare(TOLD, PAPER, with_more("carton", carton_body("S3")), with_more("carton", carton_body("S3"))),
        "double",
    ),
    "a carton recorded twice is double": (
        lambda: compare(TOLD, PAPER, with_more("carton", carton_body("S2")), with_more("carton", carton_body("S2"))),
        "double",
    ),
    "a gate load recorded twice is double": (
        lambda: compare(TOLD, PAPER, with_more("weighing", weighing_body(2)), with_more("weighing", weighing_body(2))),
        "double",
    ),
    "a load nobody put on is double": (
        lambda: compare(replace(TOLD, strangers=("S7",)), PAPER, side(), side()),
        "double",
    ),
    "a serial told twice is double": (
        lambda: compare(replace(TOLD, again=("S1",)), PAPER, side(), side()),
        "double",
    ),
    "a receipt that is not the sum of its loads is wrong": (
        lambda: compare(TOLD, PAPER, *[side([(k, receipt_body(3) if k == "receipt" else b) for k, b in BODIES])] * 2),
        "wrong",
    ),
    "a weight other than the one told is wrong": (
        lambda: compare(replace(TOLD, cartons={**TOLD.cartons, "S1": Decimal("10.03")}), PAPER, side(), side()),
        "wrong",
    ),
    "a receipt whose lot has no tag is wrong": (
        lambda: compare(TOLD, replace(PAPER, tags={}), side(), side()),
        "wrong",
    ),
    "a receipt whose farmer got no slip is wrong": (
        lambda: compare(TOLD, PAPER, *[with_slips()] * 2),
        "wrong",
    ),
    "two slips of one receipt nobody asked for are double": (
        lambda: compare(TOLD, replace(PAPER, slips={LOT: 2}), *[with_slips()] * 2),
        "double",
    ),
    "a tag asked for again excuses no second slip": (
        lambda: compare(
            TOLD, replace(PAPER, slips={LOT: 2}), *[with_slips(("reprint", {"serial": None, "of": "id"}))] * 2
        ),
        "double",
    ),
    "a lot inspected more often than anybody said is double": (
        lambda: compare(TOLD, PAPER, *[with_more("inspection", {"ph:lot": LOT})] * 2),
        "double",
    ),
    "a pallet without its label is lost": (
        lambda: compare(TOLD, replace(PAPER, pallets={}), side(), side()),
        "lost",
    ),
    "two labels of one pallet nobody asked for are double": (
        lambda: compare(TOLD, replace(PAPER, pallets={SSCC: 2}), side(), side()),
        "double",
    ),
    "a carton on two pallets is double": (
        lambda: compare(
            TOLD, PAPER, *[with_more("pallet", pallet_body("S2", kg="10.02") | {"ph:sscc": "095212340000000026"})] * 2
        ),
        "double",
    ),
    "a carton that stands on no pallet although the display said so is lost": (
        lambda: compare(TOLD, PAPER, *[with_pallet(pallet_body("S1", kg="10.02"))] * 2),
        "lost",
    ),
    "a pallet that is not the sum of its cartons is wrong": (
        lambda: compare(TOLD, PAPER, *[with_pallet(pallet_body("S1", "S2", kg="20.05"))] * 2),
        "wrong",
    ),
    "a pallet that left twice is double": (
        lambda: compare(TOLD, PAPER, *[with_more("dispatch", {"ph:dispatch": "X2", "ph:pallets": [SSCC]})] * 2),
        "double",
    ),
    "a pallet that left although nobody was told is double": (
        lambda: compare(replace(TOLD, dispatched=()), PAPER, side(), side()),
        "double",
    ),
    "a broken chain is wrong": (
        lambda: compare(TOLD, PAPER, replace(side(), faults=("4: does not continue",)), side()),
        "wrong",
    ),
    "no window that names a lot is wrong": (
        lambda: compare(TOLD, PAPER, *[side([(k, {"ph:lots": []} if k == "window" else b) for k, b in BODIES])] * 2),
        "wrong",
    ),
    "no alarm is wrong": (
        lambda: compare(TOLD, PAPER, *[side([(k, b) for k, b in BODIES if k != "alarm"])] * 2),
        "wrong",
    ),
}


@pytest.mark.parametrize("name", BAD_DAYS)
def test_a_bad_day_is_not_good(name: str) -> None:
    make, how = BAD_DAYS[name]
    books = make()
    assert not books.good
    assert any(getattr(line, how) for line in books.lines), books_table(books, "en")


def test_a_reprint_that_was_asked_for_is_no_double() -> None:
    asked = with_more("reprint", {"serial": "S1"})
    books = compare(TOLD, replace(PAPER, serials={"S1": 2, "S2": 1}), asked, asked)
    assert books.good, books_table(books, "en")


def test_slips_are_counted_apart_from_tags() -> None:
    asked = with_slips(("reprint", {"serial": None, "of": "id.slip"}))
    books = compare(TOLD, replace(PAPER, slips={LOT: 2}), asked, asked)
    assert books.good, books_table(books, "en")


def test_another_body_at_the_receiver_is_wrong() -> None:
    changed = side()
    records = list(changed.records)
    records[3] = replace(records[3], sha256=bytes(32))
    assert not compare(TOLD, PAPER, side(), replace(changed, records=tuple(records))).good


def test_the_table_names_what_is_lost() -> None:
    table = "\n".join(books_table(compare(TOLD, PAPER, side(), without("carton", 1)), "en"))
    assert "WRONG" in table
    assert "S2: not at receiver" in table


# the readers


def test_paper_is_sorted_by_what_its_codes_name() -> None:
    carton = f"https://id.example.org/01/99521234000054/10/{LOT}/21/S1?13=261121"
    tag = f"https://id.example.org/01/99521234000016/10/{LOT}?3102=004700"
    pallet = [f"https://id.example.org/00/{SSCC}", f"(00){SSCC}"]
    read = paper_of([[carton, carton], [tag], [], pallet])
    assert read == Paper({"S1": 1}, {LOT: 1}, blank=1, pallets={SSCC: 1})


def test_the_workers_notes_are_read(tmp_path: Path) -> None:
    lines = [
        {"who": "pack-1", "did": "put", "kg": "10.02"},
        {"who": "pack-1", "fact": "confirmed", "load": 1, "shown": "10.02", "serial": "S1", "receipt": None},
        {"who": "pack-1", "fact": "confirmed", "load": 1, "shown": "10.02", "serial": "S1", "receipt": None},
        {"who": "gate", "fact": "confirmed", "load": 1, "shown": "23.50", "serial": None, "receipt": RECEIPT},
        {"who": "gate", "fact": "closed", "receipt": RECEIPT, "lot": LOT, "loads": 1},
        {"who": "door-in", "fact": "moved", "goods": LOT, "room": "r", "direction": "in"},
        {"who": "inspection", "fact": "inspected", "lot": LOT, "times": 2},
        {"who": "pallet", "fact": "palletised", "sscc": SSCC, "tag": "…", "serials": ["S1"]},
        {"who": "dock", "fact": "dispatched", "number": "X1", "pallets": [SSCC]},
        {"who": "pack-1", "fact": "stranger", "what": "S9"},
        {"who": "", "fact": "finished"},
    ]
    tally = tmp_path / "told.jsonl"
    tally.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert read_told(tally) == Told(
        cartons={"S1": Decimal("10.02")},
        loads={(RECEIPT, 1): Decimal("23.50")},
        receipts={RECEIPT: 1},
        moves=((LOT, "in"),),
        strangers=("S9",),
        again=("S1",),
        inspected={LOT: 2},
        pallets={SSCC: ("S1",)},
        dispatched=(SSCC,),
    )


def chained_rows(number: int = 3) -> list[dict[str, Any]]:
    """A chain made by the formula of the design, with none of the gateway's code."""
    rows: list[dict[str, Any]] = []
    prev = hashlib.sha256(KEY + EPOCH.encode()).digest()
    for seq in range(1, number + 1):
        body = json.dumps({"n": seq})
        named = {"epoch": EPOCH, "seq": seq, "id": f"id-{seq}", "kind": "started", "boot": "b"}
        timed = {"mono_ms": seq, "wall_ms": 1000 + seq, "clock": "synced"}
        sha = hashlib.sha256(body.encode()).digest()
        hashed = {**named, **timed, "v": 1, "gateway": GATEWAY, "body_sha256": sha.hex()}
        digest = hashlib.sha256(prev + rfc8785.dumps(hashed)).digest()
        rows.append({**named, **timed, "prev": prev, "hash": digest, "body_sha256": sha, "body": body})
        prev = digest
    return rows


def journal_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "CREATE TABLE entry (epoch_number, seq, epoch, id, kind, boot, mono_ms, wall_ms, clock, prev, hash,"
            " body_sha256, body)"
        )
        for row in rows:
            names = ", ".join(row)
            db.execute(
                f"INSERT INTO entry (epoch_number, {names}) VALUES (1, {', '.join('?' * len(row))})", [*row.values()]
            )
    return path


def receiver_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "CREATE TABLE place (gateway, epoch, seq, id, kind, boot, mono_ms, wall_ms, clock, prev, hash, body_sha256)"
        )
        db.execute("CREATE TABLE event (gateway, id, received)")
        db.execute("CREATE TABLE conflict (found, why)")
        db.execute("CREATE TABLE watermark (gateway, epoch, seq)")
        db.execute("CREATE TABLE sender (gateway, announced)")
        db.execute("INSERT INTO sender VALUES (?, ?)", (GATEWAY, KEY))
        db.execute("INSERT INTO watermark VALUES (?, ?, ?)", (GATEWAY, EPOCH, len(rows)))
        for row in rows:
            place = {key: value for key, value in row.items() if key != "body"}
            names = ", ".join(place)
            db.execute(
                f"INSERT INTO place (gateway, {names}) VALUES (?, {', '.join('?' * len(place))})",
                [GATEWAY, *place.values()],
            )
            event = json.dumps({"id": row["id"], "data": json.loads(row["body"])}).encode()
            db.execute("INSERT INTO event VALUES (?, ?, ?)", (GATEWAY, row["id"], event))
    return path


def test_a_whole_chain_has_no_fault_on_either_side(tmp_path: Path) -> None:
    journal = read_journal(journal_file(tmp_path / "journal.db", chained_rows()), GATEWAY, KEY)
    receiver = read_receiver(receiver_file(tmp_path / "receiver.db", chained_rows()), GATEWAY)
    assert journal.faults == ()
    assert receiver.faults == ()
    assert [record.body for record in journal.records] == [record.body for record in receiver.records]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE entry SET body = '{\"n\": 7}' WHERE seq = 2",
        "UPDATE entry SET kind = 'carton' WHERE seq = 2",
        "UPDATE entry SET prev = zeroblob(32) WHERE seq = 1",
    ],
)
def test_a_damaged_journal_has_a_fault(tmp_path: Path, damage: str) -> None:
    path = journal_file(tmp_path / "journal.db", chained_rows())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(damage)
    assert read_journal(path, GATEWAY, KEY).faults


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM place WHERE seq = 2",
        "UPDATE watermark SET seq = 2",
        "INSERT INTO conflict VALUES ('fork', 'another entry at 2')",
    ],
)
def test_a_receiver_with_a_hole_or_a_conflict_has_a_fault(tmp_path: Path, damage: str) -> None:
    path = receiver_file(tmp_path / "receiver.db", chained_rows())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(damage)
    assert read_receiver(path, GATEWAY).faults


def test_books_of_nothing_are_not_good(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_journal(tmp_path / "journal.db", GATEWAY, KEY)
    nothing = Side(())
    assert not compare(Told({}, {}, {}), Paper({}, {}), nothing, nothing).good
