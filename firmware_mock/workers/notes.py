"""A worker's own notes: one JSON line for each thing seen or done, written down as it happens."""

import json
import sys
import time
from dataclasses import asdict
from typing import TextIO

from firmware_mock.workers.doing import Act, Note


class Notes:
    """The notes of all workers: on standard output for whoever listens, and in a file that stays."""

    def __init__(self, file: TextIO | None) -> None:
        self._file = file

    def note(self, who: str, note: Note) -> None:
        """Write down what was seen: `{"who", "fact", …}`."""
        self._write({"who": who, "fact": type(note).__name__.lower()} | asdict(note))

    def did(self, who: str, act: Act) -> None:
        """Write down what was done: `{"who", "did", …}`."""
        line: dict[str, object] = {"who": who, "did": type(act).__name__.lower()}
        self._write(line | {key: str(value) for key, value in asdict(act).items()})

    def finished(self) -> None:
        """Write down that the shift is over: nothing follows."""
        self._write({"who": "", "fact": "finished"})

    def _write(self, line: dict[str, object]) -> None:
        text = json.dumps(line | {"at": round(time.time(), 3)}, ensure_ascii=False)
        if self._file is not None:
            self._file.write(text + "\n")
            self._file.flush()
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
