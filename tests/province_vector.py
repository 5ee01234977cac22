"""Makes docs/province/hash-vector.json: `python -m tests.province_vector` (a changed vector is a changed contract)."""

import json
import uuid
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.event import Entry, Json
from gateway.journal import canonical
from gateway.journal.chain import body_digest, genesis, hash_of, signed_message
from gateway.mqtt.envelope import Origin, batch, encode

FILE = Path(__file__).parent.parent / "docs" / "province" / "hash-vector.json"
GATEWAY = "gw-1"
EPOCH = "5b2c1f0a-6d1e-4c57-9a55-0c8f3d2e7b11"
ORIGIN = Origin(GATEWAY, "https://id.gs1.org/414/9521234000013", "https://ns.example.org/packhouse/v1/")
_SITE = uuid.uuid5(uuid.NAMESPACE_URL, ORIGIN.source)


def _carton() -> tuple[str, uuid.UUID, dict[str, Json]]:
    id_ = uuid.uuid5(_SITE, "carton|99521234000054|261121000001|0")
    body: dict[str, Json] = {
        "type": "TransformationEvent",
        "eventTime": "2026-11-21T10:05:11.250+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "commissioning",
        "disposition": "active",
        "inputQuantityList": [
            {
                "epcClass": "https://id.gs1.org/01/99521234000023/10/H261121-0001",
                "quantity": Decimal("10.25"),
                "uom": "KGM",
            }
        ],
        "outputEPCList": ["https://id.gs1.org/01/99521234000054/21/261121000001"],
        "ilmd": {"cbvmda:lotNumber": "H261121-0001", "ph:productName": "Sầu riêng Ri6"},
        "ph:operatorId": "OP-07",
    }
    return "carton", id_, {**body, "eventID": f"urn:uuid:{id_}"}


def _weighing() -> tuple[str, uuid.UUID, dict[str, Json]]:
    id_ = uuid.uuid5(_SITE, f"weighing|{GATEWAY}|{EPOCH}|7")
    body: dict[str, Json] = {
        "eventID": f"urn:uuid:{id_}", "eventTime": "2026-11-21T10:05:12.000+07:00", "eventTimeZoneOffset": "+07:00",
        "kind": "weighing", "gross": 412, "tare": 12, "net": 400, "display": "  412.0", "crate": None,
    }  # fmt: skip
    return "weighing", id_, body


def _checkpoint(key: Ed25519PrivateKey, covers: Entry) -> tuple[str, uuid.UUID, dict[str, Json]]:
    id_ = uuid.uuid5(uuid.UUID(EPOCH), f"checkpoint|{GATEWAY}|{EPOCH}|{covers.seq + 1}")
    message = signed_message("checkpoint", GATEWAY, EPOCH, covers.seq, covers.hash)
    body: dict[str, Json] = {
        "eventID": f"urn:uuid:{id_}", "eventTime": "2026-11-21T10:05:13.000+07:00", "eventTimeZoneOffset": "+07:00",
        "kind": "checkpoint", "gateway": GATEWAY, "epoch": EPOCH, "seq": covers.seq, "hash": covers.hash.hex(),
        "signature": key.sign(message).hex(),
    }  # fmt: skip
    return "checkpoint", id_, body


def entries(key: Ed25519PrivateKey) -> list[Entry]:
    """Three entries in a chain: an EPCIS event, an audit record, a checkpoint over both."""
    made: list[Entry] = []
    for number in range(3):
        prev = made[-1].hash if made else genesis(key.public_key().public_bytes_raw(), EPOCH)
        kind, id_, words = (_carton, _weighing, lambda: _checkpoint(key, made[-1]))[number]()
        body = canonical(words)
        bare = Entry(
            epoch_number=1, epoch=EPOCH, seq=number + 1, id=id_, kind=kind,
            boot="0f9c1d3e-2b4a-4c5d-8e6f-7a8b9c0d1e2f", mono_ms=60_000 + 750 * number,
            wall_ms=1_795_230_311_250 + 750 * number, clock="synced", prev=prev, hash=b"",
            body_sha256=body_digest(body), body=body,
        )  # fmt: skip
        made.append(replace(bare, hash=hash_of(bare, GATEWAY)))
    return made


def vector() -> dict[str, Any]:
    """Give the whole document; nothing in it is by chance."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    chain = entries(key)
    payload = batch(encode(entry, ORIGIN, "live") for entry in chain)
    short = batch(
        encode(entry, ORIGIN, "backlog", omit)
        for entry, omit in zip(
            chain, (("hash", "bodysha256"), ("hash", "prevhash", "bodysha256"), ("prevhash", "bodysha256")), strict=True
        )
    )
    return {
        "about": "A batch exactly as published, and what a receiver must compute from it. Keys: Ed25519, raw, in hex.",
        "public_key": key.public_key().public_bytes_raw().hex(),
        "gateway": GATEWAY,
        "epoch": EPOCH,
        "genesis": chain[0].prev.hex(),
        "payload": payload.decode(),
        "short_payload": short.decode(),
        "hashes": [entry.hash.hex() for entry in chain],
        "signed_by_checkpoint": signed_message("checkpoint", GATEWAY, EPOCH, 2, chain[1].hash).decode(),
        "acknowledgement": {"epoch": EPOCH, "seq": 3, "hash": chain[2].hash.hex()},
    }


def text() -> str:
    """Give the file's content."""
    return json.dumps(vector(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
