"""`gateway listen`: what each device says now, from the running daemon or straight from the wire."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json

if TYPE_CHECKING:
    from gateway.cli.wiretap import Wiretap
    from gateway.config import Config
    from gateway.reading import Reading

Tell = Callable[[str, dict[str, Any]], None]


def listen(
    device: Annotated[
        list[str] | None, typer.Argument(help="Chỉ những thiết bị này. / These devices only (default: all).")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    for_s: Annotated[
        float | None, typer.Option("--for", min=0.1, help="Nghe chừng này giây. / Stop after so many seconds.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Thiết bị đang nói gì / Show what each device says now.

    Gateway đang chạy thì hỏi gateway, không thì mở thẳng thiết bị: giá trị, byte thô, thời gian, số lỗi; dừng bằng
    Ctrl-C. / Asks the daemon when it runs, else the devices themselves: values, raw bytes, times, errors counted; end
    with Ctrl-C.
    """
    from gateway.config import load

    checked = load(config)
    unknown = set(device or ()) - checked.device.keys()
    if unknown:
        known = ", ".join(checked.device)
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}; hiện có / known: {known}")
    wanted = set(device or checked.device)
    with suppress(KeyboardInterrupt, TimeoutError):
        asyncio.run(_listen(checked, wanted, for_s, _teller(as_json=as_json)))


def _teller(*, as_json: bool) -> Tell:
    def tell(source: str, said: dict[str, Any]) -> None:
        if as_json:
            print_json({"source": source, **said})
            return
        values = [_word(name, value) for name, value in said.items()]
        print(f"{source:<28} {'  '.join(values)}", flush=True)

    return tell


def _word(name: str, value: object) -> str:
    match name:
        case "asked":
            return f"→ {value}"
        case "raw":
            return f"← {value}"
        case "ms":
            return f"{value} ms"
    return str(value) if name in ("value", "down") else f"{name} {value}"


async def _listen(config: "Config", wanted: set[str], for_s: float | None, tell: Tell) -> None:
    async with asyncio.timeout(for_s):
        try:
            await _from_daemon(config, wanted, tell)
        except ConnectionError:
            await _from_devices(config, wanted, tell)


async def _from_daemon(config: "Config", wanted: set[str], tell: Tell) -> None:
    """Tell what changed in each second, as long as the daemon runs."""
    from gateway.cli.panel_reader import lines

    told: dict[str, dict[str, Any]] = {}
    async for line in lines(config.gateway.data):
        for source, said in line.get("house", {}).get("sources", {}).items():
            news = {name: value for name, value in said.items() if name not in ("age_s", "up", "why")}
            news = (news or {"value": "up"}) if said["up"] else {"value": f"down: {said['why']}"}
            if source.partition("/")[0] in wanted and told.get(source) != news:
                told[source] = news
                tell(source, news)


async def _from_devices(config: "Config", wanted: set[str], tell: Tell) -> None:
    from gateway.cli.wiretap import Wiretap

    taps = {name: Wiretap() for name in sorted(wanted)}
    try:
        async with asyncio.TaskGroup() as devices:
            for name, tap in taps.items():
                devices.create_task(_from_device(config, name, tap, tell), name=name)
    finally:
        for name, tap in taps.items():
            tell(name, {"counts": ", ".join(f"{what} {number}" for what, number in tap.summary().items())})


async def _from_device(config: "Config", name: str, tap: "Wiretap", tell: Tell) -> None:
    """Listen to one device and, in this task alone, to its wire."""
    from gateway.drivers.tapped_port import listener
    from gateway.reading import DeviceId
    from gateway.watch import watch

    listener.set(tap.hear)
    await watch(DeviceId(name), config.device[name].talk, _printing(tap, tell))


def _printing(tap: "Wiretap", tell: Tell) -> "Callable[[Reading], Awaitable[None]]":
    """Tell each value that is news; a scale that repeats itself ten times a second is told once a second."""
    from gateway.board import spoken
    from gateway.reading import Measurement

    told: dict[str, tuple[str, float]] = {}

    async def record(reading: "Reading") -> None:
        quantity = reading.value.quantity if isinstance(reading.value, Measurement) else "value"
        said = spoken(reading.value)
        wire = tap.since(reading.value)
        before, at = told.get(f"{reading.source} {quantity}", ("", float("-inf")))
        if said != before or time.monotonic() - at >= 1:
            told[f"{reading.source} {quantity}"] = (said, time.monotonic())
            tell(reading.source, {quantity: said} | wire)

    return record
