"""A directory on a disk that can be told to fail: `python -m tests.faults.storage_failing MOUNTPOINT BEHIND SWITCH`.

While the file SWITCH holds the name of an error (EIO, EROFS, ENOSPC), all that would change the disk fails with it.
"""

import errno
import os
import sys
from pathlib import Path
from typing import Any

import mfusepy


class FailingDisk(mfusepy.Operations):
    """Passes everything on to a directory behind it."""

    use_ns = True

    def __init__(self, behind: Path, switch: Path) -> None:
        self._behind = str(behind)
        self._switch = switch

    def _at(self, path: str) -> str:
        return self._behind + path

    def _change(self) -> None:
        name = self._switch.read_text().strip() if self._switch.exists() else ""
        if name:
            raise OSError(getattr(errno, name), name)

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        found = os.lstat(self._at(path))
        names = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_ino", "st_blocks")
        return {name: getattr(found, name) for name in names} | {"st_mtime": found.st_mtime_ns}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *os.listdir(self._at(path))]

    def statfs(self, path: str) -> dict[str, Any]:
        found = os.statvfs(self._at(path))
        return {name: getattr(found, name) for name in dir(found) if name.startswith("f_") and name != "f_fsid"}

    def open(self, path: str, flags: int) -> int:
        if flags & (os.O_CREAT | os.O_TRUNC):
            self._change()
        return os.open(self._at(path), flags & ~os.O_APPEND)

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self._change()
        return os.open(self._at(path), os.O_RDWR | os.O_CREAT, mode)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        self._change()
        return os.pwrite(fh, data, offset)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._change()
        os.fsync(fh)
        return 0

    def fallocate(self, path: str, mode: int, offset: int, length: int, fh: int) -> int:
        self._change()
        os.posix_fallocate(fh, offset, length)
        return 0

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        self._change()
        os.truncate(self._at(path), length)
        return 0

    def unlink(self, path: str) -> int:
        self._change()
        os.unlink(self._at(path))
        return 0

    def link(self, target: str, source: str) -> int:
        self._change()
        os.link(self._at(source), self._at(target))
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        self._change()
        os.mkdir(self._at(path), mode)
        return 0

    def rename(self, old: str, new: str) -> int:
        self._change()
        os.rename(self._at(old), self._at(new))
        return 0

    def chmod(self, path: str, mode: int) -> int:
        self._change()
        os.chmod(self._at(path), mode)
        return 0

    def release(self, path: str, fh: int) -> int:
        os.close(fh)
        return 0


if __name__ == "__main__":
    mountpoint, behind, switch = sys.argv[1:]
    mfusepy.FUSE(
        FailingDisk(Path(behind), Path(switch)), mountpoint, foreground=True, nothreads=True, fsname="failing-disk"
    )
