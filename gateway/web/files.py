"""The page's own files, served from memory: packed once, and fetched again only when they have changed."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

STATIC: Final = Path(__file__).parent / "static"

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")

_PACKED: Final = frozenset({".html", ".css", ".js", ".svg", ".json"})


@dataclass(frozen=True, slots=True)
class _File:
    changed_ns: int
    plain: bytes
    packed: bytes | None
    tag: str
    kind: str


class Files:
    """The static files below one directory."""

    def __init__(self, root: Path = STATIC) -> None:
        self._root = root.resolve()
        self._known: dict[str, _File] = {}

    def answer(self, request: Request, name: str) -> Response:
        """Give a file, or 304 when the browser has it, or 404."""
        found = self._find(name)
        if found is None:
            return Response("there is no such file\n", 404, media_type="text/plain")
        headers = {"ETag": found.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(found.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=found.kind)
        return Response(found.plain, headers=headers, media_type=found.kind)

    def _find(self, name: str) -> _File | None:
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            return None
        changed_ns = path.stat().st_mtime_ns
        known = self._known.get(name)
        if known is None or known.changed_ns != changed_ns:
            known = self._known[name] = _read(path, changed_ns)
        return known


def _read(path: Path, changed_ns: int) -> _File:
    plain = path.read_bytes()
    return _File(
        changed_ns,
        plain,
        gzip.compress(plain, 9, mtime=0) if path.suffix in _PACKED else None,
        f'"{hashlib.sha256(plain).hexdigest()[:20]}"',
        mimetypes.guess_type(path.name)[0] or "application/octet-stream",
    )
