"""PINs of people: six digits each, kept as scrypt hashes in `pins.json` beside the journal."""

import hashlib
import hmac
import os
import re
from itertools import pairwise
from pathlib import Path
from typing import Final

from gateway.web import secrets_file

FILE: Final = "pins.json"
FORM: Final = re.compile(r"[0-9]{6}")

_COST: Final = 2**14
_BLOCK: Final = 8
_LANES: Final = 1
_BYTES: Final = 32


class PinWeak(ValueError):
    """A PIN that anybody would try first, or no PIN at all."""


def with_pin(data: Path) -> frozenset[str]:
    """Give the badges of everybody who has a PIN.

    Raises:
        SecretsUnreadable: The file cannot be read.
    """
    return frozenset(secrets_file.read(data / FILE))


def set_pin(data: Path, badge: str, pin: str | None) -> None:
    """Give a person a PIN, or with None take it away.

    Raises:
        PinWeak: It is not six digits, or one of those everybody tries.
        SecretsUnreadable: The file cannot be read.
    """
    people = secrets_file.read(data / FILE)
    if pin is None:
        people.pop(badge, None)
    else:
        _check(pin)
        salt = os.urandom(16)
        people[badge] = {"salt": salt.hex(), "scrypt": _hash(pin, salt).hex()}
    secrets_file.write(data / FILE, people)


def is_right(data: Path, badge: str, pin: str) -> bool:
    """Tell whether this is the person's PIN; takes some 50 ms on purpose, so run it in a thread.

    Raises:
        SecretsUnreadable: The file cannot be read.
    """
    kept = secrets_file.read(data / FILE).get(badge)
    # somebody unknown takes as long as somebody known: the time tells nobody who is there
    salt = bytes.fromhex(kept["salt"]) if kept else bytes(16)
    right = bytes.fromhex(kept["scrypt"]) if kept else bytes(_BYTES)
    return hmac.compare_digest(_hash(pin, salt), right) and kept is not None


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=_BYTES)


def _check(pin: str) -> None:
    if not FORM.fullmatch(pin):
        raise PinWeak("mã PIN là 6 chữ số / a PIN is six digits")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise PinWeak("mã PIN dễ đoán: chọn số khác / this PIN is tried first by everybody: choose another")
