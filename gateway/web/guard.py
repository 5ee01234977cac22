"""What stands before every address of the page: which hosts, which origins, how large, how commands must look."""

import json
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.locale import sentence
from gateway.web.secrets_file import SecretsUnreadable
from gateway.web.table import WebTable
from gateway.web.who import Door, Who

COMMAND_HEADER: Final = "x-gateway"
"""Commands carry it; a form or a picture on another site cannot."""

MOST_BODY: Final = 65_536

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_ALWAYS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

_FOR_ALL: Final = frozenset({"/api/words", "/api/me", "/api/people", "/api/sign-in", "/api/sign-out"})
"""What somebody who is not signed in may ask, in order to sign in."""


class Guard:
    """An ASGI application round another; `scope["state"]["who"]` says who asks to those inside."""

    def __init__(self, inside: ASGIApp, table: WebTable, door: Door) -> None:
        self._inside = inside
        self._door = door
        own = socket.gethostname().lower()
        self._names = {"localhost", own, f"{own}.local", *(name.lower() for name in table.names), table.host.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in what may come in, and dress every answer."""
        if scope["type"] != "http":
            return
        headers, path = Headers(scope=scope), str(scope["path"])
        told = _dressed(send, path)
        refused = self._foreign(scope["method"], headers)
        if refused is None:
            try:
                address = scope["client"][0] if scope.get("client") else ""
                touched = scope["method"] == "POST" or b"touch" in scope["query_string"]
                who = self._door.who(headers, address, touch=touched)
            except SecretsUnreadable as error:
                refused = 503, str(error)
            else:
                scope.setdefault("state", {})["who"] = who
                if path.startswith("/api/") and path not in _FOR_ALL and not who.may_look:
                    await _answer(told, 401, said("sign_in_first"))
                    return
        if refused is not None:
            await _answer(told, refused[0], {"ok": False, "id": "not_allowed", "why": refused[1]})
            return
        await self._inside(scope, _limited(receive), told)

    def _foreign(self, method: str, headers: Headers) -> tuple[int, str] | None:
        """Say what is wrong with a request that no page or program of this house sends."""
        host = headers.get("host", "")
        if not self._is_ours(host):
            return 421, f"this machine is not called {host!r}; add the name to web.names"
        if method in ("GET", "HEAD"):
            return None
        if method != "POST":
            return 405, "GET and POST only"
        origin = headers.get("origin")
        by_token = headers.get("authorization", "").startswith("Bearer ")
        if not (by_token and origin is None) and urlsplit(origin or "").netloc != host:
            return 403, "the command comes from another page than this one"
        if COMMAND_HEADER not in headers:
            return 403, f"a command carries the header {COMMAND_HEADER}"
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return 415, "a command is application/json"
        length = headers.get("content-length", "")
        if not length.isdigit():
            return 411, "a command says how long it is"
        return (413, f"a command is at most {MOST_BODY} bytes") if int(length) > MOST_BODY else None

    def _is_ours(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        return name in self._names or _is_address(name)  # whoever rebinds a name to us comes by that name


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def said(id_: str, **values: str) -> dict[str, Any]:
    """Give a refusal as the page reads it."""
    words = sentence(id_, **values)
    return {"ok": False, "id": id_, "values": values, "sentence": {"vi": list(words.vi), "en": words.en}}


def who_asks(scope: Scope) -> Who:
    """Give who the guard let in."""
    who: Who = scope["state"]["who"]
    return who


def _dressed(send: Send, path: str) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers[name] = value
            if path.startswith("/api/"):
                headers["cache-control"] = "no-store"
        await send(message)

    return told


def _limited(receive: Receive) -> Receive:
    """Stop reading a body that is longer than it said it would be."""
    left = MOST_BODY

    async def heard() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    return heard


async def _answer(send: Send, status: int, body: Mapping[str, Any]) -> None:
    text = json.dumps(body, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
