"""What a changed config file means for the gateway that runs: what is to be restarted, or why it must wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.config.mistakes import Words
from gateway.config.schema import Config
from gateway.errors import ConfigError
from gateway.record.held import Held
from gateway.station import StationId

_FIXED: Final = ("site", "gateway", "journal", "readings", "clock")
"""Tables that documents, numbers, files and times rest on: whoever changes them starts the gateway again."""

_REGISTERS: Final = ("product", "area", "facility", "customer", "farm", "operator", "crate")

_NOT_WHILE_RUNNING: Final = Words(
    "không đổi được khi gateway đang chạy; trả lại như cũ, hoặc khởi động lại: systemctl restart gateway",
    "cannot change while the gateway runs; put it back, or start again: systemctl restart gateway",
)
_REFUSED: Final = Words(
    "chưa nạp được, gateway chạy tiếp với cấu hình cũ", "not taken over, the gateway runs on with the config it has"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, by names; `changed` is all of it as the file has it (`device.gate-scale`), for the journal.

    A station is among `stations` also when only its label's template changed, a rule also when only its room did.
    """

    changed: tuple[str, ...]
    devices: frozenset[str]
    stations: frozenset[str]
    rules: frozenset[str]
    rooms: bool
    printing: bool
    broker: bool
    web: bool = False


def difference(old: Config, new: Config, held: Mapping[StationId, Held]) -> Difference:
    """Compare the config in use with a sound new one, while these stations are held.

    Raises:
        ConfigError: The new one must wait as a whole; the message says what stands against it, in both languages.
    """
    # a house without printers has read no templates: its first printer changes none
    templates = _differing(old.templates, new.templates) if old.printer and new.printer else set()
    rooms = _differing(old.room, new.room)
    tables = {
        "device": _differing(old.device, new.device),
        "printer": _differing(old.printer, new.printer),
        "station": _differing(old.station, new.station),
        "room": rooms,
        "rule": _differing(old.rule, new.rule),
        "label": _differing(old.label, new.label) | templates,
    }
    stations = tables["station"] | {
        name
        for config in (old, new)
        for name, table in config.station.items()
        if {table.label, table.slip_label} & templates
    }
    refused = {key: _NOT_WHILE_RUNNING for table in _FIXED for key in _keys(table, old, new)}
    refused |= {
        f"station.{name}": _why_held(held[StationId(name)]) for name in sorted(stations) if StationId(name) in held
    }
    if refused:
        raise ConfigError(_report(refused))
    registers = {name: _differing(getattr(old.registers, name), getattr(new.registers, name)) for name in _REGISTERS}
    broker, web = old.broker != new.broker, old.web != new.web
    return Difference(
        changed=(
            *(f"{table}.{name}" for table, names in {**tables, **registers}.items() for name in sorted(names)),
            *(["broker"] if broker else []),
            *(_keys("registers_table", old, new)),
            *(["web"] if web else []),
        ),
        devices=frozenset(tables["device"]),
        stations=frozenset(stations),
        rules=frozenset(tables["rule"]) | {name for name, rule in new.rule.items() if rule.room in rooms},
        rooms=bool(rooms),
        printing=bool(tables["printer"] or templates),
        broker=broker,
        web=web,
    )


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _keys(table: str, old: Config, new: Config) -> list[str]:
    """Give the keys of a table that stands once which differ, as the file has them: `site.gln`."""
    before, after = getattr(old, table), getattr(new, table)
    shown = table.removesuffix("_table")
    return [f"{shown}.{key}" for key in type(after).model_fields if getattr(before, key) != getattr(after, key)]


def _why_held(held: Held) -> Words:
    vi, en = [], []
    if held.lot is not None:
        vi.append(f"trạm đang làm lô {held.lot}: đóng lô hoặc phiếu rồi nạp lại")
        en.append(f"works on lot {held.lot}: close the lot or the receipt, then reload")
    if held.begun is not None:
        vi.append(f"trạm đang làm dở {held.begun}: kết thúc rồi nạp lại")
        en.append(f"{held.begun} is begun there: finish it, then reload")
    if held.labels:
        vi.append(f"còn {held.labels} nhãn chưa xong: chờ in xong hoặc trả lời trên màn hình rồi nạp lại")
        en.append(f"{held.labels} label(s) not settled: let them print or answer on screen, then reload")
    return Words("; ".join(vi), "; ".join(en))


def _report(refused: Mapping[str, Words]) -> str:
    lines = [f"{_REFUSED.vi} / {_REFUSED.en}"]
    for key, why in refused.items():
        lines += [f"  {key}: {why.vi}", f"      {why.en}"]
    return "\n".join(lines)
