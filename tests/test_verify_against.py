"""A journal held against its receiver, a receiver's store by itself, and what neither can prove."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.event import Entry
from gateway.journal import Cursor, Journal, JournalTable, canonical
from gateway.journal.chain import body_digest, hash_of
from gateway.journal.key import load_key
from gateway.journal.verdict import Confirmed
from gateway.journal.verify import verify
from gateway.mqtt.envelope import Origin, batch, encode
from gateway.mqtt.topics import Heard, Topics
from gateway.receiver.evidence import confirmed, is_store, issued, verify_store
from gateway.receiver.store import Arrival, Store
from tests.conftest import Time
from tests.journal_day import carton, lot_opened, note

ORIGIN = Origin("gw-1", "https://id.gs1.org/414/9521234000013", "https://example.org/ph/")


@pytest.fixture
async def sent(tmp_path: Path, time: Time) -> tuple[Path, Path, list[Entry]]:
    """A journal, the store of a receiver that has all of it, and its entries."""
    data, store = tmp_path / "data", tmp_path / "receiver.db"
    table = JournalTable(checkpoint_every=10)
    async with Journal.open(data, table, gateway="gw-1", number=0, stamp=time.stamp) as journal:
        await journal.record(lot_opened("H261121-0007", "R261121-0003"))
        await journal.record(carton("H261121-0007", "261121000042", Decimal("10.25")))
        for number in range(30):
            await journal.record(note(number))
        entries = await journal.entries(Cursor(), 1_000)
        receive(store, entries, key=journal.public_key)
    return data, store, entries


def receive(path: Path, entries: list[Entry], key: bytes | None = None) -> None:
    store = Store.open(path, "packhouse")
    if key is not None:
        store.register_key("site", "gw-1", key)
    payload = batch(encode(entry, ORIGIN, "live") for entry in entries)
    store.take([Arrival(Heard(Topics("packhouse", "site", "gw-1"), "events/json"), payload)])
    store.close()


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


def test_a_receiver_that_has_all_proves_the_tail(sent: tuple[Path, Path, list[Entry]]) -> None:
    data, store, entries = sent
    verdict = verify(data, confirmed=confirmed(store, "gw-1"))
    assert verdict.whole
    assert any(f"the receiver holds epoch 1 up to entry {entries[-1].seq}" in proof for proof in verdict.proved)
    assert not any("older copy" in sentence for sentence in verdict.unproved)
    alone = verify(data)
    assert any("older copy" in sentence for sentence in alone.unproved)  # the control


async def test_a_whole_roll_back_shows_against_the_receiver(
    sent: tuple[Path, Path, list[Entry]], tmp_path: Path, time: Time
) -> None:
    data, store, entries = sent
    async with Journal.open(data, JournalTable(), gateway="gw-1", number=0, stamp=time.stamp) as journal:
        before = (data / "journal.db").read_bytes(), (data / "journal.db-wal").read_bytes()
        await journal.record(note(100), note(101))
        later = await journal.entries(Cursor(1, entries[-1].seq))
        receive(store, later)
    rolled = tmp_path / "rolled"
    rolled.mkdir()
    (rolled / "journal.db").write_bytes(before[0])
    (rolled / "journal.db-wal").write_bytes(before[1])
    assert verify(rolled).whole
    verdict = verify(rolled, confirmed=confirmed(store, "gw-1"))
    assert verdict.first is not None
    assert (verdict.first.what, verdict.first.seq) == ("tail cut", later[0].seq)


def test_another_history_is_named_where_it_begins(sent: tuple[Path, Path, list[Entry]]) -> None:
    data, _, entries = sent
    said = [Confirmed(entry.epoch, entry.seq, entry.hash) for entry in entries]
    said[14] = replace(said[14], hash=bytes(32))
    verdict = verify(data, confirmed=said)
    assert verdict.first is not None
    assert (verdict.first.what, verdict.first.seq) == ("forged", 15)


def test_a_store_proves_its_chains_to_the_registered_key(sent: tuple[Path, Path, list[Entry]]) -> None:
    _, store, entries = sent
    assert is_store(store)
    verdict = verify_store(store)
    assert verdict.whole, verdict.first
    assert verdict.entries == len(entries)
    assert any(f"to entry {entries[-1].seq} ({entries[-1].hash.hex()})" in proof for proof in verdict.proved)
    assert not any("none is registered" in sentence for sentence in verdict.unproved)


STORE_TAMPERING = [
    ("UPDATE place SET wall_ms = wall_ms + 1 WHERE seq = 17", 17, "altered"),
    ("DELETE FROM place WHERE seq = 17", 17, "removed"),
    (
        "UPDATE event SET received = CAST(replace(CAST(received AS TEXT), '\"raw\"', '\"row\"') AS BLOB)"
        " WHERE id = (SELECT id FROM place WHERE seq = 17)",
        17,
        "altered",
    ),
    ("DELETE FROM place WHERE seq > 20", 21, "tail cut"),
    ("UPDATE watermark SET hash = zeroblob(32)", 35, "forged"),
    ("UPDATE place SET seq = CASE seq WHEN 17 THEN 1018 ELSE 1017 END WHERE seq IN (17, 18)", 17, "removed"),
]


@pytest.mark.parametrize(
    ("statement", "seq", "what"), STORE_TAMPERING, ids=["header", "removed", "body", "tail", "watermark", "moved away"]
)
def test_tampering_with_a_store_is_named(
    sent: tuple[Path, Path, list[Entry]], statement: str, seq: int, what: str
) -> None:
    _, store, _ = sent
    sql(store, statement)
    verdict = verify_store(store)
    assert verdict.first is not None
    assert (verdict.first.seq, verdict.first.what) == (seq, what), verdict.first


def key_of(data: Path) -> bytes:
    key = load_key(data)
    assert key is not None
    return key.public


def places(store: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as db:
        return db.execute("SELECT * FROM place ORDER BY seq").fetchall()


def put_places(store: Path, rows: list[tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as db:
        db.execute("DELETE FROM place")
        db.executemany(f"INSERT INTO place VALUES ({', '.join('?' * len(rows[0]))})", rows)


def test_places_put_in_another_order_and_places_put_in_are_named(sent: tuple[Path, Path, list[Entry]]) -> None:
    _, store, _ = sent
    rows = places(store)
    swapped = [*rows[:16], (*rows[17][:3], 17, *rows[17][4:]), (*rows[16][:3], 18, *rows[16][4:]), *rows[18:]]
    put_places(store, swapped)
    verdict = verify_store(store)
    assert verdict.first is not None
    assert (verdict.first.seq, verdict.first.what) == (17, "reordered"), verdict.first
    alien = (*rows[16][:4], str(note(999).id), *rows[16][5:])
    moved = [(*row[:3], number, *row[4:]) for number, row in enumerate([*rows[:16], alien, *rows[16:]], 1)]
    put_places(store, moved)
    sql(store, "UPDATE watermark SET seq = seq + 1")
    verdict = verify_store(store)
    assert verdict.first is not None
    assert (verdict.first.seq, verdict.first.what) == (17, "inserted"), verdict.first


def test_a_chain_written_anew_without_the_key_is_named_at_its_checkpoint(
    sent: tuple[Path, Path, list[Entry]], tmp_path: Path
) -> None:
    _, _, entries = sent
    forged = list(entries)
    for number in range(16, len(entries)):
        body = canonical({"raw": "altered"}) if number == 16 else entries[number].body
        assert body is not None
        bare = replace(entries[number], prev=forged[number - 1].hash, body=body, body_sha256=body_digest(body))
        forged[number] = replace(bare, hash=hash_of(bare, "gw-1"))
    path = tmp_path / "forged.db"
    receive(path, forged, key=key_of(sent[0]))
    verdict = verify_store(path)
    checkpoint = next(entry.seq for entry in entries if entry.kind == "checkpoint" and entry.seq > 17)
    assert verdict.first is not None
    assert (verdict.first.seq, verdict.first.what) == (checkpoint, "forged"), verdict.first


def test_what_waits_behind_a_hole_is_not_called_wrong(sent: tuple[Path, Path, list[Entry]], tmp_path: Path) -> None:
    _, _, entries = sent
    path = tmp_path / "pending.db"
    receive(path, [*entries[:10], *entries[20:]], key=key_of(sent[0]))
    verdict = verify_store(path)
    assert verdict.whole, verdict.first
    assert verdict.entries == 10
    assert any(f"{len(entries) - 20} entries beyond a hole" in sentence for sentence in verdict.unproved)


def test_a_store_of_another_key_is_not_whole(sent: tuple[Path, Path, list[Entry]]) -> None:
    assert not verify_store(sent[1], public_key=bytes(range(32))).whole


def test_a_store_knows_which_numbers_were_given_out(sent: tuple[Path, Path, list[Entry]]) -> None:
    assert issued(sent[1], 0) == {("carton", "261121/0"): 42, ("H", "261121/0"): 7, ("R", "261121/0"): 3}
    assert issued(sent[1], 1) == {}


def test_a_checkpoint_outlives_its_purged_entry(sent: tuple[Path, Path, list[Entry]]) -> None:
    data, _, _ = sent
    path = data / "journal.db"
    sql(path, "UPDATE entry SET body = NULL")
    assert verify(data).whole
    sql(path, "UPDATE checkpoint SET hash = zeroblob(32) WHERE seq = 22")
    assert not verify(data).whole
