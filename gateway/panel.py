"""The panel: what each station shows, as JSON lines on a local socket, for a display beside the scale."""

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gateway.board import Board, as_json
from gateway.locale import sentence

HEARTBEAT_S = 1.0
SLOWEST_READER_S = 5.0


class Panel:
    """A socket that tells everyone who connects first what is, then what changes; it takes no commands.

    A line is a JSON object: one a station whenever it changes, and `{"house": …}` every second. A reader that does
    not keep up sees the newest state, never a queue of old ones; one that stops reading is dropped.
    """

    def __init__(self, path: Path, board: Board, describe: Callable[[], dict[str, Any]]) -> None:
        self._path = path
        self._board = board
        self._describe = describe

    async def run(self) -> None:
        """Serve until cancelled."""
        self._path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, self._path)
        os.chmod(self._path, 0o660)
        try:
            await server.serve_forever()
        finally:
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        changes = self._board.follow()
        try:
            await self._send(writer, {"house": self._describe()})
            beat_at = asyncio.get_running_loop().time() + HEARTBEAT_S
            while not reader.at_eof():
                stations: set[Any] = set()
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(beat_at):
                        stations = await changes.next()
                for station in sorted(stations):
                    view = self._board.stations.get(station)
                    if view is None:
                        continue  # the config was changed, and knows it no more
                    words = sentence(view.sentence, **view.values)
                    line = as_json(view, self._board.printers.get(view.printer) if view.printer else None)
                    await self._send(writer, line | {"sentence": {"vi": list(words.vi), "en": words.en}})
                if asyncio.get_running_loop().time() >= beat_at:
                    beat_at += HEARTBEAT_S
                    await self._send(writer, {"house": self._describe()})
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            pass  # the display went away and connects again, or we do: asyncio logs a connection that ends cancelled
        finally:
            self._board.leave(changes)
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, line: dict[str, Any]) -> None:
        writer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        async with asyncio.timeout(SLOWEST_READER_S):
            await writer.drain()
