"""A simulated hand scanner on a serial line.

    python -m firmware_mock barcode_scanner --link PATH --control PATH [--aim true] [--suffix cr]

Control, besides what every serial line knows (unplug, plug, noise, garble, cut_short, mute, drip):
    {"scan": "https://…", "symbology": "]Q1"}   sees this code; "times": 2, "every_ms": 300 reads it again
    {"scan_hex": "5d…"}                         the same with bytes that are no text
    {"status": true}                            → "scans", "plugged"
Events:
    {"scanned": "https://…"}    its last byte has left
"""

import argparse
import asyncio
from typing import Final

from firmware_mock.control import Control, Json, Refusal, count
from firmware_mock.faults import LineFaults
from firmware_mock.running import parser, run, say_ready, serial_options, shared_options
from firmware_mock.serial_line import SerialLine

SUFFIXES: Final = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "tab": b"\t", "none": b""}
QUIET_S: Final = 0.05  # between two codes: the trigger, the beep
YES: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class BarcodeScanner:
    """A scanner: what it is shown leaves on its line, one code after the other."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._suffix = SUFFIXES[options.suffix]
        self._line = SerialLine(options.link, baud=options.baud, faults=LineFaults(options.seed), hear=self._hear)
        self._codes: asyncio.Queue[tuple[bytes, float]] = asyncio.Queue(maxsize=256)
        self._scans = 0
        self.control = Control(
            self._line.commands() | {"scan": self._scan, "scan_hex": self._scan_hex, "status": self._status}
        )

    async def simulate(self) -> None:
        """Be a scanner, for ever."""
        with self._line.plugged_in():
            async with self.control.at(self._options.control), asyncio.TaskGroup() as tasks:
                tasks.create_task(self._speak(), name="speak")
                say_ready("barcode_scanner", link=self._options.link, control=self._options.control)

    async def _speak(self) -> None:
        while True:
            code, pause_s = await self._codes.get()
            await asyncio.sleep(pause_s)
            await self._line.send(code + self._suffix)
            self._scans += 1
            shown = code[3:] if self._options.aim else code
            self.control.tell({"scanned": shown.decode("utf-8", "backslashreplace")})

    def _hear(self, data: bytes, at: float) -> None:
        """Ignore it: a scanner set up for the line takes no commands from it."""

    def _queue(self, data: bytes, message: Json) -> None:
        self._line.must_be_plugged()
        symbology = str(message.get("symbology", "]Q1"))
        if len(symbology) != 3 or not symbology.startswith("]"):
            raise Refusal(f"symbology: an AIM identifier such as ]Q1 is needed (found {symbology!r})")
        prefix = symbology.encode("ascii", "replace") if self._options.aim else b""
        again_s = count(message.get("every_ms", 300), "every_ms") / 1000
        for turn in range(count(message.get("times", 1), "times")):
            try:
                self._codes.put_nowait((prefix + data, again_s if turn else QUIET_S))
            except asyncio.QueueFull as error:
                raise Refusal("too many codes are waiting") from error

    def _scan(self, value: object, message: Json) -> None:
        if not isinstance(value, str):
            raise Refusal(f"scan: a text is needed (found {value!r})")
        self._queue(value.encode(), message)

    def _scan_hex(self, value: object, message: Json) -> None:
        try:
            data = bytes.fromhex(str(value))
        except ValueError as error:
            raise Refusal(f"scan_hex: {error}") from error
        self._queue(data, message)

    def _status(self, _: object, __: Json) -> Json:
        return self._line.status() | {"scans": self._scans}


def _yes(text: str) -> bool:
    return YES[text]


def main(arguments: list[str]) -> int:
    """Run a scanner from the command line."""
    options = parser("barcode_scanner", __doc__ or "")
    shared_options(options)
    serial_options(options)
    options.add_argument("--aim", type=_yes, nargs="?", const=True, default=False, help="put the AIM identifier first")
    options.add_argument("--suffix", choices=sorted(SUFFIXES), default="cr")
    chosen = options.parse_args(arguments)

    async def simulate() -> None:
        await BarcodeScanner(chosen).simulate()

    return run(simulate, with_parent=chosen.with_parent)
