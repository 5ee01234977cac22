"""A station's page in a browser, as a worker's hands and eyes have it."""

import time
from dataclasses import dataclass

from playwright.async_api import CDPSession, Page, expect

from tests.page.conftest import Hands

KEY_EVERY_S = 0.008
"""How fast a scanner types."""

GTIN = "99521234000016"


def tag(lot: str) -> str:
    """Give what a lot tag's QR says."""
    return f"https://id.example.org/01/{GTIN}/10/{lot}?3102=010000"


@dataclass
class StationPage:
    """One station, open in one browser."""

    page: Page
    hands: Hands
    at: str

    @classmethod
    async def open(cls, page: Page, hands: Hands, at: str) -> "StationPage":
        opened = cls(page, hands, at)
        await page.goto(f"{hands.url}station/{at}")
        await expect(page.locator("[data-test=station]")).to_be_visible()
        await expect(page.locator(".stage")).not_to_have_attribute("data-state", "stale")
        return opened

    async def shows(self, state: str) -> None:
        """Wait until the stage is in this state."""
        await expect(self.page.locator(".stage")).to_have_attribute("data-state", state)

    async def word(self) -> str:
        return (await self.page.locator("[data-test=state-word]").inner_text()).strip()

    async def scan(self, code: str) -> None:
        """Type a code as a scanner in keyboard mode does: all keys at once, then Enter."""
        session: CDPSession = await self.page.context.new_cdp_session(self.page)
        # the times are the scanner's own: a busy machine delivers the keys late, and they stay a burst
        began = time.time()
        for place, sign in enumerate((*code, "Enter")):
            at = began + place * KEY_EVERY_S
            await session.send("Input.dispatchKeyEvent", _key("keyDown", sign, at))
            await session.send("Input.dispatchKeyEvent", _key("keyUp", sign, at + KEY_EVERY_S / 2))
        await session.detach()

    async def press(self, test: str) -> None:
        await self.page.locator(f"[data-test={test}]").click()

    async def pack(self, kg: str) -> None:
        """Put a carton on, wait for the green, take it off."""
        await self.hands.put(self.at, kg)
        await self.shows("captured")
        await self.hands.lift(self.at)
        await self.shows("ready")


def _key(kind: str, sign: str, at: float) -> dict[str, object]:
    if sign == "Enter":
        return {"type": kind, "key": sign, "code": sign, "windowsVirtualKeyCode": 13, "timestamp": at}
    return {"type": kind, "key": sign, "timestamp": at} | ({"text": sign} if kind == "keyDown" else {})


async def received(hands: Hands, *loads: str) -> str:
    """Bring a lot through the gate with the gateway's own devices; give its code."""
    async with hands.watching() as said:
        await hands.scan("gate", "OP-01")
        await said("gate", lambda view: view["operator"] == "OP-01")
        await hands.scan("gate", "FARM-0042")
        lot: str = (await said("gate", lambda view: view["lot"] is not None))["lot"]
        for n, kg in enumerate(loads, 1):
            await said("gate", lambda view: view["state"] == "ready")
            await hands.put("gate", kg)
            await said("gate", lambda view, n=n: view["receipt"] is not None and view["receipt"]["loads"] == n)
            await hands.lift("gate")
        await said("gate", lambda view: view["state"] == "ready")
        await hands.scan("gate", "CMD-CLOSE-RECEIPT")
        await said("gate", lambda view: view["receipt"] is None)
    return lot
