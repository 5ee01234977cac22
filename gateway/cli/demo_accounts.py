"""The four accounts of a day: what the workers were told, the paper, the journal, and the receiver's store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One entry, as it stands in the journal or at the receiver; `sha256` is of its body."""

    epoch: str
    seq: int
    id: str
    kind: str
    sha256: bytes
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What the displays told the workers.

    `cartons` are serials with their kg, `loads` receipts' loads with theirs, `receipts` the closed ones with the
    number of their loads, `moves` goods with the direction they went through the door. `inspected` are lots with how
    often the result was said, `pallets` SSCCs with the serials on them, `dispatched` the SSCCs that left. `strangers`
    are loads that were shown although nobody put them on, `again` what was confirmed a second time.
    """

    cartons: Mapping[str, Decimal]
    loads: Mapping[tuple[str, int], Decimal]
    receipts: Mapping[str, int]
    moves: tuple[tuple[str, str], ...] = ()
    strangers: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    inspected: Mapping[str, int] = field(default_factory=dict)
    pallets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dispatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """What a scanner reads on all the paper: how often each serial, and each lot on a tag without serial.

    `pallets` are the SSCCs on the labels of pallets, `slips` the lots on the weigh slips, which lie in a tray of their
    own.
    `blank` pieces bear no readable code: torn ones, which nobody sticks on anything.
    """

    serials: Mapping[str, int]
    tags: Mapping[str, int]
    blank: int = 0
    slips: Mapping[str, int] = field(default_factory=dict)
    pallets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """One side's records in order, and what is wrong with its chain (nothing, if it is whole)."""

    records: tuple[Record, ...]
    faults: tuple[str, ...] = ()
