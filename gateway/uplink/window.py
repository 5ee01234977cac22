"""The uplink's window: what is confirmed, what is under way, and when to go back; it never looks at a clock."""

import math
from dataclasses import dataclass, field
from typing import Final

from gateway.journal import Cursor

MESSAGES: Final = 4
ENTRIES: Final = 100
MOST_ENTRIES: Final = 200
"""Where batches are confirmed quickly, larger ones pack better; where the link is slow they would only come late."""
QUICK: Final = 0.4
"""Share of the patience within which a batch is confirmed that may be followed by a larger one."""
HALVE_AFTER: Final = 3
DOUBT_S: Final = 5.0
NUDGE_S: Final = 0.5
LONGEST_PATIENCE_S: Final = 300.0


@dataclass(slots=True)
class Batch:
    """A message under way: its last entry, when it was sent (monotonic seconds), whether the broker has taken it."""

    last: Cursor
    sent_at: float
    taken: bool = False


@dataclass(slots=True)
class Window:
    """Batches under way beyond the confirmed cursor, in order.

    `patience_s` is how long a batch may stay unconfirmed; it doubles with each round that brought nothing, and until
    something is confirmed again a single message at a time tries whether the other side is back.
    """

    confirmed: Cursor
    patience_s: float
    entries: int = ENTRIES
    under_way: list[Batch] = field(default_factory=list)
    _fruitless: int = 0
    _hints: int = 0
    _hurry_at: float | None = None
    _doubt: tuple[Cursor, float] | None = None
    _failures: int = 0
    _refused: int = 0
    _cut_off: int = 0
    _expected: int = 0
    _spoke: bool = False

    @property
    def sent(self) -> Cursor:
        """The last entry sent and not given up; the next batch begins after it."""
        return self.under_way[-1].last if self.under_way else self.confirmed

    @property
    def taken(self) -> Cursor:
        """The last entry up to which the broker has taken everything."""
        upto = self.confirmed
        for batch in self.under_way:
            if not batch.taken:
                break
            upto = batch.last
        return upto

    @property
    def has_room(self) -> bool:
        """Whether one more message may be under way."""
        return len(self.under_way) < (1 if self._fruitless else MESSAGES)

    @property
    def deadline(self) -> float | None:
        """When `expire` has something to do next (monotonic seconds); None: not before something else happens."""
        times = [] if self._doubt is None else [self._doubt[1]]
        if self.under_way:
            times.append(self.under_way[0].sent_at + self._patience())
            if self._hurry_at is not None and self.under_way[0].taken:
                times.append(self._hurry_at)
        return min(times, default=None)

    @property
    def is_heard(self) -> bool:
        """Whether the other end is there, as far as we know, even if it confirms nothing."""
        return not self._fruitless or self._spoke

    @property
    def is_refused(self) -> bool:
        """Whether the next entry, sent alone, was let lie three times by a receiver that is there."""
        return self._refused >= HALVE_AFTER

    @property
    def is_cut_off(self) -> bool:
        """Whether the connection broke three times under the next entry, sent alone."""
        return self._cut_off >= HALVE_AFTER

    def _patience(self) -> float:
        return min(LONGEST_PATIENCE_S, self.patience_s * 2.0 ** min(self._fruitless, 16))

    def send(self, last: Cursor, now: float) -> Batch:
        """A batch that ends with this entry is under way."""
        batch = Batch(last, now)
        self.under_way.append(batch)
        return batch

    def reconnected(self) -> None:
        """Nothing is under way on a new connection, and its patience is fresh."""
        if self.under_way and not self.under_way[0].taken:
            self._cut_off += self.entries == 1
            self._halve(self._tried())
        self.under_way.clear()
        self._fruitless = 0
        self._hints = 0
        self._hurry_at = None
        self._expected = 0
        self._spoke = False

    def confirm(self, upto: Cursor, now: float = math.inf) -> bool:
        """Everything up to here is stored at the other end; tell whether that is news."""
        self._doubt = None
        if upto <= self.confirmed:
            return False
        self.confirmed = upto
        answered = [batch for batch in self.under_way if batch.last <= upto]
        quick = bool(answered) and now - answered[-1].sent_at < QUICK * self.patience_s
        self.under_way = [batch for batch in self.under_way if batch.last > upto]
        self._fruitless = 0
        self._hints = 0
        self._hurry_at = None
        self._failures = self._refused = self._cut_off = self._expected = 0
        self.entries = min(MOST_ENTRIES if quick else ENTRIES, 2 * self.entries)
        return True

    def confirm_taken(self) -> bool:
        """With the broker's word alone: confirm the batches it has taken, up to the first it has not."""
        return self.confirm(self.taken) if self.under_way and self.under_way[0].taken else False

    def nudge(self, now: float) -> None:
        """The receiver spoke and confirmed nothing new: it is there, so what the broker has taken may be lost.

        Its next word may already be on the way, so that is believed a little later; and later each time nothing comes
        of it, or the two would answer each other without end.
        """
        self._spoke = True
        if self._expected:
            self._expected -= 1
        elif self.under_way and self._hurry_at is None:
            self._hurry_at = now + NUDGE_S * 2.0**self._hints
            self._hints = min(self._hints + 1, 4)

    def expect_word(self) -> None:
        """Something was sent ahead of its turn: the receiver will speak, and confirm nothing."""
        self._expected += 1

    def step_back(self, to: Cursor) -> None:
        """Send again from here: the receiver has less than it had confirmed (it was restored), or a new epoch began."""
        self.confirmed = to
        self._failures = self._refused = self._cut_off = self._expected = 0
        self.under_way.clear()
        self._doubt = None

    def trust(self) -> None:
        """A newer word of the receiver has settled the doubt."""
        self._doubt = None

    def doubt(self, to: Cursor, now: float) -> None:
        """The broker remembers a lower acknowledgement, maybe an old one: step back unless a newer one comes."""
        self._doubt = (to, now + DOUBT_S)

    def is_stuck(self, now: float) -> bool:
        """Tell whether not even the broker has taken the oldest batch in all its time: the connection is no good."""
        return (
            bool(self.under_way) and not self.under_way[0].taken and now >= self.under_way[0].sent_at + self._patience()
        )

    def expire(self, now: float) -> bool:
        """Do what is due by now; tell whether batches were given up and go out again."""
        if self._doubt is not None and now >= self._doubt[1]:
            self.step_back(self._doubt[0])
            return True
        if not self.under_way or (deadline := self.deadline) is None or now < deadline:
            return False
        self._refused += self.entries == 1 and self._hurry_at is not None
        tried = self._tried()
        self.under_way.clear()
        self._hurry_at = None
        self._expected = 0
        self._fruitless += 1
        self._halve(tried)
        return True

    def _tried(self) -> int:
        """How many entries the oldest batch under way holds."""
        first = self.under_way[0].last
        same_epoch = first.epoch_number == self.confirmed.epoch_number
        return first.seq - self.confirmed.seq if same_epoch else first.seq

    def _halve(self, tried: int) -> None:
        """Something got nowhere: from the third time on, try with half as much, to find what is in the way."""
        self._failures += 1
        if self._failures >= HALVE_AFTER and self.entries > 1:
            self.entries = max(1, min(self.entries, tried) // 2)
            self._hints = 0  # a smaller batch is another question
