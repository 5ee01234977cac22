"""Small files of secrets beside the journal: readable by the gateway alone, replaced as a whole or not at all."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gateway.errors import GatewayError
from gateway.journal.durable import replace_durably

MODE: Final = 0o600

_seen: dict[Path, tuple[tuple[int, int, int], dict[str, Any]]] = {}
"""What each file held when it was last read, by its inode, size and time: it is asked for with every request."""


class SecretsUnreadable(GatewayError):
    """A file of PINs, tokens or sessions cannot be read, or is not what we wrote."""


def read(path: Path) -> dict[str, Any]:
    """Give the file's table; an empty one when there is no file.

    Raises:
        SecretsUnreadable: It cannot be read, or it holds something else.
    """
    try:
        there = path.stat()
        now = there.st_ino, there.st_size, there.st_mtime_ns
        known = _seen.get(path)
        if known is not None and known[0] == now:
            return dict(known[1])
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SecretsUnreadable(f"{path}: {error}") from error
    if not isinstance(found, dict):
        raise SecretsUnreadable(f"{path}: holds no table")
    _seen[path] = now, found
    return dict(found)


def write(path: Path, table: Mapping[str, Any]) -> None:
    """Replace the file; written by root, it belongs to whom its directory belongs to.

    Raises:
        OSError: The disk does not take it.
    """
    replace_durably(path, json.dumps(table, indent=1, sort_keys=True).encode(), mode=MODE)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
