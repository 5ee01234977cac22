"""Entries as a trace sees them: read once, timed by the corrected clock, with their confirmation and their errors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway.event import Entry
from gateway.journal.canonical import parse
from gateway.journal.projections.document import Document
from gateway.journal.reader import Reader
from gateway.journal.rows import Cursor
from gateway.trace.account import Confirmed, Declared
from gateway.trace.premises import Premises

NEVER_SYNCHRONISED = frozenset({"unsynced", "confirmed"})
"""Qualities of a clock that ran on its own since the boot: a later correction of that boot holds for them."""


@dataclass(frozen=True, slots=True)
class Read:
    """An entry with its words, and when it happened."""

    entry: Entry
    body: Document
    at: datetime
    corrected_clock: bool

    @property
    def place(self) -> Cursor:
        """Where it stands."""
        return Cursor(self.entry.epoch_number, self.entry.seq)


class Entries:
    """What was read of the journal for one trace; every place asked for is remembered, to be proved at the end."""

    def __init__(self, reader: Reader, premises: Premises) -> None:
        self._reader = reader
        self._offsets = reader.offsets()
        self._confirmed = reader.confirmed()
        self._safe: Confirmed = "province" if premises.acknowledge == "receiver" else "broker"
        self._read: dict[Cursor, Read | None] = {}
        self.places: set[Cursor] = set()
        """Every place that was looked at, also where the words are purged and the hash alone is left."""

    def at(self, place: Cursor) -> Read | None:
        """Give the entry at a place; None when its words were purged."""
        if place not in self._read:
            entry = self._reader.at(place)
            self._read[place] = self._understood(entry)
            if entry is not None:
                self.places.add(place)
        return self._read[place]

    def of(self, id: UUID) -> Read | None:
        """Give the entry with this id; None when there is none, or its words were purged."""
        entry = self._reader.entry(id)
        if entry is None:
            return None
        place = Cursor(entry.epoch_number, entry.seq)
        if place not in self._read:
            self._read[place] = self._understood(entry)
            self.places.add(place)
        return self._read[place]

    def read(self, entry: Entry) -> Read | None:
        """Give an entry somebody has in hand; None when its words were purged."""
        return self._understood(entry)

    def confirmed(self, place: Cursor) -> Confirmed:
        """Say how safe an entry is: with the province (or the broker, where no more is asked for), or on disk here."""
        return self._safe if place <= self._confirmed else "disk"

    @property
    def safest(self) -> Confirmed:
        """The best an entry can be here."""
        return self._safe

    def declared(self, read: Read) -> Declared | None:
        """Say whether an entry was declared to be in error, and what stands instead."""
        entry = self._reader.declared(read.entry.id)
        if entry is None or (said := self.at(Cursor(entry.epoch_number, entry.seq))) is None:
            return None
        error = "errorDeclaration"
        replaced = said.body.text_or_none(error, "correctiveEventIDs", 0)
        corrective = self.of(UUID(replaced.removeprefix("urn:uuid:"))) if replaced else None
        return Declared(
            at=datetime.fromisoformat(said.body.text(error, "declarationTime")) + self._clock_offset(entry),
            reason=said.body.text(error, "reason"),
            by=said.body.text_or_none(error, "ph:declaredBy"),
            note=said.body.text_or_none(error, "ph:note") or "",
            replaced_by=corrective.place if corrective else None,
        )

    def corrected(self, at: datetime, place: Cursor) -> datetime:
        """Give a time an entry told, corrected as that entry's own."""
        read = self.at(place)
        return at if read is None else at + self._offset(read.entry, read.body)

    def offset(self, place: Cursor) -> timedelta:
        """Give what must be added to the times of an entry."""
        read = self.at(place)
        return timedelta() if read is None else self._offset(read.entry, read.body)

    def _understood(self, entry: Entry | None) -> Read | None:
        if entry is None or entry.body is None:
            return None
        body = Document(entry.kind, parse(entry.body))
        at, offset = datetime.fromisoformat(body.text("eventTime")), self._offset(entry, body)
        return Read(entry, body, at + offset, bool(offset))

    def _offset(self, entry: Entry, body: Document) -> timedelta:
        """Times a person wrote on a paper form come from no clock of this machine, and stay."""
        by_hand = body.get("ph:manual") is True or body.get("manual") is True
        return timedelta() if by_hand else self._clock_offset(entry)

    def _clock_offset(self, entry: Entry) -> timedelta:
        if entry.clock in NEVER_SYNCHRONISED and entry.boot in self._offsets:
            return timedelta(milliseconds=self._offsets[entry.boot])
        return timedelta()
