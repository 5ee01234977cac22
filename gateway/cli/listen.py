"""`gateway listen`: what each device says now, from the running daemon or straight from the wire."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json

if TYPE_CHECKING:
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

    Gateway đang chạy thì hỏi gateway, không thì mở thẳng thiết bị; dừng bằng Ctrl-C. / Asks the daemon when it runs,
    else the devices themselves; end with Ctrl-C.
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
        values = [f"{name} {value}" if name[0].isupper() else str(value) for name, value in said.items()]
        print(f"{source:<28} {'  '.join(values)}", flush=True)

    return tell


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
    from gateway.reading import DeviceId
    from gateway.watch import watch

    record = _printing(tell)
    async with asyncio.TaskGroup() as devices:
        for name in sorted(wanted):
            devices.create_task(watch(DeviceId(name), config.device[name].talk, record), name=name)


def _printing(tell: Tell) -> "Callable[[Reading], Awaitable[None]]":
    """Tell each value that is news; a scale that repeats itself ten times a second is told once a second."""
    from gateway.board import spoken
    from gateway.reading import Measurement

    told: dict[str, tuple[str, float]] = {}

    async def record(reading: "Reading") -> None:
        quantity = reading.value.quantity if isinstance(reading.value, Measurement) else "value"
        said = spoken(reading.value)
        before, at = told.get(f"{reading.source} {quantity}", ("", float("-inf")))
        if said != before or time.monotonic() - at >= 1:
            told[f"{reading.source} {quantity}"] = (said, time.monotonic())
            tell(reading.source, {quantity: said})

    return record
