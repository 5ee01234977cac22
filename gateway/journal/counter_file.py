"""The counter file: `counters.json` beside the journal, so that numbers go on even when the journal is lost."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from gateway.errors import DiskRefuses, NumberingStopped
from gateway.journal.durable import replace_durably
from gateway.journal.opening import Known

FILE: Final = "counters.json"
DATES_KEPT: Final = 100
"""Scopes kept for each name, the newest; older dates are in the journal alone."""


@dataclass(frozen=True, slots=True)
class CounterFile:
    """What the file says: for each name and scope the highest number that may have been given out.

    `journal` is how far the journal had come at the time: it shows whether the one found here is an older copy. After
    a restore or a fork `jumped` names what has begun a new date since, ahead of what may have been given out on it.
    """

    numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    journal: Known = field(default_factory=Known)
    jumped: tuple[str, ...] | None = None

    def with_number(self, name: str, scope: str, value: int) -> "CounterFile":
        """Give the same with one number raised; the scope moves to the newest end."""
        scopes = {other: number for other, number in self.numbers.get(name, {}).items() if other != scope}
        scopes[scope] = value
        kept = dict(list(scopes.items())[-DATES_KEPT:])
        return replace(self, numbers={**self.numbers, name: kept})

    def jump(self, ahead: Callable[[str], int]) -> "CounterFile":
        """Give the same with every number so far ahead, and dates not begun yet to begin so far ahead, once."""
        numbers = {
            name: {scope: number + ahead(name) for scope, number in scopes.items()}
            for name, scopes in self.numbers.items()
        }
        return replace(self, numbers=numbers, jumped=())


def read_counter_file(directory: Path) -> CounterFile | None:
    """Read the file; None when there is none, or when what is there cannot be understood.

    Raises:
        DiskRefuses: It is there and cannot be read.
    """
    try:
        document = json.loads((directory / FILE).read_bytes())
        journal = document["journal"]
        return CounterFile(
            {str(name): {str(k): int(v) for k, v in scopes.items()} for name, scopes in document["numbers"].items()},
            Known(int(journal["epoch_number"]), str(journal["epoch"]), int(journal["seq"])),
            None if document.get("jumped") is None else tuple(map(str, document["jumped"])),
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DiskRefuses(f"{directory / FILE}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError):  # damaged: as good as lost, the journal decides
        return None


def write_counter_file(directory: Path, content: CounterFile) -> None:
    """Replace the file, durably.

    Raises:
        DiskRefuses: It cannot be written; no number may be given out.
    """
    journal = content.journal
    document = {
        "v": 1,
        "numbers": content.numbers,
        "journal": {"epoch_number": journal.epoch_number, "epoch": journal.epoch, "seq": journal.seq},
        "jumped": content.jumped,
    }
    try:
        replace_durably(directory / FILE, json.dumps(document, indent=1).encode())
    except OSError as error:
        raise DiskRefuses(f"{directory / FILE}: {error.strerror}") from error


def start_counters(directory: Path) -> None:
    """Let numbering begin on a new gateway: a step of its installation, done once by a person.

    Raises:
        NumberingStopped: There is a counter file already; numbers go on from it.
        DiskRefuses: The file cannot be written.
    """
    if read_counter_file(directory) is not None:
        raise NumberingStopped(f"{directory / FILE} is there already: numbers go on from it")
    directory.mkdir(parents=True, exist_ok=True)
    write_counter_file(directory, CounterFile())
