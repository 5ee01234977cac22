"""Small files that are whole after a power cut: written beside, flushed, put in place, the directory flushed too."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes, *, mode: int = 0o640) -> None:
    """Write a file and flush it to the disk; `mode` holds from its first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_durably(path: Path, content: bytes, *, mode: int = 0o640) -> None:
    """Replace a file's content at once or not at all, whatever happens to the power."""
    scratch = path.with_name(f"{path.name}.new")
    write_durably(scratch, content, mode=mode)
    scratch.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Flush a directory, so that names made, renamed or removed in it stay so."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
