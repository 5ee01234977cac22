"""Access tokens for programs: random, shown once when made, kept as hashes in `tokens.json` beside the journal."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.registers import Role
from gateway.web import secrets_file

FILE: Final = "tokens.json"
PREFIX: Final = "gwt_"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: nobody can read it back. `made` is a local date."""

    name: str
    role: Role
    made: str


class TokenRefused(ValueError):
    """There is a token of this name already, or none."""


def create(data: Path, name: str, role: Role, today: str) -> str:
    """Make a token and give it, this once.

    Raises:
        TokenRefused: The name is taken.
        SecretsUnreadable: The file cannot be read.
    """
    kept = secrets_file.read(data / FILE)
    if name in kept:
        raise TokenRefused(f"đã có mã truy cập tên '{name}' / there is a token named '{name}' already")
    token = PREFIX + secrets.token_urlsafe(32)
    kept[name] = {"sha256": digest(token), "role": role, "made": today}
    secrets_file.write(data / FILE, kept)
    return token


def revoke(data: Path, name: str) -> None:
    """Make a token worthless, at once.

    Raises:
        TokenRefused: There is none of this name.
        SecretsUnreadable: The file cannot be read.
    """
    kept = secrets_file.read(data / FILE)
    if kept.pop(name, None) is None:
        raise TokenRefused(f"không có mã truy cập tên '{name}' / there is no token named '{name}'")
    secrets_file.write(data / FILE, kept)


def every(data: Path) -> list[Token]:
    """Give all tokens by name.

    Raises:
        SecretsUnreadable: The file cannot be read.
    """
    kept = secrets_file.read(data / FILE)
    return [Token(name, one["role"], one["made"]) for name, one in sorted(kept.items())]


def find(data: Path, token: str) -> Token | None:
    """Give the token a program showed; None when it is worth nothing.

    Raises:
        SecretsUnreadable: The file cannot be read.
    """
    hashed = digest(token)
    for name, one in secrets_file.read(data / FILE).items():
        if secrets.compare_digest(one["sha256"], hashed):
            return Token(name, one["role"], one["made"])
    return None


def digest(token: str) -> str:
    """Give what is kept of a random token: it is long enough that a plain hash tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
