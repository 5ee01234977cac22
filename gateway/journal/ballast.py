"""The ballast: a file that is thrown overboard when the disk is full, so that cursors and purge have room to work."""

import os
import shutil
from pathlib import Path
from typing import Final

from gateway.journal.durable import sync_directory

FILE: Final = "journal.ballast"
BYTES: Final = 16_000_000


class Ballast:
    """The file beside the journal. Once it is overboard no event is taken until the disk has room for it again."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE
        self.overboard = False

    def keep(self) -> None:
        """See that it is there; take it aboard again when the disk has room for it twice.

        A disk with less room than it takes, and no ballast left, has been full before and still is.
        """
        if self._path.exists():
            self.overboard = False
            return
        free = self._free()
        if free >= 2 * BYTES:
            try:
                self._make()
            except OSError:  # it filled up meanwhile
                self._path.unlink(missing_ok=True)
                return
            self.overboard = False
        elif free < BYTES:
            self.overboard = True

    def throw(self) -> bool:
        """Throw it overboard if the disk is full; say whether that made room."""
        if self._free() >= BYTES or not self._path.exists():
            return False
        try:
            self._path.unlink()
        except OSError:  # the disk takes nothing at all: there is no room to be made
            return False
        self.overboard = True
        return True

    def _free(self) -> int:
        try:
            return shutil.disk_usage(self._path.parent).free
        except OSError:
            return 0

    def _make(self) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            os.posix_fallocate(descriptor, 0, BYTES)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_directory(self._path.parent)
