"""A disk that remembers: a FUSE file under a loop device; every write and flush that reached it is written down.

`python -m tests.faults.storage_disk MOUNTPOINT MEGABYTES LOG` serves `disk` (the image) and `marks` (a line written
there stands in the log at the very place where the writer said it). The log is dumped when it is unmounted.
"""

import errno
import pickle
import stat
import sys
from pathlib import Path
from typing import Any

import mfusepy

WRITE, FLUSH, MARK = "write", "flush", "mark"


class RememberingDisk(mfusepy.Operations):
    """The image lies in memory; `log` holds (WRITE, offset, bytes), (FLUSH,) and (MARK, bytes)."""

    use_ns = True

    def __init__(self, size: int, log: Path) -> None:
        self._image = bytearray(size)
        self._dump = log
        self._log: list[tuple[Any, ...]] = []

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        if path == "/disk":
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": len(self._image)}
        if path == "/marks":
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": 0}
        raise OSError(errno.ENOENT, path)

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", "disk", "marks"]

    def open(self, path: str, flags: int) -> int:
        return 0

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._image[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        if path == "/disk":
            self._image[offset : offset + len(data)] = data
            self._log.append((WRITE, offset, bytes(data)))
        else:
            self._log.append((MARK, bytes(data)))
        return len(data)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        if path == "/disk":
            self._log.append((FLUSH,))
        return 0

    def destroy(self, path: str) -> None:
        with self._dump.open("wb") as file:
            pickle.dump((len(self._image), self._log), file)


if __name__ == "__main__":
    mountpoint, megabytes, log = sys.argv[1:]
    mfusepy.FUSE(
        RememberingDisk(int(megabytes) * 1024 * 1024, Path(log)),
        mountpoint,
        foreground=True,
        nothreads=True,
        fsname="remembering-disk",
    )
