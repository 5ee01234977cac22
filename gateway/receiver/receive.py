"""`gateway receive`: take what gateways send, store it, and say so; for ever."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from gateway.errors import UplinkError
from gateway.mqtt.backoff import Backoff
from gateway.mqtt.broker import BrokerTable
from gateway.mqtt.connection import Connection, connect
from gateway.mqtt.inbox import Message
from gateway.mqtt.topics import every_gateway, heard
from gateway.receiver.store import Arrival, Reply, Store

log = logging.getLogger(__name__)


async def receive(
    host: str,
    port: int,
    root: str,
    site: str | None,
    database: Path,
    *,
    protocol: Literal["3.1.1", "5"] = "3.1.1",
    username: str | None = None,
    password_file: Path | None = None,
    ca: Path | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
    registered: Mapping[tuple[str, str], bytes] | None = None,
    ready: Callable[[], None] | None = None,
) -> None:
    """Receive for one site, or for all of them (`site` None), into `database`; ends only by being cancelled.

    `registered` are public keys (32 raw bytes) by site and gateway; they are kept in the database. `ready` is called
    each time the subscription stands.

    Raises:
        DiskRefuses: The store did not take what came; it was not acknowledged either.
    """
    broker = BrokerTable(
        host=host,
        port=port,
        acknowledge="receiver",
        root=root,
        protocol=protocol,
        username=username,
        password_file=password_file,
        ca=ca,
        certificate=certificate,
        key=key,
    )
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "receiver-store") as thread:
        store = await loop.run_in_executor(thread, Store.open, database, root)
        try:
            for (where, gateway), public_key in (registered or {}).items():
                await loop.run_in_executor(thread, store.register_key, where, gateway, public_key)
            await _stay_connected(broker, site, store, thread, ready)
        finally:
            thread.submit(store.close)  # behind whatever the thread is still at


async def _stay_connected(
    broker: BrokerTable, site: str | None, store: Store, thread: ThreadPoolExecutor, ready: Callable[[], None] | None
) -> None:
    loop = asyncio.get_running_loop()
    backoff = Backoff()
    client_id = f"receiver-{secrets.token_hex(6)}"
    said = ""
    while True:
        began = loop.time()
        try:
            async with connect(broker, client_id) as connection:
                await connection.subscribe(*every_gateway(broker.root, site))
                _publish(connection, await loop.run_in_executor(thread, store.acknowledgements, site))
                log.info("receiver: connected to %s:%d", broker.host, broker.port)
                said = ""
                if ready is not None:
                    ready()
                while True:
                    arrivals = _arrivals(await connection.next_messages(), broker.root)
                    _publish(connection, await loop.run_in_executor(thread, store.take, arrivals))
                    backoff.worked()
        except UplinkError as error:
            if str(error) != said:
                log.warning("receiver: %s", error)
            said = str(error)
        await asyncio.sleep(backoff.failed(began, loop.time()))


def _arrivals(messages: list[Message], root: str) -> list[Arrival]:
    return [
        Arrival(whose, message.payload, message.retained)
        for message in messages
        if (whose := heard(message.topic, root)) is not None
    ]


def _publish(connection: Connection, replies: list[Reply]) -> None:
    """Say what is stored; nobody waits for the PUBACK, since it is said again with the next commit or connection."""
    for reply in replies:
        connection.publish(reply.topics.ack(reply.ack.epoch), reply.ack.payload(), retain=True)
