"""What the writer does between commits: count hours, purge, keep the ballast, and try a disk that refused again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from gateway.journal import retention
from gateway.journal.ballast import Ballast
from gateway.journal.file import budget, bytes_used
from gateway.journal.ledger import Ledger
from gateway.journal.retention import CROWDED, EARLY, ENOUGH, HOUR_S, Purge
from gateway.journal.rows import BEGINNING, Cursor

EVERY_S: Final = 5.0
AGAIN_S: Final = 1.0
"""How soon a disk that refused is tried again, and a full one looked at."""

BREATH_S: Final = 0.02
"""Between two purge transactions: events go first."""


@dataclass(frozen=True, slots=True)
class Cared:
    """How things stood when they were last looked at: how far bodies are gone, and whether sooner than promised.

    `early` is None before the first look.
    """

    starved: bool = False
    purged: Cursor = BEGINNING
    early: bool | None = None


class Care:
    """Turns of housekeeping; all of it in the writer's thread."""

    def __init__(self, ballast: Ballast, *, keep_months: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.ballast = ballast
        self._cared = Cared()
        self._keep_months = keep_months
        self._monotonic = monotonic
        self._hour_ends = monotonic() + HOUR_S
        self._next = monotonic() + AGAIN_S
        self._purge: Purge | None = None
        self._early = False

    @property
    def cared(self) -> Cared:
        """How things stand now."""
        return replace(self._cared, starved=self.ballast.overboard)

    @property
    def due_in_s(self) -> float:
        """Seconds until the next turn (0: now)."""
        return max(0.0, self._next - self._monotonic())

    def soon(self) -> None:
        """Have the next turn as soon as a refused disk is to be tried again."""
        self._next = self._monotonic() + AGAIN_S

    def turn(self, ledger: Ledger) -> None:
        """Do what is due.

        Raises:
            sqlite3.Error: The disk refuses.
        """
        self.ballast.keep()
        ledger.starved = self.ballast.overboard
        self._mark_hours(ledger)
        if self._purge is None:
            self._begin_purge(ledger)
        if self._purge is not None:
            self._go_on_purging(ledger, self._purge)
        self._cared = Cared(purged=retention.purged(ledger.connection), early=self._is_early(ledger))
        pause = AGAIN_S if ledger.starved else EVERY_S
        self._next = self._monotonic() + (BREATH_S if self._purge is not None else pause)

    def _mark_hours(self, ledger: Ledger) -> None:
        while self._monotonic() >= self._hour_ends:
            with ledger.transaction():
                retention.mark_hour(ledger.connection, Cursor(ledger.epoch.number, ledger.tip.seq))
            self._hour_ends += HOUR_S

    def _begin_purge(self, ledger: Ledger) -> None:
        """Find what is to go next; the first of an early run is journaled before a body goes."""
        share = bytes_used(ledger.connection) / budget(ledger.connection)
        enough = ENOUGH if self._early else EARLY
        purge = retention.next_purge(ledger.connection, keep_months=self._keep_months, crowded=share >= enough)
        if purge is None or purge.why == "months":
            self._early = False
        elif not self._early:
            with ledger.transaction():
                ledger.note_purge(retention.purged(ledger.connection), used_percent=int(100 * share))
            self._early = True
        self._purge = purge

    def _is_early(self, ledger: Ledger) -> bool:
        """Tell whether there is too little room for what was promised: purged before its time, and still crowded.

        The journal's file itself says so, and thus a restart does not forget it.
        """
        connection = ledger.connection
        crowded = bytes_used(connection) >= CROWDED * budget(connection)
        return crowded and retention.purged_early(connection, keep_months=self._keep_months)

    def _go_on_purging(self, ledger: Ledger, purge: Purge) -> None:
        with ledger.transaction():
            more = retention.remove(ledger.connection, purge.to)
        if not more:
            self._purge = None
            self._begin_purge(ledger)
