"""The device key: who signed this journal. An Ed25519 private key in PKCS #8 PEM, readable by its owner alone.

`openssl pkey -in device.key -pubout` shows the public half as well as `gateway status --key` does.
"""

import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from gateway.errors import JournalCorrupt
from gateway.journal.durable import sync_directory, write_durably

FILE: Final = "device.key"
MODE: Final = 0o600


class DeviceKey:
    """A private key that signs, and its public half in 32 raw bytes."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Give the 64 bytes of an Ed25519 signature."""
        return self._private.sign(message)


def load_key(directory: Path) -> DeviceKey | None:
    """Read `device.key`; None when there is none yet. A key others may read is made private again.

    Raises:
        JournalCorrupt: The file holds no Ed25519 private key.
    """
    path = directory / FILE
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    if path.stat().st_mode & 0o777 != MODE:
        path.chmod(MODE)
    try:
        private = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise JournalCorrupt(f"{path} holds no key: {error}") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise JournalCorrupt(f"{path} holds a key, but not an Ed25519 one")
    return DeviceKey(private)


def make_key(directory: Path) -> DeviceKey:
    """Make a new key and write it to `device.key`, durably; an existing file is not overwritten.

    Raises:
        FileExistsError: There is one already.
    """
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = directory / FILE
    scratch = path.with_name(f"{FILE}.new")
    write_durably(scratch, pem, mode=MODE)
    os.link(scratch, path)  # unlike rename, this refuses to replace a key
    scratch.unlink()
    sync_directory(directory)
    return DeviceKey(private)
