"""The displays as workers see them: the panel's lines, read for ever; a display that is off shows nothing."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from firmware_mock.workers.shown import Shown, Wall, read_line

AGAIN_S: Final = 0.2


class Screen:
    """What every station shows now, and the board on the wall; None and empty while the daemon is away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wakers: list[Callable[[], None]] = []
        self.stations: dict[str, Shown] = {}
        self.wall: Wall | None = None

    def wake(self, waker: Callable[[], None]) -> None:
        """Call this whenever anything shown has changed."""
        self._wakers.append(waker)

    async def follow(self) -> None:
        """Read the panel for ever; when it goes dark, look again and again until it is back."""
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(self._path), limit=1 << 20)
            except OSError:
                await asyncio.sleep(AGAIN_S)
                continue
            try:
                await self._read(reader)
            except (OSError, json.JSONDecodeError):
                pass  # cut off in the middle of a line: the same as the end
            finally:
                writer.close()
                self.stations.clear()
                self.wall = None
                self._changed()
            await asyncio.sleep(AGAIN_S)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            match read_line(line):
                case Shown() as shown:
                    self.stations[shown.station] = shown
                case Wall() as wall:
                    self.wall = wall
            self._changed()

    def _changed(self) -> None:
        for waker in self._wakers:
            waker()
