"""A socket that belongs to somebody else, watched by the event loop."""

import asyncio
from collections.abc import Callable


class LoopSocket:
    """Calls `readable` while there is something to read, until paused, and `writable` only when asked to."""

    def __init__(self, fd: int, readable: Callable[[], None], writable: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._fd = fd
        self._readable = readable
        self._writable = writable
        self.reading = False
        self.resume()

    def resume(self) -> None:
        """Read again after a pause."""
        if not self.reading and self._fd >= 0:
            self.reading = True
            self._loop.add_reader(self._fd, self._readable)

    def pause(self) -> None:
        """Read nothing for now: what the other side sends waits in its own buffers."""
        if self.reading:
            self.reading = False
            self._loop.remove_reader(self._fd)

    def want_write(self) -> None:
        """Tell `writable` when something can be written."""
        if self._fd >= 0:
            self._loop.add_writer(self._fd, self._writable)

    def no_write(self) -> None:
        """Nothing is left to write."""
        if self._fd >= 0:
            self._loop.remove_writer(self._fd)

    def leave(self) -> None:
        """Stop watching, for good; to be called before the socket is closed."""
        self.pause()
        self.no_write()
        self._fd = -1
