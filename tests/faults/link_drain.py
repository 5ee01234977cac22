"""A backlog of cartons and their labels that drains over a bad link, into a real broker and a real receiver."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import Final

from gateway.acts import Printout
from gateway.cli.demo_broker import demo_broker
from gateway.epcis import draft
from gateway.event import Draft, Event
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.mqtt import BrokerTable
from gateway.mqtt.envelope import Origin, encode
from gateway.station import PrinterId
from gateway.uplink import Uplink
from tests.brokers import running, until
from tests.conftest import Time
from tests.facts import CARTON, EPOCH, PACKING, SITE, at
from tests.faults.kill_rounds import books, receiver_process
from tests.faults.link_relay import Line, Relay, relay

GROUP: Final = 100


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain came to; bytes are the gateway's, with headers, against its events as plain JSON."""

    events: int
    seconds: float
    wire_bytes: int
    raw_bytes: int
    lost: int
    doubles: int
    connections_lost: int

    @property
    def per_second(self) -> float:
        return self.events / self.seconds

    @property
    def wire_ratio(self) -> float:
        return self.wire_bytes / self.raw_bytes


def cartons(first: int = 1) -> Iterator[Draft]:
    """Give cartons as a station makes them, one every eleven seconds, each a little different."""
    for number in count(first):
        when = at(1, 0) + timedelta(seconds=11 * number)
        net = Decimal(950 + number * 37 % 100).scaleb(-2)
        serial = f"261121{number:06}"
        weighing = replace(
            CARTON.weighing, gross=net, net=net, display=str(net), raw=f"\x02+{net:>8}kg\x03".encode(), at=when
        )
        carton = replace(
            CARTON,
            serial=serial,
            weighing=weighing,
            label_uri=CARTON.label_uri.replace(CARTON.serial, serial).replace("001025", f"{int(net * 100):06}"),
        )
        key = f"carton|{carton.gtin}|{serial}|0"
        event = Event(when, carton, key=key, number=number, station=PACKING, lot=carton.lot.code)
        yield draft(event, SITE)


def packing_day() -> Iterator[Draft]:
    """Give what a packing station really leaves behind: each carton, and what became of its label."""
    for number, carton in enumerate(cartons(), 1):
        yield carton
        serial = str(carton.body["ph:serial"])
        printed = Printout(str(carton.id), "carton-80x50", serial, PrinterId("pack-labels"), "done", "device-ready")
        when = at(1, 0) + timedelta(seconds=11 * number + 1)
        key = f"printout|gw-1|{EPOCH}|{2 * number}"
        yield draft(Event(when, printed, key=key, number=2 * number, station=PACKING), SITE)


async def fill(journal: Journal, events: int) -> None:
    drafts = packing_day()
    while group := tuple(islice(drafts, min(GROUP, events))):
        await journal.record(*group)
        events -= len(group)


async def raw_size(journal: Journal) -> int:
    """Give the size of everything in the journal, as plain CloudEvents."""
    origin = Origin("gw-1", SITE.uri, SITE.namespace)
    size, after = 0, Cursor()
    while entries := await journal.entries(after, 500):
        size += sum(len(encode(entry, origin, "backlog")) for entry in entries)
        after = Cursor(entries[-1].epoch_number, entries[-1].seq)
    return size


def an_uplink(journal: Journal, port: int, *, gateway: str = "gw-1", **settings: object) -> Uplink:
    table = BrokerTable.model_validate({"host": "127.0.0.1", "port": port, "acknowledge": "receiver", **settings})
    return Uplink(journal, table, SITE, gateway, public_key=journal.public_key, describe=lambda: {"version": "0.1.0"})


def journal_in(directory: Path) -> AbstractAsyncContextManager[Journal]:
    if not (directory / "counters.json").exists():
        start_counters(directory)
    return Journal.open(directory, JournalTable(), gateway="gw-1", number=0, stamp=Time().stamp)


@asynccontextmanager
async def province(directory: Path, line: Line, seed: int = 1) -> AsyncIterator[Relay]:
    """A broker and a receiver at the far end of a line; gives the line."""
    async with (
        demo_broker(directory / "broker", "mosquitto") as broker,
        receiver_process(directory, broker.port),
        relay(broker.port, line, seed) as between,
    ):
        await until((directory / "receiver.db").exists, "the receiver is there")
        yield between


async def drain(directory: Path, line: Line, events: int, seed: int = 1) -> Drained:
    """Let a backlog of so many events drain over a line."""
    loop = asyncio.get_running_loop()
    async with journal_in(directory) as journal, province(directory, line, seed) as between:
        await fill(journal, events)
        raw = await raw_size(journal)
        everything = journal.last_seq
        link = an_uplink(journal, between.port)
        began = loop.time()
        async with running(link.run(), "uplink"):
            while link.status.confirmed.seq < everything:  # noqa: ASYNC110 - acknowledgements wake only the uplink
                await asyncio.sleep(0.05)
            seconds = loop.time() - began
        told = books(directory / "receiver.db")
    return Drained(
        events=everything,
        seconds=seconds,
        wire_bytes=between.up_bytes,
        raw_bytes=raw,
        lost=everything - told.events,
        doubles=told.doubles,
        connections_lost=between.connections - 1,
    )
