"""The live lane: what is recorded while a backlog drains goes out at once, ahead of it."""

from dataclasses import dataclass, field

from gateway.journal import Cursor


@dataclass(slots=True)
class LiveLane:
    """Where the backlog ends, and how far what came after it is on its way already.

    Entries sent here are not confirmed out of turn: the receiver's word stays before the hole until the backlog has
    filled it, and then covers them as well.
    """

    backlog_end: Cursor = field(default_factory=Cursor)
    sent: Cursor = field(default_factory=Cursor)
    busy: bool = False
    """Whether the broker has still to take the last message of this lane."""

    def restart(self, end: Cursor) -> None:
        """Everything up to here is backlog from now on; what was sent ahead may be lost."""
        self.backlog_end = self.sent = end
        self.busy = False

    def close(self, in_order: Cursor) -> None:
        """There is nothing left of the backlog after this place."""
        if self.sent == self.backlog_end:
            self.sent = in_order
        self.backlog_end = in_order

    def is_open(self, in_order: Cursor) -> bool:
        """Tell whether a message may overtake, when the backlog is sent up to `in_order`."""
        return not self.busy and in_order < self.backlog_end

    def is_ahead(self, in_order: Cursor) -> bool:
        """Tell whether the backlog is all sent, and the next entries are on their way already."""
        return self.backlog_end <= in_order < self.sent
