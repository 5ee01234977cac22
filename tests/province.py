"""A receiver whose every word a test decides: the reference store behind a connection it holds itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from gateway.mqtt.connection import Connection, connect
from gateway.mqtt.envelope import Envelope, inflate
from gateway.mqtt.inbox import Message
from gateway.mqtt.topics import heard
from gateway.receiver.store import Arrival, Store
from gateway.receiver.unpacked import unpack
from tests.brokers import DemoBroker, arriving, table

BASE = "packhouse/v1/house-1/gw-1"


class Province:
    """Takes messages when told to, and lets those lie that hold the body it cannot bear."""

    def __init__(self, connection: Connection, store: Store, cannot_bear: UUID | None) -> None:
        self.connection = connection
        self.store = store
        self.refused = 0
        self._cannot_bear = cannot_bear

    async def hear(self) -> list[tuple[Message, list[Envelope]]]:
        """Wait for messages, and give them with the events in them; nothing is stored or said."""
        messages = [message for message in await arriving(self.connection) if "/events/" in message.topic]
        return [(message, events_of(message)) for message in messages]

    def take(self, message: Message) -> None:
        """Store a message and acknowledge; or say the last word again when it holds what cannot be borne."""
        whose = heard(message.topic, "packhouse")
        assert whose is not None
        replies = []
        if any(event.id == self._cannot_bear and event.data is not None for event in events_of(message)):
            self.refused += 1
            replies = self.store.acknowledgements(None)
        else:
            replies = self.store.take([Arrival(whose, message.payload)])
        for reply in replies:
            self.connection.publish(reply.topics.ack(reply.ack.epoch), reply.ack.payload(), retain=True)

    async def serve(self) -> None:
        """Take everything, for ever."""
        while True:
            for message, _ in await self.hear():
                self.take(message)


def events_of(message: Message) -> list[Envelope]:
    """Take a message of events apart."""
    return unpack(inflate(message.payload) if message.topic.endswith("gzip") else message.payload)


@asynccontextmanager
async def province(broker: DemoBroker, database: Path, *, cannot_bear: UUID | None = None) -> AsyncIterator[Province]:
    """Be the province at this broker."""
    store = Store.open(database, "packhouse")
    try:
        async with connect(table(broker), "province") as connection:
            await connection.subscribe(f"{BASE}/events/+")
            yield Province(connection, store, cannot_bear)
    finally:
        store.close()
