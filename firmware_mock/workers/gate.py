"""The worker at the gate: farm card, crate type, load by load, close the receipt, hang the tag on the crates."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from firmware_mock.workers.doing import (
    CLOSE_RECEIPT,
    DATE_YES,
    LABEL_OUT,
    PAPER_TIME_S,
    REPRINT,
    STUCK_TIME_S,
    Act,
    Closed,
    Confirmed,
    How,
    Lift,
    Look,
    Note,
    Opened,
    Put,
    Refusal,
    Scan,
    Stranger,
    TagOut,
)
from firmware_mock.workers.shown import Last, ReceiptShown, Shown, lot_on


@dataclass(frozen=True, slots=True)
class Truck:
    """What a farm brought: its card, and the loads still on the truck (kg, crates included)."""

    card: str
    loads: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """The load in work."""

    number: int
    kg: Decimal
    placed: bool = False


@dataclass(frozen=True, slots=True)
class GateWorker:
    """Everything the worker at the gate knows.

    `receipt`, `lot` and `loads` are the open receipt's number, lot and loads as confirmed to this worker; `closed` is
    the receipt whose tag, or slip where farmers are given one, has not come out yet. `tags` are the lot tags that came
    out, by lot, `slips` the lots whose weigh slips did.
    """

    badge: str
    crate: str | None = None
    truck: Truck | None = None
    load: Load | None = None
    on_scale: bool = False
    put_at: float = 0.0
    number: int = 0
    seen: bool = False
    crate_told: bool = False
    closing: bool = False
    receipt: ReceiptShown | None = None
    closed: ReceiptShown | None = None
    tags: dict[str, str] = field(default_factory=dict)
    gives_slips: bool = False
    slips: frozenset[str] = frozenset()
    asked_at: tuple[str, float] | None = None

    @property
    def free(self) -> bool:
        """Whether the next truck may come."""
        return self.truck is None

    def take_label(self, codes: tuple[str, ...]) -> "GateWorker":
        """A whole label came out of the printer, with these codes on it."""
        tags = {lot: code for code in codes if (lot := lot_on(code))}
        return replace(self, tags={**self.tags, **tags})

    def take_slip(self, codes: tuple[str, ...]) -> "GateWorker":
        """A whole slip came out of the printer beside it."""
        return replace(self, slips=self.slips | {lot for code in codes if (lot := lot_on(code))})

    def look(self, shown: Shown, now: float) -> "Look[GateWorker]":
        """Decide by what is shown now; `now` in seconds of any steady clock."""
        me, notes = self._read_receipt(shown)
        me, notes = me._hang_tag(notes)
        if shown.state == "refused":
            me, notes = me._refused(shown, notes)
        act, after = me._decide(shown, now)
        if act is None:
            return Look(after or me, notes=notes)
        return Look(me, act, after, notes)

    def _read_receipt(self, shown: Shown) -> "tuple[GateWorker, tuple[Note, ...]]":
        """Compare the receipt shown with the loads this worker was told of."""
        open_now, mine = shown.receipt, self.receipt
        if not self.seen:
            return replace(self, seen=True, receipt=open_now), ()
        if mine is not None and (open_now is None or open_now.number != mine.number):
            return self._receipt_gone(mine)
        if open_now is None:
            return self, ()
        notes: tuple[Note, ...] = ()
        me = self
        if mine is None:
            me = replace(self, receipt=replace(open_now, loads=0), closing=False)
            notes = (Opened(open_now.number, open_now.lot),)
            mine = me.receipt
            assert mine is not None
        if open_now.loads == mine.loads:
            return me, notes
        if open_now.loads == mine.loads + 1 and me.load is not None and me.load.placed:
            note = _confirmed(me.load, open_now, shown.last, "captured" if shown.state == "captured" else "restart")
            return replace(me, receipt=open_now, load=None), (*notes, note)
        return replace(me, receipt=open_now), (*notes, Stranger(f"{open_now.number}/{open_now.loads}"))

    def _receipt_gone(self, mine: ReceiptShown) -> "tuple[GateWorker, tuple[Note, ...]]":
        me = replace(self, receipt=None, crate_told=False, closing=False)
        if not self.closing:
            return me, (Stranger(f"{mine.number} gone"),)
        return replace(me, closed=mine), (Closed(mine.number, mine.lot, mine.loads),)

    def _hang_tag(self, notes: tuple[Note, ...]) -> "tuple[GateWorker, tuple[Note, ...]]":
        closed = self.closed
        if closed is None or closed.lot not in self.tags or (self.gives_slips and closed.lot not in self.slips):
            return self, notes
        tag = self.tags[closed.lot]
        return replace(self, closed=None, truck=None), (*notes, TagOut(closed.lot, tag, closed.net))

    def _refused(self, shown: Shown, notes: tuple[Note, ...]) -> "tuple[GateWorker, tuple[Note, ...]]":
        """Put a refused load down; the crate type is scanned again, it may be what was missing."""
        if self.load is None or not self.load.placed:
            return self, notes
        load = replace(self.load, placed=False)
        return replace(self, load=load, crate_told=False), (*notes, Refusal(shown.sentence))

    def _decide(self, shown: Shown, now: float) -> "tuple[Act | None, GateWorker | None]":
        match shown.state:
            case "no_operator":
                return Scan(self.badge), None
            case "date_ask":
                return Scan(DATE_YES), None
            case "print_unknown":
                return self._answer(shown, now)
            case "not_unloaded" | "overload" | "negative" | "refused":
                return self._lift()
            case "no_lot" | "lot_rescan":
                return self._begin()
            case "captured" | "ready" | "loading":
                return self._weigh(shown, now)
        return None, None

    def _lift(self) -> "tuple[Act | None, GateWorker | None]":
        return (Lift(), replace(self, on_scale=False)) if self.on_scale else (None, None)

    def _begin(self) -> "tuple[Act | None, GateWorker | None]":
        """Scan the farm's card, once nothing stands on the scale and the last lot has its tag."""
        if self.on_scale:
            return self._lift()
        return (Scan(self.truck.card), None) if self.truck is not None and self.closed is None else (None, None)

    def _weigh(self, shown: Shown, now: float) -> "tuple[Act | None, GateWorker | None]":
        if self.on_scale:
            waiting = self.load is not None and (shown.state == "captured" or now - self.put_at <= STUCK_TIME_S)
            return (None, None) if waiting else self._lift()
        if shown.state != "ready" or self.receipt is None:
            return None, None
        if self.crate is not None and not self.crate_told:
            return Scan(self.crate), replace(self, crate_told=True)
        if self.load is None:
            return self._next()
        return Put(self.load.kg), replace(self, load=replace(self.load, placed=True), on_scale=True, put_at=now)

    def _next(self) -> "tuple[Act | None, GateWorker | None]":
        truck = self.truck
        if truck is None or not truck.loads:
            return Scan(CLOSE_RECEIPT), replace(self, closing=True)
        load = Load(self.number + 1, truck.loads[0])
        return None, replace(self, number=load.number, load=load, truck=replace(truck, loads=truck.loads[1:]))

    def _answer(self, shown: Shown, now: float) -> "tuple[Act | None, GateWorker | None]":
        """A question at the gate is about the tag, or the slip, of the lot just closed."""
        asked = shown.asked
        if asked is None:
            return None, None
        in_hand = self.slips if asked.paper == "slip" else self.tags
        if self.closed is None or self.closed.lot in in_hand:
            return Scan(LABEL_OUT), replace(self, asked_at=None)
        if self.asked_at is None or self.asked_at[0] != asked.job:
            return None, replace(self, asked_at=(asked.job, now))
        if now - self.asked_at[1] < PAPER_TIME_S:
            return None, None
        return Scan(REPRINT), replace(self, asked_at=None)


def _confirmed(load: Load, receipt: ReceiptShown, last: Last | None, how: How) -> Confirmed:
    return Confirmed(
        load=receipt.loads,
        put=str(load.kg),
        shown=last.kg if last else "",
        lot=receipt.lot,
        receipt=receipt.number,
        how=how,
    )
