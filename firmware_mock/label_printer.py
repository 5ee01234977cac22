"""A simulated label printer on TCP: bytes in, labels out as pictures, decoded.

    python -m firmware_mock label_printer --language tspl|escpos|zpl --port 0 --prints DIR --control PATH

It serves one client at a time (the next one connects and waits), keeps what it has received when the client leaves,
and prints it once it can. `--answers` says what kind of device it is: `all` (a maker's own), `status` (no process
ids), `none` (the cheap clone that never answers).

Control:
    {"paper_out": true}, {"paper_low": true}, {"cover_open": true}, {"paused": true}, {"overheated": true}: until false
    {"mute": true}               answers nothing, prints on
    {"late": 1.5}                answers so many seconds later
    {"refuse_second": true}      resets whoever connects while somebody is being served
    {"stall": true}              stops reading, so that the sender's buffer fills; until false
    {"disconnect_after": 4000}   resets the connection after so many more bytes
    {"say": "14"}                sends these bytes (hex) unasked to whoever is connected
    {"power": false}             off: connections reset, port closed, what had not come out is lost; true: on again
    {"status": true}             → "powered", "connected", "waiting", "printed", "torn", "listening", "condition"
Events:
    {"printing": true}           a label begins to come out
    {"label": {"n": 12, "png": "…", "bin": "…", "codes": ["https://…"]}}
                                 "stray": 12 beside the codes when letters came that were not drawn (escpos)
    {"torn": {"n": 13, "png": "…", "bin": "…", "codes": [], "bytes": 4000}}   the end of the job never came; in TSPL
                                 and ZPL nothing comes out then, and n, png and bin are null
    {"lost": 2}                  it is off now, and so many labels were in the machine
"""

import argparse
import asyncio
import socket
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from firmware_mock.control import Command, Control, Json, Refusal, amount, count
from firmware_mock.printers.condition import Condition
from firmware_mock.printers.escpos import EscPos
from firmware_mock.printers.machine import Machine
from firmware_mock.printers.paper import Reader
from firmware_mock.printers.tspl import Tspl
from firmware_mock.printers.zpl import Zpl
from firmware_mock.running import parser, run, say_ready, shared_options

HEAD_DOTS: Final = {"tspl": 832, "escpos": 576, "zpl": 832}
CONDITIONS: Final = ("paper_out", "paper_low", "cover_open", "paused", "overheated")


class LabelPrinter:
    """A printer with its switch, its address and its control."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._condition = Condition()
        self._powered = asyncio.Event()
        self._powered.set()
        self._work: asyncio.Task[None] | None = None
        conditions: dict[str, Command] = {name: partial(self._set_condition, name) for name in CONDITIONS}
        self._control = Control(
            conditions
            | {
                "mute": self._mute,
                "late": self._late,
                "refuse_second": self._refuse_second,
                "stall": self._stall,
                "disconnect_after": self._disconnect_after,
                "say": self._say,
                "power": self._power,
                "status": self._status,
            }
        )
        self._listener = self._listen(options.port)
        self._port = int(self._listener.getsockname()[1])
        self._machine = self._fresh_machine()

    async def simulate(self) -> None:
        """Be a printer, for ever."""
        async with self._control.at(self._options.control):
            say_ready(
                "label_printer",
                language=self._options.language,
                listening=self._port,
                prints=self._options.prints,
                control=self._options.control,
            )
            while True:
                self._work = asyncio.create_task(self._machine.work(self._listener), name="machine")
                await asyncio.wait({self._work})
                if not self._work.cancelled():
                    self._work.result()  # it ends by the switch alone; anything else is a bug, and is seen
                self._control.tell({"lost": self._machine.waiting})
                await self._powered.wait()
                self._machine = self._fresh_machine()
                self._listener = self._listen(self._port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server((self._options.host, port), backlog=1)
        listener.setblocking(False)
        return listener

    def _fresh_machine(self) -> Machine:
        return Machine(
            self._reader(),
            self._condition,
            directory=self._options.prints,
            dots_a_second=self._options.mm_per_s * self._options.dots_per_mm,
            buffer=self._options.buffer,
            answers=self._options.answers,
            tell=self._control.tell,
        )

    def _reader(self) -> Reader:
        head_dots = self._options.head_dots or HEAD_DOTS[self._options.language]
        if self._options.language == "tspl":
            return Tspl(head_dots, self._options.dots_per_mm, self._options.upright)
        if self._options.language == "zpl":
            return Zpl(head_dots, self._options.dots_per_mm)
        return EscPos(head_dots)

    def _set_condition(self, name: str, value: object, _: Json) -> None:
        setattr(self._condition, name, bool(value))
        self._machine.notice()

    def _mute(self, value: object, _: Json) -> None:
        self._machine.muted = bool(value)

    def _late(self, value: object, _: Json) -> None:
        self._machine.late_s = float(amount(value, "late"))

    def _refuse_second(self, value: object, _: Json) -> None:
        self._machine.refuses_second = bool(value)
        self._machine.notice()

    def _stall(self, value: object, _: Json) -> None:
        if value:
            self._machine.go_on.clear()
        else:
            self._machine.go_on.set()

    def _disconnect_after(self, value: object, _: Json) -> None:
        self._machine.disconnect_after = max(1, count(value, "disconnect_after"))

    def _say(self, value: object, _: Json) -> None:
        try:
            data = bytes.fromhex(str(value))
        except ValueError as error:
            raise Refusal(f"say: {error}") from error
        if not self._machine.say(data):
            raise Refusal("say: nobody is connected")

    def _power(self, value: object, _: Json) -> None:
        if value:
            self._powered.set()
        elif self._powered.is_set() and self._work:
            self._powered.clear()
            self._work.cancel()

    def _status(self, _: object, __: Json) -> Json:
        return {
            "powered": self._listener.fileno() != -1,
            "connected": self._machine.connected,
            "waiting": self._machine.waiting,
            "printed": self._machine.printed,
            "torn": self._machine.torn,
            "listening": self._port,
            "condition": asdict(self._condition),
        }


def main(arguments: list[str]) -> int:
    """Run a printer from the command line."""
    options = parser("label_printer", __doc__ or "")
    shared_options(options)
    options.add_argument("--language", choices=sorted(HEAD_DOTS), required=True)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0, help="0 takes a free one, told in the ready line")
    options.add_argument("--prints", type=Path, required=True, metavar="DIR", help="where the labels come out")
    options.add_argument(
        "--head-dots", type=int, help="dots of the head (default 832 for tspl and zpl, 576 for escpos)"
    )
    options.add_argument("--dots-per-mm", type=int, default=8, help="resolution (default 8, 203 dpi)")
    options.add_argument("--upright", type=int, choices=(0, 1), default=1, help="the DIRECTION that is upright (tspl)")
    options.add_argument("--mm-per-s", type=float, default=100, help="speed of the paper (default 100)")
    options.add_argument("--buffer", type=int, default=65536, help="bytes of labels that may wait (default 65536)")
    options.add_argument("--answers", choices=("all", "status", "none"), default="all", help="what it answers")
    chosen = options.parse_args(arguments)
    chosen.prints = chosen.prints.resolve()
    chosen.prints.mkdir(parents=True, exist_ok=True)

    async def simulate() -> None:
        await LabelPrinter(chosen).simulate()

    return run(simulate, with_parent=chosen.with_parent)
