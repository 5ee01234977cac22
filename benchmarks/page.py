"""The price of the page: from a weight to the screen, bytes of a first visit, the server's processor time."""

import asyncio
import json
import os
import resource
import shutil
import signal
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from playwright.async_api import Browser, Page, async_playwright

from gateway.cli.demo_broker import free_port
from tests.page_behind import behind
from tests.road import packing_house, tag

CLIENTS, HERTZ = 5, 10.0
QUIET_S, MEASURED_S = 10.0, 30.0
WARM_S = 3.0

P95_MS, KILOBYTES, CPU_S_A_MINUTE = 20.0, 300.0, 2.0
"""The floor of the page (design §10)."""

MOST_MISSED = 10.0
"""Percent: the newest value wins, so a busy browser may pass one over."""

CHROMIUM: Final = shutil.which("chromium") or "/usr/bin/chromium"

WATCH: Final = """() => {
  const digits = document.querySelector(".weight-digits");
  window.seen = [];
  new MutationObserver(() => window.seen.push([digits.textContent, performance.timeOrigin + performance.now()]))
    .observe(digits, { childList: true, characterData: true, subtree: true });
}"""


# --- the server, in a process of its own so that its processor time can be told from ours ---


async def serve(directory: Path, port: int) -> None:
    """Run a packing station whose scale shows another weight ten times a second; tell when each came in."""
    from gateway.web.server import serve as serve_page
    from gateway.web.table import WebTable

    came: dict[str, float] = {}
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    async with packing_house(directory) as house:
        lot = await house.receive_lot("401.50")
        await house.scan("pack-scanner", "OP-07")
        await house.scan("pack-scanner", tag(lot))
        await house.shows("pack-scale", "0.00", 3)
        page = asyncio.create_task(serve_page(behind(house, directory, WebTable(port=port))))
        print(json.dumps({"port": port}), flush=True)
        number, at = 0, asyncio.get_running_loop().time()
        while not asked.is_set():
            number += 1
            kg = f"{5 + number % 9000 / 1000:.3f}"
            came[kg.replace(".", ",")] = time.time() * 1000
            await house.shows("pack-scale", kg, stable=False)
            at += 1 / HERTZ
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, at - asyncio.get_running_loop().time())):
                    await asked.wait()
        page.cancel()
        with suppress(asyncio.CancelledError):
            await page
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"came": came, "cpu_s": used.ru_utime + used.ru_stime}), flush=True)


def cpu_s(pid: int) -> float:
    """Give the processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- the browsers ---


async def open_page(browser: Browser, url: str, size: tuple[int, int]) -> tuple[Page, list[int]]:
    """Open the station in a browser that has never been here; count what goes over the wire, headers too."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    sizes: list[int] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    await page.goto(url)
    await page.wait_for_selector(".stage:not([data-state=stale])")
    await page.evaluate("document.fonts.ready.then(() => true)")
    return page, sizes


async def measure() -> bool:
    with tempfile.TemporaryDirectory(prefix="page-bench-") as directory:
        port = free_port()
        child = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "--serve", directory, str(port), stdout=asyncio.subprocess.PIPE, limit=1 << 22
        )
        assert child.stdout is not None
        try:
            await child.stdout.readline()
            async with asyncio.timeout(60):
                while True:
                    with suppress(OSError):
                        _, writer = await asyncio.open_connection("127.0.0.1", port)
                        writer.close()
                        break
                    await asyncio.sleep(0.1)
            return await _figures(child, f"http://127.0.0.1:{port}/station/pack")
        finally:
            if child.returncode is None:
                child.terminate()
                await child.wait()


async def _figures(child: asyncio.subprocess.Process, url: str) -> bool:
    async with async_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        first, sizes = await open_page(browser, url, (1280, 800))
        loaded = sum(sizes)
        await first.context.close()
        await asyncio.sleep(WARM_S)
        before = cpu_s(child.pid)
        await asyncio.sleep(QUIET_S)
        quiet = (cpu_s(child.pid) - before) / QUIET_S
        pages = [(await open_page(browser, url, (1280, 800)))[0] for _ in range(CLIENTS)]
        await asyncio.sleep(WARM_S)
        for page in pages:
            await page.evaluate(WATCH)
        before = cpu_s(child.pid)
        await asyncio.sleep(MEASURED_S)
        busy = (cpu_s(child.pid) - before) / MEASURED_S
        seen = [await page.evaluate("window.seen") for page in pages]
        await browser.close()
    child.send_signal(signal.SIGTERM)
    assert child.stdout is not None
    told: dict[str, Any] = json.loads(await child.stdout.readline())
    delays = [at - told["came"][digits] for page_seen in seen for digits, at in page_seen if digits in told["came"]]
    return report(delays, loaded, (busy - quiet) * 60, quiet * 60)


def report(delays: list[float], loaded: int, cpu: float, quiet: float) -> bool:
    """Print the figures; tell whether all hold."""
    expected = CLIENTS * HERTZ * MEASURED_S
    p95 = statistics.quantiles(delays, n=100)[94]
    arrived, kilobytes = len(delays) / expected, loaded / 1000
    rows = [
        (f"value to DOM, {CLIENTS} browsers at {HERTZ:.0f} Hz, p95", p95, "ms", P95_MS),
        ("values that reached no screen", 100 * (1 - arrived), "%", MOST_MISSED),
        ("first visit of a station, fonts included", kilobytes, "kB", KILOBYTES),
        (f"server, {CLIENTS} browsers, a minute (the road itself: {quiet:.1f} s)", cpu, "s CPU", CPU_S_A_MINUTE),
    ]
    print(f"the page (median {statistics.median(delays):.1f} ms, slowest {max(delays):.1f} ms)")
    for name, found, unit, most in rows:
        print(f"  {'pass' if found <= most else 'FAIL'}: {name}: {found:.1f} {unit} (at most {most:.0f})")
    return all(found <= most for _, found, _, most in rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        asyncio.run(serve(Path(sys.argv[2]), int(sys.argv[3])))
    else:
        sys.exit(not asyncio.run(measure()))
