"""The indicator above a platform: rounds to its interval, knows tare, zero, rest, overload and underload."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from firmware_mock.load import Platform

REST_LOOKBACK_S: Final = (0.0, 0.04, 0.08, 0.12, 0.16)
OVER_BY: Final = 9  # intervals above the maximum, OIML R 76
UNDER_BY: Final = 20  # intervals below zero


@dataclass(frozen=True, slots=True)
class Display:
    """What the indicator shows at one moment.

    `amount` is what stands on the display (net once a tare is set), with the decimals of the interval; None when it
    shows overload or underload. `tare` is what was taken off; `awaits_zero`: it was switched on and not zeroed since.
    """

    amount: Decimal | None
    stable: bool
    over: bool = False
    under: bool = False
    net: bool = False
    tare: Decimal = Decimal(0)
    awaits_zero: bool = False

    @property
    def gross(self) -> Decimal | None:
        """What lies on the platform, whatever was tared; None when it shows overload or underload."""
        return None if self.amount is None else self.amount + self.tare

    @property
    def text(self) -> str:
        """The display as one reads it."""
        if self.amount is None:
            return "OL" if self.over else "LO"
        return str(self.amount)


class Indicator:
    """A weighing indicator; every question is asked for a moment `t` (s), so that no clock is needed.

    Args:
        maximum: Max of the instrument, in its unit.
        interval: Its scale interval (d = e), in its unit.
        seed: Seed of all noise.
    """

    def __init__(self, maximum: Decimal, interval: Decimal, seed: str) -> None:
        self.maximum = maximum
        self.interval = interval
        self.platform = Platform.empty(float(interval), seed)
        self.tared = Decimal(0)
        self.zeroed = Decimal(0)
        self.awaits_zero = False

    def put(self, load: Decimal, t: float) -> None:
        """Let `load` in all lie on the platform from `t` on."""
        self.platform = self.platform.put(float(load), t)

    def shake(self, amplitude: Decimal) -> None:
        """Shake the floor by so much, until it is 0 again."""
        self.platform = Platform(self.platform.step, float(amplitude))

    def gross(self, t: float) -> Decimal:
        """Give the weight above the zero, rounded to the interval."""
        felt = Decimal(self.platform.load(t)) - self.zeroed
        steps = (felt / self.interval).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        return steps * self.interval

    def shows(self, t: float) -> Display:
        """Give what the display shows at `t`."""
        recent = [self.gross(t - back) for back in REST_LOOKBACK_S]
        gross = recent[0]
        stable = max(recent) - min(recent) < self.interval
        if gross > self.maximum + OVER_BY * self.interval:
            return Display(None, stable=False, over=True)
        if gross < -UNDER_BY * self.interval:
            return Display(None, stable=False, under=True)
        net = gross - self.tared
        return Display(
            net if net else abs(net), stable=stable, net=bool(self.tared), tare=self.tared, awaits_zero=self.awaits_zero
        )

    def tare(self, t: float) -> bool:
        """Press the tare key; it takes only a load at rest, above zero."""
        display = self.shows(t)
        if display.amount is None or not display.stable or self.gross(t) < 0:
            return False
        self.tared = self.gross(t)
        return True

    def zero(self, t: float) -> bool:
        """Press the zero key; it takes only rest within 2 % of the maximum, and forgets the tare."""
        display = self.shows(t)
        gross = self.gross(t)
        if not display.stable or abs(gross) * 50 > self.maximum:
            return False
        self.zeroed += gross
        self.tared = Decimal(0)
        self.awaits_zero = False
        return True
