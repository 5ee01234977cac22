"""The temperature of a stay as an inline SVG (page.md §7): a peak keeps its height, a gap is never bridged."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Final

from gateway.locale import shown
from gateway.locale.traced import words
from gateway.readings.columns import GAP, Column, Span, beyond, merged
from gateway.trace.account import Series, Stay

WIDTH: Final = 1000
LEFT: Final = 56
RIGHT: Final = 92
TOP: Final = 14
PLOT: Final = 196
LANE: Final = 22
AXIS: Final = 30
_MOST_COLUMNS: Final = 420
_FOR_FIGURES: Final = Decimal("0.12")
_PLACE_OF_TEXT: Final = 62
_STEPS: Final = tuple(Decimal(step) for step in ("0.5", "1", "2", "5", "10"))
_HOURS: Final = (1, 2, 3, 6, 12, 24, 48, 96, 168)


class Curve:
    """One stay, one sensor, drawn."""

    def __init__(self, stay: Stay, told: Series) -> None:
        self._stay = stay
        self._told = told
        self._span = stay.span
        seconds = max(told.width_s, stay.span.seconds)
        times = max(1, -(-seconds // (told.width_s * _MOST_COLUMNS)))
        self._width = timedelta(seconds=told.width_s * times)
        self._columns = merged(told.columns, self._width) if times > 1 else list(told.columns)
        self._low, self._high = self._range()

    def svg(self) -> str:
        """Give the drawing, with a sentence for those who cannot see it."""
        height = TOP + PLOT + LANE + AXIS
        parts = "".join(
            (*self._band(), *self._grid(), *self._gaps(), *self._samples(), *self._excursions(), *self._lane())
        )
        said = escape(self.sentence())
        return (
            f'<svg class="curve" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{said}">'
            '<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse"'
            ' patternTransform="rotate(45)"><rect width="9" height="9" class="gap-back"/>'
            '<line x1="0" y1="0" x2="0" y2="9" class="gap-line"/>'
            f"</pattern></defs>{parts}</svg>"
        )

    def sentence(self) -> str:
        """Say what the drawing shows: least, most, gaps, excursions."""
        told = self._told
        if told.minimum is None or told.maximum is None:
            return words("no_data").vi
        between = f"{shown.temperature(told.minimum)} – {shown.temperature(told.maximum)}"
        missing, broken = words("no_data").vi.lower(), words("excursion").vi.lower()
        return f"{self._stay.room_name}: {between}; {missing}: {len(told.gaps)}; {broken}: {len(self._stay.excursions)}"

    # places

    def _x(self, at: datetime) -> float:
        share = (at - self._span.since) / (self._span.until - self._span.since)
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)

    def _y(self, value: Decimal) -> float:
        return TOP + float((self._high - value) / (self._high - self._low)) * PLOT

    def _range(self) -> tuple[Decimal, Decimal]:
        """Give the limits plus 40 % on each side, grown to the data, never shrunk: so that quiet looks quiet."""
        values = [value for one in self._columns for value in (one.minimum, one.maximum)]
        limits = [limit for limit in (self._stay.above, self._stay.below) if limit is not None]
        low, high = min((*limits, *values), default=Decimal(0)), max((*limits, *values), default=Decimal(10))
        if len(limits) == 2:
            more = (max(limits) - min(limits)) * Decimal("0.4")
            low, high = min(low, min(limits) - more), max(high, max(limits) + more)
        else:
            low, high = low - 1, high + 1
        high = max(high, low + 1)
        beyond_limit = any(run for run in self._beyond())  # its figure is written above it
        return low, high + (high - low) * _FOR_FIGURES if beyond_limit else high

    def _beyond(self) -> list[tuple[Span, Decimal]]:
        """Give the runs beyond a limit, from the finest columns."""
        width = timedelta(seconds=self._told.width_s)
        return list(beyond(self._told.columns, width, above=self._stay.above, below=self._stay.below))

    # parts

    def _band(self) -> Iterator[str]:
        above, below = self._stay.above, self._stay.below
        top = self._y(above) if above is not None else TOP
        bottom = self._y(below) if below is not None else TOP + PLOT
        if above is None and below is None:
            return
        height = bottom - top
        yield f'<rect class="band" x="{LEFT}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{height:.1f}"/>'
        for limit in (above, below):
            if limit is not None:
                y = self._y(limit)
                yield f'<line class="limit" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
                text = shown.temperature(limit)
                yield f'<text class="at-limit" x="{WIDTH - RIGHT + 10}" y="{y + 5:.1f}">{text}</text>'

    def _grid(self) -> Iterator[str]:
        step = next((step for step in _STEPS if (self._high - self._low) / step <= 7), _STEPS[-1])
        value = (self._low / step).to_integral_value() * step
        while value <= self._high:
            y = self._y(value)
            if TOP <= y <= TOP + PLOT:
                yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
                text = shown.amount(_plain(value))
                yield f'<text class="tick" x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{text}</text>'
            value += step
        yield from self._hours()

    def _hours(self) -> Iterator[str]:
        hours = self._span.seconds / 3600
        every = next((every for every in _HOURS if hours / every <= 8), _HOURS[-1])
        at = self._span.since.astimezone(shown.LOCAL).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        bottom = TOP + PLOT
        while at < self._span.until:
            midnight = at.hour == 0
            if midnight or (every < 24 and at.hour % every == 0):
                x = self._x(at)
                label = f"{at.day:02d}/{at.month:02d}" if midnight else shown.hour(at)
                kind = "midnight" if midnight else "grid"
                yield f'<line class="{kind}" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>'
                if LEFT + _PLACE_OF_TEXT < x < WIDTH - RIGHT - _PLACE_OF_TEXT:
                    yield f'<text class="tick" x="{x:.1f}" y="{bottom + LANE + 21}" text-anchor="middle">{label}</text>'
            at += timedelta(hours=1)

    def _gaps(self) -> Iterator[str]:
        for gap in self._told.gaps:
            x, right = self._x(gap.since), self._x(gap.until)
            yield f'<rect x="{x:.1f}" y="{TOP}" width="{right - x:.1f}" height="{PLOT}" fill="url(#hatch)"/>'
            if right - x > 190:
                span = shown.duration(timedelta(seconds=gap.seconds))
                text, middle = words("gap", span=span).vi, (x + right) / 2
                yield f'<text class="gap-text" x="{middle:.1f}" y="{TOP + 22}" text-anchor="middle">{text}</text>'

    def _samples(self) -> Iterator[str]:
        for run in self._runs():
            points = [(self._x(one.at + self._width / 2), one) for one in run]
            if len(points) > 1:
                up = " ".join(f"{x:.1f},{self._y(one.maximum):.1f}" for x, one in points)
                down = " ".join(f"{x:.1f},{self._y(one.minimum):.1f}" for x, one in reversed(points))
                yield f'<polygon class="spread" points="{up} {down}"/>'
                yield '<polyline class="mean" points="{}"/>'.format(
                    " ".join(f"{x:.1f},{self._y(one.mean):.1f}" for x, one in points)
                )
        for gap in self._told.gaps:  # the line stops with an open dot, and starts again with one
            for one in self._beside(gap):
                x, y = self._x(one.at + self._width / 2), self._y(one.mean)
                yield f'<circle class="open-dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        if self._columns and (not self._told.gaps or self._told.gaps[-1].until < self._span.until):
            last = self._columns[-1]
            x, y = self._x(last.at + self._width / 2), self._y(last.mean)
            yield f'<circle class="last" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'

    def _beside(self, gap: Span) -> Iterator[Column]:
        before = [one for one in self._columns if one.at < gap.since]
        behind = [one for one in self._columns if one.at + self._width > gap.until]
        yield from (*before[-1:], *behind[:1])

    def _runs(self) -> Iterator[Sequence[Column]]:
        """Cut the columns where a gap is."""
        run: list[Column] = []
        for one in self._columns:
            if run and one.at - run[-1].at > self._width * float(GAP):
                yield run
                run = []
            run.append(one)
        if run:
            yield run

    def _excursions(self) -> Iterator[str]:
        above, below = self._stay.above, self._stay.below
        for run, worst in self._beyond():
            inside = [one for one in self._columns if one.at + self._width > run.since and one.at < run.until]
            high = above is not None and worst > above
            limit = above if high else below
            assert limit is not None
            edge = [
                (self._x(one.at + self._width / 2), self._y(one.maximum if high else one.minimum)) for one in inside
            ]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge)
            if len(edge) == 1:
                (x, y), base = edge[0], self._y(limit)
                line = f"{x:.1f},{base:.1f} {x:.1f},{y:.1f}"
            if run.seconds > self._stay.delay_s:
                base = self._y(limit)
                area = f"{edge[0][0]:.1f},{base:.1f} {line} {edge[-1][0]:.1f},{base:.1f}"
                yield f'<polygon class="beyond" points="{area}"/>'
            yield f'<polyline class="beyond-line" points="{line}"/>'
            x = min(max(edge[len(edge) // 2][0], LEFT + 80), WIDTH - RIGHT - 80)
            span = shown.duration(timedelta(seconds=run.seconds))
            y = max(TOP + 12.0, self._y(worst) - 9) if high else self._y(worst) + 20
            text = f"{shown.temperature(worst)} · {span}"
            yield f'<text class="beyond-text" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{text}</text>'

    def _lane(self) -> Iterator[str]:
        """Draw when the goods came in (a full triangle) and went out (an open one)."""
        y = TOP + PLOT + LANE - 6
        yield f'<line class="axis" x1="{LEFT}" y1="{TOP + PLOT}" x2="{WIDTH - RIGHT}" y2="{TOP + PLOT}"/>'
        came = self._x(self._span.since)
        yield f'<path class="came" d="M{came:.1f} {y - 11} l6 11 h-12 z"/>'
        yield f'<text class="tick" x="{came:.1f}" y="{y + 27}">{shown.hour(self._span.since)}</text>'
        if not self._stay.inside:
            went, text = self._x(self._span.until), shown.hour(self._span.until)
            yield f'<path class="went" d="M{went:.1f} {y} l6 -11 h-12 z"/>'
            yield f'<text class="tick" x="{went:.1f}" y="{y + 27}" text-anchor="end">{text}</text>'


def _plain(value: Decimal) -> Decimal:
    """Give a tick without zeros behind: 5, not 5.0."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
