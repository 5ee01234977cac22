"""A series made ready to draw: one column a pixel, with every peak kept and no gap bridged; pure.

Floats, for nothing here is recorded: what a chart draws is a position on a screen. Exact figures stand in the store.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

GAP_INTERVALS: Final = 2.5
"""Nothing heard for longer than so many intervals is a gap."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of a series; beyond one for longer than `delay_s` is an excursion."""

    above: float | None = None
    below: float | None = None
    delay_s: float = 0.0

    def beyond(self, amount: float) -> bool:
        """Whether a value breaks a limit."""
        return (self.above is not None and amount > self.above) or (self.below is not None and amount < self.below)


@dataclass(slots=True)
class Column:
    """What was said in one pixel's time; `at_ms` is its beginning, Unix milliseconds."""

    at_ms: int
    low: float
    high: float
    total: float
    samples: int

    @property
    def mean(self) -> float:
        """The mean of its samples."""
        return self.total / self.samples


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was heard in (since_ms, until_ms)."""

    since_ms: int
    until_ms: int


@dataclass(slots=True)
class Run:
    """A run of samples beyond a limit; `worst` is the one furthest away. `lasting` says that it outlived the delay."""

    since_ms: int
    until_ms: int
    worst: float
    worst_ms: int
    lasting: bool = False


@dataclass(slots=True)
class Chart:
    """A series in columns, its gaps, its runs beyond the limits, its newest sample, and the figures beside it.

    `coverage` is the share of the time that no gap covers; `beyond_ms` how long the value stood beyond a limit.
    """

    columns: list[Column] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    last: tuple[int, float] | None = None
    samples: int = 0
    coverage: float = 0.0

    @property
    def beyond_ms(self) -> int:
        """How long the value stood beyond a limit, gaps not counted."""
        return sum(run.until_ms - run.since_ms for run in self.runs)

    @property
    def low(self) -> float | None:
        """The least value; None without one."""
        return min((column.low for column in self.columns), default=None)

    @property
    def high(self) -> float | None:
        """The greatest value; None without one."""
        return max((column.high for column in self.columns), default=None)

    @property
    def mean(self) -> float | None:
        """The mean of all samples; None without one."""
        return sum(column.total for column in self.columns) / self.samples if self.samples else None


def chart(
    samples: Iterable[tuple[int, float]],
    since_ms: int,
    until_ms: int,
    *,
    columns: int,
    interval_ms: int,
    bounds: Bounds = Bounds(),
) -> Chart:
    """Sum up samples (Unix milliseconds and value, in order of time) of [since_ms, until_ms).

    A gap at either end counts: what was not heard is not known.
    """
    drawn = Chart()
    width = max(1, (until_ms - since_ms) // columns)
    longest = int(interval_ms * GAP_INTERVALS)
    before_ms = since_ms
    last: Column | None = None
    run: Run | None = None
    for at_ms, value in samples:
        if at_ms - before_ms > longest:
            drawn.gaps.append(Gap(before_ms, at_ms))
            run = None
        before_ms = at_ms
        drawn.samples += 1
        drawn.last = (at_ms, value)
        place = since_ms + (at_ms - since_ms) // width * width
        if last is None or last.at_ms != place:
            last = Column(place, value, value, value, 1)
            drawn.columns.append(last)
        else:
            last.low, last.high = min(last.low, value), max(last.high, value)
            last.total += value
            last.samples += 1
        run = _beyond(drawn.runs, run, at_ms, value, bounds)
    if until_ms - before_ms > longest:
        drawn.gaps.append(Gap(before_ms, until_ms))
    elif run is not None:
        run.until_ms = max(run.until_ms, until_ms)
    _judge(drawn.runs, bounds)
    drawn.coverage = _coverage(drawn.gaps, since_ms, until_ms)
    return drawn


def _beyond(runs: list[Run], run: Run | None, at_ms: int, value: float, bounds: Bounds) -> Run | None:
    """Take one value into the run it belongs to; a run lasts until the first value inside."""
    if run is not None:
        run.until_ms = at_ms
    if not bounds.beyond(value):
        return None
    if run is None:
        run = Run(at_ms, at_ms, value, at_ms)
        runs.append(run)
    elif _further(value, run.worst, bounds):
        run.worst, run.worst_ms = value, at_ms
    return run


def _further(value: float, worst: float, bounds: Bounds) -> bool:
    return value > worst if bounds.above is not None and value > bounds.above else value < worst


def _judge(runs: Sequence[Run], bounds: Bounds) -> None:
    for run in runs:
        run.lasting = run.until_ms - run.since_ms >= bounds.delay_s * 1000


def _coverage(gaps: Sequence[Gap], since_ms: int, until_ms: int) -> float:
    whole = until_ms - since_ms
    return 1 - sum(gap.until_ms - gap.since_ms for gap in gaps) / whole if whole > 0 else 0.0


def times_on(samples: Iterable[tuple[int, float]], until_ms: int, interval_ms: int) -> list[Gap]:
    """Give when an input stood at 1 (a door open, a defrost) by its samples in order; a gap ends it."""
    longest = int(interval_ms * GAP_INTERVALS)
    found: list[Gap] = []
    since: int | None = None
    before_ms = 0
    for at_ms, value in samples:
        if since is not None and (value < 1 or at_ms - before_ms > longest):
            found.append(Gap(since, at_ms if at_ms - before_ms <= longest else before_ms))
            since = None
        if value >= 1 and since is None:
            since = at_ms
        before_ms = at_ms
    if since is not None:
        found.append(Gap(since, until_ms if until_ms - before_ms <= longest else before_ms))
    return found
