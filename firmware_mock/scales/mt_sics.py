"""MT-SICS: commands in capital letters ended by CR LF, each answered.

    S S     100.00 g CR LF      weight in ten characters, right-aligned, sign beside the number
    │ └ S at rest, D moving, I not now, + overload, - underload, L wrong parameter
    └ the command answered

Source: MT-SICS reference manuals as in the device sheet; answers of SIR come ten times a second.
"""

import asyncio
from decimal import Decimal
from typing import Final

from firmware_mock.indicator import Display, Indicator
from firmware_mock.serial_line import SerialLine

REPEAT_S: Final = 0.1
LOOK_AGAIN_S: Final = 0.05
GIVES_UP_AFTER_S: Final = 10.0  # S, T and Z wait this long for rest
SERIAL_NUMBER: Final = "B021002593"
LONGEST_COMMAND: Final = 64
ANSWERS: Final = {
    "@": f'I4 A "{SERIAL_NUMBER}"',
    "I0": "ES",  # the list of commands is long and nobody here needs it
    "I4": f'I4 A "{SERIAL_NUMBER}"',
}
WEIGHING: Final = {"S": True, "SI": False, "SU": True, "SIU": False}  # waits for rest?
REPEATING: Final = {"SIR": False, "SIRU": False, "SNR": True}  # only at a change?
KEYS: Final = {"T": True, "TI": False, "Z": True, "ZI": False}


def weight(letter: str, display: Display, unit: str) -> str:
    """Give the answer for what the display shows, without its CR LF."""
    if display.amount is None:
        return f"{letter} {'+' if display.over else '-'}"
    return f"{letter} {'S' if display.stable else 'D'} {display.amount!s:>10} {unit}"


class Speech:
    """The conversation of a balance or terminal."""

    def __init__(self, indicator: Indicator, unit: str) -> None:
        self._indicator = indicator
        self._unit = unit
        self._heard = b""
        self._heard_at = 0.0
        self._commands: asyncio.Queue[str] = asyncio.Queue(maxsize=32)
        self._asked = asyncio.Event()  # something came in while a repeat or a wait goes on

    def hear(self, data: bytes, at: float) -> None:
        """Take bytes that came in."""
        self._heard_at = at
        *lines, self._heard = (self._heard + data).split(b"\n")
        self._heard = self._heard[-LONGEST_COMMAND:]
        for line in lines:
            if not self._commands.full():
                self._commands.put_nowait(line.removesuffix(b"\r").decode("latin-1"))
        if lines:
            self._asked.set()

    async def speak(self, line: SerialLine) -> None:
        """Answer one command after the other."""
        while True:
            self._asked.clear()
            if self._commands.empty():
                await self._asked.wait()
                continue
            command = self._commands.get_nowait()
            name, _, parameter = command.partition(" ")
            if name in REPEATING and not parameter:
                await self._repeat(line, only_changes=REPEATING[name])
            elif name in WEIGHING | REPEATING | KEYS and parameter:
                await self._say(line, f"{name[0]} L")
            elif name in WEIGHING:
                display = await self._rest() if WEIGHING[name] else self._now()
                await self._say(line, weight("S", display, self._unit) if display else "S I")
            elif name in KEYS:
                await self._say(line, await self._key(name))
            elif command == "TAC":
                self._indicator.tared = Decimal(0)
                await self._say(line, "TAC A")
            else:
                await self._say(line, ANSWERS.get(command, "ES"))

    async def _key(self, name: str) -> str:
        letter, waits = name, KEYS[name]
        display = await self._rest() if waits else self._now()
        if display is None:
            return f"{letter} I"
        if display.amount is None:
            return weight(letter, display, self._unit)
        t = asyncio.get_running_loop().time()
        done = self._indicator.tare(t) if letter[0] == "T" else self._indicator.zero(t)
        if not done:
            return f"{letter} I"
        if letter[0] == "T":
            return weight(letter, Display(self._indicator.tared, stable=display.stable), self._unit)
        return "Z A" if waits else "ZI S"

    async def _repeat(self, line: SerialLine, *, only_changes: bool) -> None:
        """Send the weight again and again until the next command; `@`, S and SI are then answered as well."""
        loop = asyncio.get_running_loop()
        due, last = loop.time(), None
        self._asked.clear()
        while self._commands.empty():
            display = self._now()
            if not only_changes or display != last:
                await self._say(line, weight("S", display, self._unit))
            last = display
            due = max(due + REPEAT_S, loop.time())
            try:
                async with asyncio.timeout_at(due):
                    await self._asked.wait()
            except TimeoutError:
                continue

    async def _rest(self) -> Display | None:
        """Wait until the display is at rest or out of range; None when it never is, or another command comes."""
        loop = asyncio.get_running_loop()
        until = loop.time() + GIVES_UP_AFTER_S
        while loop.time() < until and self._commands.empty():
            display = self._now()
            if display.stable or display.amount is None:
                return display
            await asyncio.sleep(LOOK_AGAIN_S)
        return None

    def _now(self) -> Display:
        return self._indicator.shows(asyncio.get_running_loop().time())

    async def _say(self, line: SerialLine, answer: str) -> None:
        now = asyncio.get_running_loop().time()
        await line.send(answer.encode("ascii") + b"\r\n", not_before=max(now, self._heard_at))
