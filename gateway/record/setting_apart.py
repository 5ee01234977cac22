"""Where goods are set apart, given free again or destroyed."""

from collections.abc import Mapping
from datetime import datetime

from gateway.capture import AtRest
from gateway.errors import Refused
from gateway.gs1.codes import Code, LocalCode, LotTag
from gateway.lot import LotCode
from gateway.record import quality
from gateway.record.desk import Desk
from gateway.record.display import Shown
from gateway.record.goods import code_scanned
from gateway.station import Show


class HoldingDesk(Desk):
    """`step = "holding"`: a command, then the goods; which every station understands, this one does nothing else."""

    needs_date = False
    words: Mapping[str, str] = {"ready": "hold_ready"}

    async def on_code(self, code: Code, at: datetime) -> None:
        """Say that the command comes first.

        Raises:
            Refused: Always.
        """
        raise Refused("code_unknown" if isinstance(code, LocalCode) else "command_first")

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Nothing is weighed here."""


class DestroyingDesk(Desk):
    """`step = "destroying"`: a lot's tag, then what is destroyed of it on the scale; or a whole pallet."""

    needs_date = False
    words: Mapping[str, str] = {"ready": "destroy_ready", "no_lot": "destroy_no_lot", "captured": "gate_captured"}
    chosen: LotCode | None = None

    def lot(self) -> LotCode | None:
        """Give the lot of which something is destroyed."""
        return self.chosen

    def lacking(self) -> Shown | None:
        """Say that a lot tag must be scanned."""
        return None if self.chosen is not None else Shown(Show.NO_LOT, "no_lot")

    async def on_code(self, code: Code, at: datetime) -> None:
        """Choose a lot, or destroy a pallet.

        Raises:
            Refused: The code names no goods, or the person may not.
        """
        match code:
            case LotTag(lot=lot):
                self.chosen = (await self.house.known_lot(lot)).lot.code
            case LocalCode():
                raise Refused("code_unknown")
            case _:
                self.say(await quality.destroy(self.doer(at), code_scanned(code), None, "scan"))

    async def on_load(self, load: AtRest, at: datetime) -> None:
        """Destroy what stands on the scale of the chosen lot.

        Raises:
            Refused: No lot is chosen, there is less left of it, or the person may not.
        """
        if self.chosen is None:
            raise Refused("no_lot")
        crate = self.house.registers.crate.get(self.table.crate or "")
        weighing = self.weighing(load, crate.tare_kg * self.table.crates_per_load if crate else load.kg * 0, at)
        self.say(await quality.destroy(self.doer(at), self.chosen, weighing.net, "weighed"))
        self.done_with_load(None)
