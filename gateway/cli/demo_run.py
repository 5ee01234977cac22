"""The demo from beginning to end: the house is opened, a day happens in it, and its books are compared."""

import asyncio
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from gateway.cli.demo_books import Books, compare
from gateway.cli.demo_broker import BrokerKind
from gateway.cli.demo_config import GATEWAY, Pace
from gateway.cli.demo_day import Day, endless, finite
from gateway.cli.demo_house import DemoHouse
from gateway.cli.demo_ledgers import announced_key, read_journal, read_paper, read_receiver, read_told
from gateway.cli.demo_processes import DemoFailed
from gateway.cli.demo_story import Lang, scripted
from gateway.cli.demo_terminal import Terminal, books_table, verdict
from gateway.errors import GatewayError

BACKLOG: Final = 100
LONGEST_DAY_S: Final = 420.0
TRUCKS: Final = (5, 8, 11, 14)
"""How the loads of a day are shared between its trucks."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for on the command line. `loads` is for a finite day, over the gate and both packing stations."""

    once: bool
    seed: int
    directory: Path
    broker: BrokerKind | None
    lang: Lang
    loads: int


def run(choice: Choice, terminal: Terminal, *, kept: bool) -> int:
    """Run the demo and give its exit status."""
    failed: list[BaseException] = []
    try:
        return asyncio.run(_until_told(choice, terminal, kept=kept))
    except* GatewayError as failures:
        failed = _each(failures)
    terminal.stay()
    for failure in failed:
        terminal.head(f"{'lỗi' if choice.lang == 'vi' else 'error'}: {failure}")
    return 1


def _each(group: BaseExceptionGroup[GatewayError]) -> list[BaseException]:
    """Give the errors inside a group, however deep."""
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _each(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


async def _until_told(choice: Choice, terminal: Terminal, *, kept: bool) -> int:
    """End in order, everything by its process id, when Ctrl-C or SIGTERM comes."""
    work = asyncio.ensure_future(_work(choice, terminal, kept=kept))
    loop = asyncio.get_running_loop()

    def end() -> None:
        terminal.stay()
        terminal.say(scripted("house_over", choice.lang))
        work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    with suppress(asyncio.CancelledError):
        return await work
    return 1 if choice.once else 0


async def _work(choice: Choice, terminal: Terminal, *, kept: bool) -> int:
    choice.directory.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    vi = choice.lang == "vi"
    terminal.head("Nhà đóng gói làm thử (Ctrl-C để dừng)" if vi else "A demo packing house (Ctrl-C ends it)")
    terminal.head(f"{'thư mục' if vi else 'directory'}: {choice.directory} · seed {choice.seed}")
    async with DemoHouse.open(choice.directory, pace(choice), choice.seed, choice.broker) as house:
        terminal.head(f"{'trang' if vi else 'page'}: {house.page}")
        terminal.head(f"broker: {house.broker.kind}, 127.0.0.1:{house.broker.port}")
        day = Day(house, terminal, choice.lang)
        await _play(day, choice)
        terminal.say(scripted("house_over", choice.lang))
        terminal.stay()
        status = await house.stop_daemon()
    if status != 0:
        terminal.head(f"daemon: exit {status}")
    books = await asyncio.to_thread(read_books, choice.directory)
    terminal.head("Đối chiếu sổ" if vi else "The books")
    for line in books_table(books, choice.lang):
        terminal.head(line)
    troubled = _troubles(day, choice, terminal)
    terminal.head(verdict(books, choice.lang))
    terminal.head(f"{time.monotonic() - began:.0f} s{f' · {choice.directory}' if kept else ''}")
    return 0 if books.good and status == 0 and troubled else 1


def _troubles(day: Day, choice: Choice, terminal: Terminal) -> bool:
    """Say what the day went through, and whether that was as much as it should: an easy day proves nothing."""
    vi = choice.lang == "vi"
    wanted = backlog_wanted(choice)
    backlog = day.backlog_at_the_end or 0
    terminal.head(
        f"  {'Bản ghi chờ gửi khi có mạng lại' if vi else 'Entries waiting when the network came back'}: {backlog}"
        f" (> {wanted}) · {'mất điện (kill -9)' if vi else 'power cuts (kill -9)'}: {day.power_cuts}"
    )
    return backlog > wanted and day.power_cuts >= 1


async def _play(day: Day, choice: Choice) -> None:
    """Let the day happen; it is over when its script is, and fails when a part of the house does."""
    random = Random(choice.seed)
    watching = asyncio.ensure_future(day.watch())
    cartons = pace(choice).cartons
    script = (
        endless(day, random)
        if cartons is None
        else finite(day, random, backlog=backlog_wanted(choice), cartons=2 * cartons)
    )
    playing = asyncio.ensure_future(script)
    try:
        longest_s = LONGEST_DAY_S if choice.once else None
        done, _ = await asyncio.wait({watching, playing}, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise DemoFailed(f"the day is not over after {longest_s:.0f} s; see {choice.directory / 'logs'}")
        for task in done:
            await task
    finally:
        for task in (playing, watching):
            task.cancel()
        await asyncio.gather(playing, watching, return_exceptions=True)


def backlog_wanted(choice: Choice) -> int:
    """More entries than this must wait when the network comes back; a shorter day has a smaller backlog."""
    return min(BACKLOG, choice.loads)


def pace(choice: Choice) -> Pace:
    """Share the loads out between the gate and two packing stations; a short first truck lets packing begin early."""
    if not choice.once:
        return Pace(trucks=(6, 8, 10), cartons=None, window_s=60, on_delay_s=5, hand_s=0.6, rest_s=6.0)
    cartons = round(choice.loads * 0.32)
    gate = choice.loads - 2 * cartons
    shares = [max(1, gate * share // sum(TRUCKS)) for share in TRUCKS[:-1]]
    return Pace(trucks=(*shares, gate - sum(shares)), cartons=cartons)


def read_books(directory: Path) -> Books:
    """Read everything that is left of a day below a directory, and compare it."""
    receiver = directory / "receiver.db"
    key = announced_key(receiver, GATEWAY)
    return compare(
        read_told(directory / "logs" / "told.jsonl"),
        read_paper(directory / "prints"),
        read_journal(directory / "journal.db", GATEWAY, key),
        read_receiver(receiver, GATEWAY),
    )
