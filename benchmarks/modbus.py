"""A shared RS-485 line: cycle rates beside the formula, what dead units cost, and what a hung device does to others.

    python benchmarks/modbus.py

The devices are the simulators, on a pty that is paced like the baud rate; the bus is the gateway's own driver.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path

from gateway.drivers import Driver
from gateway.drivers.barcode_scanner import BarcodeScanner
from gateway.drivers.modbus_bus import ModbusBus
from gateway.drivers.modbus_line import RtuLine
from gateway.drivers.modbus_load import question_s
from gateway.drivers.modbus_polls import Member, polls
from gateway.drivers.onewire import Onewire
from gateway.drivers.port import open_port
from gateway.drivers.register_map import RegisterMap
from gateway.drivers.scale import Scale
from gateway.reading import DeviceId, Link, Measurement, Reading
from gateway.watch import watch

UNITS = 20
REGISTERS = 10
TIMEOUT_S = 0.3
PYTHON = sys.executable

failed: list[str] = []


def figure(what: str, value: str, *, wanted: str, holds: bool) -> None:
    print(f"{'pass' if holds else 'FAIL'}  {what:<64} {value:>22}   ({wanted})", flush=True)
    if not holds:
        failed.append(what)


def ten_registers() -> RegisterMap:
    text = {"vi": "x", "en": "x"}
    usual = {"function": 3, "type": "int16", "valid": [-32768, 32767], "help": text}
    return RegisterMap.model_validate(
        {
            "model": "ten",
            "source": "benchmark",
            "help": text,
            "point": [usual | {"quantity": f"Q{at}", "address": at} for at in range(REGISTERS)],
        }
    )


def member(number: int, every_s: float) -> Member:
    return Member(number, every_s, TIMEOUT_S, ten_registers().blocks())


@asynccontextmanager
async def simulated(directory: Path, name: str, *arguments: str) -> AsyncIterator[tuple[dict, "Control"]]:
    control = directory / f"{name}.control"
    process = await asyncio.create_subprocess_exec(
        PYTHON, "-m", "firmware_mock", *arguments, "--control", str(control), stdout=-1
    )
    try:
        assert process.stdout
        ready = json.loads(await process.stdout.readline())
        reader, writer = await asyncio.open_unix_connection(control)
        yield ready, Control(reader, writer)
        writer.close()
    finally:
        process.terminate()
        await process.wait()


class Control:
    """A simulator's control socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def tell(self, **command: object) -> dict:
        self._writer.write(json.dumps(command).encode() + b"\n")
        while "ok" not in (answer := json.loads(await self._reader.readline())):
            pass
        return answer


def bus_of_tables(link: Path, baud: int, turnaround_ms: float) -> tuple[str, ...]:
    words = ",".join(f"{at + 1:04X}" for at in range(REGISTERS))
    units = [part for number in range(1, UNITS + 1) for part in ("--unit", f"{number}:table:03/0000={words}")]
    pace = ("--baud", str(baud), "--turnaround-ms", str(turnaround_ms))
    return ("modbus_bus", "rtu", "--link", str(link), *pace, *units)


@asynccontextmanager
async def asked(link: Path, baud: int, members: dict[str, Member]) -> AsyncIterator[AsyncGenerator]:
    async with (
        open_port(str(link), baud=baud) as port,
        aclosing(polls(RtuLine(port, baud=baud), members)) as values,
    ):
        yield values


async def cycle(directory: Path, baud: int, turnaround_ms: float) -> None:
    """Ask 20 units of 10 registers as fast as the line goes; then kill ten of them."""
    link = directory / f"bus-{baud}-{turnaround_ms:g}"
    async with simulated(directory, link.name, *bus_of_tables(link, baud, turnaround_ms)) as (_, control):
        members = {str(number): member(number, 0.05) for number in range(1, UNITS + 1)}
        # One answer a unit is due at any moment, so the line never waits for a deadline.
        async with asked(link, baud, members) as values:
            rate, _ = await answers(values, seconds=6.0)
        reckoned = question_s(2 * REGISTERS, baud=baud, turnaround_s=turnaround_ms / 1000, host_s=0.0)
        share = rate * reckoned
        figure(
            f"{baud} baud, {UNITS} units x {REGISTERS} registers, turnaround {turnaround_ms:g} ms: answers/s",
            f"{rate:.1f} of {1 / reckoned:.1f} ({share:.0%})",
            wanted=">= 90 % of the formula",
            holds=share >= 0.9,
        )
        if turnaround_ms:
            await dead_half(link, baud, control, reckoned)


async def dead_half(link: Path, baud: int, control: Control, reckoned: float) -> None:
    """Ten dead of twenty: a round of the living costs one timeout more, at most."""
    members = {str(number): member(number, 0.05) for number in range(1, UNITS + 1)}
    async with asked(link, baud, members) as values:
        await answers(values, seconds=2.0)
        for number in range(1, 11):
            await control.tell(dead=number)
        await answers(values, seconds=16.0)  # until they are given up
        _, times = await answers(values, seconds=12.0)
    await control.tell(alive="all")
    living = {unit: at for unit, at in times.items() if int(unit) > 10}
    rounds = [later - before for at in living.values() for before, later in pairwise(at)]
    expected_s = 10 * reckoned / 0.9 + TIMEOUT_S + 2 * REGISTERS * 10 / baud
    worst, most_s = max(rounds), 1.1 * expected_s  # a tenth for the machine; a second timeout would be a third more
    figure(
        f"{baud} baud, ten dead of twenty: longest round of the living",
        f"{worst * 1000:.0f} ms",
        wanted=f"a round of ten and one timeout: {expected_s * 1000:.0f} ms, at most {most_s * 1000:.0f}",
        holds=len(living) == 10 and worst <= most_s,
    )


async def answers(values, seconds: float) -> tuple[float, dict[str, list[float]]]:
    """Count whole answers for a while: their rate, and when each unit gave one."""
    times: dict[str, list[float]] = {}
    begin = time.monotonic()
    async for value in values:
        now = time.monotonic()
        if isinstance(value, Measurement) and value.quantity == "Q0" and value.amount is not None:
            times.setdefault(value.channel, []).append(now)
        if now - begin > seconds:
            break
    count = sum(len(at) for at in times.values())
    return count / (now - begin), times


ROM = "28-0316a2795bff"
PROBE = "3f 00 4b 46 7f ff 01 10 47 : crc=47 YES\n3f 00 4b 46 7f ff 01 10 47 t=3937\n"
SCAN_EVERY_MS = 200
KINDS = ("serial bus", "unit of a bus", "TCP device", "scale", "scanner", "1-Wire probe")


async def hung(directory: Path) -> None:
    """One hung device of each kind, one after the other, beside the others in one process: their intervals stay."""
    probe = directory / "w1" / ROM / "w1_slave"
    probe.parent.mkdir(parents=True)
    probe.write_text(PROBE, "ascii")
    sensor = ("--unit", "1:xy-md02")
    async with (
        simulated(directory, "rtu", "modbus_bus", "rtu", "--link", str(directory / "rtu"), *sensor) as (_, rtu),
        simulated(
            directory, "pair", "modbus_bus", "rtu", "--link", str(directory / "pair"), *sensor, "--unit", "2:xy-md02"
        ) as (_, pair),
        simulated(directory, "tcp", "modbus_bus", "tcp", *sensor) as (ready, tcp),
        simulated(directory, "scale", "scale", "--protocol", "mt-sics", "--link", str(directory / "scale")) as (
            _,
            scale,
        ),
        simulated(directory, "scanner", "barcode_scanner", "--link", str(directory / "scanner")) as (_, scanner),
    ):
        heard: dict[str, list[float]] = {}

        async def record(reading: Reading) -> None:
            if not isinstance(reading.value, Link) and getattr(reading.value, "quantity", "") != "RelativeHumidity":
                heard.setdefault(reading.source, []).append(reading.monotonic)

        tables = tables_of(directory, ready["listening"])
        tasks = [asyncio.create_task(watch(DeviceId(name), table.talk, record)) for name, table in tables.items()]
        for kind in KINDS:
            await scanner.tell(scan="9521234000013", times=100, every_ms=SCAN_EVERY_MS)
            await all_back(heard)
            await asyncio.sleep(1.5)
            before = await all_intervals(heard, 4.0)
            match kind:
                case "serial bus":
                    hangs = "rtu/air"
                    await rtu.tell(mute=True)
                case "unit of a bus":
                    hangs = "pair/gone"
                    await pair.tell(dead=2)
                case "TCP device":
                    hangs = "tcp/air"
                    await tcp.tell(mute=True)
                case "scale":
                    hangs = "scale"
                    await scale.tell(mute=True)
                case "scanner":
                    hangs = "scanner"
                    await scanner.tell(mute=True)
                case _:
                    hangs = "core/pallet"
                    probe.unlink()
                    os.mkfifo(probe)  # opening it to read waits for ever, as a driver does that hangs
            after = await all_intervals(heard, 5.0)
            compare(kind, hangs, before, after)
            await rtu.tell(mute=False)
            await pair.tell(alive="all")
            await tcp.tell(mute=False)
            await scale.tell(mute=False)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def all_back(heard: dict[str, list[float]]) -> None:
    """Wait until every device that was heard before is heard again: a unit that was given up is asked seconds later."""
    since = time.monotonic()
    async with asyncio.timeout(60):
        while not all(times[-1] > since for times in heard.values()):  # noqa: ASYNC110 - the times are all there is to see
            await asyncio.sleep(0.1)


def tables_of(directory: Path, tcp_port: int) -> dict[str, Driver]:
    unit = {"id": 1, "map": "xy-md02", "every_s": 0.2}
    return {
        "rtu": ModbusBus.model_validate(
            {"driver": "modbus_bus", "port": str(directory / "rtu"), "unit": {"air": unit}}
        ),
        "pair": ModbusBus.model_validate(
            # so slow that a timeout of 0.15 s has room beside it, as a line that is not overbooked has
            {
                "driver": "modbus_bus",
                "port": str(directory / "pair"),
                "answer_within_s": 0.15,
                "unit": {"air": unit | {"every_s": 0.4}, "gone": unit | {"id": 2, "every_s": 0.4}},
            }
        ),
        "tcp": ModbusBus.model_validate(
            {"driver": "modbus_bus", "host": "127.0.0.1", "tcp_port": tcp_port, "unit": {"air": unit}}
        ),
        "scale": Scale.model_validate({"driver": "scale", "port": str(directory / "scale"), "protocol": "mt_sics"}),
        "scanner": BarcodeScanner.model_validate({"driver": "barcode_scanner", "port": str(directory / "scanner")}),
        "core": Onewire.model_validate(
            {"driver": "onewire", "directory": directory / "w1", "every_s": 1, "unit": {"pallet": {"rom": ROM}}}
        ),
    }


def compare(kind: str, hangs: str, before: dict[str, list[float]], after: dict[str, list[float]]) -> None:
    """Print by how much the interval of the device hit hardest has changed; the hung one is left out."""
    changes = {
        source: statistics.fmean(after[source]) / statistics.fmean(times) - 1 if after.get(source) else float("inf")
        for source, times in before.items()
        if source != hangs and times
    }
    worst = max(changes, key=lambda source: abs(changes[source]))
    buses = [source for source in changes if source.endswith("/air")]
    longest = max(max(after.get(source) or [0.0]) / statistics.fmean(before[source]) for source in buses)
    figure(
        f"a hung {kind}: the interval of the other devices that changed most",
        f"{worst} {changes[worst]:+.1%}",
        wanted=f"{len(changes)} others within 10 %, the longest of a bus within 50 % ({longest - 1:+.0%})",
        holds=abs(changes[worst]) <= 0.1 and longest <= 1.5 and len(changes) >= 4,
    )


async def all_intervals(heard: dict[str, list[float]], seconds: float) -> dict[str, list[float]]:
    """Listen for a while and give the times between values, by source."""
    heard.clear()
    await asyncio.sleep(seconds)
    return {source: [later - before for before, later in pairwise(times)] for source, times in heard.items()}


async def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        for baud in (9600, 19200):
            for turnaround_ms in (0, 20):
                await cycle(Path(directory), baud, turnaround_ms)
        await hung(Path(directory))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
