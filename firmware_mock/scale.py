"""A simulated scale on a pty.

    python -m firmware_mock scale --protocol yaohua-continuous --link PATH --control PATH

Control, besides what every serial line knows (unplug, plug, noise, garble, cut_short, mute, drip):
    {"put": "10.25"}      so much lies on the platform from now on; it wobbles and settles
    {"add": "0.40"}       so much more
    {"lift": true}        nothing lies there any more
    {"shake": "0.05"}     the floor shakes by so much, until "0"
    {"tare": true}        the tare key; {"tare": "1.20"} a preset tare, "0" none
    {"zero": true}        the zero key
    {"power": true}       it was off for a moment: not zeroed since, which some protocols say
    {"status": true}      → "shows", "stable", "bears", "tare", "plugged", "frames", "forgotten"
Events:
    {"settled": true, "shows": "10.25"}     the display came to rest after a change
    {"settled": false, "shows": "OL"}       overload ("OL") or underload ("LO")
"""

import argparse
import asyncio
from decimal import Decimal
from typing import Final

from firmware_mock.control import Control, Json, Refusal, amount
from firmware_mock.faults import LineFaults
from firmware_mock.indicator import Indicator
from firmware_mock.running import parser, run, say_ready, serial_options, shared_options
from firmware_mock.scales import SPEECHES
from firmware_mock.serial_line import SerialLine

LOOK_AGAIN_S: Final = 0.05
SOON_S: Final = 0.2  # a change needs this long before its rest can be believed
SURELY_S: Final = 0.7  # and this long before overload is more than a swing


class Scale:
    """A scale: platform, indicator, line and control."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.indicator = Indicator(options.max, options.interval, options.seed)
        self._options = options
        self._speech = SPEECHES[options.protocol](self.indicator, options.unit)
        self._line = SerialLine(
            options.link, baud=options.baud, faults=LineFaults(options.seed), hear=self._speech.hear
        )
        self._changed = asyncio.Event()
        self.control = Control(
            self._line.commands()
            | {
                "put": self._put,
                "add": self._add,
                "lift": self._lift,
                "shake": self._shake,
                "tare": self._tare,
                "zero": self._zero,
                "power": self._power,
                "status": self._status,
            }
        )

    async def simulate(self) -> None:
        """Be a scale, for ever."""
        with self._line.plugged_in():
            async with self.control.at(self._options.control), asyncio.TaskGroup() as tasks:
                tasks.create_task(self._speech.speak(self._line), name="speech")
                tasks.create_task(self._announce(), name="announce")
                say_ready(
                    "scale",
                    protocol=self._options.protocol,
                    link=self._options.link,
                    control=self._options.control,
                )

    async def _announce(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._changed.wait()
            self._changed.clear()
            changed_at = loop.time()
            await asyncio.sleep(SOON_S)
            while not self._changed.is_set():
                display = self.indicator.shows(loop.time())
                if display.stable or (display.amount is None and loop.time() > changed_at + SURELY_S):
                    self.control.tell({"settled": display.stable, "shows": display.text})
                    break
                await asyncio.sleep(LOOK_AGAIN_S)

    def _bear(self, load: Decimal) -> None:
        self.indicator.put(load, asyncio.get_running_loop().time())
        self._changed.set()

    def _put(self, value: object, _: Json) -> None:
        self._bear(amount(value, "put"))

    def _add(self, value: object, _: Json) -> None:
        self._bear(Decimal(str(self.indicator.platform.bears)) + amount(value, "add"))

    def _lift(self, _: object, __: Json) -> None:
        self._bear(Decimal(0))

    def _shake(self, value: object, _: Json) -> None:
        self.indicator.shake(amount(value, "shake"))
        self._changed.set()

    def _tare(self, value: object, _: Json) -> None:
        if value is True:
            if not self.indicator.tare(asyncio.get_running_loop().time()):
                raise Refusal("tare: not at rest")
        else:
            self.indicator.tared = amount(value, "tare")

    def _zero(self, _: object, __: Json) -> None:
        if not self.indicator.zero(asyncio.get_running_loop().time()):
            raise Refusal("zero: not at rest, or too far from zero")

    def _power(self, _: object, __: Json) -> None:
        self.indicator.tared = Decimal(0)
        self.indicator.awaits_zero = True

    def _status(self, _: object, __: Json) -> Json:
        display = self.indicator.shows(asyncio.get_running_loop().time())
        return self._line.status() | {
            "shows": display.text,
            "stable": display.stable,
            "bears": str(self.indicator.platform.bears),
            "tare": str(self.indicator.tared),
        }


def main(arguments: list[str]) -> int:
    """Run a scale from the command line."""
    options = parser("scale", __doc__ or "")
    shared_options(options)
    serial_options(options)
    options.add_argument("--protocol", choices=sorted(SPEECHES), required=True)
    options.add_argument("--max", type=Decimal, default=Decimal(60), help="maximum load (default 60)")
    options.add_argument("--interval", type=Decimal, default=Decimal("0.01"), help="scale interval (default 0.01)")
    options.add_argument("--unit", default="kg", help="unit in answers that have one (default kg)")
    chosen = options.parse_args(arguments)

    async def simulate() -> None:
        await Scale(chosen).simulate()

    return run(simulate, with_parent=chosen.with_parent)
