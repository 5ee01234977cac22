"""The technician's house: each device and channel with link, last value and frame; uplink, disk, clock, printers."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from gateway.board import spoken
from gateway.reading import DeviceId, Reading, Source
from gateway.web.behind import Behind
from gateway.wire import Told, Wire

Json = dict[str, Any]

RESERVE_SHARE: Final = 0.85
"""From this share of its budget on a journal says that it is nearly full (design §3)."""


class DeviceView:
    """Writes what only a technician looks at; twice a second, for as long as one does."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind

    def all(self) -> Json:
        """Give every device, the printers, and how the house itself is."""
        return {
            "devices": [self._device(DeviceId(name), table) for name, table in self._behind.devices().items()],
            "printers": [self._printer(name, table) for name, table in self._behind.printers().items()],
            "uplink": self._uplink(),
            "journal": self._journal(),
            "readings": self._readings(),
            "clock": {
                "quality": self._behind.clock.quality,
                "error_s": self._behind.clock.error_s,
            },
        }

    def _device(self, name: DeviceId, table: Any) -> Json:
        wire = self._behind.board.wires.get(name)
        channels = [Source(name), *(Source(f"{name}/{unit}") for unit in _units(table))]
        told = [self._channel(source, wire) for source in channels[len(channels) > 1 :]]
        link = self._behind.board.links.get(Source(name))
        took = [channel["took_ms"] for channel in told if channel["took_ms"] is not None]
        device = self._channel(Source(name), wire)
        return {
            "id": name,
            "driver": table.driver,
            "about": _about(table),
            "where": _where(table),
            "up": link.up if link else None,
            "why": link.why if link else "",
            "errors": device["errors"],
            "error": device["error"],
            "error_at": device["error_at"],
            "round_ms": round(sum(took)) if took and len(channels) > 1 else None,
            "channels": [
                channel | {"about": _unit_about(table, channel["source"].partition("/")[2])} for channel in told
            ],
        }

    def _channel(self, source: Source, wire: Wire | None) -> Json:
        board, now = self._behind.board, self._behind.clock.monotonic()
        readings = [reading for reading in self._said(source) if reading is not None]
        link = board.links.get(source) or board.links.get(Source(source.partition("/")[0]))
        told = wire.channels.get(source.partition("/")[2], Told()) if wire else Told()
        return {
            "source": source,
            "up": link.up if link else None,
            "why": link.why if link else "",
            "values": [{"quantity": getattr(r.value, "quantity", ""), "text": spoken(r.value)} for r in readings],
            "age_s": round(now - max(reading.monotonic for reading in readings), 1) if readings else None,
            "frame": _frame(told.received),
            "sent": told.sent.hex(" "),
            "frame_age_s": None if told.received_at is None else round(now - told.received_at, 1),
            "took_ms": None if told.took_s is None else round(1000 * told.took_s),
            "errors": told.in_a_day(wire.hour) if wire else {},
            "error": told.error,
            "error_at": told.error_at.isoformat(timespec="milliseconds") if told.error_at else None,
        }

    def _said(self, source: Source) -> list[Reading]:
        """Give what a source said last, and what its probes did."""
        board = self._behind.board
        own = [board.readings[source]] if source in board.readings else []
        probes = f"{source}/"
        return own + [r for (at, _), r in board.measured.items() if at == source or at.startswith(probes)]

    def _printer(self, name: str, table: Any) -> Json:
        return {
            "id": name,
            "language": table.language,
            "where": getattr(table, "host", None) or getattr(table, "usb", None) or getattr(table, "serial", None),
            "status": self._behind.board.printers.get(name, "unknown"),  # type: ignore[call-overload]  # a PrinterId
        }

    def _uplink(self) -> Json:
        status, state = self._behind.uplink(), self._behind.journal.state()
        return {
            "connected": status.connected,
            "error": status.error,
            "backlog": status.backlog,
            "confirmed_seq": status.confirmed.seq,
            "confirmed_at": status.last_confirmed_at.isoformat(timespec="seconds")
            if status.last_confirmed_at
            else None,
            "fork": str(status.fork) if status.fork else "",
            "on_disk": state.last_seq,
        }

    def _journal(self) -> Json:
        state = self._behind.journal.state()
        return {
            "bytes": state.bytes_used,
            "budget": state.budget_bytes,
            "share": round(state.bytes_used / state.budget_bytes, 4) if state.budget_bytes else None,
            "warns_at": RESERVE_SHARE,
            "error": state.error,
            "trouble": state.trouble,
            "checked": state.checked,
            "epoch": state.epoch_number,
            "set_aside": [PurePath(path).name for path in state.set_aside],
        }

    def _readings(self) -> Json:
        state = self._behind.readings.state()
        return {"waiting": state.waiting, "lost": state.lost, "error": state.error}


def _where(table: Any) -> str:
    """Name what a device hangs on: a port's last name, or a host."""
    host = getattr(table, "host", None)
    if host:
        return f"{host}:{table.tcp_port}"
    for name in ("port", "input", "camera", "directory"):
        if path := getattr(table, name, None):
            return PurePath(str(path)).name
    return ""


def _about(table: Any) -> str:
    """Say how a device speaks: its protocol and its line."""
    words = [getattr(table, "protocol", None) or table.driver]
    if getattr(table, "port", None) and hasattr(table, "baud"):
        row = table.row() if hasattr(table, "row") else None
        baud, line = (getattr(table, key, None) or getattr(row, key, None) for key in ("baud", "line"))
        words.append(f"{baud} {line}")
    return " · ".join(str(word) for word in words)


def _units(table: Any) -> Mapping[str, Any]:
    """Give a bus's units or a 1-Wire master's probes by channel; a scale's `unit` is one of measure."""
    units = getattr(table, "unit", None)
    return units if isinstance(units, Mapping) else {}


def _unit_about(table: Any, channel: str) -> Mapping[str, Any]:
    unit = _units(table).get(channel)
    if unit is None:
        return {}
    made = getattr(unit, "map", None)
    return {
        key: value
        for key, value in {
            "id": getattr(unit, "id", None),
            "rom": getattr(unit, "rom", None),
            "map": getattr(made, "name", None) if made is not None else None,
        }.items()
        if value is not None
    }


def _frame(raw: bytes) -> Json | None:
    """Give a frame as text, with what cannot be read as dots, and as hex."""
    if not raw:
        return None
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in raw)
    readable = sum(0x20 <= byte < 0x7F or byte in b"\r\n\t\x02\x03" for byte in raw)
    return {"text": text, "hex": raw.hex(" ").upper(), "readable": readable >= 0.8 * len(raw)}
