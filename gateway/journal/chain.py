"""The chain: each entry's hash takes in the one before, so that nothing in between can be changed unseen.

    first prev = SHA-256(32 raw bytes of the public key ‖ epoch in ASCII)
    hash = SHA-256(prev ‖ RFC 8785({v, gateway, epoch, seq, id, kind, boot, mono_ms, wall_ms, clock, body_sha256}))

`id` is the bare UUID, `body_sha256` lower-case hex, the numbers are JSON numbers. Source: design.md §3.
"""

import hashlib
from typing import Final, Literal
from uuid import UUID

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.event import Entry
from gateway.journal.canonical import SAFE, quoted

CHAIN_VERSION: Final = 1
CHECKPOINT: Final = "checkpoint"

Statement = Literal["checkpoint", "head"]
"""What a signature states about an entry: "the chain was whole up to here", "this is its end"."""


def genesis(public_key: bytes, epoch: str) -> bytes:
    """Give the `prev` of an epoch's first entry; `public_key` is 32 raw bytes (Ed25519)."""
    return hashlib.sha256(public_key + epoch.encode("ascii")).digest()


def body_digest(body: bytes) -> bytes:
    """Give the SHA-256 of a body as it is stored and sent."""
    return hashlib.sha256(body).digest()


def entry_hash(
    prev: bytes,
    *,
    gateway: str,
    epoch: str,
    seq: int,
    id: UUID,
    kind: str,
    boot: str,
    mono_ms: int,
    wall_ms: int,
    clock: str,
    body_sha256: bytes,
) -> bytes:
    """Give the hash of the entry with these attributes that follows the entry with hash `prev` (32 raw bytes).

    Raises:
        ValueError: A number beyond 2^53, which RFC 8785 does not write.
    """
    if not all(-SAFE <= number <= SAFE for number in (seq, mono_ms, wall_ms)):
        raise ValueError("a header cannot hold a whole number beyond 2^53")
    header = (  # its keys in the order of RFC 8785
        f'{{"body_sha256":"{body_sha256.hex()}","boot":{quoted(boot)},"clock":{quoted(clock)},"epoch":{quoted(epoch)}'
        f',"gateway":{quoted(gateway)},"id":"{id}","kind":{quoted(kind)},"mono_ms":{mono_ms},"seq":{seq}'
        f',"v":{CHAIN_VERSION},"wall_ms":{wall_ms}}}'
    )
    return hashlib.sha256(prev + header.encode()).digest()


def hash_of(entry: Entry, gateway: str, seq: int | None = None) -> bytes:
    """Give the hash an entry should have after its own `prev`, at its own place or at another one (`seq`)."""
    return entry_hash(
        entry.prev,
        gateway=gateway,
        epoch=entry.epoch,
        seq=entry.seq if seq is None else seq,
        id=entry.id,
        kind=entry.kind,
        boot=entry.boot,
        mono_ms=entry.mono_ms,
        wall_ms=entry.wall_ms,
        clock=entry.clock,
        body_sha256=entry.body_sha256,
    )


def signed_message(what: Statement, gateway: str, epoch: str, seq: int, digest: bytes) -> bytes:
    """Give the bytes a signature stands for: RFC 8785 of v, what, gateway, epoch, seq and the entry's hash in hex."""
    return rfc8785.dumps(
        {"v": CHAIN_VERSION, "what": what, "gateway": gateway, "epoch": epoch, "seq": seq, "hash": digest.hex()}
    )


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether the holder of the device key (32 raw bytes, public half) signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: not even a key
        return False
    return True
