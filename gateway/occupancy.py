"""Which lot is in which room, as booked at the doors."""

from gateway.lot import LotCode
from gateway.station import RoomId


class Occupancy:
    """The lots inside each room now; a lot is in one room at most."""

    def __init__(self) -> None:
        self._rooms: dict[RoomId, frozenset[LotCode]] = {}

    def enter(self, room: RoomId, lot: LotCode) -> None:
        """Book a lot into a room, out of any other."""
        self.leave(lot)
        self._rooms[room] = self.inside(room) | {lot}

    def leave(self, lot: LotCode) -> None:
        """Book a lot out of the room it is in, if it is in one."""
        room = self.room_of(lot)
        if room is not None:
            self._rooms[room] = self.inside(room) - {lot}

    def room_of(self, lot: LotCode) -> RoomId | None:
        """Give the room a lot is booked in."""
        return next((room for room, lots in self._rooms.items() if lot in lots), None)

    def inside(self, room: RoomId) -> frozenset[LotCode]:
        """Give the lots booked in a room."""
        return self._rooms.get(room, frozenset())
