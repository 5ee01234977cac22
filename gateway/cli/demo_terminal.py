"""The demo's terminal: a calm story that scrolls, and two lines that stay; plain lines where there is no terminal."""

import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TextIO

from gateway.cli.demo_books import Books
from gateway.cli.demo_story import Lang, Said, Tone
from gateway.locale.shown import LOCAL

_ANSI: Final[dict[Tone, str]] = {
    "plain": "",
    "good": "\x1b[32m",
    "warn": "\x1b[33m",
    "stop": "\x1b[1;31m",
    "head": "\x1b[1m",
}
_DIM: Final = "\x1b[2m"
_END: Final = "\x1b[0m"
_WHO_WIDTH: Final = 18
_PLAIN_EVERY_S: Final = 10.0


class Terminal:
    """Where the story is told. The lines that stay are drawn anew below whatever is said."""

    def __init__(self, out: TextIO | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._out = out or sys.stdout
        self._now = now
        self._alive = self._out.isatty()
        self._staying: tuple[str, ...] = ()
        self._drawn = 0
        self._said_at = float("-inf")

    def say(self, said: Said) -> None:
        """Tell one line, with the time of day."""
        clock = f"{datetime.now(UTC).astimezone(LOCAL):%H:%M:%S}"
        who = said.who.ljust(_WHO_WIDTH)
        if not self._alive:
            self._print(f"{clock}  {who}  {said.what}")
            return
        self._wipe()
        self._out.write(f"{_DIM}{clock}{_END}  {_DIM}{who}{_END}  {_ANSI[said.tone]}{said.what}{_END}\n")
        self._draw()

    def head(self, text: str) -> None:
        """Print a line by itself."""
        if not self._alive:
            self._print(text)
            return
        self._wipe()
        self._out.write(f"{_ANSI['head']}{text}{_END}\n")
        self._draw()

    def stay(self, *lines: str) -> None:
        """Keep these lines at the bottom; without a terminal they are printed now and then."""
        if self._alive:
            if lines != self._staying:
                self._wipe()
                self._staying = lines
                self._draw()
        elif lines and self._now() - self._said_at >= _PLAIN_EVERY_S:
            self._said_at = self._now()
            self._print("          " + " | ".join(lines))

    def _print(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()

    def _wipe(self) -> None:
        if self._drawn:
            self._out.write(f"\x1b[{self._drawn}A\x1b[J")
            self._drawn = 0

    def _draw(self) -> None:
        if self._staying:
            width = max(20, shutil.get_terminal_size().columns - 1)
            self._out.write(f"{_DIM}{'─' * min(width, 72)}{_END}\n")
            self._out.writelines(f"{_ANSI['head']}{line[:width]}{_END}\n" for line in self._staying)
            self._drawn = len(self._staying) + 1
        self._out.flush()


def books_table(books: Books, lang: Lang) -> list[str]:
    """Lay the books out, one line each, and below a line what does not agree."""
    names = [line.name[lang == "en"] for line in books.lines]
    width = max(map(len, names))
    table = []
    for name, line in zip(names, books.lines, strict=True):
        verdict = ("đúng" if lang == "vi" else "right") if line.good else ("SAI" if lang == "vi" else "WRONG")
        table.append(f"  {name.ljust(width)}  {' · '.join(map(str, line.figures)).rjust(21)}  {verdict}")
        faults = [*(f"lost: {one}" for one in line.lost), *(f"double: {one}" for one in line.double), *line.wrong]
        table += [f"      {fault}" for fault in faults[:10]]
        if len(faults) > 10:
            table.append(f"      … {len(faults) - 10}")
    return table


def verdict(books: Books, lang: Lang) -> str:
    """Say the sum of it."""
    counted = f"mất {books.lost}, ghi hai lần {books.double}" if lang == "vi" else ""
    english = f"{books.lost} lost, {books.double} double"
    return f"{counted} ({english})" if counted else english
