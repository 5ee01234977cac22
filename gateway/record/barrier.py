"""The barrier on the road in: readings pass it side by side, and none is on the road while it is down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Barrier:
    """Lets everybody through until somebody needs the road empty, for a moment: those who come then wait before it.

    Who is cancelled while waiting has done nothing yet. Nobody on the road may come to the barrier again.
    """

    def __init__(self) -> None:
        self._up = asyncio.Event()
        self._empty = asyncio.Event()
        self._up.set()
        self._empty.set()
        self._inside = 0
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Be on the road for as long as the block lasts."""
        while not self._up.is_set():
            await self._up.wait()
        self._inside += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Have the road empty for as long as the block lasts; one at a time."""
        async with self._one:
            self._up.clear()
            try:
                await self._empty.wait()
                yield
            finally:
                self._up.set()
