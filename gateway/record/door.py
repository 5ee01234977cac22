"""The door of a cold room: a lot's tag or a pallet's label, scanned on the way in or out."""

from collections.abc import Mapping
from datetime import datetime

from gateway.capture import AtRest
from gateway.gs1.codes import Code
from gateway.record import moves
from gateway.record.desk import Desk
from gateway.record.goods import code_scanned
from gateway.station import RoomId


class DoorDesk(Desk):
    """`step = "storing"` is the way in, `step = "staging_outbound"` the way out of the station's room."""

    needs_date = False
    words: Mapping[str, str] = {"ready": "door_ready"}

    async def on_code(self, code: Code, at: datetime) -> None:
        """Move a lot or pallet through the door.

        Raises:
            Refused: It is unknown, gone, or booked elsewhere than the door says.
        """
        await self.move(code_scanned(code), at)

    async def move(self, goods: str, at: datetime, noted: datetime | None = None) -> None:
        """Move goods through the door, as of now or of when it was noted.

        Raises:
            Refused: They are unknown, gone, or booked elsewhere than the door says.
        """
        room, doer = RoomId(self.table.room or ""), self.doer(at)
        if self.table.step == "storing":
            self.say(await moves.come_in(doer, goods, room, noted))
        else:
            self.say(await moves.go_out(doer, goods, room, noted))

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """A door has no scale."""
