"""The reading end of the panel socket: what the running daemon shows, line by line."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

ANSWER_WITHIN_S: Final = 5.0
_LONGEST_LINE: Final = 1 << 20

Line = dict[str, Any]


async def lines(data: Path) -> AsyncGenerator[Line, None]:
    """Yield what the daemon whose data directory this is says, for as long as it runs.

    Raises:
        ConnectionError: No daemon is running there.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(data / "panel.sock", limit=_LONGEST_LINE)
    except FileNotFoundError as error:
        raise ConnectionRefusedError(str(error)) from error
    try:
        while line := await reader.readline():
            with suppress(json.JSONDecodeError):  # half a line: the daemon ended in it
                yield json.loads(line)
    finally:
        writer.close()


async def snapshot(data: Path) -> tuple[Line, dict[str, Line]]:
    """Give what the house and each station show now.

    Raises:
        ConnectionError: No daemon is running there.
        TimeoutError: It runs, but does not answer.
    """
    house: Line = {}
    stations: dict[str, Line] = {}
    async with asyncio.timeout(ANSWER_WITHIN_S):
        async for line in lines(data):
            if "station" in line:
                stations[line["station"]] = line
            elif house:  # the second one: every station has been told in between
                return line["house"], stations
            else:
                house = line["house"]
    return house, stations
