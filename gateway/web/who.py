"""Who asks: from cookies, a token or the machine's own loopback to a person, a role, and what that may."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers

from gateway.lot import OperatorId
from gateway.registers import Role
from gateway.web import tokens
from gateway.web.behind import Behind
from gateway.web.pins import with_pin
from gateway.web.sessions import Sessions
from gateway.web.table import is_loopback

SESSION: Final = "session"
DISPLAY: Final = "display"


@dataclass(frozen=True, slots=True)
class Who:
    """One asker. `display`: a browser of this house, which may show stations and pass scans on as a scanner does."""

    badge: OperatorId | None = None
    role: Role | None = None
    display: bool = False
    token: str | None = None

    @property
    def may_look(self) -> bool:
        """Whether this asker may see what the house shows."""
        return self.display or self.role is not None


class Door:
    """Tells who stands before the page."""

    def __init__(self, behind: Behind, sessions: Sessions) -> None:
        self._behind = behind
        self._sessions = sessions

    def roles(self) -> Mapping[str, Role]:
        """Give everybody's role by badge, as the register has it now."""
        return {badge: person.role for badge, person in self._behind.house.registers.operator.items()}

    def who(self, headers: Headers, address: str, *, touch: bool) -> Who:
        """Tell who asks; `touch` keeps the session from locking itself.

        Raises:
            SecretsUnreadable: A file of secrets cannot be read: nobody is let in.
        """
        if (shown := headers.get("authorization", "")).startswith("Bearer "):
            token = tokens.find(self._behind.data, shown.removeprefix("Bearer ").strip())
            return Who(role=token.role, token=token.name) if token else Who()
        cookies = _cookies(headers)
        now = self._behind.clock.monotonic()
        roles = self.roles()
        display = self._sessions.is_display(cookies.get(DISPLAY, "")) or self._open_here(address)
        session = self._sessions.find(cookies.get(SESSION, ""), now, roles, touch=touch)
        if session is None:
            return Who(display=display)
        return Who(OperatorId(session.badge), roles[session.badge], display=display)

    def _open_here(self, address: str) -> bool:
        """While nobody has a PIN the page is open on this machine, and only there."""
        return self._behind.table.only_here and is_loopback(address) and not with_pin(self._behind.data)


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}
