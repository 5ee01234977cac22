"""How long to wait before the next attempt: jittered, from one second, and never so long that a return goes unseen."""

import random
from dataclasses import dataclass, field
from typing import Final

FIRST_S: Final = 1.0
SHORT_S: Final = 2.5
"""Longest pause in the first minutes: work goes on within 3 s of the broker being back."""
LONG_S: Final = 8.0
"""Longest pause after that."""
_PATIENT_AFTER_S: Final = 300.0
_STOOD_S: Final = 10.0


@dataclass(slots=True)
class Backoff:
    """Pauses between attempts; `failed` is told of each. Times are monotonic seconds."""

    chance: random.Random = field(default_factory=random.Random)
    _failures: int = 0
    _since: float = 0.0

    def failed(self, began: float, now: float) -> float:
        """Give the pause after an attempt that `began` and ended `now`; one that stood for a while starts afresh."""
        if now - began >= _STOOD_S:
            self._failures = 0
        if self._failures == 0:
            self._since = now
        longest = SHORT_S if now - self._since < _PATIENT_AFTER_S else LONG_S
        pause = min(longest, FIRST_S * 2.0 ** min(self._failures, 10))
        self._failures += 1
        return pause * self.chance.uniform(0.5, 1.0)

    def worked(self) -> None:
        """Start afresh: something got through."""
        self._failures = 0
