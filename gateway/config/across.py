"""What no table can know by itself: names that must lead somewhere, and things only one may have."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gateway.config import words
from gateway.config.document import Document
from gateway.config.mistakes import Mistake, Words
from gateway.drivers.barcode_scanner import BarcodeScanner
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.scale import Scale

if TYPE_CHECKING:
    from gateway.drivers.register_map import Point
    from gateway.labels.template import Template
    from gateway.mqtt.broker import BrokerTable
    from gateway.record.tables import StationTable
    from gateway.registers import Registers

Key = tuple[str, ...]
Found = Iterator[Mistake]

_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,20}")
"""Ids become GS1 extensions (AI 254, at most 20 signs) and topic levels."""

_LABEL_OF: Final = {"receiving": "receipt", "packing": "carton"}
"""Which kind of label a step prints; these are the steps that weigh."""

_SOURCES: Final = {"scanner": (BarcodeScanner, words.SCANNER), "scale": (Scale, words.SCALE)}
_DOORS: Final = ("storing", "staging_outbound")
_MOST_BUSY: Final = 0.7
_TURNAROUND_S: Final = 0.066
"""What a typical slave and a USB adapter add to each question (modbus-practice §5)."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything read so far. Names are looked up in the file itself: a table with mistakes of its own is there too."""

    document: Document
    tables: Mapping[str, Any]
    registers: "Registers"
    templates: "Mapping[str, Template]"

    def named(self, table: str) -> Mapping[str, Any]:
        """Give the sound tables of a kind."""
        found: Mapping[str, Any] = self.tables.get(table, {})
        return found

    def raw(self, *path: str) -> object:
        """Give a value as it stands in the file; None where there is none."""
        found: object = self.document.data
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def names(self, *table: str) -> list[str]:
        """Give every name of a kind, sound or not."""
        found = self.raw(*table)
        return list(found) if isinstance(found, dict) else []


@dataclass(slots=True)
class _Taken:
    """Things of one kind that only one table may have."""

    what: Words
    document: Document
    by: dict[str, Key] = field(default_factory=dict)

    def take(self, thing: str, shown: str, key: Key) -> Found:
        first = self.by.setdefault(thing, key)
        if first != key:
            yield self.document.mistake(key, words.used_twice(self.what, shown, self.document.line(first)))


def across(house: House) -> Found:
    """Check the whole configuration across its tables."""
    yield from _site(house)
    yield from _ids(house)
    yield from _ports(house)
    yield from _stations(house)
    yield from _rooms(house)
    yield from _rules(house)
    if broker := house.tables.get("broker"):
        yield from _files(house, broker)


def _site(house: House) -> Found:
    site, gateway = house.tables.get("site"), house.tables.get("gateway")
    if site and not site.demo and not site.gln.startswith("893"):
        yield house.document.mistake(("site", "gln"), words.NOT_893, notice=True)
    if gateway and gateway.name == "register":
        yield house.document.mistake(("gateway", "name"), words.NAME_IS_KEPT)


def _ids(house: House) -> Found:
    for table in ("device", "station", "room", "printer"):
        taken = _Taken(words.NAME, house.document)
        for name in house.names(table):
            if not _NAME.fullmatch(name):
                yield house.document.mistake((table, name), words.NAME_FORM)
            # In GS1 keys ids stand in capitals, so `cr1` and `CR1` would be one place.
            yield from taken.take(name.upper(), f"'{name}'", (table, name))


def _ports(house: House) -> Found:
    serial = _Taken(words.PORT, house.document)
    addresses = _Taken(words.ADDRESS, house.document)
    for name in house.names("device"):
        # From the file, not from the table: a port is taken by a device that has a mistake of its own, too.
        port = house.raw("device", name, "port")
        if isinstance(port, str):
            yield from serial.take(os.path.realpath(port), port, ("device", name, "port"))
    for name, device in house.named("device").items():
        if isinstance(device, ModbusBus):
            if device.host is not None:
                address = f"{device.host}:{device.tcp_port}"
                yield from addresses.take(address, address, ("device", name, "host"))
            yield from _bus(house, name, device)
    for name, printer in house.named("printer").items():
        address = f"{printer.host}:{printer.port}"
        yield from addresses.take(address, address, ("printer", name, "host"))


def _bus(house: House, name: str, bus: ModbusBus) -> Found:
    """Reckon how long a serial bus is busy: T = (8 + 5 + 2·M) · bits / baud + latency for M registers."""
    if bus.port is None:
        return
    bits = 10 if bus.line == "8N1" else 11
    round_s, busy = 0.0, 0.0
    for unit in bus.unit.values():
        if unit.map.baud is not None and unit.map.baud != bus.baud and "baud" not in bus.model_fields_set:
            yield house.document.mistake(
                ("device", name, "baud"), words.other_baud(unit.map.model, unit.map.baud, bus.baud), notice=True
            )
        registers = sum(point.registers for point in unit.map.point)
        asked_s = (13 + 2 * registers) * bits / bus.baud + _TURNAROUND_S + bus.pause_s
        round_s += asked_s
        busy += asked_s / unit.every_s
    if busy > _MOST_BUSY:
        yield house.document.mistake(("device", name), words.bus_busy(round_s, busy), notice=busy <= 1)


def _stations(house: House) -> Found:
    taken = _Taken(words.SOURCE, house.document)
    for name, station in house.named("station").items():
        key = ("station", name)
        yield from _source(house, (*key, "scanner"), station.scanner, taken)
        yield from _source(house, (*key, "scale"), station.scale, taken)
        if station.scanner is None:
            yield house.document.mistake(key, words.NO_SCANNER)
        if station.step in _LABEL_OF and station.scale is None:
            yield house.document.mistake(key, words.NO_SCALE)
        if station.step in _DOORS and station.room is None:
            yield house.document.mistake(key, words.NO_ROOM)
        yield from _exists(house, (*key, "room"), station.room, house.names("room"), words.ROOM)
        yield from _exists(house, (*key, "crate"), station.crate, house.registers.crate, words.CRATE)
        yield from _printing(house, key, station)


def _exists(house: House, key: Key, name: str | None, known: Any, what: Words) -> Found:
    if name is not None and name not in known:
        yield house.document.mistake(key, words.no_such_name(what, name, known))


def _source(house: House, key: Key, name: str | None, taken: _Taken) -> Found:
    """Check the device that `scanner` or `scale`, the last part of the key, names."""
    if name is None:
        return
    kind, what = _SOURCES[key[-1]]
    yield from _exists(house, key, name, house.names("device"), words.DEVICE)
    device = house.named("device").get(name)
    if device is not None and not isinstance(device, kind):
        yield house.document.mistake(key, words.other_kind(name, device.driver, what))
    yield from taken.take(name, f"'{name}'", key)


def _printing(house: House, key: Key, station: "StationTable") -> Found:
    yield from _exists(house, (*key, "printer"), station.printer, house.names("printer"), words.PRINTER)
    if station.printer and not station.label:
        yield house.document.mistake((*key, "printer"), words.NO_LABEL)
    if not station.label:
        return
    if not station.printer:
        yield house.document.mistake((*key, "label"), words.NO_PRINTER)
    yield from _exists(house, (*key, "label"), station.label, house.templates, words.TEMPLATE)
    template, printer = house.templates.get(station.label), house.named("printer").get(station.printer or "")
    if template is None:
        return
    if template.kind != _LABEL_OF.get(station.step, template.kind):
        yield house.document.mistake((*key, "label"), words.other_label(station.label, template.kind, station.step))
    if printer is not None:
        width, _ = template.size(printer.dots_per_mm)
        if width > printer.head_dots:
            yield house.document.mistake((*key, "label"), words.label_too_wide(width, printer.head_dots))


def _rooms(house: House) -> Found:
    taken = _Taken(words.SOURCE, house.document)
    known = [f"{name}/{channel}" for name in house.names("device") for channel in house.names("device", name, "unit")]
    for name, room in house.named("room").items():
        for number, source in enumerate(room.sources):
            path = ("room", name, "sources", number)
            if source not in known:
                yield house.document.mistake(path, words.no_such_name(words.CHANNEL, source, known))
            yield from taken.take(source, f"'{source}'", ("room", name, "sources"))


def _rules(house: House) -> Found:
    for name, rule in house.named("rule").items():
        yield from _exists(house, ("rule", name, "room"), rule.room, house.names("room"), words.ROOM)
        quantities = {point.quantity for point in _points(house, rule.room)}
        if quantities and rule.quantity not in quantities:
            what = words.no_such_name(words.QUANTITY, rule.quantity, quantities)
            yield house.document.mistake(("rule", name, "quantity"), what)


def _points(house: House, room: str) -> "Iterator[Point]":
    """Yield what the sensors of a room measure, as far as their tables are sound."""
    table = house.named("room").get(room)
    for source in table.sources if table else ():
        name, _, channel = source.partition("/")
        device = house.named("device").get(name)
        if isinstance(device, ModbusBus) and channel in device.unit:
            yield from device.unit[channel].map.point


def _files(house: House, broker: "BrokerTable") -> Found:
    for key in ("password_file", "key", "ca", "certificate"):
        path = getattr(broker, key)
        if path is None:
            continue
        if not path.is_file():
            yield house.document.mistake(("broker", key), words.no_file(house.document.data["broker"][key]))
        elif key in ("password_file", "key") and path.stat().st_mode & 0o077:
            yield house.document.mistake(("broker", key), words.READABLE_SECRET)
