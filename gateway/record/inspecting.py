"""The inspection: a lot's tag, then how it was found."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from gateway.acts import Result
from gateway.capture import AtRest
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode, LotTag
from gateway.lot import LotCode
from gateway.record import quality
from gateway.record.desk import Desk
from gateway.record.display import Shown
from gateway.station import Show

RESULTS: Final[Mapping[str, Result]] = {
    "CMD-ACCEPT": "accepted",
    "CMD-REJECT": "rejected",
    "CMD-CONDITIONAL": "conditional",
}


class InspectionDesk(Desk):
    """`step = "inspecting"`: which lot it is about is scanned first; measurements come from the page."""

    words: Mapping[str, str] = {"ready": "inspect_result", "no_lot": "inspect_no_lot"}
    chosen: LotCode | None = None

    def lot(self) -> LotCode | None:
        """Give the lot being inspected."""
        return self.chosen

    def lacking(self) -> Shown | None:
        """Say that a lot tag must be scanned."""
        return None if self.chosen is not None else Shown(Show.NO_LOT, "no_lot")

    async def on_code(self, code: Code, at: datetime) -> None:
        """Choose a lot by its tag, then say how it was found.

        Raises:
            Refused: The code is neither, or the lot cannot be inspected.
        """
        match code:
            case LotTag(lot=lot):
                await self.choose(lot)
            case LocalCode(text=text) if text in RESULTS:
                if self.chosen is None:
                    raise Refused("no_lot")
                await self.inspect(self.chosen, RESULTS[text], at)
            case LocalCode():
                raise Refused("code_unknown")
            case _:
                raise Refused("code_not_here")

    async def choose(self, lot: str) -> None:
        """Look at this lot now.

        Raises:
            Refused: It is unknown, not received or closed.
        """
        book = await self.house.known_lot(lot)
        if book.state != "received":
            raise Refused("lot_closed" if book.state == "closed" else "lot_unreceived", lot=lot)
        self.chosen = book.lot.code

    async def inspect(
        self,
        lot: str,
        result: Result,
        at: datetime,
        *,
        measurements: Mapping[str, Decimal] | None = None,
        samples: int | None = None,
        note: str = "",
    ) -> None:
        """Keep how a lot was found, and look at no lot any more.

        Raises:
            Refused: The lot cannot be inspected, or nobody is signed in.
        """
        if self._lacks_operator():
            raise Refused("no_operator")
        self.say(
            await quality.inspect(self.doer(at), lot, result, measurements=measurements, samples=samples, note=note)
        )
        self.chosen = None

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """An inspection has no scale."""
