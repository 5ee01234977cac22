"""The door of a cold room: a lot's tag, scanned on the way in or out."""

from collections.abc import Mapping
from datetime import datetime

from gateway.acts import RoomMove
from gateway.capture import AtRest
from gateway.errors import Refused
from gateway.gs1.codes import Code, LotTag
from gateway.lot import LotCode
from gateway.record.desk import Desk
from gateway.station import RoomId


class DoorDesk(Desk):
    """`step = "storing"` is the way in, `step = "staging_outbound"` the way out of the station's room."""

    needs_date = False
    words: Mapping[str, str] = {"ready": "door_ready"}

    async def on_code(self, code: Code, at: datetime) -> None:
        """Move a lot through the door.

        Raises:
            Refused: The lot is unknown, or booked elsewhere than the door says.
        """
        if not isinstance(code, LotTag):
            raise Refused("code_not_here")
        book = self.house.lots.get(LotCode(code.lot))
        if book is None:
            raise Refused("code_unknown")
        lot, room = book.lot, RoomId(self.table.room or "")
        here, inward = self.house.occupancy.room_of(lot.code), self.table.step == "storing"
        if inward and here == room:
            raise Refused("room_same", lot=lot.code, room=room)
        if inward and here is not None:
            raise Refused("room_elsewhere", lot=lot.code, room=here)
        if not inward and here != room:
            raise Refused("room_not_in", lot=lot.code, room=room)
        n = await self.house.journal.counters.count(f"room-{lot.code}-{room}")
        await self.keep(RoomMove("in" if inward else "out", lot, room, n, self.operator), at=at)
        self.tell("room_in" if inward else "room_out", lot=lot.code, room=room)

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """A door has no scale."""
