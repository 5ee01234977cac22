"""The house as the page shows it: the heartbeat, the rooms, the alarms, and the devices for the technician."""

from typing import Any, Final

from gateway.locale.shown import LOCAL
from gateway.web.behind import Behind
from gateway.web.device_view import DeviceView
from gateway.web.room_view import RoomViews

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
        self.room_views = RoomViews(behind)
        self.device_view = DeviceView(behind)

    def house(self) -> Json:
        """Give the heartbeat: how safe everything is, and what time it is here."""
        told = self._behind.describe()
        return {key: told[key] for key in _OF_HEARTBEAT} | {
            "now": self._behind.clock.now().astimezone(LOCAL).isoformat(timespec="milliseconds"),
            "alarms": len(told["alarms"]),
        }

    def alarms(self) -> list[Any]:
        """Give the conditions that stand, those nobody has acknowledged first, then by age."""
        return self.room_views.alarms()

    def rooms(self) -> list[Any]:
        """Give each room with its value, its state, its limits and what is inside."""
        return self.room_views.all()

    def devices(self) -> Json:
        """Give every device with its last value and frame, and how the house itself is."""
        return self.device_view.all()
