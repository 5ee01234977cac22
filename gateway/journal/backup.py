"""Backups: a copy of the journal at one moment while it runs, and the way back, which always begins a new epoch.

The registers that came down go with it: a new card decides by them before it has a network.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from gateway.errors import DiskRefuses, JournalError
from gateway.journal import key as device_key
from gateway.journal.chain import genesis
from gateway.journal.counter_file import FILE as COUNTERS
from gateway.journal.counter_file import CounterFile, read_counter_file, write_counter_file
from gateway.journal.counters import jump_of
from gateway.journal.durable import replace_durably, sync_directory, write_durably
from gateway.journal.file import FILE, connect, default_budget, refusal, set_aside
from gateway.journal.key import DeviceKey, load_key, make_key
from gateway.journal.opening import Known, only_writer
from gateway.journal.projections.numbers import ACT
from gateway.journal.registers_beside import bring_back, copy_registers
from gateway.journal.tip import Epoch, Tip, write_head
from gateway.journal.verdict import Verdict
from gateway.journal.verify import verify

ABOUT: Final = "backup.json"
RESTORED: Final = "restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to: the epoch numbers go on in, what had to make way, a new key or not, what came back."""

    epoch: str
    epoch_number: int
    entries_before: int
    set_aside: tuple[Path, ...]
    new_key: bool
    registers: tuple[str, ...]


def back_up(data: Path, to: Path, *, with_key: bool = False) -> Verdict:
    """Copy the journal in `data` to the directory `to`, made when it is not there, and prove the copy; it may run.

    The device key stays behind unless `with_key`: whoever holds it can sign as this gateway.

    Raises:
        FileNotFoundError: There is no journal in `data`.
        JournalError: `to` holds a journal already, or is `data` itself.
        DiskRefuses: `to` cannot be written.
    """
    if not (data / FILE).exists():
        raise FileNotFoundError(data / FILE)
    if (to / FILE).exists():
        raise JournalError(f"{to / FILE} is there already; a backup goes into a directory of its own")
    try:
        to.mkdir(parents=True, exist_ok=True)
        scratch = to / f"{FILE}.new"
        scratch.unlink(missing_ok=True)
        _copy(data / FILE, scratch)
        counters = read_counter_file(data)  # after the journal: never behind it
        if counters is not None:
            shutil.copyfile(data / COUNTERS, to / COUNTERS)
        registers = copy_registers(data, to)
        if with_key:
            write_durably(to / device_key.FILE, (data / device_key.FILE).read_bytes(), mode=device_key.MODE)
        scratch.rename(to / FILE)
        verdict = verify(to)
        replace_durably(to / ABOUT, json.dumps(_about(verdict, with_key, registers), indent=1).encode())
        sync_directory(to)
    except OSError as error:
        raise DiskRefuses(f"{to}: {error.strerror}") from error
    except sqlite3.Error as error:
        raise refusal(error) from error
    return verdict


def _copy(source: Path, to: Path) -> None:
    """Copy a database in one snapshot: the writer goes on, its log grows meanwhile."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as running,
        closing(sqlite3.connect(to)) as copy,
    ):
        copy.execute("PRAGMA synchronous = FULL")
        running.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself


def _about(verdict: Verdict, with_key: bool, registers: tuple[str, ...]) -> dict[str, object]:
    return {
        "v": 1,
        "whole": verdict.whole,
        "entries": verdict.entries,
        "proved": list(verdict.proved),
        "key": with_key,
        "registers": list(registers),
    }


def restore(backup: Path, data: Path) -> Restored:
    """Put a backup in place of the journal in `data`; what is there is set aside. Numbers jump ahead.

    Raises:
        FileNotFoundError: There is no backup there.
        JournalError: A gateway runs on `data`, or the backup is not whole.
        DiskRefuses: The disk does not let us.
    """
    if not (backup / FILE).exists():
        raise FileNotFoundError(backup / FILE)
    verdict = verify(backup)
    if not verdict.whole:
        raise JournalError(f"{backup} is not whole: {verdict.first}")
    with only_writer(data):
        try:
            return _restore(backup, data, verdict.entries)
        except OSError as error:
            raise DiskRefuses(f"{data}: {error.strerror}") from error
        except sqlite3.Error as error:
            raise refusal(error) from error


def _restore(backup: Path, data: Path, entries: int) -> Restored:
    key, new_key = _key(backup, data)
    registers = bring_back(backup, data)
    here = read_counter_file(data) or CounterFile()
    there = read_counter_file(backup) or CounterFile()
    scratch = data / f"{FILE}.new"
    scratch.unlink(missing_ok=True)
    _copy(backup / FILE, scratch)
    with closing(connect(scratch, default_budget(shutil.disk_usage(data).total))) as connection:
        number, gateway = connection.execute(
            "SELECT number, gateway FROM epoch ORDER BY number DESC LIMIT 1"
        ).fetchone()
        number = max(number, here.journal.epoch_number, there.journal.epoch_number) + 1
        epoch = Epoch(number, str(uuid4()), gateway, key.public, RESTORED)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO epoch (number, epoch, gateway, public_key, reason) VALUES (?, ?, ?, ?, ?)",
            (epoch.number, epoch.epoch, epoch.gateway, epoch.public_key, epoch.reason),
        )
        write_head(connection, key, epoch, Tip(0, genesis(epoch.public_key, epoch.epoch)))
        connection.execute("COMMIT")
        numbers = _merged(connection, here, there)
        connection.execute("PRAGMA journal_mode = DELETE")
    # Numbers first: a kill between the two leaves the old journal, and numbers that have jumped for nothing.
    known = Known(here.journal.epoch_number, here.journal.epoch, here.journal.seq)
    write_counter_file(data, replace(numbers.jump(jump_of), journal=known))
    aside = (set_aside(data / FILE, "replaced"),) if (data / FILE).exists() else ()
    scratch.rename(data / FILE)
    sync_directory(data)
    write_counter_file(data, replace(numbers.jump(jump_of), journal=Known(number, epoch.epoch, 0)))
    return Restored(epoch.epoch, number, entries, aside, new_key, registers)


def _key(backup: Path, data: Path) -> tuple[DeviceKey, bool]:
    """Give the key to go on with: the one here, or the backup's, or a new one that the province must register."""
    key = load_key(data)
    if key is not None:
        return key, False
    if (backup / device_key.FILE).exists():
        write_durably(data / f"{device_key.FILE}.new", (backup / device_key.FILE).read_bytes(), mode=device_key.MODE)
        (data / f"{device_key.FILE}.new").rename(data / device_key.FILE)
        sync_directory(data)
        key = load_key(data)
        if key is not None:
            return key, False
    return make_key(data), True


def _merged(connection: sqlite3.Connection, *files: CounterFile) -> CounterFile:
    """Give the highest of every number known anywhere."""
    merged = CounterFile()
    rows = connection.execute(
        "SELECT name, scope, value FROM counter UNION ALL SELECT 'count', name, value FROM issued"
    ).fetchall()
    rows += [
        (name, scope, value) for file in files for name in file.numbers for scope, value in file.numbers[name].items()
    ]
    for name, scope, value in sorted(rows, key=lambda row: row[1]):
        if name != ACT and value > merged.numbers.get(name, {}).get(scope, 0):
            merged = merged.with_number(name, scope, value)
    return merged
