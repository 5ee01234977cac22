"""Messages that arrived and were not taken yet: bounded, since whoever is full makes the broker wait."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FULL_AT: Final = 256


@dataclass(frozen=True, slots=True)
class Message:
    """What arrived; `retained` means the broker had kept it from before we subscribed."""

    topic: str
    payload: bytes
    retained: bool


class Inbox:
    """A queue that asks to `pause` when it is full, and to `resume` when it was emptied."""

    def __init__(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._pause = pause
        self._resume = resume
        self._messages: list[Message] = []
        self._stirred = asyncio.Event()
        self._ended: Exception | None = None

    def put(self, message: Message) -> None:
        """Add one."""
        self._messages.append(message)
        self._stirred.set()
        if len(self._messages) >= FULL_AT:
            self._pause()

    def end(self, error: Exception) -> None:
        """Nothing more will come; what is here can still be taken."""
        self._ended = error
        self._stirred.set()

    def take(self) -> list[Message]:
        """Take all there is, without waiting."""
        taken, self._messages = self._messages, []
        if self._ended is None:
            self._stirred.clear()
            self._resume()
        return taken

    async def wait(self) -> list[Message]:
        """Wait until there is something, and take all of it; raises what it was ended with."""
        while not self._messages:
            if self._ended is not None:
                raise self._ended
            await self._stirred.wait()
        return self.take()
