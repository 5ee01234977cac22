"""What was done to a chain: which entry is the first that is wrong, and how it came to be wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.event import Entry
from gateway.journal.chain import body_digest, entry_hash, hash_of

What = Literal["altered", "removed", "inserted", "reordered", "forged", "tail cut", "unreadable"]

FAR: Final = 1000
"""How many entries further on a misplaced one is looked for."""


@dataclass(frozen=True, slots=True)
class Defect:
    """The first wrong entry of an epoch, by the number it has or should have, and what is wrong with it."""

    epoch_number: int
    epoch: str
    seq: int
    what: What
    why: str

    def __str__(self) -> str:
        return f"entry {self.seq} of epoch {self.epoch_number} ({self.epoch}): {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a chain the next entry must fit: its number, the hash before it; the same of the entry before that."""

    seq: int
    prev: bytes
    before: "Place | None" = None


def has_its_body(entry: Entry) -> bool:
    """Tell whether the body is the one the header speaks of; a purged body is not missed."""
    return entry.body is None or body_digest(entry.body) == entry.body_sha256


def fits(entry: Entry, place: Place, gateway: str) -> bool:
    """Tell whether this very entry was written at this place of the chain, whatever number it bears now."""
    return entry.prev == place.prev and hash_of(entry, gateway, place.seq) == entry.hash and has_its_body(entry)


def diagnose(wrong: Entry, place: Place, after: Sequence[Entry], end: bytes | None, gateway: str) -> Defect:
    """Say what was done, given the first entry that does not fit its place and some that come after it.

    `end` is the last entry's hash as the signed head tells it, where there is one.
    """
    seq, what, why = _diagnose(wrong, place, after, end, gateway)
    return Defect(wrong.epoch_number, wrong.epoch, seq, what, why)


def _diagnose(
    wrong: Entry, place: Place, after: Sequence[Entry], end: bytes | None, gateway: str
) -> tuple[int, What, str]:
    seq = place.seq
    rightful = next((entry for entry in after if fits(entry, place, gateway)), None)
    if rightful is not None:
        if _true_number(wrong, seq, gateway) is None:
            return seq, "inserted", f"it was never written here; what was stands at {rightful.seq}"
        return seq, "reordered", f"what was written here stands at {rightful.seq}"
    if wrong.seq > seq:
        last = wrong.seq - 1
        return seq, "removed", f"entries {seq} to {last} are missing" if last > seq else "it is missing"
    if wrong.seq < seq:
        return seq, "inserted", f"number {wrong.seq} comes a second time"
    if wrong.prev == place.prev:
        if not has_its_body(wrong):
            return seq, "altered", "its body is not the one it was recorded with"
        return seq, "altered", "its header is not the one it was recorded with"
    return _unlinked(wrong, place, after, end, gateway)


def _unlinked(
    wrong: Entry, place: Place, after: Sequence[Entry], end: bytes | None, gateway: str
) -> tuple[int, What, str]:
    """Say what was done when an entry bears its number but does not point to the one before it."""
    seq = place.seq
    if place.before is not None and fits(wrong, place.before, gateway):
        return seq - 1, "inserted", f"it was never written here; what was stands at {seq}"
    true = _true_number(wrong, seq, gateway)
    if true is not None and true > seq:
        return seq, "removed", f"it is missing; what stands here was written as {true}"
    if true is not None and true < seq:
        return seq, "reordered", f"what stands here was written as {true}"
    if hash_of(wrong, gateway) == wrong.hash:
        follower = after[0].prev if after else end
        if follower == wrong.hash and seq > 1:
            return seq - 1, "altered", f"it, or one before it, was changed and hashed anew: {seq} points to another"
        return seq, "forged", f"it was hashed anew and does not follow {seq - 1}" if seq > 1 else "not of this key"
    if _hash_after(place.prev, wrong, gateway) == wrong.hash:
        return seq, "altered", "the hash it points to is not the one it was recorded with"
    return seq, "altered", "neither header nor links are what was recorded"


def _true_number(entry: Entry, near: int, gateway: str) -> int | None:
    """Find the number an entry was hashed with, if that is another than the one it bears now."""
    numbers = (number for step in range(1, FAR) for number in (near + step, near - step) if number > 0)
    return next((number for number in numbers if hash_of(entry, gateway, number) == entry.hash), None)


def _hash_after(prev: bytes, entry: Entry, gateway: str) -> bytes:
    return entry_hash(
        prev,
        gateway=gateway,
        epoch=entry.epoch,
        seq=entry.seq,
        id=entry.id,
        kind=entry.kind,
        boot=entry.boot,
        mono_ms=entry.mono_ms,
        wall_ms=entry.wall_ms,
        clock=entry.clock,
        body_sha256=entry.body_sha256,
    )
