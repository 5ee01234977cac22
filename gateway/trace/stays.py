"""Where goods stood and how cold it was there: readings attributed by time, from the moves as they stand now.

A late or corrected move changes the stays, and so which readings belong to whom; the readings themselves are kept once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from gateway.journal.reader import Reader, StayRow
from gateway.readings.archive import Archive
from gateway.readings.columns import Column, Span, beyond, coverage, gaps, mean
from gateway.trace.account import Excursion, Series, Stay
from gateway.trace.entries import Entries
from gateway.trace.premises import TEMPERATURE, Premises

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stood:
    """Goods in a room during a span; `inside` while they are there still."""

    goods: str
    room: str
    span: Span
    inside: bool


def stood(
    reader: Reader,
    entries: Entries,
    goods: str,
    now: datetime,
    within: Span | None = None,
) -> list[Stood]:
    """Give where a lot or pallet stood, by the corrected clock, cut to what lies within a span."""
    found = []
    for row in reader.stays(goods):
        since, until = _times(row, entries, now)
        inside = row.until is None
        if within is not None:
            inside = inside and within.until >= until
            since, until = max(since, within.since), min(until, within.until)
        if since < until:
            found.append(Stood(goods, row.room, Span(since, until), inside))
    return found


def _times(row: StayRow, entries: Entries, now: datetime) -> tuple[datetime, datetime]:
    since = entries.corrected(row.since, row.came)
    if row.until is None or row.went is None:
        return since, max(now, since)
    return since, entries.corrected(row.until, row.went)


def together(all_of_them: Iterable[Stood]) -> list[tuple[str, Span, tuple[str, ...], bool]]:
    """Join stays in the same room that touch: room, span, goods, whether any is still inside."""
    joined: list[tuple[str, Span, tuple[str, ...], bool]] = []
    for one in sorted(all_of_them, key=lambda one: (one.room, one.span.since)):
        if joined and joined[-1][0] == one.room and one.span.since <= joined[-1][1].until:
            room, span, goods, inside = joined[-1]
            names = goods if one.goods in goods else (*goods, one.goods)
            until = max(span.until, one.span.until)
            joined[-1] = room, Span(span.since, until), names, inside or one.inside
        else:
            joined.append((one.room, one.span, (one.goods,), one.inside))
    return sorted(joined, key=lambda one: one[1].since)


def stay(
    room: str, span: Span, goods: tuple[str, ...], archive: Archive, premises: Premises, *, inside: bool = False
) -> Stay:
    """Tell a stay: what each of the room's sensors said meanwhile, what was missing, what was beyond its limits."""
    above, below, delay_s = premises.limits(room)
    series = []
    excursions: list[Excursion] = []
    for source in premises.rooms[room].sources if room in premises.rooms else ():
        told, runs = _series(source, room, span, archive, premises)
        series.append(told)
        excursions += runs
    return Stay(
        room=room,
        room_name=premises.room_name(room),
        goods=goods,
        span=span,
        inside=inside,
        above=above,
        below=below,
        delay_s=delay_s,
        series=tuple(series),
        excursions=tuple(excursions),
    )


def _series(source: str, room: str, span: Span, archive: Archive, premises: Premises) -> tuple[Series, list[Excursion]]:
    above, below, delay_s = premises.limits(room)
    width = timedelta(seconds=premises.rooms[room].sample_every_s)
    columns = archive.columns(source, TEMPERATURE, span, width)
    runs = list(beyond(columns, width, above=above, below=below))
    told = Series(
        source=source,
        minimum=min((one.minimum for one in columns), default=None),
        maximum=max((one.maximum for one in columns), default=None),
        mean=mean(columns),
        above_s=None if above is None else _seconds(columns, width, above=above),
        below_s=None if below is None else _seconds(columns, width, below=below),
        coverage=coverage(columns, span, width),
        gaps=tuple(gaps(columns, span, width)),
        columns=tuple(columns),
        width_s=int(width.total_seconds()),
    )
    long = [Excursion(source, run, worst) for run, worst in runs if run.seconds > delay_s]
    return told, long


def _seconds(
    columns: Sequence[Column], width: timedelta, *, above: Decimal | None = None, below: Decimal | None = None
) -> int:
    """Give for how long a limit was broken, in whole columns: a column counts when any of its samples was beyond."""
    return sum(run.seconds for run, _ in beyond(columns, width, above=above, below=below))


def hours(told: Series, span: Span) -> list[tuple[Span, Series]]:
    """Give the windows of a stay, hour by hour of the wall clock, each with its own coverage and gaps."""
    windows = []
    width = timedelta(seconds=told.width_s)
    since = span.since
    while since < span.until:
        until = min(span.until, since + HOUR - _into_hour(since))
        window = Span(since, until)
        inside = [one for one in told.columns if one.at + width > since and one.at < until]
        windows.append((window, _window(told, inside, window, width)))
        since = until
    return windows


def _window(told: Series, columns: Sequence[Column], window: Span, width: timedelta) -> Series:
    return replace(
        told,
        minimum=min((one.minimum for one in columns), default=None),
        maximum=max((one.maximum for one in columns), default=None),
        mean=mean(columns),
        coverage=coverage(columns, window, width),
        gaps=tuple(gaps(columns, window, width)),
        columns=tuple(columns),
    )


def _into_hour(at: datetime) -> timedelta:
    return timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
