"""What came down to this house: a register taken over, or one refused."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RegisterTaken:
    """From now on this version of a register serves (audit record); `sha256` is the digest of its rows."""

    register: str
    version: int
    issued_at: datetime
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RegisterRefused:
    """A register came that cannot be taken over, and the one in use serves on (audit record); of its very bytes."""

    register: str
    why: str
    sha256: str
