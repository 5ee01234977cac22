"""The registers that came down, beside the journal: copied into a backup, and brought back where none is newer."""

import json
import logging
from pathlib import Path
from typing import Final

from gateway.journal.durable import replace_durably, sync_directory

DIRECTORY: Final = "registers"
"""One file a register, the bytes as they came. Every file in it is replaced as a whole: a copy is never half of one."""

MODE: Final = 0o750

log = logging.getLogger(__name__)


def copy_registers(data: Path, to: Path) -> tuple[str, ...]:
    """Copy the registers kept in `data` to the directory `to`; give their names.

    Raises:
        OSError: They cannot be read, or not be written there.
    """
    kept = _kept(data)
    for name, path in kept:
        _put(path.read_bytes(), name, to)
    return tuple(name for name, _ in kept)


def bring_back(backup: Path, data: Path) -> tuple[str, ...]:
    """Put the registers of a backup back into `data`; give the names of those that were.

    One that is here with the same or a later version stays: an older one would open areas that were suspended since.

    Raises:
        OSError: They cannot be read, or not be written here.
    """
    here = {name: _version(path.read_bytes()) for name, path in _kept(data)}
    brought = []
    for name, path in _kept(backup):
        content = path.read_bytes()
        version = _version(content)
        if version is None:
            log.warning("the backup's register %s is damaged and was left out", name)
        elif version > (here.get(name) or 0):
            _put(content, name, data)
            brought.append(name)
    return tuple(brought)


def _kept(data: Path) -> list[tuple[str, Path]]:
    return [(path.stem, path) for path in sorted((data / DIRECTORY).glob("*.json"))]


def _put(content: bytes, name: str, data: Path) -> None:
    directory = data / DIRECTORY
    if not directory.exists():
        directory.mkdir(mode=MODE)
        sync_directory(data)
    replace_durably(directory / f"{name}.json", content)


def _version(content: bytes) -> int | None:
    """Give the version a document states, from 1; None for one that is damaged, which no start would read either."""
    try:
        version = json.loads(content)["version"]
    except (ValueError, KeyError, TypeError):
        return None
    return version if isinstance(version, int) and version > 0 else None
