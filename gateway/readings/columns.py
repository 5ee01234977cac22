"""A series of readings made small enough to draw and to judge, without losing a peak or bridging a gap; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Final

GAP: Final = Decimal("2.5")
"""Nothing for longer than so many intervals is a gap (page.md §7)."""

_FINEST: Final = Decimal("0.001")
_SHARE: Final = Decimal("0.0001")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Column:
    """What a sensor said in [at, at + width); a column without a sample is not there."""

    at: datetime
    minimum: Decimal
    maximum: Decimal
    mean: Decimal
    samples: int


@dataclass(frozen=True, slots=True)
class Span:
    """[since, until)."""

    since: datetime
    until: datetime

    @property
    def seconds(self) -> int:
        """How long it is, whole seconds."""
        return int((self.until - self.since).total_seconds())


def floor(at: datetime, width: timedelta) -> datetime:
    """Give the beginning of the column a moment is in; columns are counted from 1970."""
    return _EPOCH + (at - _EPOCH) // width * width


def merged(columns: Sequence[Column], width: timedelta) -> list[Column]:
    """Give wider columns: least of the least, greatest of the greatest, the mean of all samples."""
    wide: list[Column] = []
    for one in columns:
        at = floor(one.at, width)
        if not wide or wide[-1].at != at:
            wide.append(Column(at, one.minimum, one.maximum, one.mean, one.samples))
            continue
        last = wide[-1]
        samples = last.samples + one.samples
        both = ((last.mean * last.samples + one.mean * one.samples) / samples).quantize(_FINEST)
        wide[-1] = Column(at, min(last.minimum, one.minimum), max(last.maximum, one.maximum), both, samples)
    return wide


def gaps(columns: Iterable[Column], span: Span, width: timedelta) -> list[Span]:
    """Give where nothing was heard for more than 2.5 widths within a span, its ends included."""
    longest = width * float(GAP)
    found: list[Span] = []
    heard = span.since
    for one in columns:
        if one.at - heard > longest:
            found.append(Span(heard, one.at))
        heard = max(heard, min(one.at + width, span.until))
    if span.until - heard > longest:
        found.append(Span(heard, span.until))
    return found


def coverage(columns: Sequence[Column], span: Span, width: timedelta) -> Decimal:
    """Give the share of a span's columns that have a sample, at most 1; of a span shorter than a column, 1 or 0.

    Rounded down to a ten-thousandth: what is missing is never rounded away.
    """
    expected = max(1, span.seconds // max(1, int(width.total_seconds())))
    return min(Decimal(1), (Decimal(len(columns)) / expected).quantize(_SHARE, ROUND_FLOOR))


def mean(columns: Sequence[Column]) -> Decimal | None:
    """Give the mean of all samples, rounded to a thousandth; None without one."""
    samples = sum(one.samples for one in columns)
    if not samples:
        return None
    return (sum((one.mean * one.samples for one in columns), Decimal()) / samples).quantize(_FINEST)


def beyond(
    columns: Sequence[Column], width: timedelta, *, above: Decimal | None, below: Decimal | None
) -> Iterator[tuple[Span, Decimal]]:
    """Yield each run beyond a limit with its worst value; a gap ends a run, since nobody knows what was in it."""
    since: datetime | None = None
    until, worst = _EPOCH, Decimal()
    for one in columns:
        high = above is not None and one.maximum > above
        low = below is not None and one.minimum < below
        value = one.maximum if high else one.minimum
        if since is not None and (not (high or low) or one.at - until > width * float(GAP)):
            yield Span(since, until), worst
            since = None
        if high or low:
            if since is None:
                since, worst = one.at, value
            elif (high and value > worst) or (low and not high and value < worst):
                worst = value
            until = one.at + width
    if since is not None:
        yield Span(since, until), worst
