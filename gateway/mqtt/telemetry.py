"""Batches of readings as they travel, and the word that they are stored."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

ACK: Final = "telemetry"
"""The last level of the topic the word comes down on."""

Lane = Literal["live", "replayed"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading: its row in the store, what was read where and when; `amount` is None when the value was bad."""

    row: int
    source: str
    quantity: str
    unit: str | None
    at: datetime
    amount: Decimal | None
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings in order of their rows: all that the store has after `after`, up to the last one here."""

    store: str
    after: int
    lane: Lane
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """The receiver's word: it has all rows of this store up to `row`. `epoch` names the topic, as with events."""

    store: str
    row: int
    epoch: str = ACK

    def payload(self) -> bytes:
        """Give the retained message `{"store","row"}`."""
        return json.dumps({"store": self.store, "row": self.row}).encode()


def stored(payload: bytes) -> Stored | None:
    """Read the receiver's word; None when it is none."""
    try:
        match json.loads(payload):
            case {"store": str(store), "row": int(row)}:
                return Stored(store, row)
    except ValueError:
        pass
    return None


def decode(payload: bytes) -> Batch:
    """Take a batch apart.

    Raises:
        ValueError: It is none.
    """
    try:
        whole = json.loads(payload, parse_float=Decimal)
        samples = tuple(
            Sample(
                row=int(one["row"]),
                source=str(one["source"]),
                quantity=str(one["quantity"]),
                unit=one["unit"],
                at=datetime.fromisoformat(one["at"]),
                amount=None if one["amount"] is None else Decimal(one["amount"]),
                why=one["why"] or "",
            )
            for one in whole["readings"]
        )
        lane: Lane = "live" if whole["lane"] == "live" else "replayed"
        rows = [int(whole["after"]), *(one.row for one in samples)]
        if not samples or rows != sorted(set(rows)):
            raise ValueError("no readings, or not in order")
        return Batch(str(whole["store"]), rows[0], lane, samples)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"no batch of readings: {error!r}") from error
