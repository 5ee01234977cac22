"""What was wrong with a record: it is never edited or deleted, it is declared to be in error."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from gateway.lot import LotCode, OperatorId

ErrorReason = Literal["did_not_occur", "incorrect_data"]


@dataclass(frozen=True, slots=True)
class ErrorDeclared:
    """An event is in error: EPCIS examples 13 and 14. `original` is its body as it stands in the journal.

    `of` is its entry id and `kind` its kind, `corrective` the ids of the events that say it right. The declaration is
    an entry of its own (id from `declare|<eventID>|<n>`) that repeats the original's eventID.
    """

    of: UUID
    kind: str
    n: str
    reason: ErrorReason
    corrective: tuple[UUID, ...]
    note: str
    by: OperatorId | None
    original: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LotReopened:
    """A closed lot may be worked on again (audit record)."""

    lot: LotCode
    reason: str
    by: OperatorId | None
