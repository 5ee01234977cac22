"""Telemetry at the receiver: batches of readings, stored once, and acknowledged by store and row."""

import sqlite3

from gateway.mqtt.telemetry import Batch, Stored
from gateway.mqtt.topics import Topics


def take(db: sqlite3.Connection, topics: Topics, batch: Batch) -> Stored:
    """Store a batch in the open transaction and give the word it earns: one beyond a hole waits to be sent again.

    Of a store that is not known here yet nothing is there: row 0, from which on the gateway sends what it still has.
    """
    who = (topics.site, topics.gateway, batch.store)
    row = db.execute("SELECT row FROM telemetry WHERE site = ? AND gateway = ? AND store = ?", who).fetchone()
    reached = row[0] if row else 0
    if batch.after > reached:
        return Stored(batch.store, reached)
    db.executemany(
        "INSERT INTO reading (site, gateway, store, row, source, quantity, unit, at, amount, why, lane)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (
                *who,
                one.row,
                one.source,
                one.quantity,
                one.unit,
                one.at.isoformat(timespec="milliseconds"),
                None if one.amount is None else format(one.amount, "f"),
                one.why,
                batch.lane,
            )
            for one in batch.samples
        ],
    )
    reached = max(reached, batch.samples[-1].row)
    db.execute(
        "INSERT INTO telemetry (site, gateway, store, row, n) SELECT ?, ?, ?, ?, COALESCE(MAX(n), 0) + 1 FROM telemetry"
        " WHERE true ON CONFLICT DO UPDATE SET row = excluded.row, n = excluded.n",
        (*who, reached),
    )
    return Stored(batch.store, reached)


def standing(db: sqlite3.Connection, site: str | None) -> list[tuple[str, str, Stored]]:
    """Give the last word to each gateway, about the store it sent from last, to be said again."""
    rows = db.execute(
        "SELECT site, gateway, store, row, MAX(n) FROM telemetry WHERE ? IS NULL OR site = ? GROUP BY site, gateway",
        (site, site),
    )
    return [(where, gateway, Stored(store, row)) for where, gateway, store, row, _ in rows]
