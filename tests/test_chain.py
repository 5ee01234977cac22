"""Canonical bytes, hashes and signatures, against vectors worked out without our code."""

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from gateway.event import Json
from gateway.journal import Journal
from gateway.journal.canonical import canonical, parse
from gateway.journal.chain import body_digest, entry_hash, genesis, hash_of, is_signed, signed_message
from gateway.journal.key import load_key, make_key
from tests.journal_day import note

PUBLIC_KEY = bytes(range(32))
EPOCH = "4b9f7d52-1f0e-4c4e-8a56-0d9b7c3e2f11"


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"b": 1, "a": None}, '{"a":null,"b":1}'),
        ({"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7},
         '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'),  # RFC 8785, 3.2.3: sorted by UTF-16 units
        ({"text": "€$\x0f\nA'B\"\\\\\"/"}, '{"text":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'),  # RFC 8785, 3.2.2.2
        ({"kg": Decimal("10.250")}, '{"kg":10.25}'),
        ({"kg": Decimal("1E+2")}, '{"kg":100}'),
        ({"kg": Decimal("-0.00")}, '{"kg":0}'),
        ({"kg": Decimal("0.000001")}, '{"kg":0.000001}'),
        ({"kg": Decimal("0.0000001")}, '{"kg":1e-7}'),
        ({"kg": Decimal("999999999999999")}, '{"kg":999999999999999}'),
        ({"kg": Decimal("1e21")}, '{"kg":1e+21}'),
        ({"kg": Decimal("123456789012.345")}, '{"kg":123456789012.345}'),
        ({"list": [True, False, [], {}]}, '{"list":[true,false,[],{}]}'),
        ({"name": "Sầu riêng"}, '{"name":"Sầu riêng"}'),
    ],
)  # fmt: skip
def test_documents_are_written_as_rfc_8785_says(document: Json, text: str) -> None:
    assert canonical(document).decode() == text


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1.234567890123456"),
        Decimal("1234567890123456"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e400"),
        Decimal("1e-400"),
        1.5,
        b"bytes",
        2**53,
        "\ud800",
        {1: 2},
    ],
)
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        canonical({"value": value})  # type: ignore[dict-item]


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-20, 20))
def test_every_decimal_of_fifteen_digits_comes_back_as_it_was(digits: int, exponent: int) -> None:
    amount = Decimal(digits).scaleb(exponent)
    (back,) = parse(canonical({"kg": amount})).values()
    assert isinstance(back, (Decimal, int))
    assert back == amount


@pytest.mark.parametrize("text", [b"[1]", b'{"a":NaN}', b'{"a":-Infinity}', b"{", b"", b"\xff"])
def test_what_is_no_document_is_not_read(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse(text)


def test_the_hash_is_the_one_the_design_spells_out() -> None:
    body = b'{"a":1}'
    header = {
        "v": 1, "gateway": "gw-1", "epoch": EPOCH, "seq": 1, "id": "60f358e5-ee21-4737-9f99-5dad9229c340",
        "kind": "carton", "boot": "0b5e0c51-93a1-4a63-9a0f-6b1f3a1d2c00", "mono_ms": 60001,
        "wall_ms": 1795230000001, "clock": "synced", "body_sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    first = hashlib.sha256(PUBLIC_KEY + EPOCH.encode()).digest()
    written = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    expected = hashlib.sha256(first + written).digest()
    assert expected.hex() == "17c387be4a477749a66ca7ef647abbce9ae921eabcdffe1fec963c908bee0a77"
    assert genesis(PUBLIC_KEY, EPOCH) == first
    digest = entry_hash(
        first,
        gateway="gw-1",
        epoch=EPOCH,
        seq=1,
        id=UUID("60f358e5-ee21-4737-9f99-5dad9229c340"),
        kind="carton",
        boot="0b5e0c51-93a1-4a63-9a0f-6b1f3a1d2c00",
        mono_ms=60001,
        wall_ms=1795230000001,
        clock="synced",
        body_sha256=body_digest(body),
    )
    assert digest == expected


async def test_entries_hang_together_from_the_key_on(journal: Journal) -> None:
    prev = genesis(journal.public_key, journal.epoch)
    for entry in await journal.record(note(1), note(2), note(3)):
        assert entry.prev == prev
        assert entry.hash == hash_of(entry, "gw-1")
        assert entry.body_sha256 == body_digest(entry.body or b"")
        prev = entry.hash


async def test_every_attribute_is_in_the_hash(journal: Journal) -> None:
    (entry,) = await journal.record(note(1))
    others = [
        replace(entry, epoch=EPOCH),
        replace(entry, seq=2),
        replace(entry, id=UUID(int=1)),
        replace(entry, kind="other"),
        replace(entry, boot="other"),
        replace(entry, mono_ms=entry.mono_ms + 1),
        replace(entry, wall_ms=entry.wall_ms + 1),
        replace(entry, clock="unsynced"),
        replace(entry, prev=bytes(32)),
        replace(entry, body_sha256=bytes(32)),
    ]
    hashes = {hash_of(entry, "gw-1"), hash_of(entry, "gw-2"), *(hash_of(other, "gw-1") for other in others)}
    assert len(hashes) == len(others) + 2


def test_a_signature_is_of_one_key_and_one_statement(tmp_path: Path) -> None:
    key = make_key(tmp_path)
    message = signed_message("head", "gw-1", EPOCH, 7, bytes(32))
    signature = key.sign(message)
    assert is_signed(key.public, signature, message)
    assert not is_signed(key.public, signature, signed_message("checkpoint", "gw-1", EPOCH, 7, bytes(32)))
    assert not is_signed(key.public, signature[:-1] + b"\0", message)
    assert not is_signed(key.public, b"", message)
    assert not is_signed(PUBLIC_KEY, signature, message)
    assert not is_signed(b"no key", signature, message)


def test_the_key_file_is_pem_that_other_programs_read(tmp_path: Path) -> None:
    key = make_key(tmp_path)
    private = load_pem_private_key((tmp_path / "device.key").read_bytes(), password=None)
    assert private.public_key().public_bytes_raw() == key.public  # type: ignore[union-attr]
    loaded = load_key(tmp_path)
    assert loaded is not None
    assert loaded.public == key.public
    with pytest.raises(FileExistsError):
        make_key(tmp_path)


@pytest.mark.parametrize("before", ["", "Bag Attributes: <No Attributes>\n"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_key_another_program_wrote_is_read_as_it_is(tmp_path: Path, line_end: str, before: str) -> None:
    """The key of RFC 8410, 10.3, as it stands there; bare, and with a line that openssl writes above one."""
    document = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
    pem = f"{before}-----BEGIN PRIVATE KEY-----\n{document}\n-----END PRIVATE KEY-----\n"
    (tmp_path / "device.key").write_bytes(pem.replace("\n", line_end).encode())
    key = load_key(tmp_path)
    assert key is not None
    assert key.public.hex() == "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
