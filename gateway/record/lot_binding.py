"""Which lot a station works on, and everything that ends it."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from gateway.acts import UnboundLoad
from gateway.capture import AtRest
from gateway.event import Fact
from gateway.locale.shown import LOCAL
from gateway.lot import LotCode
from gateway.station import Binding

if TYPE_CHECKING:
    from gateway.record.desk import Desk


class LotBinding:
    """The lot bound to one station. A lot that was let go is greyed: its tag must be scanned again (design §6)."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self.lot: LotCode | None = None
        self.greyed: LotCode | None = None
        self._used_at = 0.0
        self._shift_ends: datetime | None = None

    async def resume(self) -> None:
        """Take up the binding after a start; greyed when the last load is too long ago, or nobody can tell."""
        desk = self._desk
        for binding in await desk.house.journal.bindings():
            if binding.station != desk.id:
                continue
            if binding.lot is None:
                self.greyed = None
            elif desk.age_of_last_s() <= desk.table.lot_restart_s:
                self.held(binding.lot, binding.since)
            else:
                self.lot = binding.lot
                await desk.decide(self.end, "restart")

    async def bind(self, lot: LotCode, at: datetime) -> None:
        """Bind a lot, which ends the one before."""
        desk = self._desk
        await desk.keep(Binding(desk.id, lot, at, desk.operator))
        self.held(lot, at)

    def held(self, lot: LotCode, since: datetime) -> None:
        """Note that a binding of this station is on disk."""
        desk = self._desk
        self.lot, self.greyed = lot, None
        self._used_at = desk.house.clock.monotonic()
        self._shift_ends = self._shift_end_after(since.astimezone(LOCAL))

    def _shift_end_after(self, since: datetime) -> datetime | None:
        if self._desk.table.shift_ends is None:
            return None
        end = datetime.combine(since.date(), time.fromisoformat(self._desk.table.shift_ends), LOCAL)
        return end if end > since else end + timedelta(days=1)

    async def end(self, reason: str, *because: Fact) -> None:
        """Let the lot go, in one with the facts that say why; its tag must be scanned again unless it is closed."""
        desk = self._desk
        if self.lot is not None:
            await desk.keep(*because, Binding(desk.id, None, desk.house.clock.now(), desk.operator, reason))
            self.greyed = None if reason in ("closed", "used up") else self.lot
            self.lot = None

    def used(self) -> None:
        """Note that a load was captured for the lot."""
        self._used_at = self._desk.house.clock.monotonic()

    async def tick(self) -> None:
        """End the binding at the shift's end, or after hours without a load."""
        desk = self._desk
        if self.lot is None:
            return
        if self._shift_ends is not None and desk.house.clock.now() >= self._shift_ends:
            await desk.decide(self.end, "shift end")
        elif desk.house.clock.monotonic() - self._used_at >= desk.table.lot_idle_s:
            await desk.decide(self.end, "idle")

    async def keep_unbound(self, load: AtRest, at: datetime) -> None:
        """Keep a load that belongs to no lot as an audit record: no label, no EPCIS event."""
        desk = self._desk
        why = "lot must be scanned again" if self.greyed else "no lot"
        await desk.keep(UnboundLoad(desk.weighing(load, Decimal(0), at), why), at=at)
        desk.done_with_load(None)
