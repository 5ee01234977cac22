"""axe-core finds no serious fault in any state of a station, light and dark, tablet and phone."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.page.conftest import Hands
from tests.page.station import StationPage, received, tag

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


async def faults(page: Page) -> list[str]:
    """Give what axe calls serious or critical."""
    if not await page.evaluate("'axe' in window"):
        # by the debugger: our own policy lets no inline script in
        session = await page.context.new_cdp_session(page)
        await session.send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
        await session.detach()
    found: Any = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['help']}: {json.dumps([node['target'] for node in one['nodes']])}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_serious_fault_in_any_state(page: Page, hands: Hands, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two
    await hands.lift("pack-2")
    lot = await received(hands, "55.50")
    station = await StationPage.open(page, hands, "pack-2")
    await station.scan("CMD-SIGN-OUT")
    seen = []

    async def look(state: str) -> None:
        await station.shows(state)
        seen.append(state)
        assert await faults(page) == [], state

    await look("no-operator")
    await station.scan("OP-08")
    await station.scan(tag(lot))
    await look("ready")
    await hands.put("pack-2", "9.10")
    await look("under")
    await hands.lift("pack-2")
    await station.shows("ready")
    await hands.put("pack-2", "10.10")
    await look("captured")
    await page.locator(".app-who").click()
    await expect(page.locator("[data-test=curtain]")).to_be_visible()
    assert await faults(page) == [], "menu"
    await page.keyboard.press("Escape")
    await hands.lift("pack-2")
    await station.shows("ready")
    await station.scan("WRONG-CODE")
    await look("refused")
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await faults(page) == [], "phone"
    assert len(seen) == 5


async def test_after_a_question_the_focus_is_where_it_was(page: Page, hands: Hands) -> None:
    await StationPage.open(page, hands, "door-in")
    await page.locator(".app-who").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=curtain]")).to_be_visible()
    assert await page.evaluate("document.activeElement.closest('dialog') !== null")
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-test=curtain]")).to_have_count(0)
    assert await page.evaluate("document.activeElement.classList.contains('app-who')")


async def test_the_page_is_readable_without_a_mouse(context: BrowserContext, hands: Hands) -> None:
    page = await context.new_page()
    await page.goto(hands.url)
    await expect(page.locator("[data-test=stations] a")).to_have_count(8)
    assert await faults(page) == []
    await page.locator("[data-test=stations] a").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=station]")).to_be_visible()
