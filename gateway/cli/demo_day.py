"""What the demo does to its house: a finite day with its troubles, or a shift without end."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from random import Random
from typing import Any, Final

from gateway.cli.demo_config import LEADER
from gateway.cli.demo_house import DemoHouse
from gateway.cli.demo_processes import DemoFailed
from gateway.cli.demo_story import Counts, Lang, scripted, summary, tell
from gateway.cli.demo_terminal import Terminal
from gateway.errors import GatewayError

WARM: Final = "12.5"
ALARM_WITHIN_S: Final = 30.0
DARK_S: Final = 1.0
DRAIN_WITHIN_S: Final = 60.0
REASON: Final = "Cửa kho để mở khi nhập hàng"


class Day:
    """The house as it is seen from outside, and the hands that trouble it."""

    def __init__(self, house: DemoHouse, terminal: Terminal, lang: Lang) -> None:
        self._house = house
        self._terminal = terminal
        self._lang = lang
        self._changed = asyncio.Event()
        self._alarms: frozenset[str] = frozenset()
        self._raised = asyncio.Event()
        self._to_judge: asyncio.Queue[str] = asyncio.Queue()
        self.wall: Mapping[str, Any] | None = None
        self.counts = Counts()
        self.finished = False
        self.backlog_at_the_end: int | None = None
        """Entries waiting when the network came back."""
        self.power_cuts = 0

    # what is seen

    async def watch(self) -> None:
        """Listen to workers and panel for ever, tell the story, and raise when a part ends by itself."""
        async with asyncio.TaskGroup() as watching:
            watching.create_task(self._listen(), name="workers")
            watching.create_task(self._house.follow_wall(self._saw), name="wall")
            watching.create_task(self._judge_alarms(), name="leader")
            watching.create_task(self._house.watch(), name="processes")

    async def _listen(self) -> None:
        while (line := await self._house.workers.line()) is not None:
            self.counts.take(line)
            if line.get("fact") == "finished":
                self.finished = True
            said = tell(line, self._lang)
            if said is not None:
                self._terminal.say(said)
            self._refresh()

    def _saw(self, wall: dict[str, Any] | None) -> None:
        self.wall = wall
        if wall is not None:
            alarms = frozenset(wall.get("alarms", ()))
            if alarms - self._alarms:
                for alarm in alarms - self._alarms:
                    self._to_judge.put_nowait(alarm)
                self._raised.set()
                self._say("alarm")
            if self._alarms and not alarms:
                self._say("alarm_over")
            self._alarms = alarms
        self._refresh()

    async def _judge_alarms(self) -> None:
        """Be the supervisor: goods that stood in an excursion may leave once somebody has judged it."""
        while True:
            alarm = await self._to_judge.get()
            request = {"do": "acknowledge-alarm", "alarm": alarm, "reason": REASON}
            try:
                judged = await self._house.ask(f"demo-{alarm}", LEADER, request)
            except GatewayError:  # dark just now
                await asyncio.sleep(DARK_S)
                self._to_judge.put_nowait(alarm)
                continue
            if judged:
                self._say("judged")

    def _refresh(self) -> None:
        self._terminal.stay(*summary(self.wall, self.counts, self._lang))
        self._changed.set()

    def _say(self, name: str, **values: object) -> None:
        self._terminal.say(scripted(name, self._lang, **values))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something seen makes this true."""
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    # what is done to it

    async def open_door(self, for_s: float) -> None:
        """Leave the cold room's door open until the alarm, and a little longer."""
        await self._house.set_room(WARM)
        self._say("door_open", t=WARM.replace(".", ",") if self._lang == "vi" else WARM)
        with suppress(TimeoutError):
            async with asyncio.timeout(ALARM_WITHIN_S):
                await self._raised.wait()
        await asyncio.sleep(for_s)
        await self._house.set_room(None)
        self._say("door_shut")

    async def cut_network(self, until: Coroutine[Any, Any, None]) -> None:
        """Take the broker away until something else has happened."""
        await self._house.broker.stop()
        self._say("broker_away")
        await until
        backlog = int(self.wall["backlog"]) if self.wall is not None else 0
        self.backlog_at_the_end = backlog
        self._say("broker_back", n=backlog)
        await self._house.broker.start()

    async def cut_power(self) -> None:
        """Kill the daemon without warning, and start it again."""
        await self._house.kill_daemon()
        self.power_cuts += 1
        self._say("killed")
        await asyncio.sleep(DARK_S)
        await self._house.start_daemon()
        self._say("again")

    async def drained(self) -> None:
        """Wait until the receiver has confirmed everything on disk.

        Raises:
            DemoFailed: It takes too long.
        """
        try:
            async with asyncio.timeout(DRAIN_WITHIN_S):
                await self.until(self._all_confirmed)
        except TimeoutError:
            raise DemoFailed(f"not everything was confirmed within {DRAIN_WITHIN_S:.0f} s") from None
        self._say("drained")

    def _all_confirmed(self) -> bool:
        return self.wall is not None and bool(self.wall["connected"]) and not self.wall["backlog"]


async def finite(day: Day, random: Random, *, backlog: int, cartons: int) -> None:
    """Play a day: network away until `backlog` entries wait, a power cut amid packing, an excursion, and the end.

    `cartons` is how many will be packed; the power goes in the second eighth of them, while one is on a scale.
    """
    power_at = random.randint(cartons // 8, cartons // 4)

    async def enough() -> None:
        await day.until(lambda: day.finished or (day.wall is not None and int(day.wall["backlog"]) > backlog))

    async def power() -> None:
        await day.until(lambda: day.finished or (day.counts.cartons >= power_at and bool(_packing(day))))
        await asyncio.sleep(random.uniform(0.0, 0.8))
        if not day.finished:
            await day.cut_power()

    async def door() -> None:
        await day.until(lambda: day.counts.cartons >= 3)
        await day.open_door(2.0)

    await day.until(lambda: day.counts.cartons >= 2)
    async with asyncio.TaskGroup() as troubles:
        troubles.create_task(day.cut_network(enough()), name="network")
        troubles.create_task(power(), name="power")
        troubles.create_task(door(), name="door")
    await day.until(lambda: day.finished)
    await day.drained()


def _packing(day: Day) -> set[str]:
    """Give the packing stations with a carton on the scale."""
    return {who for who in day.counts.on_scale if who.startswith("pack")}


async def endless(day: Day, random: Random) -> None:
    """Trouble the house now and then, for ever."""
    while True:
        await asyncio.sleep(random.uniform(30, 45))
        await day.open_door(5.0)
        await asyncio.sleep(random.uniform(20, 30))
        await day.cut_network(asyncio.sleep(random.uniform(15, 25)))
        await asyncio.sleep(random.uniform(30, 45))
        await day.cut_power()
