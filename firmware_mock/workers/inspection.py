"""The worker who inspects lots: scans the tag, looks at the fruit, scans what was found."""

from dataclasses import dataclass, replace

from firmware_mock.workers.doing import ACCEPT, DATE_YES, Inspected, Look, Scan
from firmware_mock.workers.shown import Shown, lot_on

RECORDED = "Đã ghi"
"""How the display begins to say that a result is kept."""


@dataclass(frozen=True, slots=True)
class Inspector:
    """Everything the inspecting worker knows; `tags` are of lots to inspect, `said` how often the first was judged."""

    badge: str
    tags: tuple[str, ...] = ()
    said: int = 0

    def add(self, tag: str) -> "Inspector":
        """A lot with this tag is there to be inspected."""
        return replace(self, tags=(*self.tags, tag))

    def look(self, shown: Shown, now: float) -> "Look[Inspector]":
        """Decide by what is shown now."""
        if shown.state == "no_operator":
            return Look(self, Scan(self.badge))
        if shown.state == "date_ask":
            return Look(self, Scan(DATE_YES))
        if not self.tags or shown.state not in ("no_lot", "ready"):
            return Look(self)
        lot = lot_on(self.tags[0]) or ""
        if self.said and shown.sentence.startswith(RECORDED) and lot in shown.sentence:
            return Look(replace(self, tags=self.tags[1:], said=0), notes=(Inspected(lot, self.said),))
        if shown.lot == lot:
            return Look(self, Scan(ACCEPT), replace(self, said=self.said + 1))
        return Look(self, Scan(self.tags[0]))
