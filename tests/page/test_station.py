"""A station's page: a shift by scanner alone, double taps, two browsers, what is said when the gateway falls silent."""

import asyncio
import os
import re
import signal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.page.conftest import Hands, answering
from tests.page.station import StationPage, received, tag

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


REMEMBER = """() => {
  const stage = document.querySelector(".stage");
  stage.dataset.seen = "";
  const look = () => { stage.dataset.seen += ` ${stage.dataset.state}`; };
  new MutationObserver(look).observe(stage, { attributes: true, attributeFilter: ["data-state"] });
}"""
"""Write down every state the stage goes through from now on."""

OUTSIDE = """() => [...document.querySelectorAll(".station, .stage, .action-bar, .app-bar, .weight, .button")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, at]) => at.right > innerWidth + 1 || at.bottom > innerHeight + 1)
  .map(([one]) => one.className)"""


async def ready_to_pack(page: Page, hands: Hands, at: str = "pack-1") -> StationPage:
    """Open a station with a worker and a lot that has two cartons left; the one of the test before, if it has."""
    await hands.lift(at)
    hands.cartons_left -= 2
    if hands.cartons_left >= 0:
        station = await StationPage.open(page, hands, at)
        await station.scan("OP-07")
        await station.shows("ready")
        return station
    lot = await received(hands, "58.50")
    hands.cartons_left = 3
    station = await StationPage.open(page, hands, at)
    await station.scan("OP-07")
    await expect(page.locator(".app-who")).to_contain_text("Nhân viên trạm 1")
    await station.scan(tag(lot))
    await expect(page.locator(".lot-code")).to_have_text(lot)
    await station.shows("ready")
    return station


async def test_a_shift_with_the_scanner_only(page: Page, hands: Hands) -> None:
    lot = await received(hands, "31.50")
    station = await StationPage.open(page, hands, "pack-1")
    await station.scan("OP-07")
    await station.shows("no-lot")
    await station.scan("NOTHING-KNOWN")
    await station.shows("refused")
    await expect(page.locator("[data-test=scan-box]")).to_contain_text("NOTHING-KNOWN")
    await station.scan(tag(lot))
    await station.shows("ready")
    before = await hands.printed("pack-1")
    for n, kg in enumerate(("10.12", "9.87"), 1):
        await hands.put("pack-1", kg)
        await station.shows("captured")
        await expect(page.locator(".weight-digits")).to_have_text(kg.replace(".", ","))
        await expect(page.locator(".recent-value").first).to_have_text(f"{kg.replace('.', ',')}\u00a0kg")
        await expect(page.locator(".stage-hint")).to_contain_text("nhãn đã ra")
        await hands.lift("pack-1")
        await station.shows("ready")
        assert await hands.printed("pack-1") == before + n
    await expect(page.locator(".lot-card")).to_contain_text("2 thùng · 19,99\u00a0kg")
    await station.scan("CMD-CLOSE-LOT")
    await station.shows("no-lot")
    await station.scan("CMD-SIGN-OUT")
    await station.shows("no-operator")
    assert await page.evaluate("document.activeElement === document.body")


async def test_the_receiver_turns_the_third_segment_green(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await station.pack("10.01")
    await expect(page.locator(".recent-list [data-test=confirm-mark]").first).to_have_attribute("data-level", "3")


async def test_a_double_tap_prints_once(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await station.pack("10.02")
    before = await hands.printed("pack-1")
    await station.press("reprint")
    confirm = page.locator("[data-test=confirm_reprint]")
    box = await confirm.bounding_box()
    assert box is not None
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await asyncio.gather(*(page.mouse.click(*place) for _ in range(3)))
    await expect(page.locator("[data-test=curtain]")).to_have_count(0)
    # the next carton's label comes after whatever was asked for before it
    await station.pack("10.08")
    await expect(page.locator(".recent-name").first).to_be_visible()
    assert await hands.printed("pack-1") == before + 2


SAME_KEY = """async () => {
  const one = { key: "key-of-one-button", station: "pack-1", request: { do: "reprint" } };
  const headers = { "Content-Type": "application/json", "X-Gateway": "page" };
  const body = JSON.stringify(one);
  const send = () => fetch("/api/requests", { method: "POST", headers, body }).then((answer) => answer.status);
  return Promise.all([send(), send(), send()]);
}"""


async def test_one_key_is_one_act_however_often_it_comes(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await station.pack("10.09")
    before = await hands.printed("pack-1")
    assert await page.evaluate(SAME_KEY) == [200, 200, 200]
    await station.pack("10.10")
    assert await hands.printed("pack-1") == before + 2


async def test_a_stopped_daemon_greys_the_weight_and_locks_the_buttons(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await station.pack("10.03")
    await hands.put("pack-1", "10.40")
    await station.shows("captured")
    os.kill(hands.house.daemon.pid, signal.SIGSTOP)
    try:
        await station.shows("stale")
        assert await station.word() == "Mất kết nối"
        await expect(page.locator(".stage-hint")).to_have_text(re.compile(r"Số cũ \d+ giây · đang nối lại"))
        await expect(page.locator(".gauge")).to_be_hidden()
        for button in await page.locator(".action-bar .button:visible").all():
            assert await button.get_attribute("data-kind") == "locked"
        age = await page.evaluate("import('/static/js/stream.js').then((m) => m.stream.age)")
        assert age >= 1.5
        await station.scan("OP-07")
        await expect(page.locator("[data-test=scan-box]")).to_contain_text("Tạm khóa")
    finally:
        os.kill(hands.house.daemon.pid, signal.SIGCONT)
    await station.shows("take-off")  # the scale was not heard meanwhile: nobody says "recorded" of what stands there
    await hands.lift("pack-1")
    await station.shows("ready")


async def test_a_page_frozen_across_a_restart_wakes_to_what_is(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await hands.put("pack-1", "10.04")
    await station.shows("captured")
    devtools = await page.context.new_cdp_session(page)
    await page.evaluate(REMEMBER)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await hands.house.stop_daemon()
    await hands.lift("pack-1")
    await hands.house.start_daemon()
    await answering(hands.house)
    async with hands.watching() as said:
        await said("pack-1", lambda view: view["state"] == "ready")
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    await station.shows("ready")
    seen = (await page.locator(".stage").get_attribute("data-seen") or "").split()
    assert seen, "something was shown in between"
    assert seen[0] == "stale", "nothing old in live clothes"


async def test_a_graceful_stop_is_said_as_a_restart(page: Page, hands: Hands) -> None:
    await ready_to_pack(page, hands)
    await hands.house.stop_daemon()
    await expect(page.locator("[data-test=state-word]")).to_have_text("Đang khởi động lại")
    await hands.house.start_daemon()
    await expect(page.locator(".stage")).not_to_have_attribute("data-state", "stale")


async def test_a_shift_leader_voids_a_weighing_and_nobody_else_does(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await station.pack("10.11")
    before = int(re.findall(r"Lô này\s+(\d+) thùng", await page.locator(".lot-card").inner_text())[0])
    await station.press("void")
    await page.locator("[data-test=void_choice]").first.click()
    await expect(page.locator(".curtain-title")).to_contain_text("10,11\u00a0kg?")
    await station.scan("OP-07")
    await expect(page.locator(".pin-message")).to_contain_text("Việc này cần tổ trưởng")
    await station.scan("OP-12")
    await expect(page.locator("[data-test=curtain]")).to_have_count(0)
    await expect(page.locator(".recent-list li").first).to_have_attribute("data-struck", "")
    await expect(page.locator(".recent-note").first).to_have_text("đã hủy")
    await expect(page.locator(".lot-card")).to_contain_text(f"{before - 1} thùng")
    await expect(page.locator(".app-who")).to_contain_text("Nhân viên trạm 1")


async def test_two_browsers_show_the_same(page: Page, hands: Hands, browser: Browser) -> None:
    station = await ready_to_pack(page, hands)
    other = await browser.new_context(viewport={"width": 390, "height": 844})
    beside = await StationPage.open(await other.new_page(), hands, "pack-1")
    await hands.put("pack-1", "10.05")
    for one in (station, beside):
        await one.shows("captured")
        await expect(one.page.locator(".weight-digits")).to_have_text("10,05")
    await hands.lift("pack-1")
    await station.shows("ready")
    await other.close()


async def test_the_language_is_switched_and_stays(page: Page, hands: Hands) -> None:
    station = await StationPage.open(page, hands, "door-in")
    vietnamese = await station.word()
    await page.locator(".app-who").click()
    await station.press("language_en")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("[data-test=state-word]")).not_to_have_text(vietnamese)
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("[data-test=scan-box]")).to_contain_text("Ready to scan")


async def test_a_label_of_which_nobody_knows_is_asked_about(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await hands.house.command("pack-1-printer", disconnect_after=600)
    await hands.put("pack-1", "10.06")
    await expect(page.locator("[data-test=state-word]")).to_have_text("Nhãn đã ra chưa?")
    await station.press("label_out")
    await expect(page.locator("[data-test=state-word]")).not_to_have_text("Nhãn đã ra chưa?")
    await hands.lift("pack-1")
    await station.shows("ready")


async def test_the_station_fits_without_scrolling(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await hands.put("pack-1", "10.07")
    await station.shows("captured")
    for width, height in ((360, 740), (390, 844), (1280, 800), (1920, 1080)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate(OUTSIDE) == [], f"at {width} x {height}"
        for button in await page.locator(".action-bar .button:visible").all():
            box = await button.bounding_box()
            assert box is not None
            assert min(box["height"], box["width"]) >= 72, f"{await button.inner_text()} at {width} x {height}"
    await hands.lift("pack-1")
    await station.shows("ready")


async def test_nothing_was_asked_of_anybody_else(page: Page, hands: Hands) -> None:
    await StationPage.open(page, hands, "gate")
    assert len(hands.asked) > 20
    assert hands.strangers() == []


async def test_practice_leaves_no_trace_but_a_marked_label(page: Page, hands: Hands) -> None:
    station = await ready_to_pack(page, hands)
    await station.pack("10.12")
    real, before = await page.locator(".recent-name").first.inner_text(), await hands.entries()
    printed = await hands.printed("pack-1")
    await page.locator(".app-who").click()
    await station.press("practice")
    await station.press("confirm_practice_begin")
    await expect(page.locator(".app-lights")).to_contain_text("LÀM THỬ")
    await station.shows("ready")
    await hands.put("pack-1", "10.20")
    await station.shows("captured")
    await expect(page.locator(".stage-hint")).to_contain_text("Thùng 90001")
    await expect(page.locator(".stage-hint")).to_contain_text("nhãn đã ra")
    assert await hands.printed("pack-1") == printed + 1
    await hands.lift("pack-1")
    await station.shows("ready")
    await page.locator(".app-who").click()
    await station.press("practice")
    await station.press("confirm_practice_end")
    await expect(page.locator(".app-lights")).not_to_contain_text("LÀM THỬ")
    await station.shows("ready")
    assert await hands.entries() == before, "the house's own journal has nothing of it"
    await expect(page.locator(".recent-name").first).to_have_text(real)
    await station.pack("10.21")
    number = await page.locator(".recent-name").first.inner_text()
    assert int(number.split()[-1]) == int(real.split()[-1]) + 1, "no number was taken"
