"""The worker at a packing station: scan, put on, wait for the label, stick it on, lift, next."""

from dataclasses import dataclass, replace
from decimal import Decimal

from firmware_mock.workers.doing import (
    DATE_YES,
    LABEL_OUT,
    MISSING_TIME_S,
    PAPER_TIME_S,
    REPRINT,
    STUCK_TIME_S,
    Act,
    Confirmed,
    How,
    Labelled,
    Lift,
    Look,
    Note,
    Put,
    Refusal,
    Scan,
    Stranger,
)
from firmware_mock.workers.shown import Shown, lot_on, serial_on

SET_ASIDE_AFTER = 3
"""So many refusals and the carton goes to the shift leader."""

MOST_REPRINTS = 2
"""So many labels asked for again in vain, and the worker calls for help and waits."""


@dataclass(frozen=True, slots=True)
class Carton:
    """The carton in work; `serial` is known once the display stated it, `placed` once it stood on the scale."""

    number: int
    kg: Decimal
    serial: str | None = None
    placed: bool = False
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Packer:
    """Everything a packing worker knows. `known` are serials of earlier cartons, None before the first look.

    `labels` are serials on good labels that came out, stuck on or still in the hand; `asked_at` and `missing_at`
    remember since when (seconds) a question stands or a label is missing.
    """

    badge: str
    tag: str | None = None
    carton: Carton | None = None
    on_scale: bool = False
    known: frozenset[str] | None = None
    labels: frozenset[str] = frozenset()
    put_at: float = 0.0
    asked_at: tuple[str, float] | None = None
    missing_at: float | None = None
    reprints: int = 0

    @property
    def lot(self) -> str | None:
        """The lot on the tag in hand."""
        return lot_on(self.tag) if self.tag else None

    @property
    def free(self) -> bool:
        """Whether the hands are free for the next carton or the next tag."""
        return self.carton is None and not self.on_scale

    def take_label(self, codes: tuple[str, ...]) -> "Packer":
        """A whole label came out of the printer, with these codes on it."""
        serials = {serial for code in codes if (serial := serial_on(code))}
        return replace(self, labels=self.labels | serials)

    def look(self, shown: Shown, now: float) -> "Look[Packer]":
        """Decide by what is shown now; `now` in seconds of any steady clock."""
        me, notes = self._read_last(shown)
        if shown.state == "refused":
            me, notes = me._refused(shown, notes)
        if shown.state != "print_unknown":
            me, notes = me._stick(notes)
        act, after = me._decide(shown, now)
        if act is None:
            return Look(after or me, notes=notes)
        return Look(me, act, after, notes)

    def _read_last(self, shown: Shown) -> "tuple[Packer, tuple[Note, ...]]":
        """Tell by the stated serial whether the carton in hand is recorded; a serial on an earlier one is past."""
        last = shown.last
        serial = last.serial if last else None
        if self.known is None:
            return replace(self, known=frozenset({serial} if serial else ())), ()
        if last is None or serial is None or serial in self.known:
            return self, ()
        carton = self.carton
        known = self.known | {serial}
        if carton is None or not carton.placed or carton.serial is not None:
            return replace(self, known=known), (Stranger(serial),)
        how: How = "captured" if shown.state == "captured" else "restart"
        note = Confirmed(carton.number, str(carton.kg), last.kg, last.lot or "", serial=serial, how=how)
        return replace(self, known=known, carton=replace(carton, serial=serial)), (note,)

    def _stick(self, notes: tuple[Note, ...]) -> "tuple[Packer, tuple[Note, ...]]":
        carton = self.carton
        if carton is None or carton.serial is None or carton.serial not in self.labels:
            return self, notes
        return replace(self, carton=None, missing_at=None, reprints=0), (*notes, Labelled(carton.number, carton.serial))

    def _refused(self, shown: Shown, notes: tuple[Note, ...]) -> "tuple[Packer, tuple[Note, ...]]":
        carton = self.carton
        if carton is None or not carton.placed or carton.serial is not None:
            return self, notes
        tried: Carton | None = replace(carton, refused=carton.refused + 1, placed=False)
        if carton.refused + 1 >= SET_ASIDE_AFTER:
            tried = None
        return replace(self, carton=tried), (*notes, Refusal(shown.sentence))

    def _decide(self, shown: Shown, now: float) -> "tuple[Act | None, Packer | None]":
        match shown.state:
            case "no_operator":
                return Scan(self.badge), None
            case "date_ask":
                return Scan(DATE_YES), None
            case "print_unknown":
                return self._answer(shown, now)
            case "no_lot" | "lot_rescan":
                return (Scan(self.tag), None) if self.tag and (self.on_scale or self.carton) else (None, None)
            case "not_unloaded" | "overload" | "negative" | "refused":
                return self._lift()
            case "captured" | "ready" | "loading":
                return self._weigh(shown, now)
        return None, None

    def _lift(self) -> "tuple[Act | None, Packer | None]":
        return (Lift(), replace(self, on_scale=False)) if self.on_scale else (None, None)

    def _weigh(self, shown: Shown, now: float) -> "tuple[Act | None, Packer | None]":
        carton = self.carton
        if carton is None:
            return self._lift()
        if carton.serial is not None:
            return self._await_label(shown, now)
        if self.on_scale:
            return self._lift() if shown.state != "captured" and now - self.put_at > STUCK_TIME_S else (None, None)
        if shown.state != "ready":
            return None, None
        if self.tag is not None and shown.lot != self.lot:
            return Scan(self.tag), None
        placed = replace(carton, placed=True)
        return Put(carton.kg), replace(self, carton=placed, on_scale=True, put_at=now)

    def _await_label(self, shown: Shown, now: float) -> "tuple[Act | None, Packer | None]":
        """Wait for paper; ask for it again only when the display calls it printed, or given up, and none is here."""
        settled = shown.last is not None and shown.last.label in ("done", "void")
        if not settled:
            return None, replace(self, missing_at=None)
        if self.missing_at is None:
            return None, replace(self, missing_at=now)
        if now - self.missing_at < MISSING_TIME_S or self.reprints >= MOST_REPRINTS:
            return None, None
        return Scan(REPRINT), replace(self, missing_at=None, reprints=self.reprints + 1)

    def _answer(self, shown: Shown, now: float) -> "tuple[Act | None, Packer | None]":
        asked = shown.asked
        if asked is None:
            return None, None
        if asked.serial in self.labels:
            return Scan(LABEL_OUT), replace(self, asked_at=None)
        if self.asked_at is None or self.asked_at[0] != asked.job:
            return None, replace(self, asked_at=(asked.job, now))
        if now - self.asked_at[1] < PAPER_TIME_S:
            return None, None
        return Scan(REPRINT), replace(self, asked_at=None)
