"""What the journal writes of its own accord: checkpoints, refused conflicts of ids, and purges ahead of their time."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from uuid import UUID, uuid5

from gateway.event import Draft, Json, Stamp
from gateway.journal.chain import CHECKPOINT
from gateway.journal.rows import Cursor

CONFLICT: Final = "conflict"
PURGE: Final = "purge"
_VIETNAM: Final = timezone(timedelta(hours=7))


def checkpoint(
    gateway: str, epoch: str, seq: int, *, covers: int, digest: bytes, signature: bytes, stamp: Stamp
) -> Draft:
    """Give the entry `seq`, which states and signs that the chain is whole up to entry `covers` with this hash."""
    words: dict[str, Json] = {
        "gateway": gateway,
        "epoch": epoch,
        "seq": covers,
        "hash": digest.hex(),
        "signature": signature.hex(),
    }
    return _draft(CHECKPOINT, gateway, epoch, seq, stamp=stamp, words=words)


def conflict(
    gateway: str, epoch: str, seq: int, *, existing: bytes, offered: bytes, tried: Draft, stamp: Stamp
) -> Draft:
    """Give the entry `seq`, which tells of a draft whose id is taken; both digests (SHA-256), and the words refused."""
    words: dict[str, Json] = {
        "id": str(tried.id),
        "tried": tried.kind,
        "existingSha256": existing.hex(),
        "offeredSha256": offered.hex(),
        "offered": tried.body,
    }
    return _draft(CONFLICT, gateway, epoch, seq, stamp=stamp, words=words)


def purge(gateway: str, epoch: str, seq: int, *, begin: Cursor, used_percent: int, stamp: Stamp) -> Draft:
    """Give the entry `seq`, which tells that bodies after `begin` go sooner than promised, for want of space."""
    words: dict[str, Json] = {
        "why": "space",
        "usedPercent": used_percent,
        "after": {"epochNumber": begin.epoch_number, "seq": begin.seq},
    }
    return _draft(PURGE, gateway, epoch, seq, stamp=stamp, words=words)


def _draft(kind: str, gateway: str, epoch: str, seq: int, *, stamp: Stamp, words: dict[str, Json]) -> Draft:
    """The id is UUIDv5 of `kind|gateway|epoch|seq` in the epoch's own namespace: no number of an act is used up."""
    id_ = uuid5(UUID(epoch), f"{kind}|{gateway}|{epoch}|{seq}")
    at = datetime.fromtimestamp(0, UTC).astimezone(_VIETNAM) + timedelta(milliseconds=stamp.wall_ms)
    body: dict[str, Json] = {
        "eventID": f"urn:uuid:{id_}",
        "eventTime": at.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "kind": kind,
        **words,
    }
    return Draft(id_, kind, body)
