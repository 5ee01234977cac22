"""What one event proves by itself: that it says what its hash was made of, and who signed a checkpoint."""

from typing import Literal

from gateway.journal.canonical import canonical
from gateway.journal.chain import CHECKPOINT, body_digest, entry_hash, is_signed, signed_message
from gateway.mqtt.envelope import Envelope

Signature = Literal["verified", "unverified", "wrong"]
"""Of a checkpoint: by the registered key; no key is registered; not by the registered key."""


def altered(event: Envelope) -> str | None:
    """Say what in an event does not match its hash; None when it is whole.

    An event without a body is whole too: its hash names the body that did not come.
    """
    if event.data is not None:
        try:
            body = canonical(event.data)
        except ValueError as error:
            return f"the body cannot be canonical: {error}"
        if body_digest(body) != event.body_sha256:
            return "the body does not match bodysha256"
    return None if hash_of(event) == event.hash else "the attributes do not match the hash"


def hash_of(event: Envelope) -> bytes:
    """Give the hash an event should have after its own `prev`."""
    return entry_hash(
        event.prev,
        gateway=event.gateway,
        epoch=event.epoch,
        seq=event.seq,
        id=event.id,
        kind=event.type,
        boot=event.boot,
        mono_ms=event.mono_ms,
        wall_ms=event.wall_ms,
        clock=event.clock,
        body_sha256=event.body_sha256,
    )


def signature_of(event: Envelope, registered: bytes | None) -> Signature | None:
    """Judge a checkpoint's signature by the key a person registered (32 raw bytes); None for other events.

    Its statement must also be about the very entry before it.
    """
    if event.type != CHECKPOINT:
        return None
    if registered is None:
        return "unverified"
    match event.data:
        case {"epoch": event.epoch, "seq": int(seq), "hash": str(digest), "signature": str(signature)}:
            try:
                signed, proof = bytes.fromhex(digest), bytes.fromhex(signature)
            except ValueError:
                return "wrong"
            message = signed_message(CHECKPOINT, event.gateway, event.epoch, seq, signed)
            about_the_last = seq == event.seq - 1 and signed == event.prev
            return "verified" if about_the_last and is_signed(registered, proof, message) else "wrong"
    return "wrong"
