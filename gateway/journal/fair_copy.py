"""A draft written out in its canonical bytes, and what it can be at odds with."""

from dataclasses import dataclass

from gateway.errors import IdConflict
from gateway.event import Draft, Entry, Json
from gateway.journal.canonical import written
from gateway.journal.chain import body_digest


@dataclass(frozen=True, slots=True)
class FairCopy:
    """A draft written out in its canonical bytes, ready to be entered; `document` is what those bytes say."""

    draft: Draft
    body: bytes
    sha256: bytes
    document: dict[str, Json]


def fair_copy(draft: Draft) -> FairCopy:
    """Write a draft out.

    Raises:
        ValueError: The body cannot be written as canonical JSON.
    """
    body, document = written(draft.body)
    return FairCopy(draft, body, body_digest(body), document)


class WrongWords(IdConflict):
    """A draft whose id is in the journal with another body."""

    def __init__(self, copy: FairCopy, existing: Entry) -> None:
        super().__init__(f"{copy.draft.kind} {copy.draft.id} is in the journal (seq {existing.seq}) with another body")
        self.copy = copy
        self.existing = existing
