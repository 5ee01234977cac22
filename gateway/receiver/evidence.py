"""What a receiver's store can testify to: the chains it holds, whole or not, and which numbers were given out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from gateway.event import Entry
from gateway.journal.canonical import canonical, parse
from gateway.journal.projections.document import Document
from gateway.journal.projections.numbers import given_out
from gateway.journal.tampering import Defect
from gateway.journal.verdict import Confirmed, Verdict
from gateway.journal.verify import Chain, ChainReport, check_chain

_CHAINS: Final = (
    "SELECT place.site, place.gateway, place.epoch, sender.registered, sender.announced,"
    " COALESCE(watermark.seq, 0), watermark.hash, COUNT(*) FILTER (WHERE place.seq > COALESCE(watermark.seq, 0))"
    " FROM place LEFT JOIN sender USING (site, gateway) LEFT JOIN watermark USING (site, gateway, epoch)"
    " GROUP BY place.site, place.gateway, place.epoch ORDER BY MIN(wall_ms)"
)
_PLACES: Final = (
    "SELECT seq, place.id, place.kind, boot, mono_ms, wall_ms, clock, prev, hash, place.body_sha256,"
    " event.received, event.body_sha256 FROM place LEFT JOIN event ON event.id = place.id"
    " WHERE place.site = ? AND place.gateway = ? AND epoch = ? AND seq <= ? ORDER BY seq"
)


@dataclass(frozen=True, slots=True)
class _Held:
    """A chain as it is stored: acknowledged up to `seq`, whose entry has `hash`; `beyond` places wait behind a hole."""

    site: str
    chain: Chain
    registered: bool
    seq: int
    hash: bytes | None
    beyond: int


def is_store(path: Path) -> bool:
    """Tell whether a file is a receiver's store."""
    try:
        with closing(_open(path)) as store:
            return store.execute("SELECT 1 FROM sqlite_master WHERE name = 'watermark'").fetchone() is not None
    except sqlite3.DatabaseError:
        return False


def confirmed(path: Path, gateway: str) -> list[Confirmed]:
    """Give every place the store holds of a gateway's chains, for its journal to be held against."""
    with closing(_open(path)) as store:
        rows = store.execute("SELECT epoch, seq, hash FROM place WHERE gateway = ? ORDER BY epoch, seq", (gateway,))
        return [Confirmed(*row) for row in rows]


def verify_store(path: Path, *, public_key: bytes | None = None) -> Verdict:
    """Verify every chain of a receiver's store; it may be in use.

    `public_key` (32 raw bytes) is the key to hold them against; by default the one registered there.
    """
    defects: list[Defect] = []
    proved: list[str] = []
    unproved: list[str] = []
    count = 0
    with closing(_open(path)) as store:
        store.execute("BEGIN")
        for number, held in enumerate(_held(store, public_key), start=1):
            chain = Chain(held.chain.gateway, held.chain.epoch, number, held.chain.public_key)
            try:
                report = check_chain(_entries(store, held, number), chain)
            except (ValueError, sqlite3.DatabaseError) as error:
                defects.append(Defect(number, chain.epoch, 0, "unreadable", str(error)))
                continue
            count += report.entries
            name = f"{held.site}/{chain.gateway}, epoch {chain.epoch}"
            if (defect := report.defect or _acknowledged(held, report, chain)) is not None:
                defects.append(defect)
            proved.append(f"{name}: whole from the key's first hash to entry {report.seq} ({report.hash.hex()})")
            if report.signed < report.seq:
                unproved.append(f"{name}: who wrote the entries after {report.signed}: no checkpoint signs them yet")
            if not held.registered:
                unproved.append(f"{name}: that the key is this gateway's: none is registered, it named itself")
            if held.beyond:
                unproved.append(f"{name}: {held.beyond} entries beyond a hole, which are not acknowledged yet")
            if report.bodiless:
                unproved.append(f"{name}: the words of {report.bodiless} entries that came as their envelope alone")
        kept = store.execute("SELECT found, COUNT(*) FROM conflict GROUP BY found ORDER BY found").fetchall()
    unproved += [f"{many} messages kept aside as {found}" for found, many in kept]
    unproved.append("that a gateway recorded nothing after what it has sent")
    return Verdict(path, count, tuple(defects), tuple(proved), tuple(unproved))


def _held(store: sqlite3.Connection, public_key: bytes | None) -> Iterator[_Held]:
    for site, gateway, epoch, registered, announced, seq, digest, beyond in store.execute(_CHAINS).fetchall():
        key = public_key or registered or announced or b""
        yield _Held(site, Chain(gateway, epoch, 0, key), bool(public_key or registered), seq, digest, beyond)


def _acknowledged(held: _Held, report: ChainReport, chain: Chain) -> Defect | None:
    """Hold a chain's end against what was acknowledged: that much was here once."""
    if report.seq < held.seq:
        why = f"entries up to {held.seq} were acknowledged"
        return Defect(chain.epoch_number, chain.epoch, report.seq + 1, "tail cut", why)
    if held.hash is not None and report.hash != held.hash:
        return Defect(chain.epoch_number, chain.epoch, held.seq, "forged", "another entry was acknowledged here")
    return None


def _entries(store: sqlite3.Connection, held: _Held, number: int) -> Iterator[Entry]:
    chain = held.chain
    for row in store.execute(_PLACES, (held.site, chain.gateway, chain.epoch, held.seq)):
        seq, id_, kind, boot, mono_ms, wall_ms, clock, prev, digest, body_sha256, received, stored_sha256 = row
        yield Entry(
            epoch_number=number,
            epoch=chain.epoch,
            seq=seq,
            id=UUID(id_),
            kind=kind,
            boot=boot,
            mono_ms=mono_ms,
            wall_ms=wall_ms,
            clock=clock,
            prev=prev,
            hash=digest,
            body_sha256=body_sha256,
            body=_body(received) if received is not None and stored_sha256 == body_sha256 else None,
        )


def _body(received: bytes) -> bytes | None:
    """Give the canonical body of a stored CloudEvent; bytes that are none give a body no hash can fit."""
    try:
        body = parse(received).get("data")
        return None if body is None else canonical(body)
    except (ValueError, RecursionError):
        return received


def issued(path: Path, gateway_number: int) -> dict[tuple[str, str], int]:
    """Give the highest numbers of a gateway's cartons (`carton`) and documents (their letter), by date (yymmdd)."""
    highest: dict[tuple[str, str], int] = {}
    with closing(_open(path)) as store:
        for kind, received in store.execute("SELECT kind, received FROM event WHERE kind IN ('carton', 'lot-opened')"):
            for name, scope, number in given_out(kind, Document(kind, parse(_body(received) or b"{}"))):
                if scope.endswith(f"/{gateway_number}"):
                    highest[name, scope] = max(number, highest.get((name, scope), 0))
    return highest


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
