"""A batch as it came, with what its sender left out restored: digests that follow from the bodies and from the chain.

In a batch of many events each digest would be a third of what travels, and none can be compressed. So an event may come
without `bodysha256`, which its `data` gives; without `prevhash`, which is the hash of the event before it in the batch;
and without `hash`, which follows from both and from its attributes. The last event always states its hash: the chain
leads to it, so that it vouches for every event before it.
"""

from dataclasses import replace
from typing import Any

from gateway.journal.canonical import canonical
from gateway.journal.chain import body_digest
from gateway.mqtt.envelope import BadEnvelope, Envelope, elements, envelope
from gateway.receiver.proof import altered, hash_of

_UNKNOWN = bytes(32).hex()


class AlteredBatch(BadEnvelope):
    """The chain through a batch does not lead to the hash it states: any of its events may be another than was sent."""


def unpack(payload: bytes) -> list[Envelope]:
    """Take a batch apart, in the order sent; each event is complete, and keeps the bytes it came in.

    An event that states all its digests itself is given as it is, right or wrong: that is for `altered` to say.

    Raises:
        AlteredBatch: What was restored does not lead to the hash that was stated.
        BadEnvelope: Not a JSON array of our events; one bad event spoils the batch.
    """
    events: list[Envelope] = []
    unproved = 0
    for attributes, received in elements(payload):
        event, is_restored = _complete(attributes, received, events[-1] if events else None)
        events.append(event)
        if "hash" not in attributes:
            unproved += 1
        elif unproved or is_restored:
            if why := altered(event):
                first = event.seq - unproved
                raise AlteredBatch(f"entries {first} to {event.seq} do not lead to the hash of the last: {why}")
            unproved = 0
    if unproved:
        raise BadEnvelope("the last event does not state its hash")
    return events


def _complete(attributes: dict[str, Any], received: bytes, before: Envelope | None) -> tuple[Envelope, bool]:
    """Give an event with its digests, and whether any of them had to be restored."""
    restored: dict[str, str] = {}
    if "bodysha256" not in attributes:
        if attributes.get("data") is None:
            raise BadEnvelope("bodysha256: missing, and there is no body to compute it from")
        try:
            restored["bodysha256"] = body_digest(canonical(attributes["data"])).hex()
        except ValueError as error:
            raise BadEnvelope(f"data: cannot be canonical: {error}") from error
    if "prevhash" not in attributes:
        if before is None:
            raise BadEnvelope("prevhash: missing, and no event is before it in the batch")
        restored["prevhash"] = before.hash.hex()
    if "hash" in attributes:
        event = envelope({**attributes, **restored}, received)
    else:
        unhashed = envelope({**attributes, **restored, "hash": _UNKNOWN}, received)
        event = replace(unhashed, hash=hash_of(unhashed))
    if "prevhash" in restored and before is not None and (before.epoch, before.seq + 1) != (event.epoch, event.seq):
        raise BadEnvelope(f"prevhash: missing, and entry {before.seq} is not the one before {event.seq}")
    return event, bool(restored)
