"""The control socket of a simulator: JSON lines in both directions, for several listeners at once.

    → {"put": "10.25", "id": 7}      a command: one verb, its details beside it; "id" at will
    ← {"ok": true, "id": 7}          its answer; or {"ok": false, "error": "…"}
    ← {"settled": true, …}           an event, to everyone connected; it never has "ok"

Every simulator knows `{"status": true}`, which is answered with what it is doing. Whoever waits for events asks that
first: from its first answer on, a listener hears every one of them.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

Json = dict[str, object]
Command = Callable[[object, Json], Json | None]

LINE_LIMIT: Final = 64 * 1024
BACKLOG_LIMIT: Final = 1024 * 1024  # a listener that is this far behind has stopped listening


class Refusal(Exception):
    """A command that cannot be obeyed; its text is the answer's `error`."""


def amount(value: object, what: str) -> Decimal:
    """Give a command's number exactly; text, so that 10.10 stays 10.10, or a JSON number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise Refusal(f"{what}: a number is needed, in quotes (found {value!r})")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise Refusal(f"{what}: a number is needed (found {value!r})") from error
    if not number.is_finite():
        raise Refusal(f"{what}: a finite number is needed (found {value!r})")
    return number


def count(value: object, what: str) -> int:
    """Give a command's whole number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Refusal(f"{what}: a whole number is needed (found {value!r})")
    return value


def table(value: object, what: str) -> Json:
    """Give a command's object."""
    if not isinstance(value, dict):
        raise Refusal(f"{what}: an object is needed (found {value!r})")
    return value


class Control:
    """Who listens to a simulator, and what it can be told.

    Args:
        commands: What to do for each verb, called with the verb's value and the whole message.
    """

    def __init__(self, commands: Mapping[str, Command]) -> None:
        self._commands = commands
        self._listeners: set[asyncio.StreamWriter] = set()

    def answer(self, line: bytes) -> Json:
        """Obey one line and give the answer to it."""
        message: Json = {}
        try:
            message = table(_read(line), "command")
            verb = self._verb(message)
            reply: Json = {"ok": True} | (self._commands[verb](message[verb], message) or {})
        except Refusal as error:
            reply = {"ok": False, "error": str(error)}
        return reply | ({"id": message["id"]} if "id" in message else {})

    def _verb(self, message: Json) -> str:
        verbs = [key for key in message if key in self._commands]
        if len(verbs) != 1:
            raise Refusal(f"exactly one of {', '.join(sorted(self._commands))} is needed")
        return verbs[0]

    def tell(self, event: Json) -> None:
        """Send an event to every listener, at once or never: nobody is waited for."""
        line = _line(event)
        for listener in tuple(self._listeners):
            if listener.transport.get_write_buffer_size() > BACKLOG_LIMIT:
                listener.transport.abort()
            else:
                listener.write(line)

    @asynccontextmanager
    async def at(self, path: Path | None) -> AsyncIterator[None]:
        """Listen on a unix socket for as long as the block runs; without a path, on nothing."""
        if path is None:
            yield
            return
        _make_way(path)
        server = await asyncio.start_unix_server(self._serve, path, limit=LINE_LIMIT)
        try:
            yield
        finally:
            server.close()
            for listener in tuple(self._listeners):
                listener.close()
            _make_way(path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._listeners.add(writer)
        try:
            with suppress(ConnectionError, ValueError):  # ValueError: a line past the limit
                while line := await reader.readline():
                    if line.strip():
                        writer.write(_line(self.answer(line)))
                        await writer.drain()
        finally:
            self._listeners.discard(writer)
            writer.close()


def _make_way(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)


def _line(message: Json) -> bytes:
    return json.dumps(message, ensure_ascii=False, default=str).encode() + b"\n"


def _read(line: bytes) -> object:
    try:
        return json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise Refusal(f"not JSON: {error}") from error
