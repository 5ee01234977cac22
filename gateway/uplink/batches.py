"""Entries on their way out: as many as fit into one batch."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.event import Entry
from gateway.journal import Cursor
from gateway.mqtt.envelope import Origin, batch, compress, encode

BYTES: Final = 64 * 1024
"""Most bytes of a batch before compression; one entry larger than this travels alone."""
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


def place(entry: Entry) -> Cursor:
    """Give an entry's place in the order of the journal."""
    return Cursor(entry.epoch_number, entry.seq)


async def pack(entries: Sequence[Entry], origin: Origin, backlog_end: Cursor) -> Outgoing:
    """Make one batch of as many of these entries as fit; entries up to `backlog_end` are marked as backlog.

    A batch never spans two epochs: each is acknowledged by itself.
    """
    events: list[bytes] = []
    last, size, has_alarm = entries[0], 0, False
    for entry in entries:
        event = encode(entry, origin, "backlog" if place(entry) <= backlog_end else "live")
        size += len(event) + 1
        if events and (size > BYTES or entry.epoch_number != last.epoch_number):
            break
        events.append(event)
        last = entry
        has_alarm = has_alarm or entry.kind == ALARM
    payload = batch(events)
    if len(payload) < COMPRESS_FROM:
        return Outgoing("json", payload, place(last), has_alarm)
    return Outgoing("gzip", await asyncio.to_thread(compress, payload), place(last), has_alarm)
