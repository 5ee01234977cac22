"""Real brokers on free loopback ports, and what tests against them have in common."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.demo_broker import BrokerKind, DemoBroker, demo_broker, find_mosquitto
from gateway.mqtt import BrokerTable
from gateway.mqtt.connection import Connection
from gateway.mqtt.inbox import Message

HANG_S = 60.0
"""Far beyond what anything here takes: ends a test that would hang."""


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[DemoBroker]:
    """A real mosquitto."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    async with demo_broker(tmp_path / "broker", "mosquitto") as broker:
        yield broker


@pytest.fixture(params=["mosquitto", "iotcore"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DemoBroker]:
    """Each of the two brokers we promise to work with."""
    kind: BrokerKind = request.param
    if kind == "mosquitto" and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    async with demo_broker(tmp_path / "broker", kind) as running:
        yield running


def table(broker: DemoBroker, **settings: object) -> BrokerTable:
    """Give the settings that lead to this broker."""
    port = broker.port5 if settings.get("protocol") == "5" else broker.port
    return BrokerTable.model_validate({"host": "127.0.0.1", "port": port, "acknowledge": "receiver", **settings})


async def until(holds: Callable[[], bool], what: str = "") -> None:
    """Wait for a condition; a hang is a failure that names it."""
    try:
        async with asyncio.timeout(HANG_S):
            while not holds():  # noqa: ASYNC110 - it looks at other processes and files, which set no Event
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"never came true: {what or holds}")


async def arriving(connection: Connection) -> list[Message]:
    """Wait for what arrives next; a hang is a failure."""
    async with asyncio.timeout(HANG_S):
        return await connection.next_messages()


async def heard(connection: Connection, topic: str) -> Message:
    """Wait for a message on this very topic; a hang is a failure."""
    async with asyncio.timeout(HANG_S):
        async for message in connection.messages():
            if message.topic == topic:
                return message
    raise AssertionError("messages() ended")


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[asyncio.Task[None]]:
    """Keep a task for as long as the block lasts; one that ends by itself ends the test with its error."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work, name=name)
        yield task
        assert not task.done(), task
        task.cancel()
