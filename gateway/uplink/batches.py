"""Entries on their way out: as many as fit into one batch."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, repeat
from typing import Final, Literal
from uuid import UUID

from gateway.event import Entry
from gateway.journal import Cursor
from gateway.journal.chain import body_digest, hash_of
from gateway.mqtt.envelope import RESTORABLE, Lane, Origin, batch, compress, encode

BYTES: Final = 64 * 1024
"""Most bytes of a message; one entry larger than this travels alone."""
RAW_BYTES: Final = 512 * 1024
"""Most bytes of a batch before compression, about."""
OVERSIZE: Final = 1_000_000
"""Bytes of a body that no broker need take: it stays at home, and its envelope travels without it."""
COMPRESS_FROM: Final = 4 * 1024
_HEADER: Final = 700
"""Bytes of an envelope, about."""
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
    first = entries[0]
    if len(entries) == 1 and len(first.body or b"") < COMPRESS_FROM:
        return _packed(entries, origin, backlog_end, first_is_refused=first_is_refused)
    # a long batch takes a while: readings come first
    return await asyncio.to_thread(_packed, entries, origin, backlog_end, first_is_refused=first_is_refused)


def _packed(entries: Sequence[Entry], origin: Origin, backlog_end: Cursor, *, first_is_refused: bool) -> Outgoing:
    bare: list[UUID] = []
    sent: list[Entry] = []
    size = 0
    for entry in entries:
        keeps_body = entry.body is not None and ((first_is_refused and not sent) or _is_poison(entry))
        size += len(entry.body or b"") + _HEADER
        if sent and (size > RAW_BYTES or entry.epoch_number != sent[0].epoch_number):
            break
        sent.append(replace(entry, body=None) if keeps_body else entry)
        if keeps_body:
            bare.append(entry.id)
    lanes: list[Lane] = ["backlog" if place(entry) <= backlog_end else "live" for entry in sent]
    payload = batch(encode(entry, origin, lane) for entry, lane in zip(sent, lanes, strict=True))
    encoding: Literal["json", "gzip"] = "json"
    if len(payload) >= COMPRESS_FROM:
        encoding = "gzip"
        omitted = _restorable(sent, origin.gateway)
        payload = compress(batch(map(encode, sent, repeat(origin), lanes, omitted)))
        if len(payload) > BYTES and len(sent) > 1:
            half = entries[: len(sent) // 2]
            return _packed(half, origin, backlog_end, first_is_refused=first_is_refused)
    has_alarm = any(entry.kind == ALARM for entry in sent)
    return Outgoing(encoding, payload, place(sent[-1]), has_alarm, tuple(bare))


def _restorable(entries: Sequence[Entry], gateway: str) -> Iterator[Collection[str]]:
    """Say of each entry of a batch which digests may stay at home (docs/province, "Short batches").

    An entry without its body travels complete; so does everything, should one not be what its own hash says: then
    the other end can name the one that is wrong.
    """
    follows = (one.hash == other.prev and one.seq + 1 == other.seq for one, other in pairwise(entries))
    whole = len(entries) > 1 and all(follows) and all(hash_of(entry, gateway) == entry.hash for entry in entries)
    for number, entry in enumerate(entries):
        if not whole or entry.body is None:
            yield ()
            continue
        omitted = set(RESTORABLE)
        if number == 0:
            omitted.discard("prevhash")
        if number == len(entries) - 1:
            omitted.discard("hash")
        yield omitted
