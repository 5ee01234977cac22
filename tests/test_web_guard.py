"""The guard before the page: hosts, origins, sizes and forms; asked in the language servers speak, without a server."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.station import StationId
from gateway.web import tokens
from gateway.web.application import Page
from gateway.web.pins import set_pin
from gateway.web.table import WebTable
from tests.page_behind import behind
from tests.road import PackingHouse, packing_house

HOST = "127.0.0.1:8080"
OURS = {"host": HOST, "origin": f"http://{HOST}", "content-type": "application/json", "x-gateway": "page"}


class Asking:
    """The page of a house, asked directly."""

    def __init__(self, house: PackingHouse, directory: Path, table: WebTable) -> None:
        self.house = house
        self.behind = behind(house, directory, table)
        self.page = Page(self.behind)

    async def ask(
        self, method: str, path: str, body: Any = None, client: str = "127.0.0.1", **headers: str | None
    ) -> tuple[int, dict[str, str], Any]:
        """Give status, headers and body; headers given as None are left out."""
        sent = json.dumps(body).encode() if body is not None else b""
        wanted = {**(OURS if method == "POST" else {"host": HOST}), "content-length": str(len(sent))}
        wanted |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[dict-item]
        raw = [(name.encode(), value.encode()) for name, value in wanted.items() if value is not None]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": raw,
            "client": (client, 1),
        }
        heard: list[Any] = []
        messages = [{"type": "http.request", "body": sent, "more_body": False}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            heard.append(message)

        await self.page.guarded(scope, receive, send)
        body_heard = b"".join(one.get("body", b"") for one in heard[1:])
        told = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
        return heard[0]["status"], told, json.loads(body_heard) if body_heard[:1] in (b"{", b"[") else body_heard


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[Asking]:
    async with packing_house(tmp_path) as house:
        yield Asking(house, tmp_path, WebTable(names=("gateway.example",)))


def scan(key: str, data: str, station: str = "pack") -> dict[str, Any]:
    return {"key": key, "station": station, "request": {"do": "scan", "code": data}}


@pytest.mark.parametrize("host", [HOST, "localhost:8080", "[::1]:8080", "192.0.2.7:8080", "GATEWAY.example"])
async def test_this_machine_answers_to_its_names_and_addresses(asking: Asking, host: str) -> None:
    assert (await asking.ask("GET", "/api/me", host=host))[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "", "gateway.example.evil", "127.0.0.1.evil.example", "[::1"])
async def test_a_name_that_was_bent_to_this_machine_is_not_answered(asking: Asking, host: str) -> None:
    assert (await asking.ask("GET", "/api/me", host=host))[0] == 421


@pytest.mark.parametrize(
    ("spoilt", "status"),
    [
        ({"origin": "http://127.0.0.1:9090"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": None}, 403),
        ({"x_gateway": None}, 403),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_length": "70000"}, 413),
        ({"content_length": None}, 411),
    ],
)
async def test_a_command_that_is_not_ours_does_nothing(
    asking: Asking, spoilt: dict[str, str | None], status: int
) -> None:
    assert (await asking.ask("POST", "/api/requests", scan("key-00001", "OP-07"), **spoilt))[0] == status
    assert asking.house.view("pack").operator is None
    # the same without the flaw is taken
    assert (await asking.ask("POST", "/api/requests", scan("key-00001", "OP-07")))[0] == 200
    assert asking.house.view("pack").operator == "OP-07"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_not_known(asking: Asking, method: str) -> None:
    assert (await asking.ask(method, "/api/requests"))[0] == 405


async def test_every_answer_forbids_what_the_page_does_not_need(asking: Asking) -> None:
    for path in ("/", "/static/js/main.js", "/api/me", "/nothing"):
        _, headers, _ = await asking.ask("GET", path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert (await asking.ask("GET", "/api/me"))[1]["cache-control"] == "no-store"


async def test_no_file_outside_the_pages_own_is_served(asking: Asking) -> None:
    for path in ("/static/../application.py", "/static/%2e%2e/application.py", "/static//etc/passwd"):
        assert (await asking.ask("GET", path))[0] == 404


async def test_once_somebody_has_a_pin_even_this_machine_must_sign_in(asking: Asking) -> None:
    assert (await asking.ask("GET", "/api/people"))[2] == []
    set_pin(asking.behind.data, "OP-07", "274951")
    assert (await asking.ask("GET", "/api/stations/pack/choices"))[0] == 401
    assert (await asking.ask("POST", "/api/requests", scan("key-00002", "OP-07")))[0] == 401
    status, headers, _ = await asking.ask("POST", "/api/sign-in", {"badge": "OP-07", "pin": "274951"})
    assert status == 200
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=strict" in headers["set-cookie"]


async def test_a_browser_elsewhere_is_trusted_by_a_pin_and_by_nothing_else(asking: Asking) -> None:
    status, _, said = await asking.ask("POST", "/api/sign-in", {"badge": "OP-07"}, client="192.0.2.9")
    assert (status, said["id"]) == (403, "pin_needed")
    assert (await asking.ask("GET", "/api/people", client="192.0.2.9"))[2] == []


async def test_a_token_needs_no_page_and_may_what_its_role_may(asking: Asking) -> None:
    viewer = tokens.create(asking.behind.data, "office", "viewer", "2026-11-21")
    worker = tokens.create(asking.behind.data, "line", "operator", "2026-11-21")
    bare = {"origin": None, "client": "192.0.2.9"}
    assert (await asking.ask("GET", "/api/stations/pack/choices", client="192.0.2.9"))[0] == 401
    looked = await asking.ask("GET", "/api/stations/pack/choices", client="192.0.2.9", authorization=f"Bearer {viewer}")
    assert looked[0] == 200
    refused = await asking.ask(
        "POST", "/api/requests", scan("key-3aaaa", "OP-07"), authorization=f"Bearer {viewer}", **bare
    )
    assert refused[0] in (401, 403)
    assert asking.house.view("pack").operator is None
    done = await asking.ask(
        "POST", "/api/requests", scan("key-3bbbb", "OP-07"), authorization=f"Bearer {worker}", **bare
    )
    assert done[0] == 200
    wrong = await asking.ask("GET", "/api/stations/pack/choices", client="192.0.2.9", authorization="Bearer gwt_no")
    assert wrong[0] == 401


async def test_a_key_that_comes_again_is_done_once(asking: Asking) -> None:
    first, again = await asyncio.gather(
        *(asking.ask("POST", "/api/requests", scan("key-00004", "OP-07")) for _ in range(2))
    )
    assert first[2] == again[2]
    assert len(await asking.house.entries("operator")) == 1
    status, _, said = await asking.ask("POST", "/api/requests", scan("key-00005", "WRONG"))
    assert (status, said["id"]) == (409, "code_unknown")
    refusal = asking.house.desks[StationId("pack")].notices.refusal
    assert refusal is not None
    assert refusal.sentence == "code_unknown"


@pytest.mark.parametrize(
    "body", [[], {}, {"key": "x"}, {"key": "key-00006", "request": "scan"}, {"key": "a/../b/c/d", "request": {}}]
)
async def test_a_command_of_another_form_is_refused(asking: Asking, body: Any) -> None:
    assert (await asking.ask("POST", "/api/requests", body))[0] == 422


async def test_a_display_answers_what_the_sheet_of_codes_answers_with_nobody_signed_in(asking: Asking) -> None:
    def wish(key: str, **request: Any) -> dict[str, Any]:
        return {"key": key, "station": "pack", "request": request}

    confirmed = await asking.ask("POST", "/api/requests", wish("key-00007", do="confirm-date", right=True))
    assert confirmed[0] == 200
    closed = await asking.ask("POST", "/api/requests", wish("key-00008", do="close-lot"))
    assert (closed[0], closed[2]["id"]) == (401, "sign_in_first")


async def test_the_interface_describes_itself(asking: Asking) -> None:
    status, _, described = await asking.ask("GET", "/api/openapi.json")
    assert status == 200
    assert {"/api/requests", "/api/sign-in", "/api/me"} <= described["paths"].keys()


async def test_tries_at_the_same_moment_count_like_those_one_after_another(asking: Asking) -> None:
    set_pin(asking.behind.data, "OP-07", "204816")
    tries = [f"9{n:05}" for n in range(8)]
    answers = await asyncio.gather(
        *(asking.ask("POST", "/api/sign-in", {"badge": "OP-07", "pin": pin}) for pin in [*tries, "204816"])
    )
    assert [status for status, _, _ in answers].count(403) <= 5
    assert answers[-1][0] == 429, "the right one came after too many wrong ones"


async def test_a_request_whose_name_is_no_text_is_refused(asking: Asking) -> None:
    body = {"key": "k-00000001", "station": "pack", "request": {"do": ["scan"]}}
    status, _, told = await asking.ask("POST", "/api/requests", body)
    assert (status, told["id"]) in ((409, "request_wrong"), (401, "sign_in_first"))
