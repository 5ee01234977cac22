"""DS18B20 probes on the 1-Wire bus, through the kernel's sysfs; every known lie of theirs is refused."""

import asyncio
import re
from collections.abc import AsyncGenerator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from gateway.drivers.port import in_thread
from gateway.errors import DeviceSilent, PortLost
from gateway.reading import Link, Measurement, Quality
from gateway.settings import Amount, FilePath, Seconds, Settings
from gateway.units import CELSIUS

READ_WITHIN_S: Final = 5.0
"""A conversion takes 750 ms, and the kernel reads the probes of a bus one after the other."""

_LINES: Final = re.compile(r"((?:[0-9a-f]{2} ){9}): crc=[0-9a-f]{2} (YES|NO)\n((?:[0-9a-f]{2} ){9})t=(-?\d+)\s*")
_UNDEFINED_BITS: Final = {0x1F: 3, 0x3F: 2, 0x5F: 1, 0x7F: 0}
"""By the configuration byte, for 9 to 12 bits: how many of the lowest bits mean nothing."""

_POWER_ON: Final = Decimal(85)
_STARVED: Final = Decimal("127.9375")
_SIXTEENTHS: Final = Decimal("0.0625")


class NoTemperature(Exception):
    """What a probe gave is no temperature; the text says why."""


def _tuple(value: object) -> object:
    """Take a TOML array where a tuple is meant."""
    return tuple(value) if isinstance(value, list) else value


class Probe(Settings):
    """`[device.<name>.unit.<channel>]`: one probe, by the number in its ROM; write down where it hangs.

    `genuine = false` is for copies of the DS18B20, whose reserved bytes hold anything.
    """

    rom: Annotated[str, Field(pattern=r"^28-[0-9a-f]{12}$")]
    genuine: bool = True
    valid: Annotated[tuple[Amount, Amount], BeforeValidator(_tuple)] = (Decimal(-55), Decimal(70))


class Onewire(Settings):
    """`[device.<name>]` with `driver = "onewire"`: the probes of all 1-Wire buses of this machine.

    `directory` is where the kernel shows them. A probe takes up to 0.75 s to be read, one after the other.
    """

    driver: Literal["onewire"]
    directory: FilePath = Path("/sys/bus/w1/devices")
    every_s: Annotated[Seconds, Field(ge=1, le=3600)] = 10.0
    unit: Annotated[dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")], Probe], Field(min_length=1)]

    @model_validator(mode="after")
    def _probes_differ(self) -> "Onewire":
        seen: dict[str, str] = {}
        for channel, probe in self.unit.items():
            if probe.rom in seen:
                raise ValueError(f"unit.{channel}.rom: {probe.rom} is taken by {seen[probe.rom]}")
            seen[probe.rom] = channel
        return self

    async def talk(self) -> AsyncGenerator[Measurement | Link, None]:
        """Yield every probe's temperature in turn, and a Link when a probe comes or goes.

        Raises:
            PortLost: No probe is there any more: the bus, its driver or its power is gone.
        """
        loop = asyncio.get_running_loop()
        begin = loop.time()
        up: dict[str, bool] = {}
        while True:
            for channel, probe in self.unit.items():
                try:
                    value = await self._measure(channel, probe)
                except DeviceSilent as silent:
                    if up.get(channel) is not False:
                        up[channel] = False
                        yield Link(up=False, why=str(silent), channel=channel)
                    continue
                if not up.get(channel):
                    up[channel] = True
                    yield Link(up=True, channel=channel)
                yield value
            if not any(up.values()):
                raise PortLost(f"no probe below {self.directory}; look at the wire, the pull-up and dtoverlay=w1-gpio")
            begin += self.every_s * max(1, -((begin - loop.time()) // self.every_s))
            await asyncio.sleep(begin - loop.time())

    async def _measure(self, channel: str, probe: Probe) -> Measurement:
        path = self.directory / probe.rom / "w1_slave"
        text = ""
        for _ in range(2):  # an empty read is a bus that was busy
            try:
                text = await in_thread(lambda: path.read_text("ascii", "replace"), probe.rom, within_s=READ_WITHIN_S)
            except (OSError, PortLost) as error:
                why = f"{probe.rom} is not there" if isinstance(error, FileNotFoundError) else str(error)
                raise DeviceSilent(why) from None
            if text.strip():
                break
        else:
            raise DeviceSilent(f"{probe.rom} gives nothing")
        try:
            amount = read_probe(text, genuine=probe.genuine)
        except NoTemperature as none:
            return Measurement("Temperature", None, CELSIUS, channel, Quality.BAD, str(none))
        low, high = probe.valid
        if not low <= amount <= high:
            why = f"{amount} is outside {low} to {high}"
            return Measurement("Temperature", None, CELSIUS, channel, Quality.BAD, why)
        return Measurement("Temperature", amount, CELSIUS, channel)


def read_probe(text: str, *, genuine: bool = True) -> Decimal:
    """Give the temperature, °C, in what the kernel shows of a probe.

        3f 00 4b 46 7f ff 01 10 47 : crc=47 YES        the scratchpad; 1-2 sixteenths, 5 resolution, 9 CRC
        3f 00 4b 46 7f ff 01 10 47 t=3937              the last good one: after a NO it is an old one

    Raises:
        NoTemperature: It is none; some of these pass the CRC and look like a temperature.
    Source: kernel documentation w1_therm; Maxim DS18B20, 19-7487 rev 6, pp. 6-9.
    """
    lines = _LINES.fullmatch(text)
    if lines is None:
        raise NoTemperature(f"not what the kernel shows of a probe: {text[:80]!r}")
    data = bytes.fromhex(lines[1])
    if data == bytes([0xFF] * 9):
        raise NoTemperature("the line is open: all bits are 1")
    if lines[2] == "NO" or crc8(data[:8]) != data[8]:
        raise NoTemperature("wrong CRC: noise, a long cable or a weak pull-up")
    if lines[3] != lines[1]:
        raise NoTemperature("the two lines differ: the second one is an old one")
    if data[4] not in _UNDEFINED_BITS:
        raise NoTemperature("the line is shorted: all bits are 0" if not any(data) else "not a DS18B20")
    sixteenths = int.from_bytes(data[:2], "little", signed=True)
    unused = _UNDEFINED_BITS[data[4]]
    amount = (sixteenths >> unused << unused) * _SIXTEENTHS
    if amount == _POWER_ON:
        raise NoTemperature("85.0: it was not powered while it measured")
    if amount >= _STARVED:
        raise NoTemperature("127.9: not enough power to measure")
    if genuine and (data[5] != 0xFF or data[7] != 0x10):
        raise NoTemperature("reserved bytes differ: read after a failed measurement, or not a genuine DS18B20")
    return amount


def crc8(data: bytes) -> int:
    """Give the CRC of a scratchpad (Maxim, x8 + x5 + x4 + 1, reflected)."""
    rest = 0
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ 0x8C if rest & 1 else rest >> 1
    return rest
