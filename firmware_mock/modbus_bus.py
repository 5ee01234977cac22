"""Simulated Modbus devices: several on one RS-485 line (a pty), or several behind one TCP address.

    python -m firmware_mock modbus_bus rtu --link PATH --control PATH --unit 1:xy-md02 --unit 2:xy-md02:temperature=-18
    python -m firmware_mock modbus_bus tcp --port 0    --control PATH --unit 1:xy-md02
    python -m firmware_mock modbus_bus rtu-over-tcp --port 0 --control PATH --unit 3:table:03/0000=0292,FF9B

A `table` unit is any device: nothing but the registers written there (see register_table).

Control:
    {"registers": "03/0000=0292", "unit": 3}  writes these into a table unit
    {"set": {"unit": 1, "temperature": "9.5"}}                   holds it there exactly ("humidity" likewise)
    {"free": 1}                                                  lets unit 1 drift again
    {"drift": {"unit": 1, "temperature": "6", "over_s": 20}}     leads it 6 away from its middle within 20 s; "0" back
    {"late": 800, "unit": 1, "times": 2}      the next answers of unit 1 (or of every unit) leave 800 ms later, even
                                              after another request; a unit answers in the order it was asked
    {"dead": 2} and {"alive": 2}              unit 2 is silent; "all" for everyone
    {"exception": 4, "unit": 1, "times": 2}   the next answers are this exception
    {"twins": 1}                              a second device has unit id 1 too: both answer at once; 0 ends it (rtu)
    {"crc": 2}                                the next 2 answers have a wrong CRC (rtu)
    {"master": {"unit": 9, "every_ms": 200}}  somebody else asks unit 9 here too, and is answered; false: no more (rtu)
    {"echo": true}                            the line hears its own requests, as cheap adapters do (rtu)
    {"hang_up": true}                         every connection is closed (tcp)
    {"garble": n}, {"cut_short": n}, {"mute": true}; on rtu also unplug, plug, noise, drip
    {"status": true}                          → "requests", "answers", "units" with their values
Events:
    {"late": {"unit": 1, "ms": 800}}          a late answer has left
"""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Mapping
from decimal import Decimal
from typing import Final

from firmware_mock.climate import QUANTITIES, Course, cold_room
from firmware_mock.control import Command, Control, Json, Refusal, amount, count, table
from firmware_mock.faults import LineFaults
from firmware_mock.modbus_frames import GATEWAY_TARGET_SILENT, exception
from firmware_mock.modbus_rtu import RtuSide
from firmware_mock.modbus_tcp import RtuOverTcpSide, TcpSide
from firmware_mock.register_table import RegisterTable, tables
from firmware_mock.running import parser, run, say_ready, serial_options, shared_options
from firmware_mock.xy_md02 import XyMd02

Send = Callable[[int, bytes, float], Coroutine[None, None, None]]
NEXT_S: Final = 0.001  # between two answers of one unit
CONVERTER_WAITS_S: Final = 1.0
ROOM: Final = {"temperature": "4.5", "humidity": "88"}


Unit = XyMd02 | RegisterTable


class ModbusBus:
    """The devices, what they are told by control, and when they answer.

    Args:
        units: The devices by unit id.
        turnaround_s: How long a device thinks before it answers.
        tasks: Where answers wait for their time.
        absent_0b: Answer for silent units with exception 0B after a while, as a converter from TCP does.
    """

    def __init__(
        self, units: Mapping[int, Unit], turnaround_s: float, tasks: asyncio.TaskGroup, *, absent_0b: bool
    ) -> None:
        self._units = units
        self._tasks = tasks
        self._turnaround_s = turnaround_s
        self._absent_0b = absent_0b
        self._dead: set[int] = set()
        self._free_at: dict[int, float] = {}
        self._late: dict[int, list[float]] = {number: [] for number in units}
        self._exceptions: dict[int, list[int]] = {number: [] for number in units}
        self._requests = 0
        self._answers = 0
        self.tell: Callable[[Json], None] = lambda _: None

    def asked(self, number: int, pdu: bytes, at: float, send: Send) -> None:
        """Take a request that has arrived at loop time `at`, and answer it with `send(unit, pdu, not_before)`."""
        self._requests += 1
        unit = self._units.get(number)
        late_s = 0.0
        if unit is None or number in self._dead:
            if not self._absent_0b:
                return
            answer, thinks_s = exception(pdu[0], GATEWAY_TARGET_SILENT), CONVERTER_WAITS_S
        else:
            answer, thinks_s = unit.answer(pdu, at), self._turnaround_s
            if self._exceptions[number]:
                answer = exception(pdu[0], self._exceptions[number].pop(0))
            late_s = self._late[number].pop(0) if self._late[number] else 0.0
        leaves_at = max(at + thinks_s + late_s, self._free_at.get(number, 0.0) + NEXT_S)
        self._free_at[number] = leaves_at
        self._tasks.create_task(self._answer(number, answer, leaves_at, late_s, send))

    async def _answer(self, number: int, answer: bytes, leaves_at: float, late_s: float, send: Send) -> None:
        await asyncio.sleep(leaves_at - asyncio.get_running_loop().time())  # the line is free for the others meanwhile
        await send(number, answer, leaves_at)
        self._answers += 1
        if late_s:
            self.tell({"late": {"unit": number, "ms": round(late_s * 1000)}})

    def commands(self) -> dict[str, Command]:
        """Give the verbs that every bus knows."""
        return {
            "set": self._set,
            "free": self._free,
            "drift": self._drift,
            "late": self._set_late,
            "dead": self._die,
            "alive": self._live,
            "exception": self._set_exception,
            "registers": self._write,
            "status": self._status,
        }

    def _numbers(self, value: object) -> list[int]:
        if value in {None, "all"}:
            return list(self._units)
        if value not in self._units:
            raise Refusal(f"unit: one of {', '.join(map(str, self._units))} is needed (found {value!r})")
        return [int(str(value))]

    def _set(self, value: object, _: Json) -> None:
        wanted = table(value, "set")
        for number in self._numbers(wanted.get("unit")):
            for quantity in _quantities(wanted, "set"):
                air = self._air(number)
                air[quantity] = air[quantity].held(amount(wanted[quantity], quantity))

    def _air(self, number: int) -> dict[str, Course]:
        air = self._units[number].air
        if not air:
            raise Refusal(f"unit {number} has no air round it, only registers")
        return air

    def _free(self, value: object, _: Json) -> None:
        for number in self._numbers(None if value is True else value):
            air = self._units[number].air
            air.update({quantity: course.held(None) for quantity, course in air.items()})

    def _drift(self, value: object, _: Json) -> None:
        wanted = table(value, "drift")
        over_s = float(amount(wanted.get("over_s", 20), "over_s"))
        now = asyncio.get_running_loop().time()
        for number in self._numbers(wanted.get("unit")):
            for quantity in _quantities(wanted, "drift"):
                air = self._air(number)
                air[quantity] = air[quantity].led_away(float(amount(wanted[quantity], quantity)), now, over_s)

    def _set_late(self, value: object, message: Json) -> None:
        late_s = count(value, "late") / 1000
        for number in self._numbers(message.get("unit")):
            self._late[number] = [late_s] * count(message.get("times", 1), "times")

    def _set_exception(self, value: object, message: Json) -> None:
        for number in self._numbers(message.get("unit")):
            self._exceptions[number] = [count(value, "exception")] * count(message.get("times", 1), "times")

    def _write(self, value: object, message: Json) -> None:
        for number in self._numbers(message.get("unit")):
            unit = self._units[number]
            if not isinstance(unit, RegisterTable):
                raise Refusal(f"registers: unit {number} is no table")
            try:
                for function, words in tables(str(value)).items():
                    unit.held.setdefault(function, {}).update(words)
            except ValueError as error:
                raise Refusal(f"registers: {error}") from error

    def _die(self, value: object, _: Json) -> None:
        self._dead.update(self._numbers(value))

    def _live(self, value: object, _: Json) -> None:
        self._dead.difference_update(self._numbers(value))

    def _status(self, _: object, __: Json) -> Json:
        now = asyncio.get_running_loop().time()
        return {
            "requests": self._requests,
            "answers": self._answers,
            "dead": sorted(self._dead),
            "units": {
                str(number): {quantity: str(course.at(now)) for quantity, course in unit.air.items()}
                for number, unit in self._units.items()
            },
        }


def _quantities(wanted: Json, verb: str) -> list[str]:
    unknown = wanted.keys() - {"unit", "over_s", *QUANTITIES}
    if unknown:
        raise Refusal(f"{verb}: {', '.join(sorted(unknown))} is not known here")
    return [quantity for quantity in QUANTITIES if quantity in wanted]


Make = Callable[[int, str], Unit]


def _unit(text: str) -> tuple[int, Make]:
    """Read `1:xy-md02`, `1:xy-md02:temperature=-18,humidity=80` or `1:table:03/0000=0292,FF9B`."""
    number, _, rest = text.partition(":")
    kind, _, values = rest.partition(":")
    if not number.isdecimal() or not 1 <= int(number) <= 254:
        raise argparse.ArgumentTypeError(f"a unit id is 1 to 247, some answer to 254 too (found {number!r})")
    if kind == "table":
        try:
            held = tables(values)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return int(number), lambda _baud, _seed: RegisterTable(held)
    if kind != "xy-md02":
        raise argparse.ArgumentTypeError(f"no device {kind!r} here, only xy-md02 and table")
    room = dict(ROOM)
    for pair in filter(None, values.split(",")):
        quantity, _, value = pair.partition("=")
        if quantity not in room:
            raise argparse.ArgumentTypeError(f"no quantity {quantity!r}, only {', '.join(room)}")
        room[quantity] = value
    middles = {quantity: float(Decimal(value)) for quantity, value in room.items()}
    return int(number), lambda baud, seed: XyMd02(int(number), baud, cold_room(f"{seed}/{number}", **middles))


async def _simulate(options: argparse.Namespace) -> None:
    units = {number: make(options.baud, options.seed) for number, make in options.unit}
    faults = LineFaults(options.seed)
    async with asyncio.TaskGroup() as tasks:
        bus = ModbusBus(units, options.turnaround_ms / 1000, tasks, absent_0b=options.absent_0b)
        side: RtuSide | TcpSide
        if options.side == "rtu":
            side = RtuSide(options.link, options.baud, faults, bus.asked, tasks, strict=options.strict)
        elif options.side == "rtu-over-tcp":
            side = RtuOverTcpSide(options.host, options.port, faults, bus.asked)
        else:
            side = TcpSide(options.host, options.port, faults, bus.asked)
        control = Control(bus.commands() | side.commands())
        bus.tell = control.tell
        async with side.open() as facts, control.at(options.control):
            say_ready("modbus_bus", **facts, control=options.control)
            await asyncio.get_running_loop().create_future()


def main(arguments: list[str]) -> int:
    """Run a bus from the command line."""
    options = parser("modbus_bus", __doc__ or "")
    sides = options.add_subparsers(dest="side", required=True)
    rtu = sides.add_parser("rtu", help="on a pty")
    tcp = sides.add_parser("tcp", help="on TCP")
    over = sides.add_parser("rtu-over-tcp", help="on TCP, as a converter passes RTU frames on")
    serial_options(rtu)
    rtu.add_argument("--strict", action="store_true", help="garbage for who opens the line at another speed")
    for side in (tcp, over):
        side.add_argument("--host", default="127.0.0.1")
        side.add_argument("--port", type=int, default=0, help="0 takes a free one, told in the ready line")
        side.set_defaults(baud=9600, absent_0b=False)
    tcp.add_argument("--absent-0b", action="store_true", help="answer 0B for units that are silent, as converters do")
    rtu.set_defaults(absent_0b=False)
    for side in (rtu, tcp, over):
        side.add_argument(
            "--unit",
            type=_unit,
            action="append",
            required=True,
            metavar="ID:KIND[:…]",
            help="xy-md02[:quantity=value,…] or table:03/0000=0292,FF9B",
        )
        side.add_argument("--turnaround-ms", type=float, default=20, help="how long a device thinks (default 20)")
        shared_options(side)
    chosen = options.parse_args(arguments)

    async def simulate() -> None:
        await _simulate(chosen)

    return run(simulate, with_parent=chosen.with_parent)
