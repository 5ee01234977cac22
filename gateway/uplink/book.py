"""What the uplink needs of the journal, and no more."""

from collections.abc import Sequence
from typing import Protocol

from gateway.alarm import Alarm
from gateway.event import Entry
from gateway.journal import Cursor


class Pages(Protocol):
    """The journal as it is read; order is (epoch_number, seq)."""

    @property
    def epoch(self) -> str:
        """The epoch now written to."""

    @property
    def epoch_number(self) -> int:
        """Its number; higher than any before."""

    @property
    def last_seq(self) -> int:
        """Its last entry; 0 when it has none."""

    async def entries(self, after: Cursor, limit: int = 100) -> list[Entry]:
        """Give the next entries, across epochs."""

    async def entry_at(self, epoch: str, seq: int) -> Entry | None:
        """Give one entry by its place."""


class Book(Pages, Protocol):
    """The journal as a follower uses it."""

    async def wait_beyond(self, seq: Cursor) -> None:
        """Sleep until there is an entry after this place."""

    async def cursor(self, follower: str) -> Cursor:
        """How far a follower had come; (0, 0) at first."""

    async def move_cursor(self, follower: str, cursor: Cursor) -> None:
        """Remember how far a follower has come."""

    async def open_alarms(self) -> Sequence[Alarm]:
        """Give the alarms that are not cleared."""

    async def fork(self, common: Cursor) -> None:
        """Begin a new epoch and chain into it, ids unchanged, what stands after `common`; followers go on there."""
