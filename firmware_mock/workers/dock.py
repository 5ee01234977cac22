"""The worker at the dock: the customer's card, plate and seal, pallet by pallet, and the vehicle leaves."""

import re
from dataclasses import dataclass, replace

from firmware_mock.workers.doing import DATE_YES, DISPATCH, Act, Dispatched, Look, Note, Scan
from firmware_mock.workers.shown import Shown, goods_on

LOADED = ("Được xuất", "Đã xếp lên chuyến")
"""What the display says of a pallet that stands on the vehicle, the second when it had been dark meanwhile."""

NO_PLATE = "Chưa có biển số xe"


@dataclass(frozen=True, slots=True)
class Loader:
    """Everything the worker at the dock knows.

    `pallets` are the labels of what stands at the dock, `on` those on the vehicle, which leaves with `most`; `trying`
    is the label just scanned. `journey` are the codes about the vehicle that are still to be scanned. The display says
    the same of every pallet: between two the plate is scanned again, so that it says something else. `no_more`: no
    other pallet will come.
    """

    badge: str
    customer: str
    vehicle: str
    seal: str
    most: int = 2
    pallets: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    trying: str | None = None
    journey: tuple[str, ...] = ()
    number: str = ""
    leaving: bool = False
    no_more: bool = False

    @property
    def done(self) -> bool:
        """Whether everything has left."""
        return self.no_more and not (self.pallets or self.on)

    def add(self, label: str) -> "Loader":
        """A pallet with this label stands at the dock."""
        return replace(self, pallets=(*self.pallets, label))

    def look(self, shown: Shown, now: float) -> "Look[Loader]":
        """Decide by what is shown now."""
        me, notes = self._read(shown)
        act, after = me._decide(shown)
        return Look(me, act, after, notes)

    def _read(self, shown: Shown) -> "tuple[Loader, tuple[Note, ...]]":
        if self.leaving and shown.state == "no_lot":
            left = Dispatched(self.number, tuple(map(goods_on, self.on)))
            return replace(self, on=(), trying=None, number="", leaving=False), (left,)
        me = self
        if named := re.match(r"Chuyến (X\S+)$", shown.sentence):
            me = replace(me, number=named[1])
        if me.trying is not None and shown.state in ("ready", "refused") and shown.sentence.startswith(LOADED):
            me = replace(me, pallets=me.pallets[1:], on=(*me.on, me.trying), trying=None)
        if me.leaving and shown.state == "refused" and shown.sentence == NO_PLATE:
            me = replace(me, journey=(me.vehicle, me.seal), leaving=False)
        return me, ()

    def _decide(self, shown: Shown) -> "tuple[Act | None, Loader | None]":
        match shown.state:
            case "no_operator":
                return Scan(self.badge), None
            case "date_ask":
                return Scan(DATE_YES), None
            case "no_lot":
                begun = replace(self, journey=(self.vehicle, self.seal))
                return (Scan(self.customer), begun) if self.pallets else (None, None)
            case "ready" | "refused":
                return self._load(shown)
        return None, None

    def _load(self, shown: Shown) -> "tuple[Act | None, Loader | None]":
        if self.journey:
            return Scan(self.journey[0]), replace(self, journey=self.journey[1:])
        if len(self.on) >= self.most or (self.no_more and self.on and not self.pallets):
            return Scan(DISPATCH), replace(self, leaving=True)
        if not self.pallets:
            return None, None
        if self.trying is None and shown.sentence.startswith(LOADED):
            return Scan(self.vehicle), None
        return Scan(self.pallets[0]), replace(self, trying=self.pallets[0])
