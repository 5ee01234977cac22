"""Somebody doing something: who, where, with what right, and how it is put into the journal."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from gateway.errors import Refused
from gateway.event import Entry
from gateway.lot import OperatorId
from gateway.record.house import House, Timed
from gateway.registers import Role
from gateway.station import StationId

_MAY_CORRECT: Final = frozenset({"supervisor", "admin"})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody is told about what was done: a sentence (locale) and its values."""

    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)


class Keep(Protocol):
    """How facts get into the journal from where somebody stands."""

    def __call__(self, facts: Sequence[Timed]) -> Awaitable[tuple[Entry, ...]]:
        """Keep facts, all or none."""


@dataclass(frozen=True, slots=True)
class Doer:
    """A person at a station, at the page, or at the command line; None: nobody said who."""

    house: House
    by: OperatorId | None
    role: Role
    station: StationId | None
    at: datetime
    keep: Keep

    def as_supervisor(self) -> None:
        """See that the person may do what cannot be undone by a worker.

        Raises:
            Refused: They may not.
        """
        if self.role not in _MAY_CORRECT:
            raise Refused("ask_supervisor")

    def dated(self) -> None:
        """See that the date is known: it goes into numbers and onto paper.

        Raises:
            Refused: Nobody has confirmed it.
        """
        clock = self.house.clock
        if not clock.dated:
            raise Refused("date_ask", date=clock.today().isoformat())

    async def count(self, name: str) -> str:
        """Give the next `<gateway number>.<counter>` of a doing that repeats."""
        return await self.house.journal.counters.count(name)
