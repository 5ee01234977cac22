"""A site, its gateway's uplink and a receiver, put together for tests."""

import asyncio
import itertools
import uuid
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from gateway.event import Draft, Entry, Json
from gateway.journal import Journal
from gateway.receiver import Chain, Statistics, receive, statistics
from gateway.site import Site
from gateway.uplink import Fork, Uplink
from tests.brokers import DemoBroker, running, table, until

SITE = Site(
    id="house-1",
    name="Nhà đóng gói",
    gln="9521234000013",
    company_prefix="9521234",
    domain="trace.example.org",
    namespace="https://ns.example.org/packhouse/v1/",
    demo=True,
)
_numbers = itertools.count(1)


def note(words: str = "", **more: Json) -> Draft:
    """A harmless audit record nobody has written before."""
    id_ = uuid.uuid5(uuid.NAMESPACE_OID, f"note|{next(_numbers)}")
    body: dict[str, Json] = {
        "eventID": f"urn:uuid:{id_}",
        "eventTime": "2026-11-21T10:05:11.250+07:00",
        "eventTimeZoneOffset": "+07:00",
        "kind": "note",
        "words": words,
        **more,
    }
    return Draft(id_, "note", body)


async def record(journal: Journal, count: int, words: str = "") -> list[Entry]:
    """Record this many notes, one commit for all."""
    return list(await journal.record(*(note(words) for _ in range(count))))


def uplink(journal: Journal, broker: DemoBroker, forks: list[Fork] | None = None, **settings: Any) -> Uplink:
    """Give an uplink that is not running yet."""

    async def on_fork(fork: Fork) -> None:
        if forks is not None:
            forks.append(fork)

    return Uplink(
        journal,
        table(broker, **settings),
        SITE,
        journal.gateway,
        public_key=journal.public_key,
        describe=lambda: {"version": "0.1.0"},
        on_fork=on_fork,
    )


def up(link: Uplink) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """Run an uplink for as long as the block lasts."""
    return running(link.run(), "uplink")


def receiving(broker: DemoBroker, database: Path, **more: Any) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """Run a receiver for as long as the block lasts."""
    work = receive("127.0.0.1", broker.port, "packhouse", None, database, **more)
    return running(work, "receiver")


def books(database: Path) -> Statistics:
    """Read the receiver's books; empty ones before it has made its store."""
    return statistics(database)


def chain(database: Path) -> Chain:
    """The one chain the receiver has."""
    (only,) = statistics(database).chains
    return only


async def confirmed(link: Uplink, entry: Entry) -> None:
    """Wait until the receiver's word for this entry has come home."""

    def is_home() -> bool:
        at = link.status.confirmed
        return (at.epoch_number, at.seq) >= (entry.epoch_number, entry.seq)

    await until(is_home, f"entry {entry.seq} confirmed")
