"""Each device read once, with every channel it should have; all at the same time."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from gateway.errors import DeviceError
from gateway.reading import Link, Measurement, Value

if TYPE_CHECKING:
    from gateway.cli.progress import Tell
    from gateway.drivers import Driver

WITHIN_S: Final = 10.0
_WAITS_FOR_PEOPLE: Final = ("barcode_scanner", "hid_scanner", "camera")
"""Devices that say nothing until somebody does something: an open port is all that can be proven."""


async def probe(
    devices: "Mapping[str, Driver]", *, tell: "Tell", within_s: float = WITHIN_S
) -> dict[str, dict[str, Any]]:
    """Read every device once; by source: whether it could be read, and what it said."""
    left = set(devices)

    async def one(name: str, device: "Driver") -> dict[str, dict[str, Any]]:
        said = await _read_once(name, device, within_s)
        left.discard(name)
        tell(f"{', '.join(sorted(left))} …")
        return said

    tell(f"{', '.join(sorted(left))} …")
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(one(name, device), name=name) for name, device in devices.items()]
    return {source: said for task in asked for source, said in task.result().items()}


async def _read_once(name: str, device: "Driver", within_s: float) -> dict[str, dict[str, Any]]:
    from gateway.board import spoken

    channels = [*(getattr(device, "unit", None) or ()), *(getattr(device, "scale", None) or ())]
    waiting = {f"{name}/{channel}" for channel in channels} or {name}
    found: dict[str, dict[str, Any]] = {}

    def note(source: str, value: Value, words: str) -> None:
        bad = (isinstance(value, Link) and not value.up) or (isinstance(value, Measurement) and bool(value.why))
        one = found.setdefault(source, {"ok": True, "said": []})
        one["ok"] = one["ok"] and not bad
        one["said"].append(words)

    try:
        async with asyncio.timeout(within_s), aclosing(device.talk()) as values:
            async for value in values:
                channel = getattr(value, "channel", "")
                source = f"{name}/{channel}" if channel else name
                unit = source.partition(".")[0]
                if isinstance(value, Link) and value.up and getattr(device, "driver", "") not in _WAITS_FOR_PEOPLE:
                    continue
                quantity = f"{value.quantity} " if isinstance(value, Measurement) else ""
                if unit not in waiting:
                    continue  # it has said all it has; others have not
                note(source, value, f"{quantity}{spoken(value)}")
                heard_all = _all_said(device, unit.removeprefix(f"{name}/"), found, name)
                if heard_all or isinstance(value, Link):
                    waiting.discard(unit)
                if not waiting:
                    break
    except TimeoutError:
        pass
    except DeviceError as error:
        for source in waiting:
            note(source, Link(up=False), str(error))
        return found
    for source in waiting - found.keys():
        note(source, Link(up=False), f"không nói gì trong {within_s:g} s / nothing said in {within_s:g} s")
    return found


def _all_said(device: "Driver", channel: str, found: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    """Say whether a unit has given all its map holds; devices without units are done with their first word."""
    unit = (getattr(device, "unit", None) or {}).get(channel)
    points = getattr(getattr(unit, "map", None), "point", None)
    if points is None:
        return True
    sources = [source for source in found if source.partition(".")[0] == f"{name}/{channel}"]
    return sum(len(found[source]["said"]) for source in sources) >= len(points)
