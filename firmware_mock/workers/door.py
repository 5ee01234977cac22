"""The worker at the door of a cold room: scans the tag of what goes through."""

from dataclasses import dataclass, replace
from typing import Literal

from firmware_mock.workers.doing import DATE_YES, Look, Moved, Scan
from firmware_mock.workers.shown import Shown, goods_on


@dataclass(frozen=True, slots=True)
class DoorWorker:
    """Everything the worker at one side of the door knows; `tags` stand before the door, first come first."""

    badge: str
    room: str
    direction: Literal["in", "out"]
    tags: tuple[str, ...] = ()

    def add(self, tag: str) -> "DoorWorker":
        """Goods with this tag arrive at the door."""
        return replace(self, tags=(*self.tags, tag))

    def look(self, shown: Shown, inside: frozenset[str]) -> "Look[DoorWorker]":
        """Decide by the display, and by the board that says which goods are inside."""
        if shown.state == "no_operator":
            return Look(self, Scan(self.badge))
        if shown.state == "date_ask":
            return Look(self, Scan(DATE_YES))
        if not self.tags:
            return Look(self)
        goods = goods_on(self.tags[0])
        if (goods in inside) == (self.direction == "in"):
            return Look(replace(self, tags=self.tags[1:]), notes=(Moved(goods, self.room, self.direction),))
        return Look(self, Scan(self.tags[0])) if shown.state != "refused" else Look(self)
