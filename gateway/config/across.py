"""What no table can know by itself: names that must lead somewhere, and things only one may have."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from gateway.alarm import OF_GATEWAY
from gateway.config import words
from gateway.config.document import Document
from gateway.config.mistakes import Mistake, Words
from gateway.drivers.modbus_load import load
from gateway.registers.table import RegistersTable

if TYPE_CHECKING:
    from gateway.drivers.modbus_bus import ModbusBus
    from gateway.drivers.register_map import Point
    from gateway.labels.template import Template
    from gateway.mqtt.broker import BrokerTable
    from gateway.printing.printer import PrinterTable
    from gateway.record.tables import StationTable
    from gateway.registers import Registers

Key = tuple[str, ...]
Found = Iterator[Mistake]

_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,20}")
"""Ids become GS1 extensions (AI 254, at most 20 signs) and topic levels."""

_WEIGHS: Final = ("receiving", "packing")
"""The steps that need a scale."""

_LABEL_OF: Final = {
    "receiving": ("lot", "receipt"),
    "grading": ("lot",),
    "packing": ("carton",),
    "palletising": ("pallet",),
}
"""Which kinds of label a step prints."""

_SLIP_OF: Final = {"receiving": ("receipt",)}
"""Which kinds of label its slip is."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """A paper of a station: the settings that name its printer and its template, and the kinds each step prints."""

    printer: str
    label: str
    of: Mapping[str, tuple[str, ...]]


_PAPERS: Final = (_Paper("printer", "label", _LABEL_OF), _Paper("slip_printer", "slip_label", _SLIP_OF))

_SOURCES: Final = {
    "scanner": (("barcode_scanner", "hid_scanner", "camera"), words.SCANNER),
    "scale": (("scale",), words.SCALE),
}
_LONG_S: Final = 2.0
"""A label that takes longer on its line keeps the worker waiting for it."""

_DOORS: Final = ("storing", "staging_outbound")


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
    yield from _page(house)
    if broker := house.tables.get("broker"):
        yield from _files(house, broker)


def _site(house: House) -> Found:
    site, gateway = house.tables.get("site"), house.tables.get("gateway")
    if site and site.gln is None:
        yield house.document.mistake(("site",), words.NO_GS1, notice=True)
    elif site and not site.demo and not site.gln.startswith("893"):
        yield house.document.mistake(("site", "gln"), words.NOT_893, notice=True)
    table = house.tables.get("registers", RegistersTable())
    if site and site.facility is not None and not table.usual("facility", site.facility):
        yield house.document.mistake(("site", "facility"), words.UNUSUAL_FACILITY, notice=True)
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
        if _is_bus(device):
            if device.host is not None:
                address = f"{device.host}:{device.tcp_port}"
                yield from addresses.take(address, address, ("device", name, "host"))
            yield from _bus(house, name, device)
    for name, printer in house.named("printer").items():
        if printer.host is not None:
            yield from addresses.take(printer.address, printer.address, ("printer", name, "host"))
        for key in ("usb", "serial"):
            path = getattr(printer, key)
            if path is not None:
                yield from serial.take(os.path.realpath(path), path, ("printer", name, key))
        if printer.usb and re.fullmatch(r"/dev/usb/lp\d+", printer.usb):
            yield house.document.mistake(("printer", name, "usb"), words.NUMBERED_USB, notice=True)


def _is_bus(device: object) -> "TypeGuard[ModbusBus]":
    """Tell by its `driver`, so that a house without a bus need not load it."""
    return getattr(device, "driver", None) == "modbus_bus"


def _bus(house: House, name: str, bus: "ModbusBus") -> Found:
    """Say what does not fit on one bus: other speeds, more to ask than there is time, maps nobody has proven."""
    for known in bus.maps:
        if bus.port is not None and known.baud not in (None, bus.baud) and "baud" not in bus.model_fields_set:
            yield house.document.mistake(
                ("device", name, "baud"), words.other_baud(known.model, known.baud or 0, bus.baud), notice=True
            )
    for channel, unit in bus.unit.items():
        if unit.map.confidence == "unverified":
            key = ("device", name, "unit", channel, "map")
            yield house.document.mistake(key, words.unverified_map(unit.map.model), notice=True)
    for channel, scale in bus.scale.items():
        if scale.map.confidence == "unverified":
            key = ("device", name, "scale", channel, "map")
            yield house.document.mistake(key, words.unverified_scale(scale.map.model), notice=True)
    if bus.port is None and bus.framing == "tcp":
        return
    reckoned = load(bus)
    if reckoned.too_much:
        what = words.bus_busy(reckoned.round_s, reckoned.share)
        yield house.document.mistake(("device", name), what, notice=reckoned.share <= 1)


def _stations(house: House) -> Found:
    taken = _Taken(words.SOURCE, house.document)
    for name, station in house.named("station").items():
        key = ("station", name)
        yield from _source(house, (*key, "scanner"), station.scanner, taken)
        yield from _source(house, (*key, "scale"), station.scale, taken)
        if station.scanner is None:
            yield house.document.mistake(key, words.NO_SCANNER)
        if station.step in _WEIGHS and station.scale is None:
            yield house.document.mistake(key, words.NO_SCALE)
        if station.step in _DOORS and station.room is None:
            yield house.document.mistake(key, words.NO_ROOM)
        yield from _exists(house, (*key, "room"), station.room, house.names("room"), words.ROOM)
        yield from _exists(house, (*key, "product"), station.product, house.registers.product, words.PRODUCT)
        yield from _exists(house, (*key, "crate"), station.crate, house.registers.crate, words.CRATE)
        for paper in _PAPERS:
            yield from _printing(house, key, station, paper)
        if station.slip_printer is not None and station.step not in _SLIP_OF:
            yield house.document.mistake((*key, "slip_printer"), words.NO_SLIPS)


def _exists(house: House, key: Key, name: str | None, known: Any, what: Words) -> Found:
    if name is not None and name not in known:
        yield house.document.mistake(key, words.no_such_name(what, name, known))


def _source(house: House, key: Key, name: str | None, taken: _Taken) -> Found:
    """Check the device that `scanner` or `scale`, the last part of the key, names."""
    if name is None:
        return
    kinds, what = _SOURCES[key[-1]]
    device = house.named("device").get(name)
    on_buses = list(_scales_on_buses(house)) if key[-1] == "scale" else []
    if "/" in name and key[-1] == "scale":
        yield from _exists(house, key, name, on_buses, words.SCALE_ON_BUS)
    elif _is_bus(device) and device.scale and on_buses:
        yield from _exists(house, key, name, [f"{name}/{channel}" for channel in device.scale], words.SCALE_ON_BUS)
    else:
        yield from _exists(house, key, name, house.names("device"), words.DEVICE)
        if device is not None and device.driver not in kinds:
            yield house.document.mistake(key, words.other_kind(name, device.driver, what))
    yield from taken.take(name, f"'{name}'", key)


def _scales_on_buses(house: House) -> Iterator[str]:
    """Yield the weighing transmitters that share a line, as stations name them."""
    for name in house.names("device"):
        yield from (f"{name}/{channel}" for channel in house.names("device", name, "scale"))


def _printing(house: House, key: Key, station: "StationTable", paper: _Paper) -> Found:
    at, shows = paper.printer, paper.label
    printing, label = getattr(station, at), getattr(station, shows)
    yield from _exists(house, (*key, at), printing, house.names("printer"), words.PRINTER)
    if printing and not label:
        yield house.document.mistake((*key, at), words.no_label(shows))
    if not label:
        return
    if not printing:
        yield house.document.mistake((*key, shows), words.no_printer(at))
    yield from _exists(house, (*key, shows), label, house.templates, words.TEMPLATE)
    template, printer = house.templates.get(label), house.named("printer").get(printing or "")
    if template is None:
        return
    site = house.tables.get("site")
    if site and site.gln is None and any(code.carrier.startswith("gs1-") for code in template.code):
        yield house.document.mistake((*key, shows), words.gs1_label(label))
    if template.kind not in paper.of.get(station.step, (template.kind,)):
        yield house.document.mistake((*key, shows), words.other_label(label, template.kind, station.step))
    if printer is not None:
        width, _ = template.size(printer.dots_per_mm)
        if width > printer.head_dots:
            yield house.document.mistake((*key, shows), words.label_too_wide(width, printer.head_dots))
        if printer.serial and (seconds := _on_the_wire_s(template, printer)) > _LONG_S:
            what = words.slow_line(printer.baud, seconds)
            yield house.document.mistake(("printer", printing or "", "baud"), what, notice=True)


def _on_the_wire_s(template: "Template", printer: "PrinterTable") -> float:
    """Reckon how long a label's bytes take on a serial line; a compressed picture is about a quarter of its dots."""
    width, height = template.size(printer.dots_per_mm)
    dots = -(-width // 8) * height
    letters = 1.0 if printer.language != "zpl" else 0.25 if printer.compressed else 2.0
    return dots * letters * 10 / printer.baud


def _rooms(house: House) -> Found:
    taken = _Taken(words.SOURCE, house.document)
    known = [source for name in house.names("device") for source in _sources(house, name)]
    for name, room in house.named("room").items():
        for number, source in enumerate(room.sources):
            path = ("room", name, "sources", number)
            if source not in known:
                yield house.document.mistake(path, words.no_such_name(words.CHANNEL, source, known))
            yield from taken.take(source, f"'{source}'", ("room", name, "sources"))


def _sources(house: House, name: str) -> Iterator[str]:
    """Yield the channels of a device: the units of a bus, and the probes at each."""
    device = house.named("device").get(name)
    for channel in house.names("device", name, "unit"):
        yield f"{name}/{channel}"
        if _is_bus(device):
            yield from (f"{name}/{channel}.{point.probe}" for point in device.unit[channel].map.point if point.probe)


def _rules(house: House) -> Found:
    for name in house.names("rule"):
        if name in OF_GATEWAY:
            yield house.document.mistake(("rule", name), words.own_name(words.RULE, name))
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
        unit, _, probe = channel.partition(".")
        device = house.named("device").get(name)
        if _is_bus(device) and unit in device.unit:
            yield from (point for point in device.unit[unit].map.point if point.probe == probe)


def _page(house: House) -> Found:
    """Refuse a page that the whole network may open while nobody needs a PIN."""
    web, gateway = house.tables.get("web"), house.tables.get("gateway")
    if web is None or gateway is None or web.only_here:
        return
    from gateway.web.pins import with_pin
    from gateway.web.secrets_file import SecretsUnreadable

    try:
        people = with_pin(gateway.data)
    except SecretsUnreadable as error:
        yield house.document.mistake(("web", "host"), Words(str(error), str(error)))
        return
    if people.isdisjoint(house.registers.operator):
        yield house.document.mistake(("web", "host"), words.PAGE_WITHOUT_PINS)


def _files(house: House, broker: "BrokerTable") -> Found:
    for key in ("password_file", "key", "ca", "certificate"):
        path = getattr(broker, key)
        if path is None:
            continue
        if not path.is_file():
            yield house.document.mistake(("broker", key), words.no_file(house.document.data["broker"][key]))
        elif key in ("password_file", "key") and path.stat().st_mode & 0o077:
            yield house.document.mistake(("broker", key), words.READABLE_SECRET)
