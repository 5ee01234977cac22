"""What a journal proved to be, also when it is held against what a receiver has of it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from gateway.journal.tampering import Defect, What

ROLL_BACK: Final = "that no older copy was put back whole, or the key stolen: only the receiver can tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a journal proved to be."""

    path: Path
    entries: int
    defects: tuple[Defect, ...]
    proved: tuple[str, ...]
    unproved: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Nothing is wrong with it."""
        return not self.defects

    @property
    def first(self) -> Defect | None:
        """The first entry that is wrong, and why."""
        return self.defects[0] if self.defects else None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An entry a receiver has acknowledged, or holds: its place, and its hash (32 raw bytes)."""

    epoch: str
    seq: int
    hash: bytes


def compared(verdict: Verdict, connection: sqlite3.Connection, confirmed: Sequence[Confirmed]) -> Verdict:
    """Hold a journal against what a receiver has of it: each confirmed entry must stand here with that hash."""
    numbers: dict[str, int] = dict(connection.execute("SELECT epoch, number FROM epoch"))
    defects, proved, unproved = list(verdict.defects), list(verdict.proved), list(verdict.unproved)
    highest: dict[str, Confirmed] = {}
    for place in sorted(confirmed, key=lambda one: (numbers.get(one.epoch, 0), one.epoch, one.seq)):
        number = numbers.get(place.epoch)
        if number is None:
            unproved.append(f"anything of epoch {place.epoch}, which the receiver has and this journal has not")
            continue
        row = connection.execute(
            "SELECT hash FROM entry WHERE epoch_number = ? AND seq = ?", (number, place.seq)
        ).fetchone()
        if row is not None and row[0] == place.hash:
            highest[place.epoch] = place
            continue
        if not any(defect.epoch == place.epoch and "receiver" in defect.why for defect in defects):
            what: What = "tail cut" if row is None else "forged"
            why = "the receiver has it" if row is None else "the receiver has another one here: the history forked"
            defects.append(Defect(number, place.epoch, place.seq, what, why))
    proved += [
        f"the receiver holds epoch {numbers[epoch]} up to entry {place.seq} as it stands here"
        for epoch, place in highest.items()
    ]
    if highest and not any("receiver" in defect.why for defect in defects):
        unproved = [sentence for sentence in unproved if sentence != ROLL_BACK]
        unproved.append("that nothing was cut after what the receiver holds, with its head signed anew by a stolen key")
    return replace(verdict, defects=tuple(defects), proved=tuple(proved), unproved=tuple(dict.fromkeys(unproved)))
