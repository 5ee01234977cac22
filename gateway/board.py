"""The board: what every source said last and what every station shows now; memory only, never written down."""

import asyncio
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.alarm import Alarm
from gateway.lot import LotCode, OperatorId
from gateway.reading import DeviceId, Link, Measurement, Reading, Scan, Source, Value, Weight
from gateway.station import PrinterId, Show, StationId, Step
from gateway.units import SHOWN
from gateway.wire import Wire


@dataclass(frozen=True, slots=True)
class Load:
    """The last load on disk at a station: a past fact. `label` is the state of its print job, "none" without one."""

    serial: str | None
    lot: LotCode | None
    kg: Decimal
    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A label of which nobody knows whether it came out: the print job, the serial on it, the paper's name if any."""

    job: str
    serial: str | None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptSum:
    """The receipt open at a gate: exact sums so far, kg."""

    number: str
    lot: LotCode
    loads: int
    gross: Decimal
    tare: Decimal
    net: Decimal
    crates: int


@dataclass(frozen=True, slots=True)
class LiveWeight:
    """What the scale's display shows now; never shown once stale."""

    amount: str
    unit: str
    stable: bool | None


@dataclass(frozen=True, slots=True)
class StationView:
    """Everything a display at a station needs. `sentence` and `values` name the words (locale)."""

    station: StationId
    name: str
    step: Step
    show: Show
    sentence: str
    values: Mapping[str, str]
    lot: LotCode | None
    product: str | None
    operator: OperatorId | None
    weight: LiveWeight | None
    last: Load | None
    question: Question | None
    receipt: ReceiptSum | None
    printer: PrinterId | None


class Board:
    """The latest of everything; whoever follows it sees the newest value, never a queue of old ones."""

    def __init__(self) -> None:
        self.readings: dict[Source, Reading] = {}
        self.measured: dict[tuple[Source, str], Reading] = {}
        self.links: dict[Source, Link] = {}
        self.stations: dict[StationId, StationView] = {}
        self.printers: dict[PrinterId, str] = {}
        self.alarms: dict[str, str] = {}
        self.wires: dict[DeviceId, Wire] = {}
        self.alarm_rules: dict[str, str] = {}
        self._changes: set[Changes] = set()

    def put(self, reading: Reading) -> None:
        """Keep the last value, or the state of the link, of a source."""
        match reading.value:
            case Link() as link:
                self.links[reading.source] = link
                if not link.up:
                    self._forget(reading.source)
            case Measurement(quantity=quantity):
                self.measured[reading.source, quantity] = reading
            case _:
                self.readings[reading.source] = reading

    def _forget(self, source: Source) -> None:
        """Drop what a source and its channels said: it cannot be heard, and an old value is no value."""
        self.readings.pop(source, None)
        for key in [key for key in self.measured if key[0] == source or key[0].startswith(f"{source}/")]:
            del self.measured[key]

    def lay_wire(self, device: DeviceId) -> Wire:
        """Begin to keep what goes over a device's wire; what was kept of it before is forgotten."""
        self.wires[device] = Wire()
        return self.wires[device]

    def mark_alarm(self, alarm: Alarm) -> None:
        """Keep what an alarm says, and whose it is, for as long as it stands."""
        if alarm.state == "cleared":
            self.alarms.pop(alarm.id, None)
            self.alarm_rules.pop(alarm.id, None)
        else:
            self.alarms[alarm.id], self.alarm_rules[alarm.id] = alarm.message, alarm.rule

    def drop_device(self, device: str) -> None:
        """Forget a device and its channels as if it had never been heard."""
        self._forget(Source(device))
        for source in [source for source in self.links if source == device or source.startswith(f"{device}/")]:
            del self.links[source]

    def drop_station(self, station: StationId) -> None:
        """Forget a station that is there no more."""
        self.stations.pop(station, None)

    def drop_printers_but(self, printers: Container[str]) -> None:
        """Forget the printers that are none of these."""
        self.printers = {printer: status for printer, status in self.printers.items() if printer in printers}

    def show(self, view: StationView) -> None:
        """Keep what a station shows and wake who follows, when it changed."""
        if self.stations.get(view.station) != view:
            self.stations[view.station] = view
            for changes in self._changes:
                changes.mark(view.station)

    def mark_printer(self, printer: PrinterId, status: str) -> None:
        """Keep a printer's status and wake the stations' followers that show it."""
        if self.printers.get(printer) != status:
            self.printers[printer] = status
            for view in self.stations.values():
                if view.printer == printer:
                    for changes in self._changes:
                        changes.mark(view.station)

    def values_at(self, sources: Iterable[str]) -> dict[str, str | None]:
        """Give the last amount of each quantity measured at these sources; None when it cannot be trusted."""
        found: dict[str, str | None] = {}
        for source in sources:
            for (where, quantity), reading in self.measured.items():
                if where == source and isinstance(reading.value, Measurement):
                    amount = reading.value.amount
                    found[quantity] = None if amount is None else str(amount)
        return found

    def sources(self, monotonic: float) -> dict[str, dict[str, Any]]:
        """Give what every source said last and how long ago (seconds), for the technician."""
        told: dict[str, dict[str, Any]] = {}
        for source, link in self.links.items():
            told[source] = {"up": link.up, "why": link.why}
        for source, reading in self.readings.items():
            told.setdefault(source, {"up": True, "why": ""})
            told[source] |= {"value": spoken(reading.value), "age_s": round(monotonic - reading.monotonic, 1)}
        for (source, quantity), reading in self.measured.items():
            told.setdefault(source, {"up": True, "why": ""})
            told[source] |= {quantity: spoken(reading.value), "age_s": round(monotonic - reading.monotonic, 1)}
        return told

    def follow(self) -> "Changes":
        """Begin to follow; close it with `board.leave`."""
        changes = Changes(set(self.stations))
        self._changes.add(changes)
        return changes

    def leave(self, changes: "Changes") -> None:
        """Stop following."""
        self._changes.discard(changes)


@dataclass(eq=False, slots=True)
class Changes:
    """Which stations changed since a follower last looked."""

    stations: set[StationId]
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Begin woken: the first look is the snapshot."""
        self._woken.set()

    def mark(self, station: StationId) -> None:
        """Note a change."""
        self.stations.add(station)
        self._woken.set()

    async def next(self) -> set[StationId]:
        """Wait for changes and give the stations concerned; several changes of one are one."""
        await self._woken.wait()
        self._woken.clear()
        changed, self.stations = self.stations, set()
        return changed


def as_json(view: StationView, printer_status: str | None) -> dict[str, Any]:
    """Give a station's view as a JSON object, amounts as text with a decimal point."""
    weight, last, question, receipt = view.weight, view.last, view.question, view.receipt
    return {
        "station": view.station,
        "name": view.name,
        "step": view.step,
        "state": view.show.value,
        "lot": view.lot,
        "product": view.product,
        "operator": view.operator,
        "weight": weight and {"amount": weight.amount, "unit": weight.unit, "stable": weight.stable},
        "last": last
        and {
            "serial": last.serial,
            "lot": last.lot,
            "kg": str(last.kg),
            "at": last.at.isoformat(timespec="milliseconds"),
            "label": last.label,
        },
        "question": question and {"job": question.job, "serial": question.serial, "paper": question.paper},
        "receipt": receipt
        and {
            "number": receipt.number,
            "lot": receipt.lot,
            "loads": receipt.loads,
            "gross": str(receipt.gross),
            "tare": str(receipt.tare),
            "net": str(receipt.net),
            "crates": receipt.crates,
        },
        "printer": view.printer and {"id": view.printer, "status": printer_status},
    }


def spoken(value: Value) -> str:
    """Write a value the way a technician reads it: amount, unit, and what is wrong with it."""
    match value:
        case Weight(amount=amount, unit=unit, stable=stable, condition=condition):
            rest = {True: "stable", False: "moving", None: "no stable flag"}[stable]
            return f"{amount} {SHOWN.get(unit or '', '?')}, {rest}" if amount is not None else str(condition)
        case Measurement(text=str(text)):
            return text
        case Measurement(amount=amount, unit=unit, why=why):
            return f"{amount} {SHOWN.get(unit or '', unit or '')}".rstrip() if amount is not None else why
        case Scan(data=data, symbology=symbology):
            return f"{symbology or ''}{data!r}"
        case Link(up=up, why=why):
            return "up" if up else f"down: {why}"
