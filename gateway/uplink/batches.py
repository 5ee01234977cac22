"""Entries on their way out: as many as fit into one batch."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from gateway.event import Entry
from gateway.journal import Cursor
from gateway.journal.chain import body_digest
from gateway.mqtt.envelope import Lane, Origin, batch, compress, encode

BYTES: Final = 64 * 1024
"""Most bytes of a batch before compression; one entry larger than this travels alone."""
OVERSIZE: Final = 1_000_000
"""Bytes of a body that no broker need take: it stays at home, and its envelope travels without it."""
COMPRESS_FROM: Final = 4 * 1024
ALARM: Final = "alarm"
"""The kind of entries that change which alarms stand."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A batch ready to be published: its encoding names the topic, `last` is its last entry."""

    encoding: Literal["json", "gzip"]
    payload: bytes
    last: Cursor
    has_alarm: bool
    bare: tuple[UUID, ...] = ()
    """Entries that travel as their envelope alone, though there is a body."""


def place(entry: Entry) -> Cursor:
    """Give an entry's place in the order of the journal."""
    return Cursor(entry.epoch_number, entry.seq)


def _is_poison(entry: Entry) -> bool:
    """Tell whether a body can never be taken at the other end: too large, or not what its hash says."""
    if entry.body is None:
        return False
    return len(entry.body) > OVERSIZE or body_digest(entry.body) != entry.body_sha256


async def pack(
    entries: Sequence[Entry], origin: Origin, backlog_end: Cursor, *, first_is_refused: bool = False
) -> Outgoing:
    """Make one batch of as many of these entries as fit; entries up to `backlog_end` are marked as backlog.

    A batch never spans two epochs: each is acknowledged by itself. `first_is_refused`: the other end has let the first
    entry lie too often, so its body stays at home.
    """
    events: list[bytes] = []
    bare: list[UUID] = []
    last, size, has_alarm = entries[0], 0, False
    for entry in entries:
        keeps_body = entry.body is not None and ((first_is_refused and not events) or _is_poison(entry))
        lane: Lane = "backlog" if place(entry) <= backlog_end else "live"
        event = encode(replace(entry, body=None) if keeps_body else entry, origin, lane)
        size += len(event) + 1
        if events and (size > BYTES or entry.epoch_number != last.epoch_number):
            break
        events.append(event)
        if keeps_body:
            bare.append(entry.id)
        last = entry
        has_alarm = has_alarm or entry.kind == ALARM
    payload = batch(events)
    if len(payload) < COMPRESS_FROM:
        return Outgoing("json", payload, place(last), has_alarm, tuple(bare))
    return Outgoing("gzip", await asyncio.to_thread(compress, payload), place(last), has_alarm, tuple(bare))
