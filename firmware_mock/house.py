"""The devices of a whole packing house, each its own process on a real pty or socket.

    python -m firmware_mock house --dir DIR --prints DIR [--logs DIR]

Two packing stations, a gate, a cold room with two doors, and places for inspection, pallets and vehicles. Lines have
stable names below `DIR/dev`, control sockets below `DIR/ctl`. Prints one line once every device is ready:

    {"ready": "house", "devices": {"gate-scale": {"pid": 12, "link": "…", "control": "…"}, …}}

and ends every device by its process id when it is told to end, or when one of them has died (exit status 1).
"""

import argparse
import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from firmware_mock.running import parser, run, say_ready

READY_WITHIN_S: Final = 60.0
END_WITHIN_S: Final = 5.0
STATIONS: Final = ("gate", "pack-1", "pack-2")
DOORS: Final = ("door-in", "door-out")
BY_SCAN: Final = ("inspection", "pallet", "dock")
"""Places with a scanner and no scale."""
SCALES: Final = {"gate": "yaohua-continuous", "pack-1": "mt-sics", "pack-2": "yaohua-continuous"}
PRINTERS: Final = {"gate": "tspl", "pack-1": "tspl", "pack-2": "escpos", "pallet": "tspl"}
SLIPS: Final = {"gate": "escpos"}
"""Printers of slips beside those of labels; what comes out of them lies in a tray of its own, `slips/`."""

TRAY: Final = "slips"
BUFFERS: Final = {"pallet": ("--buffer", "262144")}
"""A pallet's label is 120 kB of dots: a printer that cannot hold one does not answer while it prints."""


class Died(Exception):
    """A simulated device ended although nobody told it to."""


@dataclass(frozen=True, slots=True)
class Device:
    """A simulator's name and the rest of its command line."""

    name: str
    arguments: tuple[str, ...]


def devices(directory: Path, prints: Path) -> tuple[Device, ...]:
    """Give every device of the house."""

    def line(name: str) -> tuple[str, ...]:
        return ("--link", str(directory / "dev" / name))

    found = [
        *(
            Device(f"{at}-scale", ("scale", "--protocol", speech, *line(f"{at}-scale")))
            for at, speech in SCALES.items()
        ),
        *(Device(f"{at}-scanner", ("barcode_scanner", *line(f"{at}-scanner"))) for at in (*STATIONS, *DOORS, *BY_SCAN)),
        *(
            Device(
                f"{at}-printer",
                ("label_printer", "--language", speech, "--port", "0", "--prints", str(prints), *BUFFERS.get(at, ())),
            )
            for at, speech in PRINTERS.items()
        ),
        *(
            Device(
                f"{at}-slips", ("label_printer", "--language", speech, "--port", "0", "--prints", str(prints / TRAY))
            )
            for at, speech in SLIPS.items()
        ),
        Device("cold-rooms", ("modbus_bus", "rtu", *line("cold-rooms"), "--unit", "1:xy-md02", "--unit", "2:xy-md02")),
        Device("dock-air", ("modbus_bus", "tcp", "--port", "0", "--unit", "1:xy-md02:temperature=18")),
    ]
    controls = (("--control", str(directory / "ctl" / device.name), "--with-parent") for device in found)
    return tuple(Device(device.name, (*device.arguments, *more)) for device, more in zip(found, controls, strict=True))


class House:
    """The running devices; `facts` is what each said when it was ready."""

    def __init__(self) -> None:
        self.facts: dict[str, dict[str, Any]] = {}
        self._processes: dict[str, Process] = {}

    async def start(self, wanted: tuple[Device, ...], seed: str, logs: Mapping[str, IO[bytes] | int]) -> None:
        """Start every device at once and wait until all are ready.

        Raises:
            Died: One ended instead, or did not say that it was ready in time.
        """
        async with asyncio.TaskGroup() as starting:
            for device in wanted:
                starting.create_task(self._start(device, seed, logs[device.name]), name=device.name)

    async def _start(self, device: Device, seed: str, log: IO[bytes] | int) -> None:
        command = (sys.executable, "-m", "firmware_mock", *device.arguments, "--seed", f"{seed}/{device.name}")
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=log)
        self._processes[device.name] = process
        assert process.stdout is not None
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                first = await process.stdout.readline()
        except TimeoutError:
            raise Died(f"{device.name}: not ready after {READY_WITHIN_S:.0f} s") from None
        if not first:
            raise Died(f"{device.name}: ended with {await process.wait()} before it was ready")
        said = json.loads(first)
        self.facts[device.name] = {"pid": process.pid} | {key: said[key] for key in said if key != "ready"}

    async def watch(self) -> None:
        """Stay until a device ends.

        Raises:
            Died: It did.
        """
        names = {
            asyncio.create_task(process.communicate(), name=name): name for name, process in self._processes.items()
        }
        try:
            done, _ = await asyncio.wait(names, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in names:
                task.cancel()
        raise Died(", ".join(f"{names[task]}: ended" for task in done))

    async def end(self) -> None:
        """Tell every device to end, and see to it."""
        left = [process for process in self._processes.values() if process.returncode is None]
        for process in left:
            process.send_signal(signal.SIGTERM)
        for process in left:
            try:
                async with asyncio.timeout(END_WITHIN_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def simulate(options: argparse.Namespace) -> None:
    """Be the house, until cancelled or until a device dies."""
    for directory in (
        options.dir / "dev",
        options.dir / "ctl",
        options.prints,
        *([options.logs] if options.logs else ()),
    ):
        directory.mkdir(parents=True, exist_ok=True)
    wanted = devices(options.dir, options.prints)
    house = House()
    with ExitStack() as files:
        logs: dict[str, IO[bytes] | int] = {
            device.name: files.enter_context((options.logs / f"{device.name}.log").open("ab")) if options.logs else 2
            for device in wanted
        }
        try:
            await house.start(wanted, options.seed, logs)
            say_ready("house", devices=house.facts)
            await house.watch()
        finally:
            await house.end()


def main(arguments: list[str]) -> int:
    """Run a house from the command line."""
    options = parser("house", __doc__ or "")
    options.add_argument("--seed", default="1", help="same seed, same noise (default 1)")
    options.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    options.add_argument("--dir", type=Path, required=True, metavar="DIR", help="where lines and controls get names")
    options.add_argument("--prints", type=Path, required=True, metavar="DIR", help="where printed labels go")
    options.add_argument("--logs", type=Path, metavar="DIR", help="what each device complains of, one file each")
    chosen = options.parse_args(arguments)
    try:
        return run(lambda: simulate(chosen), with_parent=chosen.with_parent)
    except* Died as died:
        print("; ".join(map(str, died.exceptions)), file=sys.stderr)
    return 1
