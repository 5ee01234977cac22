"""Batches: how much goes into one, what a short one leaves out, and that nothing in it can be changed unseen."""

import gzip
import json
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gateway.event import Entry
from gateway.journal import Cursor
from gateway.mqtt.envelope import RESTORABLE, BadEnvelope, compress, decode, encode
from gateway.receiver import statistics
from gateway.receiver.evidence import verify_store
from gateway.receiver.store import Arrival, Store
from gateway.receiver.unpacked import unpack
from gateway.uplink.batches import BYTES, COMPRESS_FROM, RAW_BYTES, Outgoing, pack
from tests.province_vector import FILE, GATEWAY, ORIGIN
from tests.test_envelope import validator
from tests.test_receiver import PUBLIC, TOPICS, Heard, acked, message, written

Events = list[dict[str, Any]]


async def packed(entries: list[Entry], backlog_end: Cursor | None = None) -> Outgoing:
    return await pack(entries, ORIGIN, backlog_end or Cursor(1, len(entries)))


def events_in(outgoing: Outgoing) -> Events:
    payload = gzip.decompress(outgoing.payload) if outgoing.encoding == "gzip" else outgoing.payload
    events: Events = json.loads(payload)
    return events


def again(events: Events) -> bytes:
    return json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode()


async def test_a_long_batch_leaves_out_what_can_be_computed_and_nothing_else() -> None:
    entries = written(30)
    outgoing = await packed(entries)
    assert outgoing.encoding == "gzip"
    events = events_in(outgoing)
    for entry, event in zip(entries, events, strict=True):
        complete = json.loads(encode(entry, ORIGIN, "backlog"))
        assert complete.items() >= event.items()
        left_out = complete.keys() - event.keys()
        kept = {"prevhash"} if entry is entries[0] else {"hash"} if entry is entries[-1] else set()
        assert left_out == RESTORABLE - kept


async def test_what_was_left_out_is_restored_as_it_was() -> None:
    entries = written(30)
    for entry, event in zip(entries, unpack(gzip.decompress((await packed(entries)).payload)), strict=True):
        (complete,) = decode(b"[" + encode(entry, ORIGIN, "backlog") + b"]")
        assert replace(event, received=b"") == replace(complete, received=b"")
        assert event.received in gzip.decompress((await packed(entries)).payload)


async def test_few_and_single_events_travel_complete() -> None:
    for count in (1, 2, 3):
        outgoing = await packed(written(count))
        assert outgoing.encoding == "json"
        assert len(decode(outgoing.payload)) == count
    (large,) = written(1, "x" * 2 * COMPRESS_FROM)
    outgoing = await packed([large])
    assert outgoing.encoding == "gzip"
    assert len(decode(gzip.decompress(outgoing.payload))) == 1


async def test_an_entry_without_its_body_travels_complete_amid_the_others() -> None:
    entries = written(30)
    entries[7] = replace(entries[7], body=None)
    events = events_in(await packed(entries))
    assert events[7].keys() >= RESTORABLE
    assert "data" not in events[7]
    restored = unpack(again(events))
    assert [event.hash for event in restored] == [entry.hash for entry in entries]


@pytest.mark.parametrize("wrong", ["kind", "prev", "seq"])
async def test_a_journal_with_a_wrong_entry_sends_it_complete_so_that_it_can_be_named(wrong: str) -> None:
    entries = written(30)
    change: dict[str, Any] = {"kind": "other"} if wrong == "kind" else {"prev": bytes(32)} if wrong == "prev" else {}
    entries[9] = replace(entries[9], **change)
    if wrong == "seq":
        del entries[9]
    for event in events_in(await packed(entries)):
        assert event.keys() >= RESTORABLE


async def test_a_message_is_no_larger_than_agreed_even_when_nothing_can_be_compressed() -> None:
    noise = random.Random(1)
    entries = [
        replace(
            entry, body=again([{"eventTime": "2026-11-21T10:05:11.250+07:00", "n": noise.randbytes(900).hex()}])[1:-1]
        )
        for entry in written(120)
    ]
    entries = rechained(entries)
    outgoing = await packed(entries)
    assert 0.4 * BYTES < len(outgoing.payload) <= BYTES
    assert len(outgoing.payload) * 2 > BYTES
    assert outgoing.last.seq == len(events_in(outgoing)) < 120


async def test_a_batch_has_an_end_before_compression_too() -> None:
    entries = written(200, "x" * 8_000)
    outgoing = await packed(entries)
    assert len(gzip.decompress(outgoing.payload)) <= 1.1 * RAW_BYTES
    assert outgoing.last.seq < 200


def rechained(entries: list[Entry]) -> list[Entry]:
    from gateway.journal.chain import body_digest, hash_of

    made: list[Entry] = []
    for entry in entries:
        assert entry.body is not None
        bare = replace(entry, prev=made[-1].hash if made else entry.prev, body_sha256=body_digest(entry.body))
        made.append(replace(bare, hash=hash_of(bare, GATEWAY)))
    return made


def test_both_payloads_of_the_vector_are_one_batch() -> None:
    vector = json.loads(FILE.read_text())
    events, short = unpack(vector["payload"].encode()), unpack(vector["short_payload"].encode())
    same = [replace(event, received=b"", lane="live") for event in short]
    assert same == [replace(event, received=b"") for event in events]
    assert len(vector["short_payload"]) < len(vector["payload"])


# -- nothing in a short batch can be changed unseen


def remove(events: Events) -> None:
    del events[11]


def remove_first(events: Events) -> None:
    del events[0]


def cut_tail(events: Events) -> None:
    del events[-1]


def swap(events: Events) -> None:
    events[11], events[12] = events[12], events[11]


def insert(events: Events) -> None:
    events.insert(11, {**events[11], "id": "6860f173-4457-58a6-b41b-83abc95062e8"})


def repeat(events: Events) -> None:
    events.insert(11, events[11])


def strange_body(events: Events) -> None:
    events[11]["data"]["n"] = 9999


def strange_hash(events: Events) -> None:
    events[-1]["hash"] = "00" * 32


def strange_prev(events: Events) -> None:
    events[0]["prevhash"] = "00" * 32


CHANGES = [remove, remove_first, cut_tail, swap, insert, repeat, strange_body, strange_hash, strange_prev]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_changed_short_batch_is_refused_whole(change: Callable[[Events], None]) -> None:
    events = events_in(await packed(written(30)))
    assert len(unpack(again(events))) == 30
    change(events)
    with pytest.raises(BadEnvelope):
        unpack(again(events))


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", "6860f173-4457-58a6-b41b-83abc95062e8"), ("type", "note"), ("gateway", "gw-2"), ("bootid", "b"),
     ("sequence", "0000000000000099"), ("recordedtime", "2026-11-21T03:05:11.251Z"), ("monotonic", "1"),
     ("clock", "unsynced"), ("epoch", "e")],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 11, 29])
async def test_every_attribute_of_the_hash_is_covered_by_the_last_one(name: str, value: str, place: int) -> None:
    events = events_in(await packed(written(30)))
    events[place][name] = value
    with pytest.raises(BadEnvelope):
        unpack(again(events))


async def test_a_changed_short_batch_is_kept_aside_and_the_gateway_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "receiver.db"
    entries = written(40)
    with closing(Store.open(path, "packhouse")) as store:
        store.register_key("house-1", GATEWAY, PUBLIC)
        assert acked(store.take([message(*entries[:10])])) == [10]
        events = events_in(await packed(entries[10:]))
        events[5]["data"]["n"] = 9999
        assert acked(store.take([Arrival(Heard(TOPICS, "events/gzip"), compress(again(events)))])) == [10]
        (conflict,) = statistics(path).conflicts
        assert conflict.found == "altered"
        assert "entries 11 to 40" in conflict.why
        payload = (await packed(entries[10:])).payload
        assert acked(store.take([Arrival(Heard(TOPICS, "events/gzip"), payload)])) == [40]
        assert acked(store.take([message(*entries[20:])])) == [40]  # complete ones again: the same places
    told = statistics(path)
    assert (told.events, told.missing, told.doubles) == (40, 0, 20)
    verdict = verify_store(path)
    assert verdict.first is None
    assert verdict.entries == 40


async def test_the_schema_accepts_short_batches_and_knows_what_they_may_leave_out() -> None:
    events = events_in(await packed(written(30)))
    schema = validator("events.schema.json")
    schema.validate(events)

    def without(place: int, name: str) -> Events:
        return [{k: v for k, v in event.items() if number != place or k != name} for number, event in enumerate(events)]

    for place, name in ((0, "prevhash"), (29, "hash"), (11, "data"), (11, "sequence")):
        with pytest.raises(jsonschema.ValidationError):
            schema.validate(without(place, name))
    with pytest.raises(jsonschema.ValidationError):
        schema.validate(events[-1:])
