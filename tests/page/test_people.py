"""Who may do what at the page: PINs and their lock, sign-in, and commands from elsewhere."""

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.page.conftest import SUPERVISOR_PIN, WORKER_PIN, Hands
from tests.page.station import StationPage

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


FROM_ELSEWHERE = """async (url) => {
  const request = { do: "scan", code: "OP-03" };
  const body = JSON.stringify({ key: "key-from-elsewhere", station: "door-out", request });
  const headers = { "Content-Type": "text/plain" };
  try {
    const answer = await fetch(url, { method: "POST", mode: "no-cors", credentials: "include", headers, body });
    return answer.type;
  } catch {
    return "refused";
  }
}"""


async def enter(page: Page, badge: str, pin: str) -> None:
    field = page.locator(".code-field")
    await expect(page.locator(".code-field, .person").first).to_be_visible()
    if await field.is_visible():
        await field.fill(badge)
    for digit in pin:
        await page.locator(".pin-key", has_text=re.compile(f"^{digit}$")).click()


@pytest.mark.usefixtures("with_pins")
async def test_wrong_pins_lock_out_with_a_countdown(page: Page, hands: Hands) -> None:
    await page.goto(f"{hands.url}station/pack-2")
    await expect(page.locator("[data-test=sign-in-page]")).to_be_visible()
    for left in (4, 3, 2, 1):
        await enter(page, "OP-08", "000000")
        await expect(page.locator(".pin-message")).to_contain_text(f"Còn {left} lần")
        assert "0" not in await page.locator(".pin-dots").inner_text()
    await enter(page, "OP-08", "000000")
    await expect(page.locator(".pin-message")).to_contain_text(re.compile(r"Tạm khóa. Thử lại sau [45]:\d\d"))
    await expect(page.locator(".pin-pad")).to_have_attribute("data-locked", "")
    # the right one is refused, too, while the lock lasts
    answer = await page.context.request.post(
        f"{hands.url}api/sign-in",
        data={"badge": "OP-08", "pin": WORKER_PIN},
        headers={"X-Gateway": "test", "Origin": hands.url.rstrip("/")},
    )
    assert answer.status == 429
    await hands.forgive()


@pytest.mark.usefixtures("with_pins")
async def test_a_pin_opens_the_page_and_from_then_on_a_badge_does(page: Page, hands: Hands) -> None:
    await page.goto(f"{hands.url}station/pack-2")
    refused = await page.context.request.get(f"{hands.url}api/stream")
    assert refused.status == 401
    await enter(page, "OP-12", SUPERVISOR_PIN)
    await expect(page.locator("[data-test=station]")).to_be_visible()
    me = await (await page.context.request.get(f"{hands.url}api/me")).json()
    assert (me["badge"], me["role"], me["display"]) == ("OP-12", "supervisor", True)
    cookies = await page.context.cookies()
    assert {one["name"] for one in cookies} == {"session", "display"}
    assert all(one["httpOnly"] and one["sameSite"] == "Strict" for one in cookies)
    station = StationPage(page, hands, "pack-2")
    await station.scan("OP-08")
    await expect(page.locator(".app-who")).to_contain_text("Nhân viên trạm 2")
    await station.scan("CMD-SIGN-OUT")


async def test_a_command_from_another_page_is_refused(page: Page, hands: Hands) -> None:
    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<p>other</p>")
        await writer.drain()
        writer.close()

    elsewhere = await asyncio.start_server(stranger, "127.0.0.1", 0)
    async with elsewhere:
        port = elsewhere.sockets[0].getsockname()[1]
        await page.goto(f"http://127.0.0.1:{port}/")
        sent = await page.evaluate(FROM_ELSEWHERE, f"{hands.url}api/requests")
        assert sent == "refused"
        assert urlsplit(hands.url).port != port
    async with hands.watching() as said:
        assert (await said("door-out", lambda _: True))["operator"] is None
