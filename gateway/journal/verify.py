"""Proof that a journal is whole: every hash recomputed, every signature checked, and what could not be proved said."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from gateway.event import Entry
from gateway.journal.canonical import parse
from gateway.journal.chain import CHECKPOINT, genesis, is_signed, signed_message
from gateway.journal.file import FILE
from gateway.journal.rows import COLUMNS, entry_of
from gateway.journal.tampering import FAR, Defect, Place, What, diagnose, fits
from gateway.journal.verdict import ROLL_BACK, Confirmed, Verdict, compared

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Chain:
    """Whose chain it is: what goes into its hashes and signatures. `public_key` is 32 raw bytes."""

    gateway: str
    epoch: str
    epoch_number: int
    public_key: bytes


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How far a chain is whole: `entries` of them up to entry `seq` with `hash`, none beyond a defect.

    `signed` is the last entry a checkpoint vouches for (0: none); `bodiless` counts entries known by their hash alone,
    `checkpoints` the entries that are one.
    """

    entries: int
    seq: int
    hash: bytes
    signed: int = 0
    bodiless: int = 0
    checkpoints: int = 0
    defect: Defect | None = None


@dataclass(frozen=True, slots=True)
class _Head:
    epoch: str
    seq: int
    hash: bytes
    signature: bytes


def check_chain(
    entries: Iterable[Entry], chain: Chain, *, after: tuple[int, bytes] | None = None, end: bytes | None = None
) -> ChainReport:
    """Recompute a chain over entries in order, up to the first that is wrong.

    `after` is the number and hash of an entry known to be good that these follow; without it they must begin with the
    first of the epoch. `end` is the hash the last one should have, where that is known.
    """
    seq, digest = after or (0, genesis(chain.public_key, chain.epoch))
    place = Place(seq + 1, digest)
    report = ChainReport(0, seq, digest)
    rest = iter(entries)
    for entry in rest:
        if entry.seq != place.seq or not fits(entry, place, chain.gateway):
            defect = diagnose(entry, place, list(islice(rest, FAR)), end, chain.gateway)
            return replace(report, defect=defect)
        report = replace(
            report,
            entries=report.entries + 1,
            seq=entry.seq,
            hash=entry.hash,
            bodiless=report.bodiless + (entry.body is None),
            checkpoints=report.checkpoints + (entry.kind == CHECKPOINT),
        )
        if entry.kind == CHECKPOINT and entry.body is not None:
            if why := _wrong_checkpoint(entry, chain):
                return replace(report, defect=Defect(chain.epoch_number, chain.epoch, entry.seq, "forged", why))
            report = replace(report, signed=entry.seq - 1)
        place = Place(entry.seq + 1, entry.hash, before=replace(place, before=None))
    return report


def _wrong_checkpoint(entry: Entry, chain: Chain) -> str:
    """Say what is wrong with a checkpoint that fits the chain; empty when it is right."""
    try:
        body = parse(entry.body or b"")
        covers, digest, signature = body["seq"], str(body["hash"]), bytes.fromhex(str(body["signature"]))
    except (ValueError, KeyError) as error:
        return f"its words are no checkpoint's: {error!r}"
    message = signed_message("checkpoint", chain.gateway, chain.epoch, entry.seq - 1, entry.prev)
    if (covers, digest) == (entry.seq - 1, entry.prev.hex()) and is_signed(chain.public_key, signature, message):
        return ""
    if (covers, digest) != (entry.seq - 1, entry.prev.hex()):
        return (
            f"what it signed is another chain: entries before it were changed and hashed anew, {covers} at the latest"
        )
    return "its signature is not of this key"


def verify(
    path: Path,
    *,
    public_key: bytes | None = None,
    confirmed: Iterable[Confirmed] = (),
    pause: Callable[[], None] = lambda: None,
) -> Verdict:
    """Verify a journal: a data directory, a backup, or a journal's file. It may be in use.

    With the public key the province has registered (32 raw bytes) it is also proved that this gateway wrote it; with
    what a receiver `confirmed`, that nothing it has is missing here. `pause` is called after each entry.

    Raises:
        FileNotFoundError: There is no journal there.
    """
    file = path / FILE if path.is_dir() else path
    if not file.exists():
        raise FileNotFoundError(file)
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.text_factory = _text
        try:
            verdict = _verify(file, connection, public_key, pause)
            return compared(verdict, connection, list(confirmed))
        finally:
            connection.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite quotes even what is no text any more
        return Verdict(file, 0, (Defect(0, "", 0, "unreadable", str(error)),), (), ("anything",))


def _text(stored: bytes) -> str:
    """Read a text even where a flipped bit made it none: its hash tells, and the entries after it can be read."""
    return stored.decode(errors="replace")


def owner(path: Path) -> str:
    """Give the name of the gateway a journal belongs to; empty when none is written in it.

    Raises:
        FileNotFoundError: There is no journal there.
    """
    file = path / FILE if path.is_dir() else path
    if not file.exists():
        raise FileNotFoundError(file)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT gateway FROM epoch ORDER BY number DESC LIMIT 1").fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return ""  # verifying it says what is wrong with it
    return str(row[0]) if row else ""


def _verify(file: Path, connection: sqlite3.Connection, registered: bytes | None, pause: Callable[[], None]) -> Verdict:
    rows = connection.execute("SELECT gateway, epoch, number, public_key FROM epoch ORDER BY number").fetchall()
    chains = [Chain(*row) for row in rows]
    count = 0
    defects: list[Defect] = []
    proved: list[str] = []
    unproved: list[str] = []
    for chain in chains:
        reader = _Reader(connection, chain, pause)
        last = chain is chains[-1]
        if registered is not None and chain.public_key != registered:
            why = f"signed by {chain.public_key.hex()}, which is not the registered key"
            defects.append(Defect(chain.epoch_number, chain.epoch, 1, "forged", why))
        try:
            report = check_chain(reader, chain, end=reader.end() if last else None)
        except (sqlite3.DatabaseError, ValueError) as error:  # ValueError: a value no entry can have
            why = f"the file cannot be read here: {error}"
            defects.append(Defect(chain.epoch_number, chain.epoch, reader.seq + 1, "unreadable", why))
            continue
        count += report.entries
        defect = (
            report.defect or (_tail(report, chain, reader.head) if last else None) or _copies(connection, chain, report)
        )
        if defect is not None:
            defects.append(defect)
        _say(chain, report, defect, last=last, proved=proved, unproved=unproved)
    if not chains:
        unproved.append("anything: no epoch was ever begun")
    if registered is None:
        unproved.append("that the key is this gateway's: compare it with the one registered")
    unproved.append(ROLL_BACK)
    return Verdict(file, count, tuple(defects), tuple(proved), tuple(unproved))


def _say(
    chain: Chain, report: ChainReport, defect: Defect | None, *, last: bool, proved: list[str], unproved: list[str]
) -> None:
    anchor = f"the key's first hash of epoch {chain.epoch_number} ({chain.epoch})"
    if last and defect is None:
        proved.append(f"whole from {anchor} to the signed head, entry {report.seq} ({report.hash.hex()})")
    else:
        proved.append(f"whole from {anchor} to entry {report.seq} ({report.hash.hex()})")
    if not last and defect is None and report.signed < report.seq:
        unproved.append(f"that epoch {chain.epoch_number} ended with entry {report.seq}: signed up to {report.signed}")
    if report.bodiless:
        unproved.append(f"the words of {report.bodiless} entries without a body; their hashes hold")


def _copies(connection: sqlite3.Connection, chain: Chain, report: ChainReport) -> Defect | None:
    """Compare the checkpoints' own table with the signatures it must hold."""
    rows = connection.execute(
        "SELECT c.seq, c.covers, c.hash, c.signature, e.hash FROM checkpoint AS c LEFT JOIN entry AS e"
        " ON (e.epoch_number, e.seq) = (c.epoch_number, c.covers) WHERE c.epoch_number = ? ORDER BY c.seq",
        (chain.epoch_number,),
    )
    copies = 0
    for seq, covers, digest, signature, stands in rows:
        copies += 1
        message = signed_message("checkpoint", chain.gateway, chain.epoch, covers, digest)
        if not is_signed(chain.public_key, signature, message):
            why = "the copy of this checkpoint is not signed by this key"
            return Defect(chain.epoch_number, chain.epoch, seq, "forged", why)
        if stands is None:
            return Defect(
                chain.epoch_number,
                chain.epoch,
                report.seq + 1,
                "tail cut",
                f"a checkpoint tells of entries up to {covers}",
            )
        if stands != digest:
            why = f"this checkpoint signed another chain: entries before it were changed and hashed anew, {covers} too"
            return Defect(chain.epoch_number, chain.epoch, seq, "forged", why)
        if seq != covers + 1:
            why = f"the copy of checkpoint {covers + 1} bears another number"
            return Defect(chain.epoch_number, chain.epoch, covers + 1, "altered", why)
    if copies < report.checkpoints:  # more: written since the entries were read
        why = f"{report.checkpoints - copies} of the checkpoints' copies are missing"
        return Defect(chain.epoch_number, chain.epoch, report.seq, "removed", why)
    return None


def _tail(report: ChainReport, chain: Chain, head: _Head | None) -> Defect | None:
    """Compare the end of the chain with the signed head."""

    def defect(seq: int, what: What, why: str) -> Defect:
        return Defect(chain.epoch_number, chain.epoch, seq, what, why)

    if head is None:
        return defect(report.seq, "tail cut", "the signed head is missing")
    message = signed_message("head", chain.gateway, head.epoch, head.seq, head.hash)
    if head.epoch != chain.epoch or not is_signed(chain.public_key, head.signature, message):
        return defect(head.seq, "forged", "the head is not signed by this key for this epoch")
    if head.seq > report.seq:
        return defect(report.seq + 1, "tail cut", f"the signed head tells of entries up to {head.seq}")
    if head.seq < report.seq:
        return defect(head.seq + 1, "inserted", f"the signed head ends with entry {head.seq}")
    if head.hash != report.hash:
        return defect(report.seq, "forged", "the signed head tells of another last entry")
    return None


class _Reader:
    """An epoch's entries in pages, each with the head of the same moment, so that a journal in use can be verified."""

    def __init__(self, connection: sqlite3.Connection, chain: Chain, pause: Callable[[], None]) -> None:
        self._connection = connection
        self._pause = pause
        self._number = chain.epoch_number
        self.seq = 0
        self.head: _Head | None = None

    def __iter__(self) -> Iterator[Entry]:
        while True:
            self._connection.execute("BEGIN")
            rows = self._connection.execute(
                f"SELECT {COLUMNS} FROM entry WHERE epoch_number = ? AND seq > ? ORDER BY seq LIMIT ?",
                (self._number, self.seq, _PAGE),
            ).fetchall()
            self.head = self._read_head()
            self._connection.execute("COMMIT")
            for row in rows:
                entry = entry_of(row)
                self.seq = row[1]
                yield entry
                self._pause()
            if len(rows) < _PAGE:
                return

    def end(self) -> bytes | None:
        """Give the hash the head tells of now."""
        head = self._read_head()
        return None if head is None else head.hash

    def _read_head(self) -> _Head | None:
        row = self._connection.execute("SELECT epoch, seq, hash, signature FROM head").fetchone()
        return None if row is None else _Head(*row)
