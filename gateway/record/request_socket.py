"""Requests over a local socket, for the command line: one JSON line in, one JSON line out."""

import asyncio
import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from gateway.errors import JournalError, Refused
from gateway.locale import sentence
from gateway.lot import OperatorId
from gateway.station import StationId

if TYPE_CHECKING:
    from gateway.record.requests import Requests

log = logging.getLogger(__name__)

FILE: Final = "requests.sock"
LONGEST: Final = 64 * 1024
SLOWEST_S: Final = 30.0


class RequestSocket:
    """Answers whoever may open the socket: the service's own user and group, nobody else."""

    def __init__(self, path: Path, requests: "Callable[[], Requests]") -> None:
        self._path = path
        self._requests = requests

    async def run(self) -> None:
        """Serve until cancelled."""
        self._path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, self._path, limit=LONGEST)
        os.chmod(self._path, 0o660)
        try:
            await server.serve_forever()
        finally:
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await self._line(reader):
                answer = await self.answer(line)
                writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                async with asyncio.timeout(SLOWEST_S):
                    await writer.drain()
        except (ConnectionError, TimeoutError, ValueError, asyncio.CancelledError):
            pass  # who asked went away, or sent no line: asyncio logs a connection that ends cancelled
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _line(self, reader: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout(SLOWEST_S):
            return await reader.readline()

    async def answer(self, line: bytes) -> dict[str, Any]:
        """Do what one line asks for, and give what is said to it."""
        try:
            asked = json.loads(line, parse_float=Decimal)
            request = asked["request"]
            by, station = (_text(asked, name) for name in ("by", "station"))
            key = str(asked.get("key") or uuid4())
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return _refused(
                Refused("request_wrong", field="a JSON object with 'request', and 'by' and 'station' as text")
            )
        try:
            done = await self._requests().do(
                request,
                key=key,
                by=OperatorId(by) if by else None,
                station=StationId(station) if station else None,
            )
        except Refused as refused:
            return _refused(refused)
        except JournalError as error:
            log.error("asked for, and not recorded: %s", error)
            return _refused(Refused("disk_full"))
        words = sentence(done.sentence, **done.values)
        return {
            "ok": True,
            "id": done.sentence,
            "sentence": {"vi": list(words.vi), "en": words.en},
            "entries": [str(id_) for id_ in done.entries],
        }


def _text(asked: dict[str, Any], name: str) -> str | None:
    """Give a text of the line; None when it is null, empty or not there.

    Raises:
        TypeError: It is none.
    """
    value = asked.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(name)
    return value or None


def _refused(refused: Refused) -> dict[str, Any]:
    words = sentence(refused.sentence, **refused.values)
    return {
        "ok": False,
        "id": refused.sentence,
        "values": refused.values,
        "sentence": {"vi": list(words.vi), "en": words.en},
    }
