"""The device key: who signed this journal. An Ed25519 private key in PKCS #8 PEM, readable by its owner alone.

`openssl pkey -in device.key -pubout` shows the public half as well as `gateway status --key` does.
"""

import binascii
import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.errors import JournalCorrupt
from gateway.journal.durable import sync_directory, write_durably

FILE: Final = "device.key"
MODE: Final = 0o600

_PKCS8: Final = bytes.fromhex("302e020100300506032b657004220420")
"""What an Ed25519 key's document begins with; its 32 bytes follow. Source: RFC 8410, 7 and 10.3."""


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
    seed = _seed(text)
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(seed) if seed is not None else _any_key(text, path))


def make_key(directory: Path) -> DeviceKey:
    """Make a new key and write it to `device.key`, durably; an existing file is not overwritten.

    Raises:
        FileExistsError: There is one already.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = directory / FILE
    scratch = path.with_name(f"{FILE}.new")
    write_durably(scratch, pem, mode=MODE)
    os.link(scratch, path)  # unlike rename, this refuses to replace a key
    scratch.unlink()
    sync_directory(directory)
    return DeviceKey(private)


def _seed(text: bytes) -> bytes | None:
    """Give the 32 bytes of a key as we and openssl write it; None for any other text.

    The library's reader brings in every format there is, a megabyte for a file that has one line.
    """
    match text.split():
        case [b"-----BEGIN", b"PRIVATE", b"KEY-----", line, b"-----END", b"PRIVATE", b"KEY-----"]:
            try:
                document = binascii.a2b_base64(line, strict_mode=True)
            except binascii.Error:
                return None
            if len(document) == len(_PKCS8) + 32 and document.startswith(_PKCS8):
                return document[len(_PKCS8) :]
    return None


def _any_key(text: bytes, path: Path) -> Ed25519PrivateKey:
    """Read a key that is written in another way, or say what the file holds instead.

    Raises:
        JournalCorrupt: It holds no Ed25519 private key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise JournalCorrupt(f"{path} holds no key: {error}") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise JournalCorrupt(f"{path} holds a key, but not an Ed25519 one")
    return private
