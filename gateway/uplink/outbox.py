"""What goes out next: the backlog in order, and what is recorded meanwhile ahead of it."""

import logging
from uuid import UUID

from gateway.event import Entry
from gateway.journal import Cursor
from gateway.mqtt.envelope import Origin
from gateway.uplink.batches import BYTES, Outgoing, pack, place
from gateway.uplink.book import Pages
from gateway.uplink.live_lane import LiveLane
from gateway.uplink.window import ENTRIES, Window

log = logging.getLogger(__name__)


class Outbox:
    """Makes batches as the window has room for them; `held` while the journal begins a new epoch."""

    def __init__(self, journal: Pages, window: Window, lane: LiveLane, origin: Origin) -> None:
        self._journal = journal
        self._window = window
        self._lane = lane
        self._origin = origin
        self._quarantined: set[UUID] = set()
        self.held = False

    def close_up(self, now: float) -> bool:
        """Count what has overtaken the backlog as sent in order, once the backlog is all sent; tell whether it was."""
        window, lane = self._window, self._lane
        if not lane.is_ahead(window.sent) or lane.busy or not window.has_room or self._is_other_epoch(lane.sent):
            return False
        window.send(lane.sent, now).taken = True
        return True

    async def next(self) -> Outgoing | None:
        """Make the next batch in order, if one may go out now."""
        window, lane = self._window, self._lane
        if self.held or not window.has_room or lane.is_ahead(window.sent):
            return None
        after = window.sent
        entries = await self._journal.entries(after, window.entries)
        if after < lane.backlog_end:  # what comes after it may have overtaken
            backlog = [entry for entry in entries if place(entry) <= lane.backlog_end]
            if not backlog:
                lane.close(after)
                return None
            entries = backlog
        if not entries or self._is_other_epoch(place(entries[0])):
            return None
        outgoing = await pack(entries, self._origin, lane.backlog_end, first_is_refused=self._gives_up(entries[0]))
        # an acknowledgement may have moved the window while this was packed; then the sender is stirred and looks again
        return self._noted(outgoing) if window.sent == after and not self.held else None

    async def next_live(self) -> Outgoing | None:
        """Make a batch that overtakes the backlog, if there is anything to put into it."""
        lane, after = self._lane, self._lane.sent
        if self.held or not self._window.is_heard or not lane.is_open(self._window.sent):
            return None
        entries = await self._journal.entries(after, ENTRIES)
        if not entries:
            return None
        outgoing = await pack(entries, self._origin, lane.backlog_end)
        return self._noted(outgoing) if lane.sent == after and not self.held else None

    def _is_other_epoch(self, next_one: Cursor) -> bool:
        """Tell whether an epoch has still to be confirmed to its end before this one's may begin."""
        return bool(self._window.under_way) and next_one.epoch_number != self._window.sent.epoch_number

    def _gives_up(self, entry: Entry) -> bool:
        """Tell whether this entry's body is what keeps everything behind it waiting."""
        window = self._window
        is_large = entry.body is not None and len(entry.body) > BYTES
        return window.confirmed == window.sent and (window.is_refused or (window.is_cut_off and is_large))

    def _noted(self, outgoing: Outgoing) -> Outgoing:
        for id_ in outgoing.bare:
            if id_ not in self._quarantined:
                self._quarantined.add(id_)
                log.error("uplink: entry %s cannot be delivered; its envelope goes without the body", id_)
        return outgoing
