"""Which goods are in which room, as booked at the doors."""

from gateway.lot import GoodsCode
from gateway.station import RoomId


class Occupancy:
    """The lots and pallets inside each room now; each is in one room at most."""

    def __init__(self) -> None:
        self._rooms: dict[RoomId, frozenset[GoodsCode]] = {}

    def enter(self, room: RoomId, goods: GoodsCode) -> None:
        """Book goods into a room, out of any other."""
        self.leave(goods)
        self._rooms[room] = self.inside(room) | {goods}

    def leave(self, goods: GoodsCode) -> None:
        """Book goods out of the room they are in, if they are in one."""
        room = self.room_of(goods)
        if room is not None:
            self._rooms[room] = self.inside(room) - {goods}

    def room_of(self, goods: GoodsCode) -> RoomId | None:
        """Give the room goods are booked in."""
        return next((room for room, inside in self._rooms.items() if goods in inside), None)

    def inside(self, room: RoomId) -> frozenset[GoodsCode]:
        """Give the goods booked in a room."""
        return self._rooms.get(room, frozenset())
