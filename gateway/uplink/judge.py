"""What an acknowledgement means for us: it moves the cursor only if our entry at that place has that very hash."""

import logging
from enum import Enum, auto

from gateway.journal import Cursor
from gateway.journal.chain import genesis
from gateway.mqtt.acknowledgement import Acknowledgement
from gateway.uplink.book import Pages
from gateway.uplink.status import Fork
from gateway.uplink.window import Window

log = logging.getLogger(__name__)


class Verdict(Enum):
    """What an acknowledgement did to the window, unless it showed a fork."""

    CONFIRMED = auto()
    LOWERED = auto()
    NOTHING = auto()


class Judge:
    """Compares acknowledgements with the journal and moves the window; each epoch is acknowledged by itself."""

    def __init__(self, journal: Pages, window: Window, public_key: bytes) -> None:
        self._journal = journal
        self._window = window
        self._public_key = public_key
        self._heard: dict[int, int] = {}

    async def hear(self, ack: Acknowledgement, *, live: bool, now: float) -> Verdict | Fork:
        """Take one acknowledgement; `live` when the receiver said it just now, not the broker from memory.

        `now` is in monotonic seconds.
        """
        entry = await self._journal.entry_at(ack.epoch, max(ack.seq, 1))
        if entry is None:
            return await self._of_no_entry(ack)
        ours = genesis(self._public_key, ack.epoch) if ack.seq == 0 else entry.hash
        if ours != ack.hash:
            if ack.seq == 0 or await self._is_settled(entry.epoch_number):
                return Verdict.NOTHING
            return Fork(ack.epoch, ack.seq, ack.hash, ours)
        at = Cursor(entry.epoch_number, ack.seq)
        self._heard[at.epoch_number] = at.seq
        if await self._advance(now):
            return Verdict.CONFIRMED
        if await self._is_lower(at):
            if not live:  # the broker may have lost newer ones; the receiver repeats itself when it connects
                self._window.doubt(at, now)
                return Verdict.NOTHING
            log.warning("uplink: the receiver has only up to %d; again from there", at.seq)
            self._window.step_back(at)
            return Verdict.LOWERED
        if live:
            self._window.trust()
            self._window.nudge(now)
        return Verdict.NOTHING

    async def _of_no_entry(self, ack: Acknowledgement) -> Verdict | Fork:
        if ack.epoch == self._journal.epoch:
            # within our range there is nothing to compare with only before the first entry
            beyond = ack.seq > self._journal.last_seq
        else:
            # an epoch of another journal, left on the broker, says nothing about ours
            first = await self._journal.entry_at(ack.epoch, 1)
            beyond = first is not None and not await self._is_settled(first.epoch_number)
        return Fork(ack.epoch, ack.seq, ack.hash, None) if beyond else Verdict.NOTHING

    async def _is_settled(self, number: int) -> bool:
        """Tell whether an epoch has ended and nothing of it is left to confirm; then no word about it hurts us.

        So it is with the epoch a fork was found in: the other history has it now, and ours goes on in a new one.
        """
        if number == self._journal.epoch_number:
            return False
        ahead = await self._journal.entries(self._window.confirmed, 1)
        return not ahead or ahead[0].epoch_number > number

    async def _advance(self, now: float) -> bool:
        """Confirm as far as the acknowledgements heard reach without a gap, from epoch to epoch."""
        moved = False
        while ahead := await self._journal.entries(self._window.confirmed, 1):
            number = ahead[0].epoch_number
            seq = self._heard.get(number, 0)
            if seq < ahead[0].seq:
                break
            moved = self._window.confirm(Cursor(number, seq), now) or moved
        return moved

    async def _is_lower(self, at: Cursor) -> bool:
        """Tell whether an entry held for confirmed lies beyond this place, in the same epoch."""
        if self._window.confirmed <= at:
            return False
        after = await self._journal.entries(at, 1)
        return bool(after) and after[0].epoch_number == at.epoch_number
