"""The whole examination: the machine, each port, each device; one finding a cause."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gateway.diagnosis import machine, ports
from gateway.diagnosis.finding import Finding, finding
from gateway.diagnosis.scan import Tell, overheard, scales_in
from gateway.drivers.barcode_scanner import BarcodeScanner
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.port import open_port
from gateway.drivers.scale import Scale
from gateway.drivers.scales.protocol import ScaleProtocol
from gateway.errors import BadFrame, DeviceSilent, PortLost
from gateway.reading import Link

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.settings import Settings

LISTEN_TO_SCALE_S: Final = 2.0
FIRST_WORD_WITHIN_S: Final = 10.0
_WHY_SHOWN: Final = 64
_SPOILT_AT_MOST: Final = 0.05
"""The share of frames that may be spoilt on a line that is called sound."""


def examine_machine(config: "Config", built: datetime) -> list[Finding]:
    """Look at everything that needs no device."""
    now = machine.utc_now()
    return [
        *machine.disk(config.gateway.data),
        *machine.clock(trusted=config.clock.trust, now=now, built=built),
        *machine.certificates(config.broker, now),
        *machine.supply(),
        *ports.twins(),
        *ports.grabbers(),
    ]


def described(config: "Config", built: datetime) -> dict[str, Any]:
    """Give what `examine_machine` finds, and when the certificates end, as a JSON object for the page."""
    found = [one.as_json() for one in examine_machine(config, built)]
    ends = {name: until.isoformat(timespec="seconds") for name, until in machine.last_days(config.broker).items()}
    return {"findings": found, "certificates": ends}


async def examine_devices(
    devices: "dict[str, Settings]", *, tell: Tell = lambda _: None, proc: Path = Path("/proc")
) -> AsyncIterator[Finding]:
    """Examine devices one after the other; one that is well yields that it is."""
    for name, device in devices.items():
        tell(f"{name} …")
        path = getattr(device, "port", None)
        found = ports.examine_port(name, path, proc=proc) if path else []
        if not found:
            found = await _examine(name, device, tell)
        for one in found or [finding("sound", name, level="sound", what=getattr(device, "driver", ""))]:
            yield one


async def _examine(name: str, device: "Settings", tell: Tell) -> list[Finding]:
    try:
        match device:
            case ModbusBus():
                from gateway.diagnosis.bus import examine_bus

                return await examine_bus(name, device, tell=tell)
            case Scale():
                return await examine_scale(name, device)
            case BarcodeScanner():
                async with open_port(device.port, baud=device.baud, line=device.line):
                    return []
            case _:
                return await _talks(name, device)
    except PortLost as lost:
        host = getattr(device, "host", None)
        if host is not None:
            return [finding("no-network", name, str(lost), where=f"{host}:{getattr(device, 'tcp_port', '')}")]
        path = getattr(device, "port", None)
        if path and "held by another program" in str(lost):
            return [finding("port-taken", name, path, holder=ports.holder_of(path) or "?")]
        return [finding("source-down", name, why=str(lost))]


async def examine_scale(name: str, scale: Scale) -> list[Finding]:
    """Listen to a scale, asking it where it wants to be asked."""
    protocol = scale.row()
    heard = b""
    async with open_port(scale.port, baud=scale.baud or protocol.baud, line=scale.line or protocol.line) as port:
        if protocol.ask is not None:
            for _ in range(3):
                with suppress(DeviceSilent):
                    await port.write(protocol.ask)
                heard += await overheard(port, LISTEN_TO_SCALE_S / 3)
        else:
            heard = await overheard(port, LISTEN_TO_SCALE_S)
    if not heard:
        return [finding("silent-port", name, port=scale.port)]
    pieces, _ = protocol.cut(heard, over=True)
    good = sum(_reads(protocol, piece) for piece in pieces)
    bad = len(pieces) - good
    shown = heard[:_WHY_SHOWN].hex(" ")
    if good and bad <= 2 + good * _SPOILT_AT_MOST:  # the first and the last were cut by our listening
        return []
    if good:
        return [finding("spoilt-frames", name, shown, bad=bad, all=len(pieces))]
    if like := scales_in(heard):
        return [finding("scale-protocol", name, shown, like=like[0], configured=scale.protocol)]
    return [finding("garbage", name, shown, hint=f"`gateway scan {scale.port}`")]


def _reads(protocol: ScaleProtocol, piece: bytes) -> bool:
    try:
        protocol.parse(piece)
    except BadFrame:
        return False
    return True


async def _talks(name: str, device: "Settings") -> list[Finding]:
    """Wait for the first word of a device of which nothing more is known, and of each of its channels."""
    waiting = set(getattr(device, "unit", None) or ("",))
    found: list[Finding] = []
    try:
        async with asyncio.timeout(FIRST_WORD_WITHIN_S), aclosing(device.talk()) as values:  # type: ignore[attr-defined] # every device table has it
            async for value in values:
                channel = getattr(value, "channel", "")
                if isinstance(value, Link) and not value.up:
                    found.append(finding("source-down", f"{name}/{channel}", why=value.why))
                elif isinstance(value, Link) and channel:
                    continue
                elif why := getattr(value, "why", ""):
                    found.append(finding("sensor-fault", f"{name}/{channel}", why))
                waiting.discard(channel)
                if not waiting:
                    break
    except TimeoutError:
        found += [finding("silent-unit", f"{name}/{channel}".rstrip("/")) for channel in sorted(waiting)]
    return found
