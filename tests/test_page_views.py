"""What the page is told of rooms, lots and devices, by a house in one process."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from gateway.drivers.modbus_bus import ModbusBus
from gateway.errors import DeviceSilent
from gateway.reading import DeviceId, Link, Measurement, Quality, Reading, Source
from gateway.rules.limit import Limit
from gateway.web.application import Page
from gateway.web.behind import Behind
from gateway.web.device_view import DeviceView
from gateway.web.room_view import RoomViews, trend, worst
from gateway.web.table import WebTable
from tests.page_behind import behind
from tests.road import LIMIT, MORNING, ROOMS, PackingHouse, packing_house, tag

BUS = ModbusBus.model_validate(
    {"driver": "modbus_bus", "port": "/dev/gateway/bus", "unit": {"a": {"id": 1, "map": "xy-md02"}}}
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[PackingHouse]:
    async with packing_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def stands(house: PackingHouse, tmp_path: Path) -> Behind:
    return replace(
        behind(house, tmp_path, WebTable()),
        rooms=lambda: ROOMS,
        rules=lambda: {"cold-chain": LIMIT},
        devices=lambda: {"bus": BUS},
        describe=lambda: {"alarms": dict(house.house.board.alarms)},
    )


async def room(stands: Behind, views: RoomViews | None = None) -> dict[str, Any]:
    views = views or RoomViews(stands)
    await views.look()
    (told,) = views.all()
    return told


async def get(stands: Behind, path: str) -> tuple[int, Any]:
    """Ask the page in the language servers speak; text or JSON comes back."""
    heard: list[Any] = []
    target, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(target),
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1:8080")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8080),
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        heard.append(message)

    await Page(stands).guarded(scope, receive, send)
    body = b"".join(one.get("body", b"") for one in heard[1:])
    return heard[0]["status"], json.loads(body) if body[:1] in (b"{", b"[") else body.decode()


# rooms


async def test_a_room_nobody_heard_has_no_value_and_is_not_in_range(stands: Behind) -> None:
    told = await room(stands)
    assert (told["state"], told["value"], told["trend"]) == ("no_data", None, None)


async def test_a_room_goes_from_in_range_to_beyond_to_an_excursion_and_back(
    house: PackingHouse, stands: Behind
) -> None:
    await house.measures("4.5")
    assert (await room(stands))["state"] == "ok"
    await house.measures("5.5")
    assert (await room(stands))["state"] == "beyond"
    for _ in range(3):
        await house.passes(60)
        await house.measures("5.6")
    told = await room(stands)
    assert (told["state"], told["value"]["amount"], told["value"]["unit"]) == ("excursion", "5.6", "°C")
    assert told["alarm"]["raised"] == [told["alarm"]["id"]]
    assert told["limits"]["above"] == "5"
    await house.measures("4.0")
    assert (await room(stands))["state"] == "ok"


async def test_an_old_value_is_no_value(house: PackingHouse, stands: Behind) -> None:
    await house.measures("4.5")
    await house.passes(150)
    assert (await room(stands))["state"] == "ok"
    await house.passes(1)
    assert (await room(stands))["state"] == "no_data"


async def test_a_sensor_that_says_it_is_broken_is_a_fault(house: PackingHouse, stands: Behind) -> None:
    await house.says("bus", Measurement("Temperature", None, "CEL", "a", Quality.BAD, "probe open"))
    assert (await room(stands))["state"] == "fault"


async def test_a_defrost_is_told_by_its_input(house: PackingHouse, stands: Behind) -> None:
    await house.measures("4.5")
    await house.says("bus", Measurement("ph:Defrost", Decimal(1), None, "a"))
    assert (await room(stands))["state"] == "defrost"
    await house.says("bus", Measurement("ph:Defrost", Decimal(0), None, "a"))
    assert (await room(stands))["state"] == "ok"


def _reading(source: str, amount: str | None) -> Reading:
    device, _, channel = source.partition("/")
    value = Measurement("Temperature", None if amount is None else Decimal(amount), "CEL", channel)
    return Reading(DeviceId(device), MORNING, 0.0, value)


def test_of_several_sensors_the_one_that_stands_worst_is_shown() -> None:
    both = Limit(kind="limit", room="r", quantity="Temperature", above=Decimal(15), below=Decimal(13))
    warm, cold, silent = _reading("b/x", "14.8"), _reading("b/y", "12.4"), _reading("b/z", None)
    assert worst([warm, cold, silent], both) is cold
    assert worst([warm, silent], both) is warm
    assert worst([silent], both) is silent
    assert worst([], both) is None


def test_a_trend_needs_some_minutes() -> None:
    rising = [(minute * 60_000, 14 + minute / 30) for minute in range(31)]
    assert trend(rising) == pytest.approx(2.0)
    assert trend(rising[:4]) is None


async def test_a_series_is_told_with_what_happened_in_the_room(house: PackingHouse, stands: Behind) -> None:
    lot = await house.receive_lot("55.50")
    await house.scan("door-in", tag(lot))
    for minute in range(10):
        await house.passes(60)
        await house.measures("5.8" if 3 <= minute < 6 else "4.5")
        await house.says("bus", Measurement("ph:DoorOpen", Decimal(int(3 <= minute < 5)), None, "a"))
    house.time.passes(1)
    await house.readings.flush()
    status, told = await get(stands, "/api/rooms/cr-1/series?columns=200")
    assert status == 200
    assert sum(column[4] for column in told["columns"]) == 10
    assert told["figures"]["high"] == 5.8
    ((since, until, worst_value, _, lasting),) = told["runs"]
    assert (until - since, worst_value, lasting) == (180_000, 5.8, True)
    assert [after - before for before, after in told["doors"]] == [120_000]
    assert told["defrosts"] is None
    assert [(move["direction"], move["goods"]) for move in told["moves"]] == [("in", lot)]
    assert (await get(stands, "/api/rooms/none/series"))[0] == 404
    assert (await get(stands, "/api/rooms/cr-1/series?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z"))[0] == 422


# lots


async def test_a_lot_is_found_by_any_of_its_words(house: PackingHouse, stands: Behind) -> None:
    lot = await house.receive_lot("55.50")
    for query in ("", lot.lower(), lot[-4:], "RIENG%20sau"):
        assert [one["code"] for one in (await get(stands, f"/api/lots?query={query}"))[1]["lots"]] == [lot], query
    for query in ("sau%20khac", "%25", "_"):
        assert (await get(stands, f"/api/lots?query={query}"))[1]["lots"] == [], query
    assert (await get(stands, f"/api/lots?query={lot}"))[1]["found"] == {"kind": "lot", "code": lot}


async def test_what_the_province_lacks_may_not_be_loaded(house: PackingHouse, stands: Behind) -> None:
    lot = await house.receive_lot("55.50")
    status, told = await get(stands, f"/api/dispatch-check/{lot}")
    assert (status, told["code"], told["may_go"]) == (200, lot, False)
    assert any("Tỉnh mới nhận 0" in why["vi"] for why in told["why"])
    assert (await get(stands, "/api/dispatch-check/H999999-9999"))[0] == 404


async def test_a_story_and_its_page_of_paper(house: PackingHouse, stands: Behind) -> None:
    lot = await house.receive_lot("55.50")
    status, told = await get(stands, f"/api/trace/https%3A%2F%2Fid.example.org%2F01%2F99521234000016%2F10%2F{lot}")
    assert (status, told["kind"], told["code"]) == (200, "lot", lot)
    status, page = await get(stands, f"/api/report/{lot}")
    assert status == 200
    assert lot in page


# devices


async def test_a_technician_is_told_frames_times_and_failures(house: PackingHouse, stands: Behind) -> None:
    wire = house.house.board.lay_wire(DeviceId("bus"))
    wire.speak("a")
    wire.received(bytes.fromhex("0104040119035e"))
    wire.failed(DeviceSilent("unit 1 does not answer"))
    await house.measures("4.5")
    await house.says("bus", Link(up=False, why="unit 1 does not answer", channel="a"))
    (device,) = DeviceView(stands).all()["devices"]
    (channel,) = device["channels"]
    assert (channel["source"], channel["up"], channel["about"]["id"]) == (Source("bus/a"), False, 1)
    assert channel["frame"]["hex"] == "01 04 04 01 19 03 5E"
    assert not channel["frame"]["readable"]
    assert channel["errors"] == {"silent": 1}
    assert channel["values"] == []  # what cannot be heard has no value


async def test_the_machine_is_examined_only_when_asked(stands: Behind) -> None:
    found = {"findings": [{"cause": "clock-unsynced"}], "certificates": {}}
    assert await get(replace(stands, examine=lambda: found), "/api/doctor") == (200, found)


async def test_no_label_waits_in_a_house_that_printed_none(stands: Behind) -> None:
    assert await get(stands, "/api/labels/queue") == (200, [])
    assert await get(stands, "/api/labels/latest") == (200, [])
    assert (await get(stands, "/api/labels/preview/none.png"))[0] == 404


async def test_the_latest_label_of_a_station_is_shown_once_its_printer_has_had_it(
    house: PackingHouse, stands: Behind
) -> None:
    await house.begin_packing()
    await house.load("pack-scale", "10.25")
    (waiting,) = [job for job in (await get(stands, "/api/labels/queue"))[1] if job["serial"]]
    assert [job for job in (await get(stands, "/api/labels/latest"))[1] if job["serial"]] == []
    await house.prints()
    (latest,) = [job for job in (await get(stands, "/api/labels/latest"))[1] if job["serial"]]
    assert (latest["job"], latest["state"]) == (waiting["job"], "done")
