"""The crew: tasks by name inside a task group, each of which can be let go and begun anew while the others run on."""

import asyncio
from collections.abc import Awaitable, Callable


class Crew:
    """Named tasks of one `TaskGroup`; a task that fails still ends the whole group."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Begin `work`, in place of what ran under this name: what it held, a port say, is given back first."""
        self.stop(name)
        before = [task for task in self._tasks.get(name, ()) if not task.done()]
        self._tasks[name] = [*before, self._group.create_task(_after(before, work), name=name)]

    def stop(self, name: str) -> None:
        """Cancel what runs under this name, if anything does; it ends by itself, nobody waits for it."""
        for task in self._tasks.get(name, ()):
            task.cancel()

    def stop_all(self) -> None:
        """Cancel everybody."""
        for name in self._tasks:
            self.stop(name)


async def _after(before: list[asyncio.Task[None]], work: Callable[[], Awaitable[None]]) -> None:
    if before:
        await asyncio.wait(before)
    await work()
