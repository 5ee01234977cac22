"""One line that says what is being done now, on the error output of a terminal; nothing in a script's log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TextIO

_CLEAR: Final = "\r\033[K"


class Tell(Protocol):
    """Says what is being done now."""

    def __call__(self, what: str, /) -> None:
        """Replace the line by this one."""


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[Tell]:
    """Give the line for a block that takes long; it is gone afterwards."""
    stream = stream or sys.stderr
    shown = stream.isatty()

    def tell(what: str) -> None:
        if shown:
            print(f"{_CLEAR}{what}", end="", file=stream, flush=True)

    try:
        yield tell
    finally:
        if shown:
            print(_CLEAR, end="", file=stream, flush=True)
