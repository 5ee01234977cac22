"""When a worker looks up, and why the same is not done twice in a row."""

import asyncio
import time
from typing import Final

from firmware_mock.workers.doing import Act
from firmware_mock.workers.shown import Shown

PATIENCE_S: Final = 3.0
"""How long a worker waits for the display to change before doing the same again."""

GLANCE_S: Final = 0.25
"""How often a worker looks up although nothing called."""


class Eyes:
    """The moment of looking: woken by the display or the printer, and never twice the same act in a row."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self._last: tuple[Act, Shown] | None = None
        self._last_at = 0.0

    async def look_up(self) -> None:
        """Wait until something changed, or a glance's time."""
        try:
            async with asyncio.timeout(GLANCE_S):
                await self.woken.wait()
        except TimeoutError:
            return
        self.woken.clear()

    def impatient(self, act: Act, shown: Shown) -> bool:
        """Whether to act: not the same again while the display still shows the same, unless it takes too long."""
        now = time.monotonic()
        if (act, shown) == self._last and now - self._last_at < PATIENCE_S:
            return False
        self._last, self._last_at = (act, shown), now
        return True
