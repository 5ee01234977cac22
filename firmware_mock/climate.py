"""The air round a sensor: it drifts, and is warmed or wetted on command; a pure function of time and seed."""

import math
import random
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

NOISE_STEP_S: Final = 2.0
QUANTITIES: Final = ("temperature", "humidity")


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one quantity: a slow swing round a middle, a little noise, one excursion, or a fixed value.

    Args:
        middle: What it swings round.
        swing: Amplitude of the swing.
        period_s: Length of one swing in seconds.
        noise: Amplitude of the noise, new every two seconds.
        seed: Seed of noise and phase.
        fixed: The value as long as somebody holds it there.
        excursion: How far an excursion has led or will lead away from the middle.
        began: When that excursion began (s).
        lasts_s: How long it takes to get there.
        came_from: How far away it already was when it began.
    """

    middle: float
    swing: float
    period_s: float
    noise: float
    seed: str
    fixed: Decimal | None = None
    excursion: float = 0.0
    began: float = 0.0
    lasts_s: float = 0.0
    came_from: float = 0.0

    def at(self, t: float) -> Decimal:
        """Give the value at time `t` (s); a fixed one exactly, the others to a hundredth."""
        if self.fixed is not None:
            return self.fixed
        phase = 2 * math.pi * random.Random(self.seed).random()
        swung = self.swing * math.sin(2 * math.pi * t / self.period_s + phase)
        noise = self.noise * random.Random(f"{self.seed}/{math.floor(t / NOISE_STEP_S)}").uniform(-1, 1)
        return Decimal(f"{self.middle + self._away(t) + swung + noise:.2f}")

    def held(self, value: Decimal | None) -> "Course":
        """Give the course that stays at `value`, or runs free again with None."""
        return replace(self, fixed=value)

    def led_away(self, by: float, t: float, lasts_s: float) -> "Course":
        """Give the course that is led `by` away from its middle, beginning at `t`, within `lasts_s` seconds."""
        return replace(self, fixed=None, excursion=by, began=t, lasts_s=lasts_s, came_from=self._away(t))

    def _away(self, t: float) -> float:
        part = 1.0 if t >= self.began + self.lasts_s else max(0.0, (t - self.began) / self.lasts_s)
        return self.came_from + part * (self.excursion - self.came_from)


def cold_room(seed: str, temperature: float, humidity: float) -> dict[str, Course]:
    """Give the air of a cold room: the compressor's swing of a few tenths, about every ten minutes."""
    return {
        "temperature": Course(temperature, swing=0.4, period_s=600, noise=0.05, seed=f"{seed}/temperature"),
        "humidity": Course(humidity, swing=1.5, period_s=900, noise=0.3, seed=f"{seed}/humidity"),
    }
