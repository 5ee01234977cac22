"""How a journal is begun or gone on with: the key, the last epoch, the end of its chain, and whether both are sound."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Final
from uuid import uuid4

from gateway.errors import DiskRefuses, JournalCorrupt, JournalError
from gateway.event import Entry, Stamp
from gateway.journal.chain import body_digest, genesis, hash_of, is_signed, signed_message
from gateway.journal.file import FILE, condemned, connect, default_budget, left_aside, primary_code, refusal, set_aside
from gateway.journal.key import FILE as KEY_FILE
from gateway.journal.key import DeviceKey, load_key, make_key
from gateway.journal.ledger import Ledger
from gateway.journal.rows import COLUMNS, Cursor, entry_of
from gateway.journal.table import JournalTable
from gateway.journal.tip import Epoch, Tip, write_head

LOCK_FILE: Final = "journal.lock"
OLDER_COPY: Final = "older copy"
REHASHED_AT_START: Final = 300
_SMALL: Final = (
    *("epoch", "head", "cursor", "issued", "purged", "counter", "boot", "date_confirmed"),
    *("lot", "receipt", "binding", "operator", "last_load", "room_window", "alarm"),
)
"""Tables that stay small and are read at each start: looked through before anybody relies on them."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of this gateway's journal from beside it (the counter file): the last epoch and how far it came."""

    epoch_number: int = 0
    epoch: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """Where a journal lives, whose it is and how it is kept."""

    directory: Path
    table: JournalTable
    gateway: str
    stamp: Callable[[], Stamp]
    check_after_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Opened:
    """An open ledger, where the epochs before its own end, and what had to be moved out of the way for it.

    `left` is what lies set aside from any start.
    """

    ledger: Ledger
    earlier: Cursor
    budget_bytes: int
    set_aside: tuple[Path, ...]
    trouble: str
    older_copy: bool = False
    left: tuple[Path, ...] = ()


@contextmanager
def only_writer(directory: Path) -> Iterator[None]:
    """Hold the directory for this process; the kernel lets go of it however the process ends.

    Raises:
        JournalError: Another gateway holds it.
        DiskRefuses: The directory cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise DiskRefuses(f"{directory}: {error.strerror}") from error
    try:
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise JournalError(f"another gateway is running on {directory}") from None
        yield
    finally:
        os.close(descriptor)


def open_ledger(home: Home, known: Known, *, starting: bool) -> Opened:
    """Open the journal at the end of its last epoch, or at the beginning of a new one.

    At the start a damaged file is set aside and a new epoch begun; so is a new epoch when the key or the gateway's name
    is another, or when the file is older than what the counter file knows of it (an old copy was put back).

    Raises:
        DiskRefuses: The disk does not let us.
        JournalCorrupt: The file was damaged while we ran; the next start sets it aside.
        JournalError: A newer version of this program wrote the file.
    """
    key, aside = _key(home.directory)
    path = home.directory / FILE
    budget = home.table.budget_mb * 1_000_000 if home.table.budget_mb else _default_budget(home.directory)
    trouble = "device.key was damaged" if aside else ""
    try:
        if starting and (why := condemned(home.directory)):
            raise JournalCorrupt(why)  # noqa: TRY301 - one way for what is damaged
        ledger = _open_sound(path, budget, key, home, known)
    except JournalCorrupt as error:
        if not starting:
            raise
        aside = (*aside, set_aside(path))
        trouble = str(error)
        ledger = _open_sound(path, budget, key, home, known)
    row = ledger.connection.execute(
        "SELECT epoch_number, seq FROM entry WHERE epoch_number < ? ORDER BY epoch_number DESC, seq DESC LIMIT 1",
        (ledger.epoch.number,),
    ).fetchone()
    older_copy = ledger.epoch.reason == OLDER_COPY and ledger.tip.seq == 0
    if older_copy:
        trouble = f"{trouble}; an older copy of the journal was put back".removeprefix("; ")
    earlier = Cursor(*row) if row else Cursor()
    return Opened(ledger, earlier, budget, aside, trouble, older_copy, left_aside(home.directory))


def _default_budget(directory: Path) -> int:
    return default_budget(shutil.disk_usage(directory).total)


def _key(directory: Path) -> tuple[DeviceKey, tuple[Path, ...]]:
    try:
        return load_key(directory) or make_key(directory), ()
    except JournalCorrupt:
        aside = set_aside(directory / KEY_FILE)
        return make_key(directory), (aside,)
    except OSError as error:
        raise DiskRefuses(f"{directory / KEY_FILE}: {error.strerror}") from error


def _open_sound(
    path: Path,
    budget: int,
    key: DeviceKey,
    home: Home,
    known: Known,
) -> Ledger:
    if not path.exists() and path.with_name(path.name + "-wal").exists():
        raise JournalCorrupt(f"{path} is missing, its write-ahead log is not")
    connection = connect(path, budget)
    try:
        _check_state(connection)
        epoch = _last_epoch(connection)
        tip = None if epoch is None else _tip(connection, epoch)
        reason = _why_new(epoch, tip, key, home.gateway, known)
        if reason or epoch is None or tip is None:
            number = max(known.epoch_number, epoch.number if epoch else 0) + 1
            epoch, tip = _begin(connection, Epoch(number, str(uuid4()), home.gateway, key.public, reason), key)
    except sqlite3.Error as error:
        connection.close()
        if primary_code(error) == sqlite3.SQLITE_ERROR:  # a table is missing, or a text is none
            raise JournalCorrupt(f"the journal's file is damaged: {error}") from error
        raise refusal(error) from error
    except (ValueError, TypeError) as error:  # a value no entry can have
        connection.close()
        raise JournalCorrupt(f"the journal's file is damaged: {error}") from error
    except JournalError:
        connection.close()
        raise
    return Ledger(connection, key, epoch, tip, table=home.table, stamp=home.stamp)


def _check_state(connection: sqlite3.Connection) -> None:
    """Look through the small tables; what is not derived from entries is written in them twice.

    Raises:
        JournalCorrupt: One of them is not what was written.
    """
    for table in _SMALL:
        (said,) = connection.execute(f"PRAGMA integrity_check({table})").fetchone()
        if said != "ok":
            raise JournalCorrupt(f"the table {table} is not what was written: {said}")


def _why_new(epoch: Epoch | None, tip: Tip | None, key: DeviceKey, gateway: str, known: Known) -> str:
    """Say why a new epoch must begin; empty when the last one goes on."""
    if epoch is None or tip is None:
        return "journal lost" if known.epoch_number else "first"
    if epoch.public_key != key.public:
        return "new key"
    if epoch.gateway != gateway:
        return "new name"
    if known.epoch_number > epoch.number or (known.epoch == epoch.epoch and known.seq > tip.seq):
        return OLDER_COPY
    return ""


def _begin(connection: sqlite3.Connection, epoch: Epoch, key: DeviceKey) -> tuple[Epoch, Tip]:
    tip = Tip(0, genesis(epoch.public_key, epoch.epoch))
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "INSERT INTO epoch (number, epoch, gateway, public_key, reason) VALUES (?, ?, ?, ?, ?)",
            (epoch.number, epoch.epoch, epoch.gateway, epoch.public_key, epoch.reason),
        )
        write_head(connection, key, epoch, tip)
        connection.execute("COMMIT")
    except BaseException:  # undone whatever it was, and raised again
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return epoch, tip


def _last_epoch(connection: sqlite3.Connection) -> Epoch | None:
    row = connection.execute(
        "SELECT number, epoch, gateway, public_key, reason FROM epoch ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return None if row is None else Epoch(*row)


def _tip(connection: sqlite3.Connection, epoch: Epoch) -> Tip:
    """Find the end of the chain, and look whether head and tail are sound.

    Raises:
        JournalCorrupt: The last entries or the signed head are not what was written.
    """
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM entry WHERE epoch_number = ? ORDER BY seq DESC LIMIT ?",
        (epoch.number, REHASHED_AT_START),
    )
    tail = [entry_of(row) for row in rows][::-1]
    _check_tail(tail, epoch)
    tip = Tip(tail[-1].seq, tail[-1].hash) if tail else Tip(0, genesis(epoch.public_key, epoch.epoch))
    _check_head(connection, epoch, tip)
    (checkpointed,) = connection.execute(
        "SELECT COALESCE(MAX(seq), 0) FROM checkpoint WHERE epoch_number = ?", (epoch.number,)
    ).fetchone()
    return Tip(tip.seq, tip.hash, uncovered=tip.seq - checkpointed, uncovered_since=time.monotonic())


def _check_tail(tail: list[Entry], epoch: Epoch) -> None:
    prev = None if not tail or tail[0].seq > 1 else genesis(epoch.public_key, epoch.epoch)
    seq = tail[0].seq if tail else 1
    for entry in tail:
        whole = entry.body is None or body_digest(entry.body) == entry.body_sha256
        fits = prev is None or entry.prev == prev
        if not whole or not fits or entry.seq != seq or hash_of(entry, epoch.gateway) != entry.hash:
            raise JournalCorrupt(f"entry {entry.seq} of epoch {epoch.number} is not what was written")
        prev, seq = entry.hash, entry.seq + 1


def _check_head(connection: sqlite3.Connection, epoch: Epoch, tip: Tip) -> None:
    row = connection.execute("SELECT epoch, seq, hash, signature FROM head").fetchone()
    if row is None:
        raise JournalCorrupt("the signed head is missing")
    name, seq, digest, signature = row
    if (name, seq, digest) != (epoch.epoch, tip.seq, tip.hash):
        raise JournalCorrupt(f"the signed head tells of entry {seq} of {name}, the journal ends at {tip.seq}")
    if not is_signed(epoch.public_key, signature, signed_message("head", epoch.gateway, name, seq, digest)):
        raise JournalCorrupt("the head is not signed by this journal's key")
