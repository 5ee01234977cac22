"""Entries in their envelopes: as sent, as read back, and as a province checks them."""

import gzip
import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.event import Entry
from gateway.journal import Journal
from gateway.mqtt.envelope import (
    BadEnvelope,
    batch,
    compress,
    decode,
    encode,
    inflate,
    recorded_time,
    subject,
    wall_ms,
)
from tests import province_vector
from tests.houses import record
from tests.province_vector import ORIGIN

PROVINCE = Path(__file__).parent.parent / "docs" / "province"
EXTENSIONS = {
    "gateway", "chainversion", "sequence", "recordedtime", "epoch", "hash", "prevhash", "bodysha256", "bootid",
    "monotonic", "clock", "lane",
}  # fmt: skip


@pytest.fixture
def entries() -> list[Entry]:
    return province_vector.entries(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def sent(entry: Entry) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(encode(entry, ORIGIN, "live"), parse_float=Decimal)
    return event


def test_an_envelope_has_the_attributes_of_the_contract_and_no_others(entries: list[Entry]) -> None:
    event = sent(entries[0])
    core = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"}
    assert set(event) == core | EXTENSIONS
    assert event["id"] == event["data"]["eventID"].removeprefix("urn:uuid:")
    assert event["time"] == event["data"]["eventTime"] == "2026-11-21T10:05:11.250+07:00"
    assert event["subject"] == "https://id.gs1.org/01/99521234000054/21/261121000001"
    assert event["sequence"] == "0000000000000001"
    assert event["recordedtime"] == "2026-11-21T03:05:11.250Z"
    assert event["dataschema"] == "https://ns.example.org/packhouse/v1/context.jsonld"


def test_an_audit_record_has_no_subject_and_its_own_schema(entries: list[Entry]) -> None:
    event = sent(entries[1])
    assert "subject" not in event
    assert event["dataschema"] == "https://ns.example.org/packhouse/v1/audit.json"


def test_the_body_travels_byte_for_byte(entries: list[Entry]) -> None:
    for entry in entries:
        assert entry.body is not None
        assert entry.body in encode(entry, ORIGIN, "live")


def test_what_is_sent_comes_back_whole(entries: list[Entry]) -> None:
    payload = batch(encode(entry, ORIGIN, "backlog") for entry in entries)
    back = decode(payload)
    assert [envelope.seq for envelope in back] == [1, 2, 3]
    for entry, envelope in zip(entries, back, strict=True):
        for name in ("id", "epoch", "seq", "boot", "mono_ms", "wall_ms", "clock", "prev", "hash", "body_sha256"):
            assert getattr(envelope, name) == getattr(entry, name)
        assert envelope.type == entry.kind
        assert envelope.lane == "backlog"
        assert envelope.received == encode(entry, ORIGIN, "backlog")


def test_an_entry_without_a_body_travels_as_its_envelope(entries: list[Entry]) -> None:
    (envelope,) = decode(batch([encode(replace(entries[0], body=None), ORIGIN, "live")]))
    assert envelope.data is None
    assert envelope.body_sha256 == entries[0].body_sha256


def test_a_compressed_batch_is_the_same_batch_and_always_the_same_bytes(entries: list[Entry]) -> None:
    payload = batch([encode(entry, ORIGIN, "live") for entry in entries] * 20)
    assert inflate(compress(payload)) == payload == gzip.decompress(compress(payload))
    assert compress(payload) == compress(payload)
    assert len(compress(payload)) < 0.25 * len(payload)


@given(st.integers(min_value=0, max_value=253_402_300_799_999))
def test_recorded_time_keeps_every_millisecond(milliseconds: int) -> None:
    assert wall_ms(recorded_time(milliseconds)) == milliseconds


def test_recorded_time_finer_than_a_millisecond_is_refused() -> None:
    with pytest.raises(ValueError, match="finer"):
        wall_ms("2026-11-21T03:05:11.2505Z")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"epcList": ["a", "b"]}, "a"),
        ({"quantityList": [{"epcClass": "c"}]}, "c"),
        ({"parentID": "p", "childEPCs": ["a"]}, "p"),
        ({"inputEPCList": ["i"], "outputEPCList": ["o"]}, "o"),
        ({"epcList": [], "quantityList": [{"epcClass": "c"}]}, "c"),
        ({"bizLocation": {"id": "x"}}, None),
    ],
)
def test_the_subject_is_the_first_epc(body: dict[str, Any], expected: str | None) -> None:
    assert subject(body) == expected


def spoil(payload: bytes, **changes: Any) -> bytes:
    event = json.loads(payload)[0]
    for name, value in changes.items():
        if value is None:
            del event[name]
        else:
            event[name] = value
    return json.dumps([event]).encode()


@pytest.mark.parametrize(
    "changes",
    [{"specversion": "0.3"}, {"chainversion": 2}, {"sequence": "-1"}, {"sequence": "٣"}, {"sequence": 1},
     {"hash": "00"}, {"hash": "zz" * 32}, {"id": "carton"}, {"clock": "right"}, {"lane": "fast"}, {"epoch": None},
     {"recordedtime": "yesterday"}, {"recordedtime": "2026-11-21T03:05:11.250"}, {"monotonic": "1.5"},
     {"sequence": "1" * 17}, {"bootid": "\ud800"}],
)  # fmt: skip
def test_a_spoilt_attribute_is_named_and_refused(entries: list[Entry], changes: dict[str, Any]) -> None:
    payload = batch([encode(entries[0], ORIGIN, "live")])
    with pytest.raises(BadEnvelope):
        decode(spoil(payload, **changes))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[",
        b"[1]",
        b"[{}]",
        b"\xff",
        b"[NaN]",
        b"[]x",
        b"[{},]",
        b'"[]"',
        b"[" * 100_000,
        b"[" + b"1" * 5000 + b"]",
    ],
)
def test_what_is_no_batch_is_refused(payload: bytes) -> None:
    with pytest.raises(BadEnvelope):
        decode(payload)


@given(st.binary(max_size=200))
def test_random_bytes_are_a_batch_or_refused_and_nothing_third(payload: bytes) -> None:
    for read in (decode, inflate):
        with suppress(BadEnvelope):
            read(payload)


def test_an_empty_batch_holds_nothing() -> None:
    assert decode(b" [ ] ") == []


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(BadEnvelope, match="16 MB"):
        inflate(gzip.compress(bytes(64 * 1024 * 1024), compresslevel=1))


def test_a_gzip_cut_short_is_refused(entries: list[Entry]) -> None:
    whole = compress(batch(encode(entry, ORIGIN, "live") for entry in entries))
    with pytest.raises(BadEnvelope):
        inflate(whole[:-9])


# -- what the province gets to check with


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((PROVINCE / name).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def test_the_vector_in_the_docs_is_what_we_make() -> None:
    assert province_vector.FILE.read_text() == province_vector.text()


@pytest.mark.parametrize("payload", ["payload", "short_payload"])
def test_the_vector_can_be_computed_by_anyone_from_what_is_sent(payload: str) -> None:
    # on purpose without a line of the product: hashlib and an RFC 8785 library, as a province would
    vector = json.loads(province_vector.FILE.read_text())
    prev = hashlib.sha256(bytes.fromhex(vector["public_key"]) + vector["epoch"].encode("ascii")).digest()
    assert prev.hex() == vector["genesis"]
    events = json.loads(vector[payload])
    assert "hash" in events[-1]
    for event, expected in zip(events, vector["hashes"], strict=True):
        body_sha256 = hashlib.sha256(rfc8785.dumps(event["data"])).hexdigest()
        assert event.get("prevhash", prev.hex()) == prev.hex()
        assert event.get("bodysha256", body_sha256) == body_sha256
        recorded = datetime.strptime(event["recordedtime"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        header = {
            "v": event["chainversion"],
            "gateway": event["gateway"],
            "epoch": event["epoch"],
            "seq": int(event["sequence"]),
            "id": event["id"],
            "kind": event["type"],
            "boot": event["bootid"],
            "mono_ms": int(event["monotonic"]),
            "wall_ms": round(recorded.timestamp() * 1000),
            "clock": event["clock"],
            "body_sha256": body_sha256,
        }
        prev = hashlib.sha256(prev + rfc8785.dumps(header)).digest()
        assert prev.hex() == event.get("hash", expected) == expected
    checkpoint = json.loads(vector["payload"])[2]["data"]
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vector["public_key"]))
    public.verify(bytes.fromhex(checkpoint["signature"]), vector["signed_by_checkpoint"].encode())


def test_the_schema_accepts_the_vector_and_knows_every_attribute() -> None:
    batch_schema = validator("events.schema.json")
    events = json.loads(json.loads(province_vector.FILE.read_text())["payload"])
    batch_schema.validate(events)
    assert set(batch_schema.schema["$defs"]["event"]["properties"]) >= {name for event in events for name in event}
    validator("audit.json").validate(events[1]["data"])
    validator("audit.json").validate(events[2]["data"])


async def test_the_schema_accepts_what_a_real_journal_sends(journal: Journal) -> None:
    entries = await record(journal, 99)
    payload = batch(encode(entry, ORIGIN, "live") for entry in entries)
    validator("events.schema.json").validate(json.loads(payload))


@pytest.mark.parametrize(
    "changes", [{"hash": "AB"}, {"sequence": "1"}, {"recordedtime": "2026-11-21T10:05:11.250+07:00"}, {"clock": "ok"},
                {"time": "yesterday"}, {"source": "no uri"}, {"id": str(uuid4())}, {"epoch": None}]
)  # fmt: skip
def test_the_schema_refuses_what_is_not_as_sent(entries: list[Entry], changes: dict[str, Any]) -> None:
    payload = batch([encode(entries[0], ORIGIN, "live")])
    with pytest.raises(jsonschema.ValidationError):
        validator("events.schema.json").validate(json.loads(spoil(payload, **changes)))
