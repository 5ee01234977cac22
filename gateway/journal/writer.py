"""The one writer: a thread that owns the only write connection and commits whatever is queued, at once and together."""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.errors import DiskRefuses, JournalError, JournalFull
from gateway.journal.care import Care, Cared
from gateway.journal.fair_copy import WrongWords
from gateway.journal.file import bytes_used, refusal
from gateway.journal.ledger import Ledger
from gateway.journal.tip import Tip

log = logging.getLogger(__name__)

GROUP: Final = 256


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do on the ledger, whole or not at all, and who waits for its result."""

    do: Callable[[Ledger], Any]
    future: "asyncio.Future[Any]"


@dataclass(frozen=True, slots=True)
class Done:
    """What one commit, or one turn of care, came to; `error` is empty when the disk took everything.

    `tip` is None when nothing was written.
    """

    outcomes: tuple[tuple[Job, Any, BaseException | None], ...]
    tip: Tip | None
    bytes_used: int
    error: str
    cared: Cared = field(default_factory=Cared)
    commits: int = 0


class Writer:
    """The thread, and the queue in front of it.

    `reopen` gives a fresh ledger after the disk refused; `report` is called on the loop after each commit. `care` has
    its turns between commits, and while the disk refuses it is tried again once a second.
    """

    def __init__(self, reopen: Callable[[], Ledger], report: Callable[[Done], None], care: Care) -> None:
        self._care = care
        self._reopen = reopen
        self._report = report
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._ledger: Ledger | None = None
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._failure: BaseException | None = None

    async def start(self) -> None:
        """Open the ledger in the thread.

        Raises:
            JournalError: It cannot be opened.
        """
        self._thread.start()
        await self.submit(lambda _ledger: None)

    async def stop(self) -> None:
        """Write what is queued, close the ledger, end the thread."""
        self._queue.put(None)
        await asyncio.shield(self._ended)
        self._thread.join()

    def submit(self, do: Callable[[Ledger], Any]) -> "asyncio.Future[Any]":
        """Queue something to do; the future has its result when that is on the disk."""
        if self._failure is not None:
            raise self._failure
        future = self._loop.create_future()
        self._queue.put(Job(do, future))
        return future

    # -- in the thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        jobs: list[Job] = []
        try:
            going_on = True
            while going_on:
                jobs, going_on = self._gather()
                if jobs or self._checkpoint_is_due():
                    self._tell(self._commit(jobs))
                if going_on and self._care.due_in_s == 0.0:
                    self._tell(self._take_care())
        except BaseException as error:  # a bug: whoever waits must hear of it, and nobody may wait after it
            self._failure = error
            waiting = [*jobs, *self._drain()]
            self._tell(Done(tuple((job, None, error) for job in waiting), None, 0, repr(error)))
        finally:
            if self._ledger is not None:
                self._ledger.connection.close()
            self._loop.call_soon_threadsafe(self._ended.set_result, None)

    def _gather(self) -> tuple[list[Job], bool]:
        """Wait for the first job, or until a checkpoint or care is due; take along what else is queued."""
        due_in_s = None if self._ledger is None else self._ledger.checkpoint_due_in_s
        wait_s = self._care.due_in_s if due_in_s is None else min(due_in_s, self._care.due_in_s)
        try:
            job = self._queue.get(timeout=wait_s) if wait_s else self._queue.get_nowait()
        except queue.Empty:
            return [], True
        jobs: list[Job] = []
        while job is not None:
            jobs.append(job)
            if len(jobs) == GROUP:
                return jobs, True
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return jobs, True
        return jobs, False

    def _drain(self) -> list[Job]:
        jobs: list[Job] = []
        while True:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return jobs
            if job is not None:
                jobs.append(job)

    def _commit(self, jobs: list[Job]) -> Done:
        outcomes: list[tuple[Job, Any, BaseException | None]] = []
        refused: JournalError | None = None
        try:
            ledger = self._ledger or self._open()
            with ledger.transaction():
                for job in jobs:
                    outcomes.append(self._one(ledger, job))
                    if ledger.checkpoint_due_in_s == 0.0:
                        ledger.write_checkpoint()
                if ledger.checkpoint_due_in_s == 0.0:
                    ledger.write_checkpoint()
        except sqlite3.Error as error:
            refused = refusal(error)
        except JournalError as error:
            refused = error
        if refused is None:
            return Done(tuple(outcomes), ledger.tip, bytes_used(ledger.connection), "", self._care.cared, 1)
        self._give_up(refused)
        return Done(tuple((job, None, refused) for job in jobs), None, 0, str(refused), self._care.cared)

    def _take_care(self) -> Done:
        """Give housekeeping a turn; a disk that refused the last time is tried first."""
        try:
            ledger = self._ledger
            if ledger is None:
                ledger = self._open()
                ledger.try_disk()
            self._care.turn(ledger)
            return Done((), ledger.tip, bytes_used(ledger.connection), "", self._care.cared)
        except sqlite3.Error as error:
            refused = refusal(error)
            if not isinstance(refused, DiskRefuses):
                raise refused from error
        except DiskRefuses as error:
            refused = error
        self._give_up(refused)
        return Done((), None, 0, str(refused), self._care.cared)

    def _checkpoint_is_due(self) -> bool:
        return self._ledger is not None and self._ledger.checkpoint_due_in_s == 0.0

    def _open(self) -> Ledger:
        """Open the ledger; without its ballast the disk has room for what is in it, not for more."""
        ledger = self._ledger = self._reopen()
        ledger.starved = self._care.ballast.overboard
        return ledger

    def _one(self, ledger: Ledger, job: Job) -> tuple[Job, Any, BaseException | None]:
        try:
            with ledger.group():
                return job, job.do(ledger), None
        except WrongWords as conflict:
            with ledger.group():
                ledger.note_conflict(conflict)
            return job, None, conflict
        except (ValueError, JournalFull, DiskRefuses) as error:
            return job, None, error  # what SQLite says of the disk is no job's alone: it goes up and ends the commit

    def _give_up(self, refused: JournalError) -> None:
        """Close a connection the disk has failed: the next turn opens the file anew and reads where the chain ends."""
        if isinstance(refused, DiskRefuses) and self._care.ballast.throw():
            log.warning("journal: the disk is full; the ballast is overboard and no event is taken until there is room")
        self._care.soon()
        if self._ledger is not None:
            self._ledger.connection.close()
            self._ledger = None

    def _tell(self, done: Done) -> None:
        self._loop.call_soon_threadsafe(self._deliver, done)

    def _deliver(self, done: Done) -> None:
        """On the loop: the state first, then the waiters, so that they find it."""
        self._report(done)
        for job, result, error in done.outcomes:
            if job.future.done():
                continue
            if error is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(error)
