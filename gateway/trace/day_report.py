"""The report of one day: what was received, packed, stacked, dispatched, lost, voided and taken off.

A day is the local day an act *happened* on; what was entered later from a paper form counts on the day of its weighing
and is marked. What was declared to be in error since is shown as it stands now.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from gateway.event import Json
from gateway.journal.projections.document import Document
from gateway.journal.reader import Reader, open_reader
from gateway.journal.rows import Cursor
from gateway.locale.shown import LOCAL
from gateway.locale.traced import Words, words
from gateway.trace.account import as_json
from gateway.trace.entries import Entries, Read
from gateway.trace.premises import Premises
from gateway.trace.stages import amount, mass, who

Act = Literal["receipt", "grading", "carton", "pallet", "dispatch", "destroy"]
State = Literal["stands", "void", "corrected"]
KINDS: Final[tuple[Act, ...]] = ("receipt", "grading", "carton", "pallet", "dispatch", "destroy")
_SLACK: Final = timedelta(hours=1)
"""How much earlier or later than it happened an act may have been recorded by the same clock."""


@dataclass(frozen=True, slots=True)
class Line:
    """One act of the day. kg exact; `manual` is the number of the paper form it was entered from.

    `state` is `stands`, `void` (it did not occur) or `corrected` (another line says it right).
    """

    act: Act
    at: datetime
    number: str
    net: Decimal
    by: str = ""
    state: State = "stands"
    manual: str = ""
    reason: str = ""
    lot: str = ""
    product: str = ""
    partner: str = ""
    cartons: int = 0
    gross: Decimal | None = None
    tare: Decimal | None = None
    deduction: Decimal = Decimal()
    loss: Decimal = Decimal()


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of one kind of act, of what stands; `void` counts what does not."""

    act: Act
    name: Words
    count: int
    cartons: int
    net: Decimal
    deduction: Decimal
    loss: Decimal
    manual: int
    void: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day's acts in order of time, and their sums."""

    day: date
    house: str
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    made_at: datetime

    def as_json(self) -> dict[str, Json]:
        """Give it as a document."""
        return as_json(self)


async def day(premises: Premises, of: date, now: datetime) -> Day:
    """Give the report of a local day, without holding up the loop.

    Raises:
        JournalError: The journal cannot be read.
    """
    return await asyncio.to_thread(day_now, premises, of, now)


def day_now(premises: Premises, of: date, now: datetime) -> Day:
    """Give the same, in this thread."""
    begin = datetime.combine(of, time(), LOCAL)
    end = begin + timedelta(days=1)
    with open_reader(premises.data) as reader:
        entries = Entries(reader, premises)
        found: dict[Cursor, Line] = {}
        for recorded in _of_day(reader, entries, begin, end):
            for read in _with_corrections(recorded, entries):
                if begin <= read.at < end and (line := _line(read, entries)) is not None:
                    found[read.place] = line
    lines = tuple(sorted(found.values(), key=lambda one: (one.at, one.number)))
    return Day(of, premises.site.name, lines, tuple(_totals(lines)), now)


def _of_day(reader: Reader, entries: Entries, begin: datetime, end: datetime) -> Iterator[Read]:
    """Yield what may have happened on the day: recorded then, or entered from a paper form at any time since."""
    for first, last in _recorded(reader, begin - _SLACK, end + _SLACK):
        for entry in reader.entries(first, last, KINDS):
            if (read := entries.read(entry)) is not None:
                yield read
    for _, place in reader.paper_forms():
        if (read := entries.at(place)) is not None and read.entry.kind in KINDS:
            yield read


def _with_corrections(read: Read, entries: Entries) -> Iterator[Read]:
    """Yield an act and what stands in its place, which bears its time and may have been recorded days later."""
    following: Read | None = read
    while following is not None:
        yield following
        declared = entries.declared(following)
        place = declared.replaced_by if declared is not None else None
        following = entries.at(place) if place is not None else None


def _recorded(reader: Reader, begin: datetime, end: datetime) -> Iterator[tuple[Cursor, Cursor]]:
    """Yield from where to where entries were recorded in [begin, end), boot by boot.

    Within a boot times rise, but for the one step of its first synchronisation, and what is before that is corrected;
    so the places are found by halving.
    """
    ends, offsets = reader.ends(), reader.offsets()
    boots = reader.boots()
    for place, (boot, first) in enumerate(boots):
        following = boots[place + 1][1] if place + 1 < len(boots) else None
        same_epoch = following is not None and following.epoch_number == first.epoch_number
        last = following.seq - 1 if following is not None and same_epoch else ends.get(first.epoch_number, 0)
        earlier = timedelta(milliseconds=max(0, offsets.get(boot, 0)))
        later = timedelta(milliseconds=-min(0, offsets.get(boot, 0)))
        low = _first_at(reader, first.epoch_number, (first.seq, last), begin - earlier)
        high = _first_at(reader, first.epoch_number, (first.seq, last), end + later)
        if low < high:
            yield Cursor(first.epoch_number, low), Cursor(first.epoch_number, high - 1)


def _first_at(reader: Reader, epoch_number: int, span: tuple[int, int], at: datetime) -> int:
    """Give the first number in a span whose entry was recorded at `at` or later; one beyond it when none was."""
    low, high = span[0], span[1] + 1
    ms = (at.astimezone(UTC) - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
    while low < high:
        middle = (low + high) // 2
        if reader.wall_ms(Cursor(epoch_number, middle)) < ms:
            low = middle + 1
        else:
            high = middle
    return low


def _line(read: Read, entries: Entries) -> Line | None:
    """Tell an act as a line, as it stands now; None when its kind has none."""
    body, act = read.body, next((kind for kind in KINDS if kind == read.entry.kind), None)
    if act is None:
        return None
    declared = entries.declared(read)
    state: State = "stands"
    if declared is not None:
        state = "corrected" if declared.reason == "incorrect_data" else "void"
    number, net = _NUMBERS[act], _NETS[act]
    line = Line(
        act=act,
        at=read.at,
        number=next((text for path in number if (text := body.text_or_none(path))), ""),
        net=body.amount(*net),
        by=who(body) or "",
        state=state,
        manual=body.text_or_none("ph:paperForm") or "",
        reason=(declared.note if declared else "") or body.text_or_none("ph:reason") or "",
        lot=body.text_or_none("ph:lot") or "",
        gross=mass(body, "gross"),
        tare=mass(body, "tare"),
    )
    return replace(line, **_MORE[act](body)) if act in _MORE else line


_NUMBERS: Final[Mapping[Act, tuple[str, ...]]] = {
    "receipt": ("ph:receipt",),
    "grading": ("ph:run",),
    "carton": ("ph:serial",),
    "pallet": ("ph:sscc",),
    "dispatch": ("ph:dispatch",),
    "destroy": ("ph:sscc", "ph:lot"),
}
_NETS: Final[Mapping[Act, tuple[str | int, ...]]] = {
    "receipt": ("quantityList", 0, "quantity"),
    "grading": ("ph:massBalance", "ph:inputKg"),
    "carton": ("ilmd", "ph:netWeightKg"),
    "pallet": ("ph:netWeightKg",),
    "dispatch": ("ph:netWeightKg",),
    "destroy": ("ph:kg",),
}


def _of_receipt(body: Document) -> dict[str, Any]:
    return {
        "product": body.text_or_none("ph:productName") or "",
        "partner": (body.text_or_none("sourceList", 0, "source") or "").rpartition("/")[2],
        "deduction": amount(body, "ph:deductionKg") or Decimal(),
    }


def _of_carton(body: Document) -> dict[str, Any]:
    return {"product": body.text_or_none("ilmd", "ph:productName") or "", "cartons": 1}


def _of_pallet(body: Document) -> dict[str, Any]:
    lots = body.get("ph:lots")
    return {
        "lot": " ".join(map(str, lots)) if isinstance(lots, list) else "",
        "cartons": body.whole("ph:cartonCount"),
        "gross": amount(body, "ph:grossWeightKg"),
    }


_MORE: Final[Mapping[Act, Callable[[Document], dict[str, Any]]]] = {
    "receipt": _of_receipt,
    "grading": lambda body: {"loss": body.amount("ph:massBalance", "ph:lossKg")},
    "carton": _of_carton,
    "pallet": _of_pallet,
    "dispatch": lambda body: {"partner": body.text_or_none("ph:customer", "ph:name") or ""},
    "destroy": lambda body: {"loss": body.amount("ph:kg")},
}


def _totals(lines: Sequence[Line]) -> Iterator[Total]:
    names = {
        "receipt": words("receipts"),
        "grading": words("grading"),
        "carton": words("in_cartons"),
        "pallet": words("pallet-built"),
        "dispatch": words("dispatched"),
        "destroy": words("thrown"),
    }
    for act in KINDS:
        all_of_them = [line for line in lines if line.act == act]
        stand = [line for line in all_of_them if line.state == "stands"]
        yield Total(
            act=act,
            name=names[act],
            count=len(stand),
            cartons=sum(line.cartons for line in stand),
            net=sum((line.net for line in stand), Decimal()),
            deduction=sum((line.deduction for line in stand), Decimal()),
            loss=sum((line.loss for line in stand), Decimal()),
            manual=sum(bool(line.manual) for line in stand),
            void=len(all_of_them) - len(stand),
        )
