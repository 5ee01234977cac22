"""What each station has done lately, added up from the journal's entries: the last five, and sums of lot and shift."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from gateway.event import Entry
from gateway.journal import Cursor
from gateway.journal.canonical import parse
from gateway.locale.shown import LOCAL
from gateway.station import StationId

LATEST: Final = 5
KINDS: Final = frozenset({"carton", "weighing", "printout", "reprint", "error-declaration", "clock-correction"})
"""The kinds of entries that are counted here."""

Confirmed = Literal[1, 2, 3]
"""How safe a fact is: 1 on disk, 2 taken by the broker, 3 stored by the receiver."""


@dataclass(frozen=True, slots=True)
class Done:
    """One recorded load; `label` is the state of its print job, "none" without one.

    `boot` is there while its time is of a clock that was never synchronised in that boot.
    """

    id: str
    at: Cursor
    serial: str | None
    lot: str
    kg: Decimal
    when: datetime
    number: int | None = None
    label: str = "none"
    void: bool = False
    boot: str = ""


@dataclass(slots=True)
class Sum:
    """So many loads, so many kilograms."""

    count: int = 0
    kg: Decimal = Decimal(0)

    def add(self, kg: Decimal, times: int = 1) -> None:
        """Count a load, or take one back."""
        self.count += times
        self.kg += kg * times


@dataclass(slots=True)
class _Station:
    latest: deque[Done] = field(default_factory=lambda: deque(maxlen=LATEST))
    shift: Sum = field(default_factory=Sum)
    lots: dict[str, Sum] = field(default_factory=dict)


class Tally:
    """The sums of one day; a new local day begins them anew."""

    def __init__(self) -> None:
        self._stations: dict[StationId, _Station] = {}
        self._day: date | None = None
        self._station_of: dict[str, StationId] = {}
        self.cursor = Cursor()

    def latest(self, station: StationId) -> tuple[Done, ...]:
        """Give a station's last loads, the newest first."""
        found = self._stations.get(station)
        return tuple(reversed(found.latest)) if found else ()

    def of_shift(self, station: StationId) -> Sum:
        """Give what a station has recorded today."""
        found = self._stations.get(station)
        return found.shift if found else Sum()

    def of_lot(self, station: StationId, lot: str | None) -> Sum:
        """Give what a station has recorded of a lot, as far back as it was read."""
        found = self._stations.get(station)
        return found.lots.get(lot, Sum()) if found and lot else Sum()

    def begin_day(self, today: date) -> Iterable[StationId]:
        """Begin the shift's sums anew if another day has begun; give the stations whose sums changed."""
        if self._day == today:
            return ()
        self._day = today
        for station in self._stations.values():
            station.shift = Sum()
        return tuple(self._stations)

    def take(self, entry: Entry) -> tuple[StationId, ...]:
        """Take in the next entry; give the stations it changed."""
        self.cursor = Cursor(entry.epoch_number, entry.seq)
        if entry.kind not in KINDS or entry.body is None:
            return ()
        body: dict[str, Any] = parse(entry.body)
        if entry.kind == "clock-correction":
            return tuple(self._put_right(str(body["boot"]), timedelta(milliseconds=int(body["offsetMs"]))))
        station = self._take(entry, body)
        return () if station is None else (station,)

    def _take(self, entry: Entry, body: Mapping[str, Any]) -> StationId | None:
        match entry.kind:
            case "carton":
                return self._add(_carton(entry, body), StationId(str(body.get("ph:station"))))
            case "weighing":
                return self._add(_load(entry, body), StationId(str(body.get("station"))))
            case "printout":
                return self._label(str(body.get("serial")), str(body["state"]))
            case "reprint":
                return self._label(str(body.get("serial")), "queued")
        return self._undo(str(body.get("eventID", "")).removeprefix("urn:uuid:"), body["errorDeclaration"])

    def _add(self, done: Done, station: StationId) -> StationId:
        of = self._stations.setdefault(station, _Station())
        when = done.when.astimezone(LOCAL).date()
        if self._day is None or when == self._day:
            of.shift.add(done.kg)
        lot = of.lots.setdefault(done.lot, Sum())
        lot.add(done.kg)
        if len(of.latest) == LATEST:
            self._station_of.pop(of.latest[0].id, None)
            self._station_of.pop(of.latest[0].serial or "", None)
        of.latest.append(replace(done, number=lot.count))
        self._station_of[done.id] = self._station_of[done.serial or done.id] = station
        return station

    def _label(self, serial: str, state: str) -> StationId | None:
        station = self._station_of.get(serial)
        if station is not None:
            self._change(station, lambda done: done.serial == serial, label=state)
        return station

    def _undo(self, id: str, declaration: Mapping[str, Any]) -> StationId | None:
        """Take a load out of the sums; a corrected one comes anew right after, a void one stays to be seen."""
        station = self._station_of.get(id)
        if station is None:
            return None
        of = self._stations[station]
        for done in [done for done in of.latest if done.id == id and not done.void]:
            of.shift.add(done.kg, -1)
            of.lots[done.lot].add(done.kg, -1)
            if declaration.get("correctiveEventIDs"):
                of.latest.remove(done)
        self._change(station, lambda done: done.id == id, void=True)
        return station

    def _put_right(self, boot: str, offset: timedelta) -> Iterator[StationId]:
        """Show the last loads of a boot at the times they were made at, once its clock is known to have been off."""
        for station, of in self._stations.items():
            for place, done in enumerate(of.latest):
                if done.boot == boot:
                    of.latest[place] = replace(done, when=done.when + offset, boot="")
                    yield station

    def _change(self, station: StationId, which: Any, **changes: Any) -> None:
        latest = self._stations[station].latest
        for place, done in enumerate(latest):
            if which(done):
                latest[place] = replace(done, **changes)


def confirmed(at: Cursor, taken: Cursor, stored: Cursor) -> Confirmed:
    """Say how safe an entry is, from how far the broker and the receiver have come."""
    if at <= stored:
        return 3
    return 2 if at <= taken else 1


def _as_shown(amount: Any, display: Any, unit: Any) -> Decimal:
    """Give kilograms with the decimals the scale showed: a JSON number has lost the zeros at its end."""
    kg = Decimal(amount)
    if unit != "kg" or not isinstance(display, str):
        return kg
    decimals = len(display.partition(".")[2])
    shown = kg.quantize(Decimal(1).scaleb(-decimals))
    return shown if shown == kg else kg


def _carton(entry: Entry, body: Mapping[str, Any]) -> Done:
    return Done(
        id=str(entry.id),
        at=Cursor(entry.epoch_number, entry.seq),
        serial=str(body["ph:serial"]),
        lot=str(body["ph:lot"]),
        kg=_as_shown(body["ilmd"]["ph:netWeightKg"], body.get("ph:display"), body.get("ph:unitShown")),
        when=datetime.fromisoformat(body["eventTime"]),
        label="queued" if body.get("ph:printerId") else "none",
        boot=_doubtful(entry, by_hand=body.get("ph:manual")),
    )


def _load(entry: Entry, body: Mapping[str, Any]) -> Done:
    return Done(
        id=str(entry.id),
        at=Cursor(entry.epoch_number, entry.seq),
        serial=None,
        lot=str(body["lot"]),
        kg=_as_shown(body["net"], body.get("display"), body.get("unitShown")),
        when=datetime.fromisoformat(body["eventTime"]),
        boot=_doubtful(entry, by_hand=body.get("manual")),
    )


def _doubtful(entry: Entry, *, by_hand: object) -> str:
    """Give the boot whose correction an entry's time waits for; none where a person wrote it on a paper form."""
    return "" if by_hand is True or entry.clock in ("synced", "holdover") else entry.boot
