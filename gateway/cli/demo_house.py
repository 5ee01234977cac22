"""The demo house, running: simulators, broker, receiver, daemon and workers, each a process of its own."""

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from gateway.cli.asking import ask_gateway
from gateway.cli.demo_broker import BrokerKind, DemoBroker, free_port
from gateway.cli.demo_config import SITE, Addresses, Pace, write_house, write_plan
from gateway.cli.demo_processes import Child, DemoFailed, run_once
from gateway.cli.panel_reader import lines

LONGEST_SOCKET_PATH: Final = 100
"""Linux takes 107 bytes for the path of a unix socket."""

AGAIN_S: Final = 0.2
PAGE_PORT: Final = 8080


class DemoHouse:
    """Everything that runs; what stays is below `directory`: config, journal, receiver's store, prints, logs."""

    def __init__(self, directory: Path, broker: DemoBroker) -> None:
        self.directory = directory
        self.broker = broker
        self.config = directory / "gateway.toml"
        self.tally = directory / "logs" / "told.jsonl"
        self.daemon: Child
        self.workers: Child
        self.receiver: Child
        self.devices: Child
        self.on_purpose = False
        """Whether the daemon is being ended by us."""
        self._addresses: Addresses

    @property
    def logs(self) -> Path:
        """Where every process complains, a file each."""
        return self.directory / "logs"

    @property
    def prints(self) -> Path:
        """Where labels come out."""
        return self.directory / "prints"

    @property
    def panel(self) -> Path:
        """The daemon's panel."""
        return self.directory / "panel.sock"

    @property
    def page(self) -> str:
        """Where a browser finds the page."""
        return f"http://127.0.0.1:{self._addresses.page_port}/"

    @classmethod
    @asynccontextmanager
    async def open(
        cls, directory: Path, pace: Pace, seed: int, kind: BrokerKind | None, *, worked: bool = True
    ) -> "AsyncGenerator[DemoHouse]":
        """Build a house in an empty directory and run it for as long as the block lasts; `worked`: by our workers.

        Raises:
            DemoFailed: The directory cannot be used, or a part did not start.
        """
        if len(str(directory / "panel.sock").encode()) > LONGEST_SOCKET_PATH:
            raise DemoFailed(f"{directory}: the path is too long for a local socket; choose a shorter one")
        if (directory / "journal.db").exists():
            raise DemoFailed(f"{directory}: an earlier day lies there; choose another directory")
        async with AsyncExitStack() as stack:
            lines = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="house-")))
            house = cls(directory, DemoBroker(directory / "logs" / "broker", kind))
            for folder in (house.logs, house.prints):
                folder.mkdir(parents=True, exist_ok=True)
            # tests open houses side by side; a person looks for the page where it always is
            await house._start(stack, lines, pace, seed, page_port=free_port(PAGE_PORT if worked else 0))
            if worked:
                await house._send_workers(stack, pace, seed)
            yield house

    async def _start(self, stack: AsyncExitStack, lines: Path, pace: Pace, seed: int, *, page_port: int) -> None:
        options = ("--dir", str(lines), "--prints", str(self.prints), "--logs", str(self.logs), "--seed", str(seed))
        starting = Child.start("house", "-m", "firmware_mock", "house", *options, logs=self.logs, listen=True)
        self.devices = await starting
        stack.push_async_callback(self.devices.end)
        stack.push_async_callback(self.broker.stop)
        await self.broker.start()
        self._addresses = Addresses((await self.devices.ready())["devices"], self.broker.port, page_port)
        write_house(self.directory, self._addresses, pace)
        self.receiver = await self._gateway(
            "receiver",
            "receive",
            *("--host", "127.0.0.1", "--port", str(self.broker.port), "--site", SITE),
            *("--database", str(self.directory / "receiver.db")),
        )
        stack.push_async_callback(self.receiver.end)
        await run_once("counters", "-m", "gateway", "counters", "--start", "--config", str(self.config), logs=self.logs)
        stack.push_async_callback(self.stop_daemon)
        await self.start_daemon()

    async def _send_workers(self, stack: AsyncExitStack, pace: Pace, seed: int) -> None:
        plan = self.logs / "plan.json"
        write_plan(plan, self.panel, self._addresses, pace, seed)
        shift = ("-m", "firmware_mock", "workers", "--plan", str(plan), "--tally", str(self.tally))
        self.workers = await Child.start("workers", *shift, logs=self.logs, listen=True)
        stack.push_async_callback(self.workers.end)

    async def _gateway(self, name: str, *arguments: str) -> Child:
        return await Child.start(name, "-m", "gateway", *arguments, logs=self.logs)

    async def start_daemon(self) -> None:
        """Start the daemon (again)."""
        self.daemon = await self._gateway("daemon", "run", "--config", str(self.config))
        self.on_purpose = False

    async def kill_daemon(self) -> None:
        """End the daemon as a power cut would."""
        self.on_purpose = True
        await self.daemon.kill()

    async def stop_daemon(self) -> int:
        """Ask the daemon to end; give its exit status."""
        self.on_purpose = True
        return await self.daemon.end()

    async def watch(self) -> None:
        """Stay until something ended that nobody asked to end.

        Raises:
            DemoFailed: It did.
        """
        while True:
            for child in (self.devices, self.receiver, self.workers, self.daemon):
                expected = (child is self.daemon and self.on_purpose) or (child is self.workers and child.ended == 0)
                if child.ended is not None and not expected:
                    raise DemoFailed(f"{child.name} ended with {child.ended}; see {child.log}")
            await asyncio.sleep(AGAIN_S)

    async def set_room(self, celsius: str | None) -> None:
        """Hold the air of the cold room at a temperature; None lets it go back to its own."""
        if celsius is None:
            await self.command("cold-rooms", free=True)
        else:
            for unit in (1, 2):
                await self.command("cold-rooms", set={"unit": unit, "temperature": celsius})

    async def command(self, device: str, **order: Any) -> dict[str, Any]:
        """Give a simulated device a command on its control socket; give its answer.

        Raises:
            DemoFailed: It cannot obey.
        """
        reader, writer = await asyncio.open_unix_connection(self._addresses.control(device))
        try:
            writer.write(json.dumps(order).encode() + b"\n")
            async with asyncio.timeout(10):
                answer = json.loads(await reader.readline())
            if not answer["ok"]:
                raise DemoFailed(f"{device}: {answer.get('error')}")
            return dict(answer)
        finally:
            writer.close()

    async def ask(self, key: str, by: str, request: dict[str, str]) -> bool:
        """Ask the daemon for something in somebody's name; say whether it did it.

        Raises:
            GatewayError: It is not there, or does not answer; the same key may be asked again.
        """
        line = {"key": key, "by": by, "station": None, "request": request}
        said = await asyncio.to_thread(ask_gateway, self.config, line)
        return bool(said["ok"])

    async def follow_wall(self, saw: Callable[[dict[str, Any] | None], None]) -> None:
        """Call `saw` with each line the panel says of the whole house, for ever; with None when it goes dark."""
        while True:
            with suppress(OSError):
                async with aclosing(lines(self.directory)) as said:
                    async for line in said:
                        if "house" in line:
                            saw(line["house"])
            saw(None)
            await asyncio.sleep(AGAIN_S)
