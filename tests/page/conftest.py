"""One house, one daemon and one browser for all tests of the page; each test has a browser context of its own."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from gateway.cli.demo_config import Pace
from gateway.cli.demo_house import DemoHouse
from gateway.cli.panel_reader import lines
from gateway.web.pins import set_pin

Said = Callable[[str, Callable[[dict[str, Any]], bool]], Awaitable[dict[str, Any]]]

expect.set_options(timeout=15_000)

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
HANG_MS = 15_000

SUPERVISOR_PIN = "274951"
WORKER_PIN = "618035"


@dataclass
class Hands:
    """A house without workers: the test puts cartons on scales, and scans with the scanners on the gateway's lines."""

    house: DemoHouse
    asked: list[str] = field(default_factory=list)
    """Every address a browser asked for."""

    cartons_left: int = 0
    """How many cartons the tests may still pack of the lot at the first packing station."""

    @property
    def url(self) -> str:
        return self.house.page

    async def scan(self, at: str, code: str) -> None:
        await self.house.command(f"{at}-scanner", scan=code, symbology="]Q1")

    async def put(self, at: str, kg: str) -> None:
        await self.house.command(f"{at}-scale", put=kg)

    async def lift(self, at: str) -> None:
        await self.house.command(f"{at}-scale", lift=True)

    async def printed(self, at: str) -> int:
        return int((await self.house.command(f"{at}-printer", status=True))["printed"])

    async def entries(self) -> int:
        """How many entries the house's own journal has of cartons, labels and people."""
        kinds = ("carton", "printout", "operator", "binding", "refused")
        database = f"{(self.house.directory / 'journal.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(database, uri=True)) as journal:
            found = journal.execute(f"SELECT count(*) FROM entry WHERE kind IN {kinds}")
            return int(found.fetchone()[0])

    async def forgive(self) -> None:
        """Start the daemon anew: who was locked out may try again."""
        await self.house.stop_daemon()
        await self.house.start_daemon()
        await answering(self.house)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Said]:
        """Follow what stations show, by the panel; gives a way to wait until one shows what is wished."""
        async with aclosing(lines(self.house.directory)) as said:

            async def until(station: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
                async with asyncio.timeout(HANG_MS / 1000):
                    if station in seen and holds(seen[station]):
                        return seen[station]
                    async for line in said:
                        if "station" in line:
                            seen[line["station"]] = line
                            if line["station"] == station and holds(line):
                                return line
                raise AssertionError("the panel went dark")

            seen: dict[str, dict[str, Any]] = {}
            yield until

    def strangers(self) -> list[str]:
        """Give what was asked of anybody but this machine."""
        return [url for url in self.asked if urlsplit(url).hostname not in ("127.0.0.1", None)]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hands() -> AsyncIterator[Hands]:
    with tempfile.TemporaryDirectory(prefix="page-") as directory:
        async with DemoHouse.open(Path(directory) / "h", Pace((), None), 1, None, worked=False) as house:
            await answering(house)
            yield Hands(house)


async def answering(house: DemoHouse) -> None:
    """Wait until the page's port takes connections."""
    port = urlsplit(house.page).port
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # root has no user namespaces to sandbox itself with
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, hands: Hands) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(HANG_MS)
    context.on("request", lambda request: hands.asked.append(request.url))
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


@pytest_asyncio.fixture(loop_scope="session")
async def with_pins(hands: Hands) -> AsyncIterator[None]:
    """Give the shift leader and a worker a PIN, for as long as the test lasts."""
    data = hands.house.directory
    set_pin(data, "OP-12", SUPERVISOR_PIN)
    set_pin(data, "OP-08", WORKER_PIN)
    yield
    set_pin(data, "OP-12", None)
    set_pin(data, "OP-08", None)
    (data / "sessions.json").unlink(missing_ok=True)
