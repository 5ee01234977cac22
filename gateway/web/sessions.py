"""Who is signed in at which browser, for how long; and who must wait after too many wrong PINs."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from gateway.registers import Role
from gateway.web import secrets_file
from gateway.web.tokens import digest

FILE: Final = "sessions.json"
MOST_DISPLAYS: Final = 200

IDLE_S: Final[Mapping[Role, float]] = {
    "viewer": 1800.0,
    "operator": 1800.0,
    "technician": 600.0,
    "supervisor": 600.0,
    "admin": 120.0,
}
"""How long nobody touches the page until it locks itself."""

TRIES: Final = 5
LOCKED_S: Final = 300.0


@dataclass(slots=True)
class Session:
    """One person at one browser; `used_at` in monotonic seconds."""

    badge: str
    used_at: float


@dataclass(slots=True)
class Sessions:
    """Sessions by the hash of their cookie, and the displays of this house: browsers where a PIN was once right.

    Both outlive a restart: people go on where the power left them. An idle time begins anew then.
    """

    data: Path
    _open: dict[str, Session] = field(default_factory=dict)
    _displays: list[str] = field(default_factory=list)
    _changed: bool = False

    def resume(self, now: float) -> None:
        """Take up what an earlier run left.

        Raises:
            SecretsUnreadable: The file cannot be read.
        """
        kept = secrets_file.read(self.data / FILE)
        self._open = {hashed: Session(badge, now) for hashed, badge in kept.get("sessions", {}).items()}
        self._displays = list(kept.get("displays", ()))

    def begin(self, badge: str, now: float) -> str:
        """Sign a person in; give the cookie's value."""
        cookie = secrets.token_urlsafe(32)
        self._open[digest(cookie)] = Session(badge, now)
        self._changed = True
        return cookie

    def find(self, cookie: str, now: float, role_of: Mapping[str, Role], *, touch: bool) -> Session | None:
        """Give the session of a cookie; None when it was locked, or the register knows the person no more."""
        hashed = digest(cookie)
        session = self._open.get(hashed)
        if session is None:
            return None
        role = role_of.get(session.badge)
        if role is None or now - session.used_at >= IDLE_S[role]:
            del self._open[hashed]
            self._changed = True
            return None
        if touch:
            session.used_at = now
        return session

    def end(self, cookie: str) -> None:
        """Sign out."""
        if self._open.pop(digest(cookie), None) is not None:
            self._changed = True

    def trust_display(self) -> str:
        """Let a browser count as one of this house's displays; give the cookie's value."""
        cookie = secrets.token_urlsafe(32)
        self._displays = [*self._displays, digest(cookie)][-MOST_DISPLAYS:]
        self._changed = True
        return cookie

    def is_display(self, cookie: str) -> bool:
        """Tell whether a browser is one of this house's displays."""
        return digest(cookie) in self._displays

    def keep(self) -> None:
        """Write down what changed, if anything did; takes as long as the disk takes, so run it in a thread.

        Raises:
            OSError: The disk does not take it.
        """
        if not self._changed:
            return
        self._changed = False
        table: dict[str, Any] = {
            "sessions": {hashed: session.badge for hashed, session in list(self._open.items())},
            "displays": self._displays,
        }
        secrets_file.write(self.data / FILE, table)


@dataclass(slots=True)
class Lockout:
    """Wrong tries, by whom they were for and by where they came from; the fifth locks for a while."""

    _wrong: dict[str, tuple[int, float]] = field(default_factory=dict)

    def locked_s(self, *names: str, now: float) -> float:
        """How long these must still wait, in seconds; 0 when they may try."""
        return max((self._left(name, now) for name in names), default=0.0)

    def _left(self, name: str, now: float) -> float:
        count, at = self._wrong.get(name, (0, now))
        return max(0.0, at + LOCKED_S - now) if count >= TRIES else 0.0

    def wrong(self, *names: str, now: float) -> int:
        """Note a wrong try; give how many are left before the lock."""
        for name in names:
            count, at = self._wrong.get(name, (0, now))
            if now - at >= LOCKED_S:
                count = 0
            self._wrong[name] = (count + 1, now)
        if len(self._wrong) > 10_000:
            self._wrong = {name: (count, at) for name, (count, at) in self._wrong.items() if now - at < LOCKED_S}
        return max(0, TRIES - max(self._wrong[name][0] for name in names))

    def right(self, *names: str) -> None:
        """Forget the wrong tries of somebody who got it right."""
        for name in names:
            self._wrong.pop(name, None)
