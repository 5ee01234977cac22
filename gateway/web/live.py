"""The live stream: each change is written once for all browsers; a browser that is slow sees the newest, no queue."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.board import Changes
from gateway.station import StationId
from gateway.web.behind import Behind
from gateway.web.house_view import HouseView
from gateway.web.station_view import StationViews

BEAT_S: Final = 1.0
DEVICES_EVERY_S: Final = 0.5
MOST_CLIENTS: Final = 64

Json = dict[str, Any] | list[Any]


@dataclass(eq=False, slots=True)
class Client:
    """One browser: what it has not been sent yet, the newest of each; `station` narrows what it is told."""

    station: StationId | None
    devices: bool
    pending: dict[str, bytes] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: bool = False

    def put(self, key: str, event: bytes) -> None:
        """Keep an event to send, in place of an older one of its key."""
        self.pending.pop(key, None)
        self.pending[key] = event
        self.woken.set()


class TooManyClients(Exception):
    """More browsers than this machine should serve at once."""


class Live:
    """Follows the board and tells every browser."""

    def __init__(self, behind: Behind, stations: StationViews, house: HouseView) -> None:
        self._behind = behind
        self._stations = stations
        self._house = house
        self._clients: set[Client] = set()
        self._number = 0
        self._last: dict[str, Json] = {}
        self._changes: Changes | None = None

    async def run(self) -> None:
        """Tell what changes, and a heartbeat each second; ends by being cancelled."""
        board = self._behind.board
        self._changes = changes = board.follow()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tell_stations(changes), name="page: stations")
                group.create_task(self._beat(), name="page: heartbeat")
                group.create_task(self._tell_devices(), name="page: devices")
        finally:
            board.leave(changes)

    def stir(self, stations: Iterable[StationId]) -> None:
        """Have these stations told again: something beside their board changed."""
        if self._changes is not None:
            for station in stations:
                self._changes.mark(station)

    async def _tell_stations(self, changes: Changes) -> None:
        while True:
            for station in sorted(await changes.next()):
                view = self._stations.view(station)
                if view is not None:
                    self._tell(f"station {station}", "station", view, station=station)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        at = loop.time()
        while True:
            self.stir(self._stations.moved())
            self._tell_if_new("alarms", "alarms", self._house.alarms())
            for room in self._house.rooms():
                self._tell_if_new(f"room {room['id']}", "room", room)
            self._tell("house", "house", self._house.house())
            at += BEAT_S
            await asyncio.sleep(max(0.0, at - loop.time()))

    async def _tell_devices(self) -> None:
        while True:
            if any(client.devices for client in self._clients):
                event = self._event("devices", self._house.devices())
                for client in self._clients:
                    if client.devices:
                        client.put("devices", event)
            await asyncio.sleep(DEVICES_EVERY_S)

    def _tell_if_new(self, key: str, name: str, data: Json) -> None:
        if self._last.get(key) != data:
            self._last[key] = data
            self._tell(key, name, data)

    def _tell(self, key: str, name: str, data: Json, *, station: StationId | None = None) -> None:
        wanted = [c for c in self._clients if station is None or c.station is None or c.station == station]
        if wanted:
            event = self._event(name, data)
            for client in wanted:
                client.put(key, event)

    def _event(self, name: str, data: Json) -> bytes:
        self._number += 1
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return f"id: {self._number}\nevent: {name}\ndata: {text}\n\n".encode()

    def snapshot(self, client: Client) -> bytes:
        """Give the event a browser begins with: everything as it is now."""
        stations = [client.station] if client.station is not None else sorted(self._behind.board.stations)
        views = [view for station in stations if (view := self._stations.view(station)) is not None]
        data: dict[str, Any] = {
            "stations": views,
            "house": self._house.house(),
            "rooms": self._house.rooms(),
            "alarms": self._house.alarms(),
        }
        if client.devices:
            data["devices"] = self._house.devices()
        return self._event("snapshot", data)

    async def stream(self, client: Client, still_allowed: Callable[[], bool]) -> AsyncGenerator[bytes, None]:
        """Yield what a browser is to be sent: first a snapshot, then what changes, at last `bye`.

        Raises:
            TooManyClients: Others must go first.
        """
        if len(self._clients) >= MOST_CLIENTS:
            raise TooManyClients
        self._clients.add(client)
        try:
            yield self.snapshot(client)
            while not client.leaving and still_allowed():
                await client.woken.wait()
                client.woken.clear()
                pending, client.pending = client.pending, {}
                yield b"".join(pending.values())
        finally:
            self._clients.discard(client)

    def say_goodbye(self, why: str = "restart") -> None:
        """Tell every browser that we end, and end its stream."""
        event = self._event("bye", {"why": why})
        for client in self._clients:
            client.leaving = True
            client.put("bye", event)
