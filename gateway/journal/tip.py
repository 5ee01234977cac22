"""Where a chain ends: its epoch, its last entry, and the signed statement of both."""

import sqlite3
from dataclasses import dataclass

from gateway.journal.chain import signed_message
from gateway.journal.key import DeviceKey


@dataclass(frozen=True, slots=True)
class Epoch:
    """One unbroken numbering of entries."""

    number: int
    epoch: str
    gateway: str
    public_key: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the chain: the last entry's number and hash, and the oldest entry no checkpoint covers."""

    seq: int
    hash: bytes
    uncovered: int = 0
    uncovered_since: float = 0.0


def write_head(connection: sqlite3.Connection, key: DeviceKey, epoch: Epoch, tip: Tip) -> None:
    """Rewrite the signed one-row statement of where the chain ends."""
    signature = key.sign(signed_message("head", epoch.gateway, epoch.epoch, tip.seq, tip.hash))
    connection.execute(
        "INSERT INTO head (one, epoch_number, epoch, seq, hash, signature) VALUES (1, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET epoch_number = excluded.epoch_number, epoch = excluded.epoch, seq = excluded.seq,"
        " hash = excluded.hash, signature = excluded.signature",
        (epoch.number, epoch.epoch, tip.seq, tip.hash, signature),
    )
