"""Pictures of every view of the page, as `make screenshots` takes them: tablet, wall and phone, light and dark.

python -m tests.screenshots DIRECTORY
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from gateway.cli.demo_config import ROOM, Pace
from gateway.cli.demo_house import DemoHouse
from tests.page.conftest import CHROMIUM, Hands, answering
from tests.page.station import StationPage, received, tag

SIZES: Final = {"tablet": (1280, 800), "wall": (1920, 1080), "phone": (390, 844)}
SETTLED_S: Final = 0.5


class Camera:
    """Browsers of every size and theme at one address."""

    def __init__(self, browser: Browser, into: Path) -> None:
        self._browser = browser
        self._into = into
        self._pages: dict[str, Page] = {}

    async def at(self, url: str) -> None:
        """Take every browser to an address."""
        for size, (width, height) in SIZES.items():
            for theme in ("light", "dark"):
                name = f"{size}-{theme}"
                if name not in self._pages:
                    context = await self._browser.new_context(
                        viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
                    )
                    self._pages[name] = await context.new_page()
                await self._pages[name].goto(url)

    async def take(self, name: str) -> None:
        """Take the picture of what all of them show."""
        await asyncio.sleep(SETTLED_S)
        for of, page in self._pages.items():
            await page.screenshot(path=self._into / f"{name}-{of}.png")


@asynccontextmanager
async def house() -> AsyncIterator[Hands]:
    with tempfile.TemporaryDirectory(prefix="page-") as directory:
        async with DemoHouse.open(Path(directory) / "h", Pace((), None), 1, None, worked=False) as opened:
            await answering(opened)
            yield Hands(opened)


async def station(hands: Hands, camera: Camera, page: Page) -> str:
    """Go through the states of a packing station; give the lot in work."""
    await camera.at(f"{hands.url}station/pack-1")
    await camera.take("station-no-operator")
    lot = await received(hands, "55.50")
    at = await StationPage.open(page, hands, "pack-1")
    await hands.scan("pack-1", "OP-07")
    await at.shows("no-lot")
    await camera.take("station-no-lot")
    await hands.scan("pack-1", tag(lot))
    await at.shows("ready")
    for kg in ("10.12", "9.87", "10.30"):
        await at.pack(kg)
    await camera.take("station-ready")
    for state, kg in (("under", "9.20"), ("refused", "7.20"), ("captured", "10.40")):
        await hands.put("pack-1", kg)
        await at.shows(state)
        await camera.take(f"station-{state}")
        if state != "captured":
            await hands.lift("pack-1")
            await at.shows("ready")
    await hands.house.broker.stop()
    await asyncio.sleep(2)
    await camera.take("station-offline")
    os.kill(hands.house.daemon.pid, signal.SIGSTOP)
    await at.shows("stale")
    await camera.take("station-cut-off")
    os.kill(hands.house.daemon.pid, signal.SIGCONT)
    await at.shows("take-off")
    await camera.take("station-take-off")
    await hands.lift("pack-1")
    await at.shows("ready")
    await hands.house.command("pack-1-printer", paper_out=True)
    await hands.put("pack-1", "10.20")
    await at.shows("printer")
    await camera.take("station-paper-out")
    await hands.house.command("pack-1-printer", paper_out=False)
    await at.shows("captured")
    await hands.lift("pack-1")
    await hands.house.broker.start()
    return lot


async def main(into: Path) -> None:
    """Take all pictures into a directory."""
    async with house() as hands, async_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        camera = Camera(browser, into)
        lot = await station(hands, camera, await browser.new_page())
        await hands.house.set_room("12.5")
        views = {
            "stations": "",
            "gate": "station/gate",
            "rooms": "rooms",
            "room": f"rooms/{ROOM}",
            "lots": "lots",
            "lot": f"lots/{lot}",
            "devices": "devices",
            "components": "components",
        }
        for name, path in views.items():
            await camera.at(hands.url + path)
            await camera.take(name)
        await browser.close()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1])))
