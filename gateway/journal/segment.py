"""A few entries proved without reading the whole journal: each with what follows it, up to the next signature.

A checkpoint signs the hash of an entry, and that hash takes in every one before it. So an entry is what was written
when the chain from it to the next checkpoint (or to the signed head) holds. What lies before is another matter, and the
business of `gateway verify`.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from gateway.event import Entry
from gateway.journal.chain import Statement, body_digest, hash_of, is_signed, signed_message
from gateway.journal.rows import COLUMNS, Cursor, entry_of

_ENTRIES: Final = f"SELECT {COLUMNS} FROM entry WHERE epoch_number = ? AND seq BETWEEN ? AND ? ORDER BY seq"
_CHECKPOINT: Final = (
    "SELECT covers, hash, signature FROM checkpoint WHERE epoch_number = ? AND seq > ? ORDER BY seq LIMIT 1"
)
_END: Final = 2**62


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of some entries: how many were looked at, and the first that is not what was written.

    `bodiless` of them are known by their hash alone; after `unsigned` places no signature was found.
    """

    entries: int = 0
    signatures: int = 0
    bodiless: int = 0
    unsigned: int = 0
    broken: Cursor | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Nothing is wrong with them."""
        return self.broken is None


@dataclass(frozen=True, slots=True)
class _Signed:
    seq: int
    hash: bytes
    signature: bytes
    what: Statement


def prove(connection: sqlite3.Connection, places: Iterable[Cursor]) -> Proof:
    """Prove the entries at these places, each up to the next signature after it."""
    proof = Proof()
    reached = Cursor()
    for place in sorted(set(places)):
        if place <= reached:
            continue
        signed = _next_signed(connection, place)
        proof = _proved(connection, place, signed, proof)
        if not proof.whole:
            break
        reached = Cursor(place.epoch_number, _END if signed is None else signed.seq)
    return proof


def _proved(connection: sqlite3.Connection, first: Cursor, signed: _Signed | None, so_far: Proof) -> Proof:
    """Add one segment; nothing signed after it is no flaw (an epoch that ended with the power), but no proof either."""
    number, seq = first.epoch_number, first.seq
    row = connection.execute("SELECT gateway, epoch, public_key FROM epoch WHERE number = ?", (number,)).fetchone()
    if row is None:
        return replace(so_far, broken=first, why="its epoch is missing")
    gateway, epoch, public_key = row
    if signed is not None:
        message = signed_message(signed.what, gateway, epoch, signed.seq, signed.hash)
        if not is_signed(public_key, signed.signature, message):
            return replace(so_far, broken=Cursor(number, signed.seq), why="its signature is not of this key")
    looked, bodiless, digest = so_far.entries, so_far.bodiless, None
    for found in map(entry_of, connection.execute(_ENTRIES, (number, seq, signed.seq if signed else _END))):
        if why := _wrong(found, seq, digest, gateway):
            return replace(so_far, broken=Cursor(number, seq), why=why)
        looked, bodiless = looked + 1, bodiless + (found.body is None)
        seq, digest = seq + 1, found.hash
    if signed is None:
        return replace(so_far, entries=looked, bodiless=bodiless, unsigned=so_far.unsigned + 1)
    if seq != signed.seq + 1 or digest != signed.hash:
        return replace(so_far, broken=Cursor(number, min(seq, signed.seq)), why="what was signed is another chain")
    return replace(so_far, entries=looked, bodiless=bodiless, signatures=so_far.signatures + 1)


def _wrong(found: Entry, seq: int, digest: bytes | None, gateway: str) -> str:
    """Say what is wrong with an entry that should have this number and follow this hash; empty when nothing is."""
    if found.seq != seq:
        return "it is missing"
    if digest is not None and found.prev != digest:
        return "it does not follow the one before"
    if found.body is not None and body_digest(found.body) != found.body_sha256:
        return "its words were changed"
    return "" if hash_of(found, gateway) == found.hash else "what is noted about it was changed"


def _next_signed(connection: sqlite3.Connection, place: Cursor) -> _Signed | None:
    row = connection.execute(_CHECKPOINT, (place.epoch_number, place.seq)).fetchone()
    if row is not None:
        seq, digest, signature = row
        return _Signed(seq, digest, signature, "checkpoint")
    row = connection.execute(
        "SELECT seq, hash, signature FROM head WHERE epoch_number = ? AND seq >= ?", (place.epoch_number, place.seq)
    ).fetchone()
    if row is None:
        return None
    seq, digest, signature = row
    return _Signed(seq, digest, signature, "head")
