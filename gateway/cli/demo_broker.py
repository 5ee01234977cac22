"""A broker for the demo, a child process of ours on loopback: mosquitto where it is installed, else iotcore."""

import asyncio
import json
import os
import shutil
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Literal

from gateway.cli.demo_processes import with_us
from gateway.errors import UplinkError

BrokerKind = Literal["mosquitto", "iotcore"]

HOST: Final = "127.0.0.1"
_SYSTEM_DIRECTORIES: Final = ("/usr/sbin", "/usr/local/sbin", "/sbin")
"""Where Debian puts mosquitto, and where an ordinary user's PATH does not look."""
_READY_WITHIN_S: Final = 20.0
_STOP_WITHIN_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.02

_MOSQUITTO: Final = """\
listener {port} {host}
allow_anonymous true
persistence true
persistence_location {directory}/
log_dest stderr
log_type error
log_type warning
{user}"""

# rumqttd's own defaults end at 20 kB and speak 3.1.1 only. A connection's packets must fit its payload limit, and every
# topic keeps segments in memory: a few of 4 MB are enough here, since what the broker forgets is sent again.
_RUMQTTD: Final = """\
id = 0

[router]
id = 0
max_connections = 64
max_outgoing_packet_count = 200
max_segment_size = 4194304
max_segment_count = 4
"""
_RUMQTTD_LISTENER: Final = """
[{version}.1]
name = "{version}"
listen = "{host}:{port}"
next_connection_delay_ms = 1
    [{version}.1.connections]
    connection_timeout_ms = 60000
    max_payload_size = 1048576
    max_inflight_count = 100
    dynamic_filters = true
"""


def find_mosquitto() -> str | None:
    """Give the path of mosquitto, also where only root looks; None when it is not installed."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=os.pathsep.join(_SYSTEM_DIRECTORIES))


def free_port(wanted: int = 0) -> int:
    """Give the wanted port, or another one if somebody listens on that: one that the system says is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class DemoBroker:
    """A broker that can be stopped, killed and started again on the same ports; its files are in `directory`.

    `port` speaks MQTT 3.1.1 and `port5` MQTT 5; with mosquitto they are one.
    """

    def __init__(self, directory: Path, kind: BrokerKind | None = None, port: int = 0) -> None:
        self.kind: BrokerKind = kind or ("mosquitto" if find_mosquitto() else "iotcore")
        self.port = port or free_port()
        self.port5 = self.port if self.kind == "mosquitto" else free_port()
        self._directory = directory
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Start it and return when it takes connections.

        Raises:
            UplinkError: A port is taken, it ended by itself, or it did not listen in time (see `broker.log`).
        """
        await asyncio.to_thread(self._directory.mkdir, parents=True, exist_ok=True)
        for port in {self.port, self.port5}:
            if await _listens(port):
                raise UplinkError(f"port {port} is taken: something listens there already")
        command = await asyncio.to_thread(self._prepare)
        log_path = self._directory / "broker.log"
        with log_path.open("ab") as said:
            # iotcore's child ends when its stdin does; a Ctrl-C in the terminal must reach neither: we end them
            self._process = await asyncio.create_subprocess_exec(
                *with_us(*command), stdin=PIPE, stdout=DEVNULL, stderr=said, start_new_session=True
            )
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                for port in {self.port, self.port5}:
                    while not await _listens(port):
                        if self._process.returncode is not None:
                            raise UplinkError(f"{self.kind} ended with {self._process.returncode}; see {log_path}")
                        await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            await self.kill()
            raise UplinkError(f"{self.kind} does not listen on {HOST}:{self.port}; see {log_path}") from None

    async def stop(self) -> None:
        """End it in peace; it writes down what it holds."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_WITHIN_S):
                    await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
            with suppress(BrokenPipeError, ConnectionResetError):
                await self._process.stdin.wait_closed()
        self._process = None

    def _prepare(self) -> list[str]:
        """Write its config and give the command that runs it."""
        if self.kind == "mosquitto":
            program = find_mosquitto()
            if program is None:
                raise UplinkError("mosquitto is not installed")
            config = self._directory / "mosquitto.conf"
            # started by root, mosquitto becomes another user, who may not write into our directory
            user = "user root\n" if os.geteuid() == 0 else ""
            config.write_text(_MOSQUITTO.format(port=self.port, host=HOST, directory=self._directory, user=user))
            return [program, "-c", str(config)]
        config = self._directory / "rumqttd.toml"
        listeners = (("v4", self.port), ("v5", self.port5))
        config.write_text(
            _RUMQTTD + "".join(_RUMQTTD_LISTENER.format(version=v, host=HOST, port=port) for v, port in listeners)
        )
        # what iotcore.Broker itself starts; run by us, so that it is asyncio's child and can be killed by pid
        return [sys.executable, "-m", "iotcore._serve", json.dumps({"config_path": str(config)})]


@asynccontextmanager
async def demo_broker(
    directory: Path, kind: BrokerKind | None = None, port: int = 0
) -> AsyncGenerator[DemoBroker, None]:
    """Run a broker for as long as the block lasts.

    Raises:
        UplinkError: It does not start.
    """
    broker = DemoBroker(directory, kind, port)
    try:
        await broker.start()
        yield broker
    finally:
        await broker.stop()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
