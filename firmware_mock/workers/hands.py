"""A worker's hands: what they do to the scanner and the scale, and the paper they take from the printer."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from firmware_mock.workers.doing import Act, Lift, Put, Scan

ANSWER_WITHIN_S: Final = 10.0


class Grip:
    """A hold on one simulated device: commands go through its control socket, events come back."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_event: Callable[[Any], None]):
        self._reader = reader
        self._writer = writer
        self._on_event = on_event
        self._answers: asyncio.Queue[Any] = asyncio.Queue()

    async def tell(self, **command: object) -> Any:
        """Send a command and give the device's answer.

        Raises:
            RuntimeError: The device did not obey; a simulator that cannot is a mistake in the house.
        """
        self._writer.write(json.dumps(command).encode() + b"\n")
        await self._writer.drain()
        async with asyncio.timeout(ANSWER_WITHIN_S):
            answer = await self._answers.get()
        if not answer["ok"]:
            raise RuntimeError(f"{command}: {answer.get('error')}")
        return answer

    async def read(self) -> None:
        """Sort what comes back, until the device is gone."""
        while line := await self._reader.readline():
            message = json.loads(line)
            if "ok" in message:
                self._answers.put_nowait(message)
            else:
                self._on_event(message)


@asynccontextmanager
async def grip(path: Path, on_event: Callable[[Any], None] = lambda _: None) -> AsyncIterator[Grip]:
    """Take hold of a simulated device for as long as the block runs."""
    reader, writer = await asyncio.open_unix_connection(str(path), limit=1 << 20)
    held = Grip(reader, writer, on_event)
    reading = asyncio.create_task(held.read(), name=f"grip {path.name}")
    try:
        yield held
    finally:
        reading.cancel()
        writer.close()


class Hands:
    """What one worker can reach: a scanner, maybe a scale, maybe a printer's tray."""

    def __init__(self, scanner: Grip, scale: Grip | None) -> None:
        self._scanner = scanner
        self._scale = scale
        self.tray: list[tuple[str, ...]] = []
        """Codes on each whole label that came out and was not taken yet."""
        self.slips: list[tuple[str, ...]] = []
        """The same of the slip printer beside it."""

    async def do(self, act: Act) -> None:
        """Do it, and come back once the device has felt it."""
        match act:
            case Scan(code=code):
                await self._scanner.tell(scan=code, symbology="]Q1")
            case Put(kg=kg) if self._scale is not None:
                await self._scale.tell(put=str(kg))
            case Lift() if self._scale is not None:
                await self._scale.tell(lift=True)


def whole_label(event: Any) -> tuple[str, ...] | None:
    """Give the codes of a label that came out whole; None for anything else a printer tells."""
    label = event.get("label")
    return tuple(label["codes"]) if isinstance(label, dict) and label.get("codes") else None
