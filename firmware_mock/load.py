"""The physics of a load on a platform: it comes, wobbles, settles, goes; a pure function of time and seed."""

import math
import random
from dataclasses import dataclass
from typing import Final

SETTLES_S: Final = (0.30, 0.45)  # from touching the platform to within half an interval, drawn by seed
SWINGS_HZ: Final = (4.0, 7.0)
HAND_NOISE: Final = 0.02  # part of the step: the hands that still hold the load
HAND_STEP_S: Final = 0.02  # noise is new this often
REST_NOISE: Final = 0.12  # intervals, what is left at rest


@dataclass(frozen=True, slots=True)
class Step:
    """The platform's load changes at `at` (s) from `before` to `after` (kg).

    The answer of a damped spring: it starts without a jolt, overshoots, and its envelope falls below half an
    interval after `settles_s`.
    """

    at: float
    before: float
    after: float
    interval: float
    seed: str

    def load(self, t: float) -> float:
        """Give the load in kg that the cells feel at time `t` (s), noise included."""
        since = t - self.at
        if since < 0:
            return self.before + self._noise(t, 0.0)
        step = self.before - self.after
        damping, pulse = self._spring()
        fading = math.exp(-damping * since)
        swing = step * fading * (math.cos(pulse * since) + damping / pulse * math.sin(pulse * since))
        return self.after + swing + self._noise(t, abs(step) * fading)

    def _spring(self) -> tuple[float, float]:
        chance = random.Random(f"{self.seed}/{self.at}")
        settles_s = chance.uniform(*SETTLES_S)
        pulse = 2 * math.pi * chance.uniform(*SWINGS_HZ)
        ratio = max(4.0, 4 * abs(self.before - self.after) / self.interval)
        return math.log(ratio) / settles_s, pulse

    def _noise(self, t: float, moving: float) -> float:
        chance = random.Random(f"{self.seed}/{math.floor(t / HAND_STEP_S)}")
        return chance.uniform(-1, 1) * (HAND_NOISE * moving + REST_NOISE * self.interval)


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform with what lies on it, and what shakes it.

    Args:
        step: The last change of the load.
        shake: Amplitude in kg of a floor that never rests (a conveyor, a lorry); 0 is a quiet floor.
    """

    step: Step
    shake: float = 0.0

    @classmethod
    def empty(cls, interval: float, seed: str) -> "Platform":
        """Give a platform with nothing on it since ever."""
        return cls(Step(at=-60.0, before=0.0, after=0.0, interval=interval, seed=seed))

    @property
    def bears(self) -> float:
        """The load in kg once everything has come to rest."""
        return self.step.after

    def put(self, load: float, t: float) -> "Platform":
        """Give the platform on which `load` kg lies in all from time `t` on."""
        last = self.step
        fresh = Step(at=t, before=last.load(t), after=load, interval=last.interval, seed=last.seed)
        return Platform(fresh, self.shake)

    def load(self, t: float) -> float:
        """Give the load in kg that the cells feel at time `t`."""
        return self.step.load(t) + self.shake * math.sin(2 * math.pi * 1.7 * t)
