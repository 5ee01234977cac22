"""The receiver's store: what it takes, what it acknowledges, and what it keeps aside."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.errors import DiskRefuses
from gateway.event import Entry
from gateway.journal import Journal, canonical
from gateway.journal.chain import body_digest, genesis, hash_of
from gateway.mqtt.connection import connect
from gateway.mqtt.envelope import batch, compress, encode
from gateway.mqtt.topics import Heard, Topics
from gateway.receiver import statistics
from gateway.receiver.store import Arrival, Reply, Store
from tests import province_vector
from tests.brokers import DemoBroker, arriving, broker, heard, mosquitto, table, until
from tests.houses import books, chain, confirmed, receiving, record, up, uplink
from tests.province_vector import EPOCH, GATEWAY, ORIGIN

__all__ = ["broker", "mosquitto"]

TOPICS = Topics("packhouse", "house-1", GATEWAY)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def written(count: int, first_words: str = "") -> list[Entry]:
    """A chain of this many entries; other words at the beginning make another history."""
    made: list[Entry] = []
    for number in range(1, count + 1):
        body = canonical({"eventTime": "2026-11-21T10:05:11.250+07:00", "n": number, "words": first_words})
        base = province_vector.entries(KEY)[1]
        bare = replace(
            base,
            seq=number,
            id=replace_id(base, number),
            prev=made[-1].hash if made else genesis(PUBLIC, EPOCH),
            body=body,
            body_sha256=body_digest(body),
        )
        made.append(replace(bare, hash=hash_of(bare, GATEWAY)))
    return made


def replace_id(base: Entry, number: int) -> Any:
    return type(base.id)(int=base.id.int + number)


def message(*entries: Entry, path: str = "events/json") -> Arrival:
    payload = batch(encode(entry, ORIGIN, "live") for entry in entries)
    return Arrival(Heard(TOPICS, path), compress(payload) if path == "events/gzip" else payload)


def altered(entry: Entry, change: dict[str, Any]) -> Arrival:
    (event,) = json.loads(batch([encode(entry, ORIGIN, "live")]))
    return Arrival(Heard(TOPICS, "events/json"), json.dumps([event | change]).encode())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "receiver.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store.open(path, "packhouse")) as opened:
        yield opened


def acked(replies: list[Reply]) -> list[int]:
    return [reply.ack.seq for reply in replies]


def test_a_batch_is_stored_and_acknowledged_with_the_hash_of_its_last_entry(store: Store, path: Path) -> None:
    entries = written(3)
    (reply,) = store.take([message(*entries)])
    assert reply.topics == TOPICS
    assert (reply.ack.epoch, reply.ack.seq, reply.ack.hash) == (EPOCH, 3, entries[2].hash)
    assert statistics(path).kinds == {"weighing": 3}


def test_the_vector_of_the_docs_is_taken_whole(store: Store, path: Path) -> None:
    store.register_key("house-1", GATEWAY, PUBLIC)
    vector = json.loads(province_vector.FILE.read_text())
    (reply,) = store.take([Arrival(Heard(TOPICS, "events/json"), vector["payload"].encode())])
    assert json.loads(reply.ack.payload()) == vector["acknowledgement"]
    assert statistics(path).checkpoints == {"verified": 1}
    assert not statistics(path).conflicts


def test_a_compressed_batch_is_the_same(store: Store) -> None:
    assert acked(store.take([message(*written(50), path="events/gzip")])) == [50]


def test_the_watermark_stops_before_a_hole_and_goes_on_when_it_is_filled(store: Store, path: Path) -> None:
    entries = written(6)
    store.take([message(*entries[:2])])
    assert acked(store.take([message(*entries[3:])])) == [2]
    (only,) = statistics(path).chains
    assert (only.watermark, only.pending, only.missing, only.highest) == (2, 3, 1, 6)
    assert acked(store.take([message(entries[2])])) == [6]
    assert statistics(path).pending == 0


def test_nothing_of_a_chain_is_acknowledged_before_its_first_entry(store: Store) -> None:
    assert store.take([message(*written(6)[3:])]) == []


def test_the_same_delivery_again_is_counted_and_stored_once(store: Store, path: Path) -> None:
    entries = written(3)
    store.take([message(*entries)])
    assert acked(store.take([message(*entries[1:]), message(entries[2])])) == [3]
    result = statistics(path)
    assert (result.deliveries, result.doubles, result.events) == (6, 3, 3)
    assert not result.conflicts


def test_an_altered_body_is_kept_aside_and_not_acknowledged(store: Store, path: Path) -> None:
    entries = written(2)
    store.take([message(entries[0])])
    data = {"eventTime": "2026-11-21T10:05:11.250+07:00", "n": 99, "words": ""}
    assert acked(store.take([altered(entries[1], {"data": data})])) == [1]
    (conflict,) = statistics(path).conflicts
    assert (conflict.found, conflict.seq) == ("altered", 2)
    assert "body" in conflict.why
    # the true one, sent again since nothing was acknowledged, is taken
    assert acked(store.take([message(entries[1])])) == [2]


@pytest.mark.parametrize(
    "change",
    [{"recordedtime": "2026-11-21T03:05:12.001Z"}, {"clock": "unsynced"}, {"type": "receipt"}, {"monotonic": "1"},
     {"id": "00000000-0000-5000-8000-000000000000"}, {"bootid": "other"}, {"hash": "00" * 32}, {"prevhash": "00" * 32},
     {"bodysha256": "00" * 32}, {"sequence": "0000000000000007"}, {"epoch": "other"}],
)  # fmt: skip
def test_every_altered_attribute_of_the_hash_is_detected(store: Store, path: Path, change: dict[str, Any]) -> None:
    (entry,) = written(1)
    assert store.take([altered(entry, change)]) == []
    assert [conflict.found for conflict in statistics(path).conflicts] == ["altered"]
    assert statistics(path).events == 0


def test_another_spelling_of_the_same_body_is_no_alteration(store: Store) -> None:
    (entry,) = written(1)
    (event,) = json.loads(batch([encode(entry, ORIGIN, "live")]))
    respelt = json.dumps([event], indent=2, sort_keys=True, ensure_ascii=True).encode()
    assert acked(store.take([Arrival(Heard(TOPICS, "events/json"), respelt)])) == [1]


def test_another_entry_at_a_stored_place_is_a_fork_and_never_acknowledged(store: Store, path: Path) -> None:
    ours, theirs = written(5), written(5, "another history")
    store.take([message(*ours)])
    (reply,) = store.take([message(*theirs)])
    assert (reply.ack.seq, reply.ack.hash) == (5, ours[4].hash)
    assert {conflict.found for conflict in statistics(path).conflicts} == {"fork"}
    assert len(statistics(path).conflicts) == 5


def test_a_fork_that_begins_beyond_what_is_stored_is_seen_by_its_link(store: Store, path: Path) -> None:
    ours, theirs = written(5), written(5, "another history")
    store.take([message(*ours[:3])])
    assert acked(store.take([message(*theirs[3:])])) == [3]
    assert statistics(path).conflicts[0].why == "it does not follow the entry stored at 3"


def test_an_entry_that_does_not_lead_to_a_pending_one_is_a_fork(store: Store, path: Path) -> None:
    ours, theirs = written(5), written(5, "another history")
    store.take([message(*ours[:2]), message(*ours[3:])])
    forged = replace(theirs[2], prev=ours[1].hash)
    forged = replace(forged, hash=hash_of(forged, GATEWAY))
    assert acked(store.take([message(forged)])) == [2]
    assert statistics(path).conflicts[0].why == "the entry stored at 4 does not follow it"


def test_the_same_id_with_another_body_is_kept_beside_the_first(store: Store, path: Path) -> None:
    entries = written(2)
    body = canonical({"eventTime": "2026-11-21T10:05:11.250+07:00", "n": 1, "words": "changed my mind"})
    second = replace(entries[1], id=entries[0].id, body=body, body_sha256=body_digest(body))
    second = replace(second, hash=hash_of(second, GATEWAY))
    assert acked(store.take([message(entries[0], second)])) == [2]
    result = statistics(path)
    assert [conflict.found for conflict in result.conflicts] == ["body"]
    assert (result.events, result.deliveries, result.doubles) == (1, 2, 0)
    with closing(sqlite3.connect(path)) as db:
        (kept,) = db.execute("SELECT received FROM conflict").fetchone()
    assert b"changed my mind" in kept


def test_known_ids_in_a_new_epoch_count_as_received(store: Store, path: Path) -> None:
    entries = written(3)
    store.take([message(*entries)])
    again, prev = [], genesis(PUBLIC, "second-epoch")
    for entry in entries:
        moved = replace(entry, epoch="second-epoch", epoch_number=2, prev=prev)
        prev = hash_of(moved, GATEWAY)
        again.append(replace(moved, hash=prev))
    assert acked(store.take([message(*again)])) == [3]
    assert statistics(path).events == 3
    assert not statistics(path).conflicts
    assert {only.epoch: only.watermark for only in statistics(path).chains} == {EPOCH: 3, "second-epoch": 3}


def test_an_entry_without_a_body_is_stored_and_listed(store: Store, path: Path) -> None:
    (entry,) = written(1)
    assert acked(store.take([message(replace(entry, body=None))])) == [1]
    assert statistics(path).bodiless == 1


def test_a_gateway_speaking_on_anothers_topic_is_kept_aside(store: Store, path: Path) -> None:
    stranger = Arrival(Heard(Topics("packhouse", "house-1", "gw-9"), "events/json"), message(*written(1)).payload)
    assert store.take([stranger]) == []
    assert [conflict.found for conflict in statistics(path).conflicts] == ["misplaced"]


@pytest.mark.parametrize(
    ("which", "payload"), [("events/json", b"{}"), ("events/gzip", b"[]"), ("events/json", b"\xff")]
)
def test_what_cannot_be_read_is_kept_and_does_not_stop_the_others(
    store: Store, path: Path, which: str, payload: bytes
) -> None:
    garbage = Arrival(Heard(TOPICS, which), payload)
    assert acked(store.take([garbage, message(*written(2)), garbage])) == [2]
    (conflict,) = statistics(path).conflicts
    assert (conflict.found, conflict.deliveries) == ("unreadable", 2)


def test_the_bytes_are_kept_as_they_came(store: Store, path: Path) -> None:
    entries = written(2)
    store.take([message(*entries)])
    with closing(sqlite3.connect(path)) as db:
        kept = [received for (received,) in db.execute("SELECT received FROM event ORDER BY rowid")]
    assert kept == [encode(entry, ORIGIN, "live") for entry in entries]


def test_a_checkpoint_of_an_unregistered_key_is_accepted_as_unverified(store: Store, path: Path) -> None:
    assert acked(store.take([message(*province_vector.entries(KEY))])) == [3]
    assert statistics(path).checkpoints == {"unverified": 1}


def test_a_checkpoint_of_another_key_than_the_registered_is_listed(store: Store, path: Path) -> None:
    store.register_key(
        "house-1", GATEWAY, Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    )
    assert acked(store.take([message(*province_vector.entries(KEY))])) == [3]
    result = statistics(path)
    assert result.checkpoints == {"wrong": 1}
    assert [(conflict.found, conflict.seq) for conflict in result.conflicts] == [("key", 1), ("key", 3)]
    assert result.deliveries == 3


def birth(epoch: str, was_confirmed: int, **more: Any) -> bytes:
    return json.dumps(
        {"state": "online", "key": PUBLIC.hex(), "epoch": epoch, "confirmed": was_confirmed} | more
    ).encode()


def test_a_gateway_that_believes_more_than_is_stored_is_told_at_once(store: Store) -> None:
    entries = written(5)
    store.take([message(*entries[:3])])
    assert acked(store.take([Arrival(Heard(TOPICS, "state"), birth(EPOCH, 5))])) == [3]
    assert store.take([Arrival(Heard(TOPICS, "state"), birth(EPOCH, 3))]) == []


def test_an_empty_store_says_so_with_the_beginning_of_the_chain(store: Store) -> None:
    (reply,) = store.take([Arrival(Heard(TOPICS, "state"), birth(EPOCH, 5))])
    assert (reply.ack.seq, reply.ack.hash) == (0, genesis(PUBLIC, EPOCH))


@pytest.mark.parametrize(
    "payload", [b"", b'{"state":"offline"}', b"\xff", b"[]", birth("a/b", 1), birth(EPOCH, 1, key="")]
)
def test_a_will_or_a_strange_birth_earns_no_answer(store: Store, payload: bytes) -> None:
    assert store.take([Arrival(Heard(TOPICS, "state"), payload)]) == []


def test_acknowledgements_stand_after_the_store_is_opened_again(path: Path) -> None:
    entries = written(4)
    with closing(Store.open(path, "packhouse")) as first:
        first.take([message(*entries)])
    with closing(Store.open(path, "packhouse")) as second:
        assert acked(second.acknowledgements(None)) == [4]
        assert acked(second.acknowledgements("house-1")) == [4]
        assert second.acknowledgements("elsewhere") == []


def test_a_store_that_cannot_write_acknowledges_nothing(path: Path) -> None:
    with closing(Store.open(path, "packhouse", wait_s=0.0)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DiskRefuses):
            store.take([message(*written(1))])
        other.execute("ROLLBACK")
        assert statistics(path).events == 0
        assert acked(store.take([message(*written(1))])) == [1]


def test_statistics_of_no_store_say_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        statistics(tmp_path / "nothing.db")


# -- with a broker between


async def test_an_event_altered_on_the_broker_is_detected(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    topic = "packhouse/v1/house-1/gw-1/events/json"
    async with connect(table(mosquitto), "forger") as forger:
        await forger.subscribe(topic)
        link = uplink(journal, mosquitto)
        async with receiving(mosquitto, database), up(link):
            (entry,) = await record(journal, 1, "10.25 kg")
            original = (await heard(forger, topic)).payload
            await confirmed(link, entry)
            await forger.publish(topic, original.replace(b"10.25 kg", b"99.25 kg"))
            await until(lambda: bool(books(database).conflicts), "the forgery was seen")
    (conflict,) = books(database).conflicts
    assert (conflict.found, conflict.id) == ("altered", str(entry.id))
    assert books(database).events == journal.last_seq


async def test_deliveries_twice_over_a_broker_store_once(journal: Journal, broker: DemoBroker, tmp_path: Path) -> None:
    database = tmp_path / "receiver.db"
    topic = "packhouse/v1/house-1/gw-1/events/json"
    async with connect(table(broker), "echo") as echo:
        await echo.subscribe(topic)
        link = uplink(journal, broker)
        async with receiving(broker, database), up(link):
            (entry,) = await record(journal, 1)
            original = (await heard(echo, topic)).payload
            await confirmed(link, entry)
            before = books(database).doubles
            for _ in range(5):
                await echo.publish(topic, original)
            await until(lambda: books(database).doubles == before + 5, "all five counted")
    assert books(database).events == 1
    assert chain(database).watermark == 1


async def test_a_receiver_killed_between_commit_and_acknowledgement_says_it_when_it_is_back(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    entries = await record(journal, 3)
    with closing(Store.open(database, "packhouse")) as killed:  # it committed, and died before it could speak
        payload = batch(encode(entry, ORIGIN, "live") for entry in entries)
        killed.take([Arrival(Heard(TOPICS, "events/json"), payload)])
    async with connect(table(mosquitto), "watcher") as watcher, receiving(mosquitto, database):
        await watcher.subscribe("packhouse/v1/house-1/gw-1/ack/+")
        (message_,) = await arriving(watcher)
    assert json.loads(message_.payload)["seq"] == 3


async def test_checkpoints_of_a_real_journal_verify_with_its_key(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, mosquitto)
    keys = {("house-1", "gw-1"): journal.public_key}
    async with receiving(mosquitto, database, registered=keys), up(link):
        await record(journal, 230)
        await until(lambda: journal.last_seq > 230, "a checkpoint")
        (entry,) = await record(journal, 1)
        await confirmed(link, entry)
    assert books(database).checkpoints.keys() == {"verified"}
    assert not books(database).conflicts
