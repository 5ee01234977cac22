"""What printing needs of the journal: a queue of jobs, the words of each, and one note before a first byte."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from gateway.acts import PrintState
from gateway.event import Entry
from gateway.station import PrinterId


class Job(Protocol):
    """One print job as the journal's projection knows it: `entry_id` is the entry whose words the label bears."""

    @property
    def job(self) -> str: ...  # noqa: D102 - its name says it
    @property
    def entry_id(self) -> UUID: ...  # noqa: D102 - its name says it
    @property
    def printer(self) -> PrinterId: ...  # noqa: D102 - its name says it
    @property
    def template(self) -> str: ...  # noqa: D102 - its name says it
    @property
    def serial(self) -> str | None: ...  # noqa: D102 - its name says it
    @property
    def reprint_of(self) -> str | None: ...  # noqa: D102 - its name says it
    @property
    def paper(self) -> str: ...  # noqa: D102 - its name says it


J_co = TypeVar("J_co", bound=Job, covariant=True)
J = TypeVar("J", bound=Job)


class PrintJournal(Protocol[J_co]):
    """What printing needs of the journal."""

    @property
    def last_seq(self) -> int:
        """The newest entry's number."""

    async def print_jobs(self, *states: PrintState) -> Sequence[J_co]:
        """Give the jobs in these states, oldest first."""

    async def begin_print(self, job: str) -> bool:
        """Commit that a job's first byte is about to leave; False where it must not, for the job is settled."""

    async def entry(self, id: UUID) -> Entry | None:
        """Give an entry."""

    async def wait_beyond(self, seq: int) -> None:
        """Return when there is an entry after `seq`."""
