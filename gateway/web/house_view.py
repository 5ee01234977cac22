"""The house as the page shows it: the heartbeat, the rooms, the alarms, and the devices for the technician."""

from typing import Any, Final

from gateway.locale.shown import LOCAL
from gateway.station import RoomId
from gateway.web.behind import Behind

Json = dict[str, Any]

_OF_HEARTBEAT: Final = (
    "on_disk",
    "backlog",
    "lost",
    "connected",
    "trouble",
    "confirmed_at",
    "disk",
    "clock",
    "clock_error_s",
    "config",
)


class HouseView:
    """Writes what is not a station's own."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind

    def house(self) -> Json:
        """Give the heartbeat: how safe everything is, and what time it is here."""
        told = self._behind.describe()
        return {key: told[key] for key in _OF_HEARTBEAT} | {
            "now": self._behind.clock.now().astimezone(LOCAL).isoformat(timespec="milliseconds"),
            "alarms": len(told["alarms"]),
        }

    def alarms(self) -> list[Any]:
        """Give the conditions that stand, as id and message."""
        told = self._behind.describe()["alarms"]
        return [{"id": id_, "message": message} for id_, message in sorted(told.items())]

    def rooms(self) -> list[Any]:
        """Give each room with its values and what is inside."""
        behind = self._behind
        return [
            {
                "id": room,
                "name": table.name,
                "values": behind.board.values_at(table.sources),
                "inside": sorted(behind.house.occupancy.inside(RoomId(room))),
            }
            for room, table in behind.rooms().items()
        ]

    def devices(self) -> Json:
        """Give what every source said last."""
        return self._behind.board.sources(self._behind.clock.monotonic())
