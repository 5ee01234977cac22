"""The demo's broker: either kind, started, killed and started again."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from gateway.cli import demo_broker as module
from gateway.cli.demo_broker import DemoBroker, demo_broker, find_mosquitto
from gateway.errors import UplinkError
from gateway.mqtt.connection import connect
from tests.brokers import arriving, broker, table, until

__all__ = ["broker"]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def addresses_listening(ports: set[int]) -> set[str]:
    """Addresses (as the kernel writes them) where somebody listens on one of these ports."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        address, port = local.split(":")
        if int(port, 16) in ports and state == "0A":
            found.add(address)
    return found


def has_ended(pid: int) -> bool:
    """Gone, or dead and not yet collected by its new parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def test_it_listens_for_both_protocols_and_is_a_child_of_ours(broker: DemoBroker) -> None:
    for protocol in ("3.1.1", "5"):
        async with connect(table(broker, protocol=protocol), "client") as client:
            assert await client.publish("a", b"", retain=True) == 0 or protocol == "5"
    assert broker.pid is not None
    assert parent_of(broker.pid) == os.getpid()


async def test_it_listens_on_loopback_alone(broker: DemoBroker) -> None:
    assert addresses_listening({broker.port, broker.port5}) == {"0100007F"}


async def test_killed_and_started_again_it_is_on_the_same_ports(broker: DemoBroker) -> None:
    ports, first = (broker.port, broker.port5), broker.pid
    await broker.kill()
    assert broker.pid is None
    await broker.start()
    assert (broker.port, broker.port5) == ports
    assert broker.pid != first
    async with connect(table(broker), "client") as client:
        await client.subscribe("a")
        await client.publish("a", b"1")
        assert [message.payload for message in await arriving(client)] == [b"1"]


async def test_without_mosquitto_it_is_iotcore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setattr(module, "_SYSTEM_DIRECTORIES", ())
    async with demo_broker(tmp_path) as running:
        assert running.kind == "iotcore"


def test_mosquitto_is_found_where_only_root_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert find_mosquitto() is not None


async def test_a_port_that_is_taken_is_an_error_that_names_the_log(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        if find_mosquitto() is None:
            pytest.skip("mosquitto is not installed")
        with pytest.raises(UplinkError, match="taken"):
            async with demo_broker(tmp_path, "mosquitto", port):
                pytest.fail("two on one port")


async def test_iotcore_ends_when_the_one_who_started_it_does(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from gateway.cli.demo_broker import DemoBroker\n"
        "async def main():\n"
        "    broker = DemoBroker(Path(sys.argv[1]), 'iotcore')\n"
        "    await broker.start()\n"
        "    print(broker.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    await until(lambda: has_ended(child), "the broker ended")
