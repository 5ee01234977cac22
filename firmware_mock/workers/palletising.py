"""The worker who builds pallets: scans each carton's label, closes the pallet, sticks its label on."""

from dataclasses import dataclass, replace

from firmware_mock.workers.doing import (
    CLOSE_PALLET,
    DATE_YES,
    LABEL_OUT,
    PAPER_TIME_S,
    REPRINT,
    Act,
    Look,
    Note,
    Palletised,
    Scan,
    Stacked,
)
from firmware_mock.workers.shown import Shown, pallet_on, serial_on

HERE = "đã trên pallet này"
"""What the display says of a carton that was stacked before the display went dark."""


@dataclass(frozen=True, slots=True)
class Palletiser:
    """Everything the palletising worker knows.

    `waiting` are the labels of cartons to be stacked, `on` the serials on the pallet being built, which is full with
    `most`; `closed` are those on the pallet whose label has not come out yet. `labels` are pallet labels in the hand,
    by SSCC, `used` those stuck on. `no_more`: no other carton will come.
    """

    badge: str
    most: int
    waiting: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    closing: bool = False
    closed: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()
    no_more: bool = False
    asked_at: tuple[str, float] | None = None

    @property
    def done(self) -> bool:
        """Whether every carton stands on a pallet that bears its label."""
        return self.no_more and not (self.waiting or self.on or self.closed)

    def add(self, label: str) -> "Palletiser":
        """A carton with this label is there to be stacked."""
        return replace(self, waiting=(*self.waiting, label))

    def take_label(self, codes: tuple[str, ...]) -> "Palletiser":
        """A whole label came out of the printer, with these codes on it."""
        return replace(self, labels=(*self.labels, *(code for code in codes if pallet_on(code))))

    def look(self, shown: Shown, now: float) -> "Look[Palletiser]":
        """Decide by what is shown now; `now` in seconds of any steady clock."""
        me, notes = self._read(shown)
        if shown.state != "print_unknown":
            me, more = me._stick()
            notes = (*notes, *more)
        act, after = me._decide(shown, now)
        return Look(me if act else after or me, act, after if act else None, notes)

    def _read(self, shown: Shown) -> "tuple[Palletiser, tuple[Note, ...]]":
        """Tell by the serial the display names whether the carton stands on the pallet, also from before a cut."""
        if self.closing and shown.state == "no_lot":
            return replace(self, closing=False, on=(), closed=self.on), ()
        serial = serial_on(self.waiting[0]) if self.waiting else None
        if serial is None or serial not in f"{shown.sentence} {shown.hint}":
            return self, ()
        if shown.state == "ready" or (shown.state == "refused" and HERE in shown.sentence):
            return replace(self, waiting=self.waiting[1:], on=(*self.on, serial)), (Stacked(serial),)
        return self, ()

    def _stick(self) -> "tuple[Palletiser, tuple[Note, ...]]":
        """Stick the label on the pallet just closed: the one that bears a number no other pallet has."""
        label = next((label for label in self.labels if pallet_on(label) not in self.used), None)
        sscc = pallet_on(label) if label else None
        if not self.closed or label is None or sscc is None:
            return self, ()
        return replace(self, closed=(), used=self.used | {sscc}), (Palletised(sscc, label, self.closed),)

    def _decide(self, shown: Shown, now: float) -> "tuple[Act | None, Palletiser | None]":
        match shown.state:
            case "no_operator":
                return Scan(self.badge), None
            case "date_ask":
                return Scan(DATE_YES), None
            case "print_unknown":
                return self._answer(shown, now)
            case "no_lot" | "ready" | "refused" if not self.closed:
                return self._stack()
        return None, None

    def _stack(self) -> "tuple[Act | None, Palletiser | None]":
        if self.on and (len(self.on) >= self.most or (self.no_more and not self.waiting)):
            return Scan(CLOSE_PALLET), replace(self, closing=True)
        return (Scan(self.waiting[0]), None) if self.waiting else (None, None)

    def _answer(self, shown: Shown, now: float) -> "tuple[Act | None, Palletiser | None]":
        """Say whether the label asked about is here; a worker asked says no only after a while."""
        asked = shown.asked
        if asked is None:
            return None, None
        if asked.serial in {pallet_on(label) for label in self.labels}:
            return Scan(LABEL_OUT), replace(self, asked_at=None)
        if self.asked_at is None or self.asked_at[0] != asked.job:
            return None, replace(self, asked_at=(asked.job, now))
        if now - self.asked_at[1] < PAPER_TIME_S:
            return None, None
        return Scan(REPRINT), replace(self, asked_at=None)
