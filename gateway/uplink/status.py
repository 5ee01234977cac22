"""How the uplink is doing, in one picture for page and command line."""

from dataclasses import dataclass
from datetime import datetime

from gateway.journal import Cursor
from gateway.journal.rows import BEGINNING


@dataclass(frozen=True, slots=True)
class Fork:
    """The receiver has confirmed another entry than ours at this place: two journals go by one name.

    `theirs` is the hash it confirmed; `ours` that of our entry there, None when our journal ends before it.
    """

    epoch: str
    seq: int
    theirs: bytes
    ours: bytes | None

    def __str__(self) -> str:
        what = "beyond the end of this journal" if self.ours is None else "with another hash than this journal's"
        return f"fork: the receiver has entry {self.seq} of epoch {self.epoch} {what}"


@dataclass(frozen=True, slots=True)
class UplinkStatus:
    """A snapshot.

    `backlog` counts entries of the current epoch that are not confirmed, and at least one for an unfinished older
    epoch. `taken` is how far the broker has taken our messages, `confirmed` how far the other end has stored them.
    `last_confirmed_at` is None until something was confirmed since the start. `error` is empty while all is
    well. `fork` is the last one found since the start; what it kept back was chained into a new epoch.
    """

    connected: bool
    backlog: int
    last_confirmed_at: datetime | None
    confirmed: Cursor
    error: str
    fork: Fork | None = None
    taken: Cursor = BEGINNING
